/// Reads one response, from its first byte to its last. Strings stay slices of the response.
struct ResponseParser {
    let bytes: [UInt8]
    let streamed: [ResponseFramer.Streamed]
    let limits: IMAPLimits
    let form: IMAPTextForm
    var index = 0
    private var depth = 0
    /// The first of `streamed` that has not been passed.
    private var nextStreamed = 0

    /// A string of the response, or what stands for one.
    enum Text {
        case none
        case bytes(ArraySlice<UInt8>)
        case streamed(IMAPLiteralID, UInt64)

        var slice: ArraySlice<UInt8>? { if case .bytes(let bytes) = self { bytes } else { nil } }
    }

    init(_ frame: ResponseFramer.Frame, limits: IMAPLimits, form: IMAPTextForm) {
        bytes = frame.bytes
        streamed = frame.streamed
        self.limits = limits
        self.form = form
    }

    // MARK: Bytes

    var isAtEnd: Bool { index == bytes.count }

    var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Passes over this byte, if it stands here.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ what: IMAPMalformation) throws(IMAPError) {
        guard skip(byte) else { throw .malformed(what) }
    }

    /// Passes over spaces; some servers write more than the grammar has, or none.
    mutating func skipSpaces() { while skip(.space) {} }

    mutating func take(while isTaken: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = index
        while index < bytes.count, isTaken(bytes[index]) { index += 1 }
        return bytes[start..<index]
    }

    /// Everything that is left.
    mutating func takeRest() -> ArraySlice<UInt8> {
        defer { index = bytes.count }
        return bytes[index...]
    }

    // MARK: Tokens

    mutating func atom(_ what: IMAPMalformation) throws(IMAPError) -> ArraySlice<UInt8> {
        let atom = take(while: \.isAtomCharacter)
        guard !atom.isEmpty else { throw .malformed(what) }
        return atom
    }

    mutating func number(_ what: IMAPMalformation) throws(IMAPError) -> UInt32 {
        guard let number = UInt32(exactly: try number64(what)) else { throw .numberOutOfRange }
        return number
    }

    /// A number of up to 2^63 - 1 (RFC 9051 §9, `number64`).
    mutating func number64(_ what: IMAPMalformation) throws(IMAPError) -> UInt64 {
        var number: UInt64 = 0
        let start = index
        while index < bytes.count, bytes[index].isDigit {
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[index] - UInt8(ascii: "0")))
            guard !overflow, !carry, sum <= UInt64(Int64.max) else { throw .numberOutOfRange }
            number = sum
            index += 1
        }
        if index == start { throw peek == UInt8(ascii: "-") ? .numberOutOfRange : .malformed(what) }
        return number
    }

    /// `NIL`, if it stands here as a word of its own.
    mutating func skipNIL() -> Bool {
        guard index + 3 <= bytes.count, bytes[index] | 0x20 == UInt8(ascii: "n"),
            bytes[index + 1] | 0x20 == UInt8(ascii: "i"), bytes[index + 2] | 0x20 == UInt8(ascii: "l"),
            index + 3 == bytes.count || !bytes[index + 3].isAStringCharacter
        else { return false }
        index += 3
        return true
    }

    /// A quoted string, a literal, or `NIL`.
    mutating func nstring(_ what: IMAPMalformation) throws(IMAPError) -> Text {
        switch peek {
        case UInt8(ascii: "\""): return .bytes(try quoted(what))
        case _ where beginsLiteral: return try literal(what)
        default:
            guard skipNIL() else { throw .malformed(what) }
            return .none
        }
    }

    /// A string, or an atom that stands for one.
    mutating func astring(_ what: IMAPMalformation) throws(IMAPError) -> ArraySlice<UInt8> {
        switch peek {
        case UInt8(ascii: "\""): return try quoted(what)
        case _ where beginsLiteral:
            guard let slice = try literal(what).slice else { throw .malformed(what) }
            return slice
        default:
            // Bytes above 0x7F are in no atom, and in the names that some servers send without quotes.
            let text = take { $0.isAStringCharacter || $0 >= 0x80 }
            guard !text.isEmpty else { throw .malformed(what) }
            return text
        }
    }

    /// Whether `{n}` or `~{n}` stands here (RFC 9051 §9, `literal8`); a tilde alone begins many a name.
    var beginsLiteral: Bool {
        guard index < bytes.count else { return false }
        if bytes[index] == UInt8(ascii: "{") { return true }
        return bytes[index] == UInt8(ascii: "~") && index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "{")
    }

    private mutating func quoted(_ what: IMAPMalformation) throws(IMAPError) -> ArraySlice<UInt8> {
        index += 1
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return bytes[start..<(index - 1)]
            case UInt8(ascii: "\\"): return try unescaped(from: start, what)
            default: index += 1
            }
        }
        throw .malformed(what)
    }

    /// The rest of a quoted string in which there are escapes.
    private mutating func unescaped(
        from start: Int, _ what: IMAPMalformation
    ) throws(IMAPError) -> ArraySlice<UInt8> {
        var output = Array(bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return output[...] }
            if byte == UInt8(ascii: "\\"), index < bytes.count {
                output.append(bytes[index])
                index += 1
            } else {
                output.append(byte)
            }
        }
        throw .malformed(what)
    }

    private mutating func literal(_ what: IMAPMalformation) throws(IMAPError) -> Text {
        _ = skip(UInt8(ascii: "~"))
        try expect(UInt8(ascii: "{"), what)
        let size = try number64(what)
        _ = skip(UInt8(ascii: "+"))
        try expect(UInt8(ascii: "}"), what)
        _ = skip(.carriageReturn)
        try expect(.lineFeed, what)
        while nextStreamed < streamed.count, streamed[nextStreamed].offset < index { nextStreamed += 1 }
        if nextStreamed < streamed.count, streamed[nextStreamed].offset == index {
            return .streamed(streamed[nextStreamed].id, streamed[nextStreamed].count)
        }
        guard size <= UInt64(bytes.count - index) else { throw .malformed(what) }
        defer { index += Int(size) }
        return .bytes(bytes[index..<(index + Int(size))])
    }

    // MARK: Lists

    /// What stands in parentheses, item by item; spaces between them may be missing or doubled.
    mutating func list(
        _ what: IMAPMalformation, _ item: (inout Self) throws(IMAPError) -> Void
    ) throws(IMAPError) {
        try expect(UInt8(ascii: "("), what)
        try enter()
        var count = 0
        while true {
            skipSpaces()
            if skip(UInt8(ascii: ")")) { break }
            guard !isAtEnd else { throw .malformed(what) }
            count += 1
            guard count <= limits.listItems else { throw .tooManyItems(limit: limits.listItems) }
            let before = index
            try item(&self)
            guard index > before else { throw .malformed(what) }
        }
        leave()
    }

    mutating func enter() throws(IMAPError) {
        depth += 1
        guard depth <= limits.nesting else { throw .nestingTooDeep(limit: limits.nesting) }
    }

    mutating func leave() { depth -= 1 }

    /// Passes over one value of any shape, such as a future extension's (RFC 9051 §9, `body-extension`).
    mutating func skipValue(_ what: IMAPMalformation) throws(IMAPError) {
        switch peek {
        case UInt8(ascii: "("): try list(what) { parser throws(IMAPError) in try parser.skipValue(what) }
        case UInt8(ascii: "\""): _ = try nstring(what)
        case _ where beginsLiteral: _ = try nstring(what)
        default:
            let word = take { $0 != .space && $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: ")") }
            guard !word.isEmpty else { throw .malformed(what) }
        }
    }

    /// A set of numbers; `NIL` and nothing at all count as empty.
    mutating func numberSet(_ what: IMAPMalformation) throws(IMAPError) -> IMAPNumberSet {
        let text = take { $0.isDigit || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ",") }
        guard text.count(where: { $0 == UInt8(ascii: ",") }) < limits.listItems else {
            throw .tooManyItems(limit: limits.listItems)
        }
        if let set = IMAPNumberSet.parse(text) { return set }
        throw text.contains(where: \.isDigit) ? .numberOutOfRange : .malformed(what)
    }

    mutating func flags(_ what: IMAPMalformation) throws(IMAPError) -> [IMAPFlag] {
        var flags: [IMAPFlag] = []
        try list(what) { parser throws(IMAPError) in
            let word = parser.take { $0 != .space && $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: ")") }
            guard !word.isEmpty else { throw .malformed(what) }
            flags.append(IMAPFlag.known(word) ?? IMAPFlag(String(decoding: word, as: UTF8.self)))
        }
        return flags
    }
}

extension IMAPFlag {
    static let usual = [seen, answered, flagged, deleted, draft, recent]

    /// One of the usual flags, without making a new text.
    static func known(_ word: ArraySlice<UInt8>) -> IMAPFlag? {
        usual.first { $0.name.utf8.count == word.count && $0.name.utf8.elementsEqual(word) }
    }
}
