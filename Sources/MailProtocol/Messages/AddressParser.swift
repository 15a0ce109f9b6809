/// Puts the tokens of an address list together. Each token is looked at once.
struct AddressParser {
    private let tokens: [AddressToken]
    private let limit: Int
    private var index = 0

    /// Far more than an address can have (RFC 5321 §4.5.3.1), far less than a page can bear.
    private static let longestAddress = 1_000

    init(_ tokens: [AddressToken], limit: Int) {
        self.tokens = tokens
        self.limit = limit
    }

    mutating func parse() -> [AddressListEntry] {
        var entries: [AddressListEntry] = []
        while index < tokens.count, entries.count < limit {
            let words = takeWords()
            switch takeSpecial() {
            case UInt8(ascii: ":"): entries.append(group(named: words))
            case UInt8(ascii: "<"): entries.append(.mailbox(bracketed(after: words)))
            default:
                if let address = Self.bare(words) { entries.append(.mailbox(address)) }
            }
        }
        return entries
    }

    private mutating func group(named words: [AddressToken]) -> AddressListEntry {
        var members: [MailAddress] = []
        while index < tokens.count, members.count < limit {
            let words = takeWords()
            let special = takeSpecial()
            if special == UInt8(ascii: "<") {
                members.append(bracketed(after: words))
            } else if let address = Self.bare(words) {
                members.append(address)
            }
            if special == UInt8(ascii: ";") { break }
        }
        return .group(name: Self.phrase(words) ?? "", members: members)
    }

    /// Everything up to a character that separates; an `@` is part of what is taken.
    private mutating func takeWords() -> [AddressToken] {
        let start = index
        while index < tokens.count {
            if case .special(let byte) = tokens[index].kind, byte != UInt8(ascii: "@") { break }
            index += 1
        }
        return Array(tokens[start..<index])
    }

    private mutating func takeSpecial() -> UInt8? {
        guard index < tokens.count, case .special(let byte) = tokens[index].kind else { return nil }
        index += 1
        return byte
    }

    /// The address in angle brackets whose opening one was just read, its route left out (RFC 5322 §4.4).
    private mutating func bracketed(after words: [AddressToken]) -> MailAddress {
        var inside = takeWords()
        while let first = inside.first, first.kind == .special(UInt8(ascii: "@")), index < tokens.count,
            tokens[index].kind == .special(UInt8(ascii: ",")) || tokens[index].kind == .special(UInt8(ascii: ":"))
        {
            index += 1
            inside = takeWords()
        }
        // Without a closing bracket the separator that stands here ends the address.
        if index < tokens.count, tokens[index].kind == .special(UInt8(ascii: ">")) { index += 1 }
        let address = Self.address(inside)
        let comments = words.filter { $0.kind == .comment } + inside.filter { $0.kind == .comment } + takeComments()
        let name = Self.phrase(words.filter { $0.kind != .comment }) ?? Self.phrase(comments)
        return MailAddress(name: name == address ? nil : name, address: address)
    }

    private mutating func takeComments() -> [AddressToken] {
        let start = index
        while index < tokens.count, tokens[index].kind == .comment { index += 1 }
        return Array(tokens[start..<index])
    }

    /// `local@domain` without brackets, a name before it or in a comment behind it; a name alone where no `@` is.
    private static func bare(_ words: [AddressToken]) -> MailAddress? {
        let comments = words.filter { $0.kind == .comment }
        let words = words.filter { $0.kind != .comment }
        guard !words.isEmpty else { return nil }
        guard let sign = words.lastIndex(where: { $0.kind == .special(UInt8(ascii: "@")) }) else {
            return phrase(words).map { MailAddress(name: $0, address: "") }
        }
        // The local part goes back to the last blank, or over the blanks around dots of the obsolete syntax.
        var start = sign
        while start > 0, start == sign || !words[start].followsBlank || touchesDot(words, start) { start -= 1 }
        let address = address(Array(words[start...]))
        return MailAddress(name: phrase(Array(words[..<start])) ?? phrase(comments), address: address)
    }

    private static func touchesDot(_ words: [AddressToken], _ index: Int) -> Bool {
        let dot = UInt8(ascii: ".")
        return words[index].kind == .atom && words[index].bytes.first == dot
            || words[index - 1].kind == .atom && words[index - 1].bytes.last == dot
    }

    /// The words of a name, decoded (RFC 2047 §5 and, in quotes, against it).
    private static func phrase(_ words: [AddressToken]) -> String? {
        var bytes: [UInt8] = []
        for word in words {
            if word.followsBlank, !bytes.isEmpty { bytes.append(.space) }
            if word.kind == .special(UInt8(ascii: "@")) { bytes.append(UInt8(ascii: "@")) }
            bytes.append(contentsOf: word.bytes)
        }
        let text = HeaderText.decode(bytes[...])
        return text.isEmpty ? nil : text
    }

    /// The tokens as an address: blanks gone, quotes only where they are needed.
    private static func address(_ words: [AddressToken]) -> String {
        var bytes: [UInt8] = []
        for word in words {
            switch word.kind {
            case .special(let byte): bytes.append(byte)
            case .quoted where !isDotAtom(word.bytes): appendQuoted(word.bytes, to: &bytes)
            case .quoted, .atom: bytes.append(contentsOf: word.bytes)
            case .comment: break
            }
        }
        return HeaderText.withoutControls(Charset.decode(bytes.prefix(longestAddress), label: nil))
    }

    private static func isDotAtom(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.first != UInt8(ascii: ".") && bytes.last != UInt8(ascii: ".")
            && bytes.allSatisfy { $0 >= 0x80 || $0.isLetter || $0.isDigit || "!#$%&'*+-/=?^_`{|}~.".utf8.contains($0) }
    }

    private static func appendQuoted(_ text: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        bytes.append(quote)
        for byte in text {
            if byte == quote || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }
}
