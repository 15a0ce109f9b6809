/// A structured value with parameters: `value; name=value; …` (RFC 2045 §5.1, RFC 2183, RFC 2231).
struct ParameterizedValue {
    /// What stands before the first semicolon, comments left out.
    private(set) var value: [UInt8] = []
    /// The parameters by their lower-case names. Of two that say the same the RFC 2231 form wins, then the first.
    private(set) var parameters: [String: String] = [:]
    /// Bytes looked at, for tests of the bound.
    private(set) var work = 0

    private let bytes: [UInt8]
    private var index = 0
    private var segments: [String: [Segment]] = [:]
    private var segmentCount = 0
    private var plain: [String: [UInt8]] = [:]

    private struct Segment {
        var number: Int
        var isEncoded: Bool
        var bytes: [UInt8]
    }

    /// Parameters and pieces of parameters beyond these are left out.
    private static let mostSegments = 500

    init(_ rawValue: ArraySlice<UInt8>) {
        bytes = HeaderText.unfold(rawValue)
        readValue()
        while index < bytes.count { readParameter() }
        for (name, text) in plain { parameters[name] = HeaderText.decode(text[...]) }
        for (name, pieces) in segments { parameters[name] = Self.join(pieces) ?? parameters[name] }
    }

    private mutating func readValue() {
        while index < bytes.count, bytes[index] != UInt8(ascii: ";") {
            if !skipComment() {
                value.append(bytes[index])
                index += 1
            }
        }
        value = Array(value[...].trimmed)
    }

    private mutating func readParameter() {
        skipSeparators()
        let start = index
        while index < bytes.count, !Self.endsName(bytes[index]) { index += 1 }
        let name = bytes[start..<index]
        skipBlanks()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
            // A word without a value; a character that can begin nothing is passed over.
            if index == start { index += 1 }
            return
        }
        index += 1
        skipBlanks()
        let isQuoted = index < bytes.count && bytes[index] == UInt8(ascii: "\"")
        let text = isQuoted ? quotedString() : bareText()
        work = index
        guard !name.isEmpty, segmentCount < Self.mostSegments else { return }
        segmentCount += 1
        store(name, text)
    }

    /// Files a parameter under its name: `name`, `name*`, `name*0`, or `name*0*` (RFC 2231 §3 and §4).
    private mutating func store(_ name: ArraySlice<UInt8>, _ text: [UInt8]) {
        let pieces = name.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
        let key = String(decoding: (pieces.first ?? []).map(\.lowercased), as: UTF8.self)
        guard !key.isEmpty else { return }
        if pieces.count == 1 {
            if plain[key] == nil { plain[key] = text }
            return
        }
        let number = pieces[1].isEmpty ? 0 : pieces[1].decimalValue
        guard let number, pieces.count <= 3 else { return }
        let isEncoded = pieces[pieces.count - 1].isEmpty
        segments[key, default: []].append(Segment(number: number, isEncoded: isEncoded, bytes: text))
    }

    /// A quoted string with its escapes resolved; one without an end goes on to the next semicolon or the end.
    private mutating func quotedString() -> [UInt8] {
        var text: [UInt8] = []
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            // Windows paths are sent unescaped: only what must be escaped counts as escaped.
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count,
                bytes[index + 1] == UInt8(ascii: "\"") || bytes[index + 1] == UInt8(ascii: "\\")
            {
                index += 1
            }
            text.append(bytes[index])
            index += 1
        }
        index += 1
        return text
    }

    /// A token, or whatever else stands up to the next semicolon: names with blanks are sent without quotes.
    private mutating func bareText() -> [UInt8] {
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: ";") {
            // A comment may follow a token, but a name like "copy(1).pdf" holds none.
            if bytes[index] == UInt8(ascii: "("), index > start, bytes[index - 1].isBlank { break }
            index += 1
        }
        return Array(bytes[start..<index].trimmed)
    }

    private mutating func skipSeparators() {
        while index < bytes.count {
            if bytes[index].isBlank || bytes[index] == UInt8(ascii: ";") {
                index += 1
            } else if !skipComment() {
                return
            }
        }
    }

    private mutating func skipBlanks() {
        while index < bytes.count, bytes[index].isBlank { index += 1 }
    }

    /// Passes over a comment, nested ones included (RFC 5322 §3.2.2); one without an end takes all that is left.
    private mutating func skipComment() -> Bool {
        guard bytes[index] == UInt8(ascii: "(") else { return false }
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\\"): index += 1
            default: break
            }
            index += 1
            if depth == 0 { break }
        }
        index = min(index, bytes.count)
        return true
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        byte.isBlank || byte == UInt8(ascii: "=") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "(")
    }

    /// Puts the pieces together in the order of their numbers, as far as none is missing.
    private static func join(_ pieces: [Segment]) -> String? {
        let sorted = pieces.sorted { $0.number < $1.number }
        guard let first = sorted.first, first.number == 0 else { return nil }
        var charset: String?
        var joined: [UInt8] = []
        var expected = 0
        for piece in sorted {
            if piece.number < expected { continue }
            guard piece.number == expected else { break }
            var text = piece.bytes[...]
            if expected == 0, piece.isEncoded { charset = takeCharset(from: &text) }
            joined.append(contentsOf: piece.isEncoded ? percentDecoded(text) : Array(text))
            expected += 1
        }
        return HeaderText.withoutControls(Charset.decode(joined[...], label: charset))
    }

    /// Takes `charset'language'` off the front (RFC 2231 §4).
    private static func takeCharset(from text: inout ArraySlice<UInt8>) -> String? {
        let quote = UInt8(ascii: "'")
        guard let first = text.firstIndex(of: quote), let second = text[(first + 1)...].firstIndex(of: quote) else {
            return nil
        }
        defer { text = text[(second + 1)...] }
        return first > text.startIndex ? String(decoding: text[..<first], as: UTF8.self) : nil
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.endIndex,
                let high = text[index + 1].hexadecimalValue, let low = text[index + 2].hexadecimalValue
            {
                output.append(high << 4 | low)
                index += 3
            } else {
                output.append(text[index])
                index += 1
            }
        }
        return output
    }
}
