import OAuthCore

/// Bytes as IMAP writes them.
extension [UInt8] {
    /// Text that is ASCII and needs no quotes.
    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    /// A quoted string, or a literal where quotes cannot hold it (RFC 9051 §4.3).
    mutating func appendString(_ bytes: some Collection<UInt8>) {
        guard bytes.count <= 1_000, bytes.allSatisfy({ 0x20...0x7E ~= $0 }) else { return appendLiteral(bytes) }
        append(UInt8(ascii: "\""))
        for byte in bytes {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { append(UInt8(ascii: "\\")) }
            append(byte)
        }
        append(UInt8(ascii: "\""))
    }

    mutating func appendLiteral(_ bytes: some Collection<UInt8>) {
        append("{\(bytes.count)}\r\n")
        // NUL may stand in no literal; a message that holds one is not to be saved by it.
        append(contentsOf: bytes.lazy.map { $0 == 0 ? UInt8(ascii: "?") : $0 })
    }

    mutating func appendString(_ text: String) { appendString(text.utf8) }

    /// A string, or `NIL`.
    mutating func appendNString(_ bytes: (some Collection<UInt8>)?) {
        if let bytes { appendString(bytes) } else { append("NIL") }
    }

    /// The name of a folder.
    mutating func appendFolder(_ name: String) { appendString(ModifiedUTF7.encode(name)) }
}

/// Days as searches compare them.
enum IMAPServerDate {
    /// Days since 1970, in UTC.
    static func day(of time: UnixTime) -> Int64 {
        Int64((Double(time.seconds) / 86_400).rounded(.down))
    }
}
