/// Names of mailboxes in seven bits (RFC 3501 §5.1.3).
enum ModifiedUTF7 {
    /// The name on the wire. Every name has exactly one form.
    static func encode(_ name: String) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(name.utf8.count + 8)
        var shifted: [UInt8] = []
        for scalar in name.unicodeScalars {
            guard 0x20...0x7E ~= scalar.value else {
                for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
                    shifted.append(UInt8(unit >> 8))
                    shifted.append(UInt8(unit & 0xFF))
                }
                continue
            }
            flush(&shifted, into: &output)
            output.append(UInt8(scalar.value))
            if scalar == "&" { output.append(UInt8(ascii: "-")) }
        }
        flush(&shifted, into: &output)
        return output
    }

    /// The name that the bytes stand for; `nil` where they are not modified UTF-7.
    ///
    /// What has another form than `encode` gives it (RFC 3501 calls it illegal) is read where its meaning is plain.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            guard 0x20...0x7E ~= byte else { return nil }
            index += 1
            guard byte == UInt8(ascii: "&") else {
                units.append(UInt16(byte))
                continue
            }
            guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "-")) else { return nil }
            if end == index {
                units.append(UInt16(byte))
            } else {
                guard let decoded = self.units(bytes[index..<end]) else { return nil }
                units.append(contentsOf: decoded)
            }
            index = end + 1
        }
        return String(validating: units, as: UTF16.self)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,".utf8)

    private static func flush(_ shifted: inout [UInt8], into output: inout [UInt8]) {
        guard !shifted.isEmpty else { return }
        output.append(UInt8(ascii: "&"))
        var bits: UInt32 = 0
        var count = 0
        for byte in shifted {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                output.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
        }
        if count > 0 { output.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
        output.append(UInt8(ascii: "-"))
        shifted.removeAll(keepingCapacity: true)
    }

    private static func units(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        var units: [UInt16] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text {
            guard let value = value(of: byte) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 16 {
                count -= 16
                units.append(UInt16(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        // Only padding may remain: less than a digit, and zeros.
        guard count < 6, bits & ((1 << UInt32(count)) - 1) == 0 else { return nil }
        return units
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: ","): 63
        default: nil
        }
    }
}
