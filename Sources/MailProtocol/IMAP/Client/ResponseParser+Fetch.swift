import OAuthCore

extension ResponseParser {
    /// What stands in the parentheses of `FETCH`. `message` holds what has been read so far even where it throws.
    mutating func fetchData(into message: inout IMAPFetch) throws(IMAPError) {
        try expect(UInt8(ascii: "("), .fetch)
        try enter()
        var count = 0
        while true {
            skipSpaces()
            if skip(UInt8(ascii: ")")) { break }
            count += 1
            guard count <= limits.listItems else { throw .tooManyItems(limit: limits.listItems) }
            try fetchItem(into: &message)
        }
        leave()
        skipSpaces()
        guard isAtEnd else { throw .malformed(.fetch) }
    }

    private mutating func fetchItem(into message: inout IMAPFetch) throws(IMAPError) {
        let name = take { $0.isAtomCharacter && $0 != UInt8(ascii: "[") }
        guard !name.isEmpty else { throw .malformed(.fetch) }
        if peek == UInt8(ascii: "[") { return try sectionData(named: name, into: &message) }
        try expect(.space, .fetch)
        skipSpaces()
        switch FetchName(name) {
        case .uid: message.uid = try number(.fetch)
        case .flags: message.flags = Set(try flags(.fetch))
        case .internalDate:
            message.internalDate = try nstring(.fetch).slice.flatMap { IMAPDateText.parse($0) }
        case .size: message.size = try number64(.fetch)
        case .envelope: message.envelope = try envelope()
        case .structure: message.structure = try bodyStructure()
        case .modSeq:
            try list(.fetch) { parser throws(IMAPError) in message.modSeq = try parser.number64(.fetch) }
        case .emailID: message.emailID = try objectID()
        case .threadID: message.threadID = try objectID()
        case .message: try wholeSection(IMAPSection(), into: &message)
        case .header: try wholeSection(IMAPSection(.header), into: &message)
        case .text: try wholeSection(IMAPSection(.text), into: &message)
        case .other: try skipValue(.fetch)
        }
    }

    /// `(M6d99ac3275bb4e)` of RFC 8474, a plain number of Gmail's, or `NIL`.
    private mutating func objectID() throws(IMAPError) -> String? {
        if skipNIL() { return nil }
        guard peek == UInt8(ascii: "(") else { return String(decoding: try astring(.fetch), as: UTF8.self) }
        var id: String?
        try list(.fetch) { parser throws(IMAPError) in
            id = String(decoding: try parser.astring(.fetch), as: UTF8.self)
        }
        return id
    }

    /// RFC 3501's older names of sections.
    private mutating func wholeSection(_ section: IMAPSection, into message: inout IMAPFetch) throws(IMAPError) {
        let position = message.sections.count
        message.sections.append(IMAPFetchedSection(section: section, content: .missing))
        message.sections[position].content = try content()
    }

    /// `BODY[section]<origin> string`, and `BINARY` likewise.
    private mutating func sectionData(
        named name: ArraySlice<UInt8>, into message: inout IMAPFetch
    ) throws(IMAPError) {
        let isSize = name.equalsIgnoringCase("BINARY.SIZE")
        guard name.equalsIgnoringCase("BODY") || name.equalsIgnoringCase("BINARY") || isSize else {
            throw .malformed(.fetch)
        }
        let section = try self.section()
        var origin: UInt64?
        if skip(UInt8(ascii: "<")) {
            origin = try number64(.fetch)
            try expect(UInt8(ascii: ">"), .fetch)
        }
        try expect(.space, .fetch)
        if isSize { return try skipValue(.fetch) }
        let position = message.sections.count
        message.sections.append(IMAPFetchedSection(section: section, origin: origin, content: .missing))
        message.sections[position].content = try content()
    }

    private mutating func content() throws(IMAPError) -> IMAPContent {
        switch try nstring(.fetch) {
        case .none: .missing
        case .bytes(let bytes): .bytes(bytes)
        case .streamed(let id, let count): .streamed(id, count: count)
        }
    }

