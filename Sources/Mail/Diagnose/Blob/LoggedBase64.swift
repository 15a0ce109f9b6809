/// Base64 as it stands in logs: standard or URL-safe, padded or not, wrapped or quoted. Tells what is unusual about it.
struct LoggedBase64 {
    /// What the text stands for.
    var bytes: [UInt8]
    /// Whether `-` or `_` occurs (RFC 4648 §5), which SASL does not know.
    var isURLSafe = false
    /// Whether `=` is missing at the end.
    var isUnpadded = false
    /// Whether white space stood between the characters.
    var isWrapped = false

    /// Decodes; `nil` where anything else than base64 occurs.
    static func decode(_ text: some Collection<UInt8>) -> LoggedBase64? {
        var result = LoggedBase64(bytes: [])
        result.bytes.reserveCapacity(text.count / 4 * 3 + 3)
        var (buffer, bits, digits, padding) = (UInt32(0), 0, 0, 0)
        var pendingSpace = false
        for byte in text {
            if byte == 0x20 || 0x09...0x0D ~= byte {
                pendingSpace = digits > 0
                continue
            }
            if pendingSpace { result.isWrapped = true }
            if byte == UInt8(ascii: "=") {
                padding += 1
                continue
            }
            guard padding == 0, let value = value(of: byte) else { return nil }
            if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") { result.isURLSafe = true }
            digits += 1
            buffer = buffer << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        guard digits > 0, digits % 4 != 1, padding <= 2 else { return nil }
        result.isUnpadded = (digits + padding) % 4 != 0
        return result
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
