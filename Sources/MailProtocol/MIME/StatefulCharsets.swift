/// The two charsets of 7-bit mail that switch by escapes, rewritten into their 8-bit relatives.
///
/// Doing this here reads what senders add to the standard (half-width katakana, the vendor's characters of row 13) and
/// carries on at the next line after a missing escape.
enum StatefulCharsets {
    private enum JapaneseSet { case ascii, katakana, kanji, unreadable }

    private static let escape: UInt8 = 0x1B
    /// A byte that is no character in Shift_JIS as Microsoft reads it.
    private static let none: UInt8 = 0xFF

    /// ISO-2022-JP (RFC 1468) as Shift_JIS.
    static func shiftJIS(fromISO2022JP bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var set = JapaneseSet.ascii
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == escape, let (next, length) = designation(bytes[index...].dropFirst().prefix(3)) {
                set = next
                index += 1 + length
                continue
            }
            // Every line begins in ASCII, also where its predecessor forgot to say so.
            if byte == .lineFeed || byte == .carriageReturn { set = .ascii }
            let second = index + 1 < bytes.endIndex ? bytes[index + 1] : 0
            index += 1
            switch set {
            case .kanji where 0x21...0x7E ~= byte && 0x21...0x7E ~= second:
                output.append(contentsOf: shiftJIS(row: byte, cell: second))
                index += 1
            case .katakana where 0x21...0x5F ~= byte: output.append(byte | 0x80)
            case .unreadable where 0x21...0x7E ~= byte && 0x21...0x7E ~= second:
                output.append(none)
                index += 1
            default: output.append(byte)
            }
        }
        return output
    }

    /// The set that an escape selects, and the bytes after the escape character that say so.
    private static func designation(_ bytes: ArraySlice<UInt8>) -> (JapaneseSet, Int)? {
        let text = String(decoding: bytes, as: UTF8.self)
        if text.hasPrefix("(B") || text.hasPrefix("(J") { return (.ascii, 2) }
        if text.hasPrefix("(I") { return (.katakana, 2) }
        if text.hasPrefix("$(D") || text.hasPrefix("$(C") { return (.unreadable, 3) }
        if text.hasPrefix("$(B") || text.hasPrefix("$(@") { return (.kanji, 3) }
        if text.hasPrefix("$B") || text.hasPrefix("$@") { return (.kanji, 2) }
        if text.hasPrefix("$A") { return (.unreadable, 2) }
        return nil
    }

    private static func shiftJIS(row: UInt8, cell: UInt8) -> [UInt8] {
        let lead = (row - 0x21) / 2 + (row <= 0x5E ? 0x81 : 0xC1)
        guard row & 1 == 1 else { return [lead, cell + 0x7E] }
        return [lead, cell + (cell <= 0x5F ? 0x1F : 0x20)]
    }

    /// HZ (RFC 1843) as GB 2312 in eight bits.
    static func gb2312(fromHZ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var isChinese = false
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            let second = index + 1 < bytes.endIndex ? bytes[index + 1] : 0
            index += 1
            switch (byte, second) {
            case (UInt8(ascii: "~"), UInt8(ascii: "{")), (UInt8(ascii: "~"), UInt8(ascii: "}")):
                isChinese = second == UInt8(ascii: "{")
                index += 1
            case (UInt8(ascii: "~"), UInt8(ascii: "~")) where !isChinese:
                output.append(byte)
                index += 1
            case (UInt8(ascii: "~"), .lineFeed) where !isChinese: index += 1
            case (0x21...0x7E, 0x21...0x7E) where isChinese:
                output.append(byte | 0x80)
                output.append(second | 0x80)
                index += 1
            default:
                if byte == .lineFeed { isChinese = false }
                output.append(byte)
            }
        }
        return output
    }
}
