extension ResponseParser {
    /// An untagged response behind its `* `.
    mutating func untagged() throws(IMAPError) -> IMAPResponse {
        skipSpaces()
        if let byte = peek, byte.isDigit || byte == UInt8(ascii: "-") { return try numbered() }
        let word = take { $0 != .space && $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "(") }
        if Self.condition(word) != nil { return .status(try status(word, .status)) }
        skipSpaces()
        let name = String(decoding: word.prefix(100), as: UTF8.self).uppercased()
        switch name {
        case "CAPABILITY": return .capabilities(try capabilities())
        case "ENABLED": return .enabled(try capabilities().list)
        case "ID": return .id(try identification())
        case "LIST", "LSUB", "XLIST": return .list(try listEntry())
        case "STATUS": return .mailboxStatus(try mailboxStatus())
        case "NAMESPACE": return .namespace(try namespaces())
        case "FLAGS": return .flags(try flags(.mailbox))
        case "SEARCH": return try search()
        case "ESEARCH": return .eSearch(try eSearch())
        case "VANISHED": return try vanished()
        case "": throw .malformed(.response)
        default: return .other(IMAPCapability(name.utf8.displayText(limit: 100)).name)
        }
    }

    private mutating func numbered() throws(IMAPError) -> IMAPResponse {
        let number = try number(.response)
        skipSpaces()
        let word = take { $0.isLetter }
        skipSpaces()
        if word.equalsIgnoringCase("FETCH") {
            guard number > 0 else { throw .malformed(.fetch) }
            var message = IMAPFetch(sequenceNumber: number)
            try fetchData(into: &message)
            return .fetch(message)
        }
        if word.equalsIgnoringCase("EXISTS") { return .exists(number) }
        if word.equalsIgnoringCase("RECENT") { return .recent(number) }
        if word.equalsIgnoringCase("EXPUNGE") {
            guard number > 0 else { throw .malformed(.response) }
            return .expunge(number)
        }
        return .other(word.displayText(limit: 100).uppercased())
    }

    /// What stands in a response before a literal that is streamed, and which piece of the message that literal is.
    mutating func beginning(literal id: IMAPLiteralID, count: UInt64) -> IMAPLiteral {
        var message = IMAPFetch(sequenceNumber: 0)
        do throws(IMAPError) {
            guard skip(UInt8(ascii: "*")), skip(.space) else { throw .malformed(.fetch) }
            message.sequenceNumber = try number(.fetch)
            skipSpaces()
            _ = take { $0.isLetter }
            skipSpaces()
            try fetchData(into: &message)
        } catch {
            // It ends in the middle, of course; what was read until there is what is wanted.
        }
        let last = message.sections.last
        let isSection = last?.content == .missing && isAtEnd
        if isSection { message.sections.removeLast() }
        return IMAPLiteral(
            id: id, count: count, message: message, section: isSection ? last?.section : nil,
            origin: isSection ? last?.origin : nil)
    }

    // MARK: Mailboxes

    private mutating func listEntry() throws(IMAPError) -> IMAPListEntry {
        let attributes = Set(try flags(.mailbox))
        skipSpaces()
        let separator = try separator()
        skipSpaces()
        var entry = IMAPListEntry(
            name: IMAPMailboxName(wire: try astring(.mailbox), form: form), separator: separator,
            attributes: attributes)
        skipSpaces()
        if peek == UInt8(ascii: "(") {
            try list(.mailbox) { parser throws(IMAPError) in try parser.extendedItem(of: &entry) }
        }
        return entry
    }

    /// `"OLDNAME" ("name")` and its like (RFC 9051 §6.3.9.7).
    private mutating func extendedItem(of entry: inout IMAPListEntry) throws(IMAPError) {
        let name = try astring(.mailbox)
        skipSpaces()
        guard name.equalsIgnoringCase("OLDNAME") else { return try skipValue(.mailbox) }
        try list(.mailbox) { parser throws(IMAPError) in
            entry.oldName = IMAPMailboxName(wire: try parser.astring(.mailbox), form: parser.form)
        }
    }

    private mutating func separator() throws(IMAPError) -> Character? {
        guard let text = try nstring(.mailbox).slice, !text.isEmpty else { return nil }
        return String(decoding: text.prefix(4), as: UTF8.self).first
    }

    private mutating func mailboxStatus() throws(IMAPError) -> IMAPMailboxStatus {
        var status = IMAPMailboxStatus(name: IMAPMailboxName(wire: try astring(.mailbox), form: form))
        skipSpaces()
        try list(.mailbox) { parser throws(IMAPError) in
            let name = String(decoding: try parser.atom(.mailbox).prefix(40), as: UTF8.self).uppercased()
            parser.skipSpaces()
            switch IMAPStatusItem(rawValue: name) {
            case .messages: status.messages = try parser.number(.mailbox)
            case .recent: status.recent = try parser.number(.mailbox)
            case .unseen: status.unseen = try parser.number(.mailbox)
            case .deleted: status.deleted = try parser.number(.mailbox)
            case .uidNext: status.uidNext = try parser.number(.mailbox)
            case .uidValidity: status.uidValidity = try parser.number(.mailbox)
            case .size: status.size = try parser.number64(.mailbox)
            case .highestModSeq: status.highestModSeq = try parser.number64(.mailbox)
            case .mailboxID:
                try parser.list(.mailbox) { parser throws(IMAPError) in
                    status.mailboxID = try parser.astring(.mailbox).displayText(limit: 255)
                }
            case nil: try parser.skipValue(.mailbox)
            }
        }
        return status
    }

    private mutating func namespaces() throws(IMAPError) -> IMAPNamespaces {
        let personal = try namespaceGroup()
        let others = try namespaceGroup()
        return IMAPNamespaces(personal: personal, others: others, shared: try namespaceGroup())
    }

    private mutating func namespaceGroup() throws(IMAPError) -> [IMAPNamespaces.Namespace] {
        skipSpaces()
        if skipNIL() { return [] }
        var group: [IMAPNamespaces.Namespace] = []
        try list(.mailbox) { parser throws(IMAPError) in
            try parser.expect(UInt8(ascii: "("), .mailbox)
            let prefix = try parser.astring(.mailbox)
            parser.skipSpaces()
            let separator = try parser.separator()
            // RFC 2342 §5 lets extensions follow.
            while !parser.skip(UInt8(ascii: ")")) {
                parser.skipSpaces()
                if parser.peek != UInt8(ascii: ")") { try parser.skipValue(.mailbox) }
            }
            group.append(.init(prefix: IMAPMailboxName(wire: prefix, form: parser.form), separator: separator))
        }
        return group
    }

    private mutating func identification() throws(IMAPError) -> [String: String] {
        if skipNIL() { return [:] }
        var fields: [String: String] = [:]
        var name: String?
        try list(.response) { parser throws(IMAPError) in
            let text = try parser.nstring(.response).slice?.displayText(limit: 1_024)
            if let field = name {
                fields[field] = text
                name = nil
            } else {
                name = text ?? ""
            }
        }
        return fields
    }

    // MARK: Searches

    private mutating func search() throws(IMAPError) -> IMAPResponse {
        var numbers: [UInt32] = []
        while true {
            skipSpaces()
            guard let byte = peek, byte != UInt8(ascii: "(") else { break }
            guard numbers.count < limits.listItems else { throw .tooManyItems(limit: limits.listItems) }
            numbers.append(try number(.search))
        }
        var modSeq: UInt64?
        if skip(UInt8(ascii: "(")) {
            // RFC 7162 §3.1.5.
            guard try atom(.search).equalsIgnoringCase("MODSEQ") else { throw .malformed(.search) }
            skipSpaces()
            modSeq = try number64(.search)
        }
        return .search(numbers, highestModSeq: modSeq)
    }

    private mutating func eSearch() throws(IMAPError) -> IMAPSearchResult {
        var result = IMAPSearchResult(numbering: .sequence)
        if peek == UInt8(ascii: "(") {
            try list(.search) { parser throws(IMAPError) in
                let isTag = try parser.atom(.search).equalsIgnoringCase("TAG")
                parser.skipSpaces()
                let tag = try parser.astring(.search)
                if isTag { result.command = IMAPCommandID(tag: tag) }
            }
        }
        while true {
            skipSpaces()
            guard !isAtEnd else { return result }
            let name = try atom(.search)
            skipSpaces()
            switch true {
            case name.equalsIgnoringCase("UID"): result.numbering = .uid
            case name.equalsIgnoringCase("MIN"): result.minimum = try number(.search)
            case name.equalsIgnoringCase("MAX"): result.maximum = try number(.search)
            case name.equalsIgnoringCase("COUNT"): result.count = try number(.search)
            case name.equalsIgnoringCase("ALL"): result.all = try numberSet(.search)
            case name.equalsIgnoringCase("MODSEQ"): result.highestModSeq = try number64(.search)
            default: try skipValue(.search)
            }
        }
    }

    private mutating func vanished() throws(IMAPError) -> IMAPResponse {
        var isEarlier = false
        if peek == UInt8(ascii: "(") {
            try list(.response) { parser throws(IMAPError) in
                if try parser.atom(.response).equalsIgnoringCase("EARLIER") { isEarlier = true }
            }
            skipSpaces()
        }
        return .vanished(try numberSet(.response), earlier: isEarlier)
    }
}

extension IMAPCommandID {
    /// The command with this tag; `nil` where none can have it.
    init?(tag: ArraySlice<UInt8>) {
        guard tag.first == UInt8(ascii: "A"), 2...19 ~= tag.count, tag.dropFirst().allSatisfy(\.isDigit),
            tag.dropFirst().first != UInt8(ascii: "0")
        else { return nil }
        number = tag.dropFirst().reduce(0) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
    }
}
