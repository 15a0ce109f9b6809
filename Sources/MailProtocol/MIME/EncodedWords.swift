/// Text of a header field, with encoded words in it (RFC 2047), read as tolerantly as people expect.
///
/// Beyond the specification: encoded words inside quoted strings and directly beside other text, blanks inside them, a
/// missing end, and characters split between two words are all read.
public enum HeaderText {
    /// The text of a field's value: unfolded, decoded, without control characters, in one line.
    ///
    /// Bytes outside encoded words are UTF-8 (RFC 6532), or windows-1252 where they are not valid UTF-8.
    public static func decode(_ value: ArraySlice<UInt8>) -> String {
        var reader = EncodedWordReader(unfold(value))
        return reader.decode()
    }

    /// The value in one line: line ends vanish before a blank and become one elsewhere; tabs become spaces.
    static func unfold(_ value: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(value.count)
        var isBroken = false
        for byte in value.trimmed {
            switch byte {
            case .lineFeed, .carriageReturn: isBroken = true
            default:
                if isBroken, !byte.isBlank { output.append(.space) }
                isBroken = false
                output.append(byte == .tab ? .space : byte)
            }
        }
        return output
    }

    /// Without what would break a line or a terminal: control characters become spaces, NUL vanishes.
    static func withoutControls(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where scalar != "\0" { scalars.append(isControl(scalar) ? " " : scalar) }
        return String(scalars)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value || scalar == "\u{2028}" || scalar == "\u{2029}"
    }
}

/// One pass over an unfolded value.
struct EncodedWordReader {
    private struct Word {
        var charset: String
        var bytes: [UInt8]
        var end: Int
    }

    private let bytes: [UInt8]
    private var output = ""
    /// Decoded bytes of neighbouring words in one charset: a character may be split between them.
    private var pending: (charset: String, bytes: [UInt8])?
    /// Bytes looked at, for tests of the bound.
    private(set) var work = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func decode() -> String {
        var index = 0
        var plainStart = 0
        while let start = nextMarker(from: index) {
            guard let word = word(at: start) else {
                index = start + 2
                continue
            }
            appendPlain(bytes[plainStart..<start], isBetweenWords: pending != nil)
            if let open = pending, open.charset == word.charset {
                // In place, so that many words of one charset cost no more than their bytes.
                pending = nil
                var joined = open.bytes
                joined.append(contentsOf: word.bytes)
                pending = (open.charset, joined)
            } else {
                flush()
                pending = (word.charset, word.bytes)
            }
            index = word.end
            plainStart = word.end
        }
        appendPlain(bytes[plainStart...], isBetweenWords: false)
        flush()
        return HeaderText.withoutControls(output)
    }

    /// Blanks between two encoded words are no part of the text (RFC 2047 §6.2).
    private mutating func appendPlain(_ plain: ArraySlice<UInt8>, isBetweenWords: Bool) {
        if plain.isEmpty || (isBetweenWords && plain.allSatisfy(\.isBlank)) { return }
        flush()
        output += Charset.decode(plain, label: nil)
    }

    private mutating func flush() {
        guard let open = pending else { return }
        pending = nil
        output += Charset.decode(open.bytes[...], label: open.charset)
    }

    /// Where the next `=?` begins.
    private mutating func nextMarker(from start: Int) -> Int? {
        var index = start
        while index + 1 < bytes.count {
            work += 1
            if bytes[index] == UInt8(ascii: "="), bytes[index + 1] == UInt8(ascii: "?") { return index }
            index += 1
        }
        return nil
    }

    /// The encoded word `=?charset*language?encoding?text?=` that begins here, if one does.
    private mutating func word(at start: Int) -> Word? {
        var index = start + 2
        let limit = min(bytes.count, index + 80)
        while index < limit, bytes[index] != UInt8(ascii: "?") {
            guard 33...126 ~= bytes[index] else { return nil }
            index += 1
        }
        work += index - start
        guard index > start + 2, index + 2 < bytes.count, bytes[index] == UInt8(ascii: "?"),
            bytes[index + 2] == UInt8(ascii: "?")
        else { return nil }
        let label = bytes[(start + 2)..<index].prefix { $0 != UInt8(ascii: "*") }
        let charset = String(decoding: label.map(\.lowercased), as: UTF8.self)
        let encoding = bytes[index + 1].lowercased
        guard encoding == UInt8(ascii: "b") || encoding == UInt8(ascii: "q") else { return nil }
        let (textEnd, end, isTerminated) = self.end(from: index + 3)
        // Without an end it may be no encoded word at all; a charset's name makes it likely.
        guard isTerminated || Charset(label: charset) != nil else { return nil }
        let text = bytes[(index + 3)..<textEnd]
        return Word(charset: charset, bytes: encoding == UInt8(ascii: "b") ? base64(text) : q(text), end: end)
    }

    /// Where the text ends and what follows begins: at `?=`, or without it before the next word, or at the end.
    ///
    /// Never looks beyond the next `=?`, so that a value full of beginnings is not searched again for each.
    private mutating func end(from start: Int) -> (text: Int, next: Int, isTerminated: Bool) {
        var index = start
        defer { work += index - start }
        while index + 1 < bytes.count {
            let (byte, second) = (bytes[index], bytes[index + 1])
            if byte == UInt8(ascii: "?"), second == UInt8(ascii: "=") { return (index, index + 2, true) }
            if byte == UInt8(ascii: "="), second == UInt8(ascii: "?"),
                index + 2 >= bytes.count || bytes[index + 2] != UInt8(ascii: "=")
            {
                return (index, index, false)
            }
            index += 1
        }
        index = bytes.count
        let text = bytes[start...].last == UInt8(ascii: "?") ? index - 1 : index
        return (text, index, false)
    }

    private func base64(_ text: ArraySlice<UInt8>) -> [UInt8] {
        Array(Base64Body.decode(text, limit: text.count).bytes)
    }

    /// The Q encoding (RFC 2047 §4.2).
    private func q(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "="), index + 2 < text.endIndex, let high = text[index + 1].hexadecimalValue,
                let low = text[index + 2].hexadecimalValue
            {
                output.append(high << 4 | low)
                index += 3
                continue
            }
            output.append(byte == UInt8(ascii: "_") ? .space : byte)
            index += 1
        }
        return output
    }
}
