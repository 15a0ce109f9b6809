import OAuthCore

extension IMAPServerParser {
    /// The criteria of a `SEARCH` (RFC 3501 §6.4.4), with RFC 4731's `RETURN` before them.
    mutating func search() throws(IMAPServerSyntaxError) -> IMAPServerSearch {
        var returns: [String]?
        let start = index
        if let first = next, first.isLetter, (try? word()) == "RETURN", take(" ") {
            let names = try list { parser throws(IMAPServerSyntaxError) in try parser.word() }
            guard names.allSatisfy(["MIN", "MAX", "ALL", "COUNT"].contains) else { throw .malformed }
            returns = names.isEmpty ? ["ALL"] : names
            try expect(" ")
        } else {
            index = start
        }
        try takeCharset()
        var keys = [try searchKey(depth: 0)]
        while !isAtEnd, take(" "), !isAtEnd { keys.append(try searchKey(depth: 0)) }
        return IMAPServerSearch(key: keys.count == 1 ? keys[0] : .and(keys), returns: returns)
    }

    /// Texts are UTF-8 or ASCII; other charsets are refused.
    private mutating func takeCharset() throws(IMAPServerSyntaxError) {
        let start = index
        guard let first = next, first.isLetter, (try? word()) == "CHARSET" else {
            index = start
            return
        }
        try expect(" ")
        guard ["UTF-8", "US-ASCII"].contains(try astring().uppercased()) else { throw .unknownCharset }
        try expect(" ")
    }

    private mutating func searchKey(depth: Int) throws(IMAPServerSyntaxError) -> IMAPServerSearchKey {
        searchKeyCount += 1
        guard depth < limits.depth, searchKeyCount <= limits.searchKeys, let first = next else { throw .malformed }
        if first == UInt8(ascii: "(") {
            let keys = try list { parser throws(IMAPServerSyntaxError) in try parser.searchKey(depth: depth + 1) }
            guard !keys.isEmpty else { throw .malformed }
            return .and(keys)
        }
        if first.isDigit || first == UInt8(ascii: "*") { return .numbers(try numbers()) }
        let name = try word()
        if let key = Self.flagKeys[name] { return key }
        switch name {
        case "NOT":
            try expect(" ")
            return .not(try searchKey(depth: depth + 1))
        case "OR":
            try expect(" ")
            let one = try searchKey(depth: depth + 1)
            try expect(" ")
            return .or(one, try searchKey(depth: depth + 1))
        case "UID":
            try expect(" ")
            return .uids(try numbers())
        case "KEYWORD", "UNKEYWORD":
            try expect(" ")
            let key = IMAPServerSearchKey.flag(try atom())
            return name == "KEYWORD" ? key : .not(key)
        default: return try textKey(name)
        }
    }

    /// Nothing is ever recent here: what `\Recent` means differs between two sessions of one mailbox.
    private static let flagKeys: [String: IMAPServerSearchKey] = [
        "ALL": .all, "ANSWERED": .flag("\\Answered"), "DELETED": .flag("\\Deleted"), "DRAFT": .flag("\\Draft"),
        "FLAGGED": .flag("\\Flagged"), "SEEN": .flag("\\Seen"), "UNANSWERED": .not(.flag("\\Answered")),
        "UNDELETED": .not(.flag("\\Deleted")), "UNDRAFT": .not(.flag("\\Draft")),
        "UNFLAGGED": .not(.flag("\\Flagged")), "UNSEEN": .not(.flag("\\Seen")), "NEW": .not(.all), "OLD": .all,
        "RECENT": .not(.all),
    ]

    private mutating func textKey(_ name: String) throws(IMAPServerSyntaxError) -> IMAPServerSearchKey {
        guard Self.keysWithText.contains(name) else { throw .malformed }
        try expect(" ")
        switch name {
        case "LARGER": return .size(.since, Int(try number()) + 1)
        case "SMALLER": return .size(.before, Int(try number()))
        case "BODY": return .body(try astring())
        case "TEXT": return .text(try astring())
        case "HEADER":
            let field = try astring()
            try expect(" ")
            return .header(field, try astring())
        case "BEFORE": return .arrived(.before, day: try day())
        case "ON": return .arrived(.on, day: try day())
        case "SINCE": return .arrived(.since, day: try day())
        case "SENTBEFORE": return .sent(.before, day: try day())
        case "SENTON": return .sent(.on, day: try day())
        case "SENTSINCE": return .sent(.since, day: try day())
        default: return .header(name, try astring())
        }
    }

    private static let keysWithText: Set<String> = [
        "BCC", "CC", "FROM", "TO", "SUBJECT", "HEADER", "BODY", "TEXT", "LARGER", "SMALLER", "BEFORE", "ON", "SINCE",
        "SENTBEFORE", "SENTON", "SENTSINCE",
    ]

    /// A day as in `1-Feb-1994`, in days since 1970.
    private mutating func day() throws(IMAPServerSyntaxError) -> Int64 {
        let text = try astringBytes()
        guard text.count <= 11, let time = MailDate.parse(text[...]) else { throw .malformed }
        return IMAPServerDate.day(of: time)
    }
}
