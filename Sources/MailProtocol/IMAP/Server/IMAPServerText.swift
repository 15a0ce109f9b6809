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
    mutating func appendFolder(_ name: String) { appendString(ModifiedUTF7Text.encode(name)) }
}

/// Dates as `INTERNALDATE` writes them (RFC 9051 §9, date-time).
enum IMAPServerDate {
    /// Days since 1970, in UTC.
    static func day(of time: UnixTime) -> Int64 {
        Int64((Double(time.seconds) / 86_400).rounded(.down))
    }

    /// `17-Jul-1996 02:44:25 +0000`, a day of one digit behind a blank.
    static func text(_ time: UnixTime) -> String {
        let day = day(of: time)
        let seconds = time.seconds - day * 86_400
        // Days since 1 March of the year 0, by eras of 400 years.
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(dayOfMonth < 10 ? " " : "")\(dayOfMonth)-\(months[Int(month) - 1])-\(year)"
            + " \(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)) +0000"
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

/// Folder names on the wire: UTF-16 in base64 between `&` and `-` (RFC 3501 §5.1.3).
enum ModifiedUTF7Text {
    static func encode(_ name: String) -> [UInt8] {
        var output: [UInt8] = []
        var pending: [UInt8] = []
        func flush() {
            guard !pending.isEmpty else { return }
            let text = Base64Text.encode(pending).utf8.filter { $0 != UInt8(ascii: "=") }
            output += [UInt8(ascii: "&")] + text.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: ",") : $0 }
            output.append(UInt8(ascii: "-"))
            pending = []
        }
        for unit in name.utf16 {
            if 0x20...0x7E ~= unit {
                flush()
                output.append(UInt8(unit))
                if unit == 0x26 { output.append(UInt8(ascii: "-")) }
            } else {
                pending += [UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit)]
            }
        }
        flush()
        return output
    }

    /// What cannot be decoded stays as it is.
    static func decode(_ bytes: [UInt8]) -> String {
        var output = ""
        var rest = bytes[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
            output += String(decoding: rest[..<start], as: UTF8.self)
            guard let end = rest[start...].firstIndex(of: UInt8(ascii: "-")),
                let text = shifted(rest[(start + 1)..<end])
            else { return String(decoding: bytes, as: UTF8.self) }
            output += text
            rest = rest[(end + 1)...]
        }
        return output + String(decoding: rest, as: UTF8.self)
    }

    private static func shifted(_ bytes: ArraySlice<UInt8>) -> String? {
        if bytes.isEmpty { return "&" }
        let text = bytes.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: "/") : $0 }
        let padding = Array(repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
        guard let octets = Base64Text.decode(text + padding), octets.count % 2 == 0, !octets.isEmpty else {
            return nil
        }
        let units = stride(from: 0, to: octets.count, by: 2).map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
        let decoded = String(decoding: units, as: UTF16.self)
        // A half of a pair would become something else.
        return Array(decoded.utf16) == units ? decoded : nil
    }
}