    /// What stands in the brackets of `BODY[…]` (RFC 9051 §9, `section`).
    private mutating func section() throws(IMAPError) -> IMAPSection {
        try expect(UInt8(ascii: "["), .fetch)
        var section = IMAPSection()
        while let byte = peek, byte.isDigit {
            guard section.part.count < limits.nesting * 2 else { throw .nestingTooDeep(limit: limits.nesting) }
            section.part.append(try number(.fetch))
            guard skip(UInt8(ascii: ".")) else { break }
        }
        let word = take { $0.isAtomCharacter }
        switch word.count {
        case 0: break
        case _ where word.equalsIgnoringCase("HEADER"): section.kind = .header
        case _ where word.equalsIgnoringCase("TEXT"): section.kind = .text
        case _ where word.equalsIgnoringCase("MIME"): section.kind = .mime
        case _ where word.equalsIgnoringCase("HEADER.FIELDS"): section.kind = .headerFields(try fieldNames())
        case _ where word.equalsIgnoringCase("HEADER.FIELDS.NOT"): section.kind = .headerFieldsNot(try fieldNames())
        default: throw .malformed(.fetch)
        }
        try expect(UInt8(ascii: "]"), .fetch)
        return section
    }

    /// In capitals, so that they can be compared with what was asked for.
    private mutating func fieldNames() throws(IMAPError) -> [String] {
        skipSpaces()
        var names: [String] = []
        try list(.fetch) { parser throws(IMAPError) in
            names.append(String(decoding: try parser.astring(.fetch), as: UTF8.self).uppercased())
        }
        return names
    }

    // MARK: Envelope

    mutating func envelope() throws(IMAPError) -> IMAPEnvelope {
        try expect(UInt8(ascii: "("), .envelope)
        try enter()
        var envelope = IMAPEnvelope()
        envelope.rawDate = try envelopeText()
        envelope.rawSubject = try envelopeText()
        envelope.rawFrom = try addresses()
        envelope.rawSender = try addresses()
        envelope.rawReplyTo = try addresses()
        envelope.rawTo = try addresses()
        envelope.rawCc = try addresses()
        envelope.rawBcc = try addresses()
        envelope.rawInReplyTo = try envelopeText()
        envelope.rawMessageID = try envelopeText()
        skipSpaces()
        try expect(UInt8(ascii: ")"), .envelope)
        leave()
        return envelope
    }

    /// A field's text. Behind the last field that a server wrote all others are missing.
    private mutating func envelopeText() throws(IMAPError) -> ArraySlice<UInt8>? {
        skipSpaces()
        if peek == UInt8(ascii: ")") { return nil }
        return try nstring(.envelope).slice
    }

    private mutating func addresses() throws(IMAPError) -> [IMAPAddress] {
        skipSpaces()
        guard peek == UInt8(ascii: "(") else {
            // `NIL`, or the empty string that some servers write for it.
            _ = try envelopeText()
            return []
        }
        var addresses: [IMAPAddress] = []
        try list(.envelope) { parser throws(IMAPError) in addresses.append(try parser.address()) }
        return addresses
    }

    private mutating func address() throws(IMAPError) -> IMAPAddress {
        try expect(UInt8(ascii: "("), .envelope)
        try enter()
        let name = try envelopeText()
        _ = try envelopeText()
        let mailbox = try envelopeText()
        let host = try envelopeText()
        skipSpaces()
        try expect(UInt8(ascii: ")"), .envelope)
        leave()
        return IMAPAddress(name: name, mailbox: mailbox, host: host)
    }
}

/// The names of what `FETCH` tells.
private enum FetchName {
    case uid, flags, internalDate, size, envelope, structure, modSeq, emailID, threadID, message, header, text, other

    private static let all: [(StaticString, Self)] = [
        ("UID", .uid), ("FLAGS", .flags), ("INTERNALDATE", .internalDate), ("RFC822.SIZE", .size),
        ("ENVELOPE", .envelope), ("BODYSTRUCTURE", .structure), ("BODY", .structure), ("MODSEQ", .modSeq),
        ("EMAILID", .emailID), ("X-GM-MSGID", .emailID), ("THREADID", .threadID), ("X-GM-THRID", .threadID),
        ("RFC822", .message), ("RFC822.HEADER", .header), ("RFC822.TEXT", .text),
    ]

    init(_ name: ArraySlice<UInt8>) {
        for (text, known) in Self.all where text.utf8CodeUnitCount == name.count && name.startsIgnoringCase(text) {
            self = known
            return
        }
        self = .other
    }
}
