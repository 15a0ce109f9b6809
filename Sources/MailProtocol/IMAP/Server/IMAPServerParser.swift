import OAuthCore

/// Why a command cannot be carried out as it stands.
enum IMAPServerSyntaxError: Error, Equatable {
    case malformed
    case unknownCommand
    case unknownCharset
}

/// Reads commands (RFC 9051 §9). Literals stand in the bytes as they were sent.
struct IMAPServerParser {
    let bytes: [UInt8]
    let limits: IMAPServerLimits
    var index = 0
    var searchKeyCount = 0

    init(_ bytes: [UInt8], limits: IMAPServerLimits) {
        var end = bytes.count
        if end > 0, bytes[end - 1] == .lineFeed { end -= 1 }
        if end > 0, bytes[end - 1] == .carriageReturn { end -= 1 }
        self.bytes = Array(bytes[..<end])
        self.limits = limits
    }

    /// The tag of a command; `nil` where there is none.
    mutating func tag() -> String? {
        let start = index
        while index < bytes.count, bytes[index].isTagCharacter { index += 1 }
        guard 1...128 ~= index - start, index < bytes.count, bytes[index] == .space else { return nil }
        index += 1
        return String(decoding: bytes[start..<(index - 1)], as: UTF8.self)
    }

    // MARK: Pieces

    var isAtEnd: Bool { index >= bytes.count }
    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func take(_ character: UnicodeScalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func expect(_ character: UnicodeScalar) throws(IMAPServerSyntaxError) {
        guard take(character) else { throw .malformed }
    }

    mutating func expectEnd() throws(IMAPServerSyntaxError) {
        // Some clients leave a blank behind a command.
        while take(" ") {}
        guard isAtEnd else { throw .malformed }
    }

    /// An atom in upper case.
    mutating func word() throws(IMAPServerSyntaxError) -> String { try atom().uppercased() }

    mutating func atom() throws(IMAPServerSyntaxError) -> String {
        let start = index
        while index < bytes.count, bytes[index].isAtomCharacter { index += 1 }
        guard index > start else { throw .malformed }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    mutating func number() throws(IMAPServerSyntaxError) -> UInt32 {
        let start = index
        while index < bytes.count, bytes[index].isDigit { index += 1 }
        guard index > start, index - start <= 10,
            let number = UInt32(String(decoding: bytes[start..<index], as: UTF8.self))
        else { throw .malformed }
        return number
    }

    /// An atom, a quoted string or a literal, as bytes.
    mutating func astringBytes() throws(IMAPServerSyntaxError) -> [UInt8] {
        guard let first = next else { throw .malformed }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "{") { return try string() }
        let start = index
        while index < bytes.count, bytes[index].isAStringCharacter { index += 1 }
        guard index > start else { throw .malformed }
        return Array(bytes[start..<index])
    }

    mutating func astring() throws(IMAPServerSyntaxError) -> String {
        String(decoding: try astringBytes(), as: UTF8.self)
    }

    mutating func string() throws(IMAPServerSyntaxError) -> [UInt8] {
        if take("\"") { return try quoted() }
        try expect("{")
        let size = try number()
        _ = take("+")
        try expect("}")
        _ = take("\r")
        try expect("\n")
        guard Int(size) <= bytes.count - index else { throw .malformed }
        defer { index += Int(size) }
        let literal = Array(bytes[index..<(index + Int(size))])
        guard !literal.contains(0) else { throw .malformed }
        return literal
    }

    private mutating func quoted() throws(IMAPServerSyntaxError) -> [UInt8] {
        var text: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"):
                guard let escaped = next, escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else {
                    throw .malformed
                }
                index += 1
                text.append(escaped)
            case 0, .carriageReturn, .lineFeed: throw .malformed
            default: text.append(byte)
            }
        }
        throw .malformed
    }

    /// The name of a folder; `INBOX` in any case is that.
    mutating func mailbox() throws(IMAPServerSyntaxError) -> String {
        Self.folderName(try astringBytes())
    }

    static func folderName(_ bytes: [UInt8]) -> String {
        let name = Self.decodedName(bytes)
        guard bytes[...].startsIgnoringCase("INBOX"), bytes.count == 5 || bytes[5] == UInt8(ascii: "/") else {
            return name
        }
        return "INBOX" + name.dropFirst(5)
    }

    /// What stands between brackets, blanks between.
    mutating func list<Element>(
        _ element: (inout Self) throws(IMAPServerSyntaxError) -> Element
    ) throws(IMAPServerSyntaxError) -> [Element] {
        try expect("(")
        var elements: [Element] = []
        if take(")") { return elements }
        repeat { elements.append(try element(&self)) } while take(" ")
        try expect(")")
        return elements
    }

    mutating func numbers() throws(IMAPServerSyntaxError) -> IMAPServerNumbers {
        var ranges: [IMAPServerNumbers.Range] = []
        repeat {
            let first = try numberOrLargest()
            let last = take(":") ? try numberOrLargest() : first
            ranges.append(.init(first: first, last: last))
        } while take(",")
        return IMAPServerNumbers(ranges: ranges)
    }

    private mutating func numberOrLargest() throws(IMAPServerSyntaxError) -> UInt32? {
        if take("*") { return nil }
        let number = try number()
        guard number > 0 else { throw .malformed }
        return number
    }

    /// Flags in brackets; those of the system as RFC 9051 §2.3.2 spells them.
    mutating func flags() throws(IMAPServerSyntaxError) -> Set<String> {
        Set(try list { parser throws(IMAPServerSyntaxError) in try parser.flag() })
    }

    mutating func flag() throws(IMAPServerSyntaxError) -> String {
        let isSystem = take("\\")
        let name = try atom()
        guard name.utf8.count <= 64 else { throw .malformed }
        guard isSystem else { return name }
        guard let known = Self.systemFlags.first(where: { $0.lowercased() == name.lowercased() }) else {
            throw .malformed
        }
        return "\\" + known
    }

    private static let systemFlags = ["Seen", "Answered", "Flagged", "Deleted", "Draft"]

    /// The name of a folder; what cannot be decoded stays as it is.
    static func decodedName(_ bytes: [UInt8]) -> String {
        ModifiedUTF7.decode(bytes[...]) ?? String(decoding: bytes, as: UTF8.self)
    }
}
