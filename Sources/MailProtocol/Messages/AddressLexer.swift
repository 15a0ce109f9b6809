/// A lexical unit of an address list (RFC 5322 §3.2).
struct AddressToken {
    enum Kind: Equatable {
        case atom
        case quoted
        case comment
        /// One of `< > , ; : @`.
        case special(UInt8)
    }

    var kind: Kind
    /// Without quotes, parentheses and escapes.
    var bytes: ArraySlice<UInt8>
    /// Whether a blank or a comment stands before it.
    var followsBlank: Bool
}

struct AddressLexer {
    private let bytes: [UInt8]
    private var index = 0
    /// Searches that failed once would fail again: what is left open stays open.
    private var hasOpenQuote = false
    private var hasOpenComment = false
    /// Bytes looked at, for tests of the bound.
    private(set) var work = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func tokens() -> [AddressToken] {
        var tokens: [AddressToken] = []
        var followsBlank = true
        while index < bytes.count {
            let byte = bytes[index]
            if byte.isSpace {
                followsBlank = true
                index += 1
                continue
            }
            guard let token = token(at: byte, followsBlank: followsBlank) else {
                // A quote or parenthesis without its partner.
                index += 1
                continue
            }
            tokens.append(token)
            followsBlank = token.kind == .comment
        }
        return tokens
    }

    private mutating func token(at byte: UInt8, followsBlank: Bool) -> AddressToken? {
        switch byte {
        case UInt8(ascii: "\""):
            return quoted().map { AddressToken(kind: .quoted, bytes: $0[...], followsBlank: followsBlank) }
        case UInt8(ascii: "("):
            return comment().map { AddressToken(kind: .comment, bytes: $0[...], followsBlank: followsBlank) }
        case UInt8(ascii: ")"): return nil
        case _ where Self.isSpecial(byte):
            index += 1
            return AddressToken(kind: .special(byte), bytes: [], followsBlank: followsBlank)
        default:
            let start = index
            while index < bytes.count, !Self.endsAtom(bytes[index]) { index += 1 }
            work += index - start
            return AddressToken(kind: .atom, bytes: bytes[start..<index], followsBlank: followsBlank)
        }
    }

    private mutating func quoted() -> [UInt8]? {
        guard !hasOpenQuote else { return nil }
        var text: [UInt8] = []
        var position = index + 1
        defer { work += position - index }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                index = position + 1
                return text
            }
            if byte == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
            text.append(bytes[position])
            position += 1
        }
        hasOpenQuote = true
        return nil
    }

    private mutating func comment() -> [UInt8]? {
        guard !hasOpenComment else { return nil }
        var text: [UInt8] = []
        var depth = 0
        var position = index
        defer { work += position - index }
        while position < bytes.count {
            var byte = bytes[position]
            if byte == UInt8(ascii: "(") { depth += 1 }
            if byte == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0 {
                index = position + 1
                return Array(text.dropFirst())
            }
            if byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
                position += 1
                byte = bytes[position]
            }
            text.append(byte)
            position += 1
        }
        hasOpenComment = true
        return nil
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"),
            UInt8(ascii: "@"):
            true
        default: false
        }
    }

    private static func endsAtom(_ byte: UInt8) -> Bool {
        byte.isSpace || isSpecial(byte) || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "(")
            || byte == UInt8(ascii: ")")
    }
}
