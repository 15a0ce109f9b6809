extension IMAPServerParser {
    /// What `FETCH` asks for: a macro, one item, or several in brackets (RFC 9051 §6.4.5).
    mutating func fetchItems() throws(IMAPServerSyntaxError) -> [IMAPServerFetchItem] {
        if next == UInt8(ascii: "(") {
            let items = try list { parser throws(IMAPServerSyntaxError) in try parser.fetchItem() }
            guard !items.isEmpty else { throw .malformed }
            return items
        }
        let start = index
        switch try fetchName() {
        case "ALL": return [.flags, .internalDate, .size, .envelope]
        case "FAST": return [.flags, .internalDate, .size]
        case "FULL": return [.flags, .internalDate, .size, .envelope, .body]
        default:
            index = start
            return [try fetchItem()]
        }
    }

    private mutating func fetchName() throws(IMAPServerSyntaxError) -> String {
        let start = index
        while let byte = next, byte.isLetter || byte.isDigit || byte == UInt8(ascii: ".") { index += 1 }
        guard index > start else { throw .malformed }
        return String(decoding: bytes[start..<index], as: UTF8.self).uppercased()
    }

    private mutating func fetchItem() throws(IMAPServerSyntaxError) -> IMAPServerFetchItem {
        switch try fetchName() {
        case "FLAGS": return .flags
        case "UID": return .uid
        case "INTERNALDATE": return .internalDate
        case "RFC822.SIZE": return .size
        case "ENVELOPE": return .envelope
        case "BODYSTRUCTURE": return .bodyStructure
        case "RFC822": return .section(IMAPServerSection(label: "RFC822"))
        case "RFC822.HEADER": return .section(IMAPServerSection(text: .header, isPeek: true, label: "RFC822.HEADER"))
        case "RFC822.TEXT": return .section(IMAPServerSection(text: .text, label: "RFC822.TEXT"))
        case "BODY":
            guard take("[") else { return .body }
            return .section(try section(isPeek: false))
        case "BODY.PEEK":
            try expect("[")
            return .section(try section(isPeek: true))
        default: throw .malformed
        }
    }

    private mutating func section(isPeek: Bool) throws(IMAPServerSyntaxError) -> IMAPServerSection {
        var section = IMAPServerSection(isPeek: isPeek)
        var numbers: [String] = []
        while let byte = next, byte.isDigit {
            let number = try number()
            guard number > 0, numbers.count < 100 else { throw .malformed }
            numbers.append(String(number))
            guard take(".") else { break }
        }
        section.part = numbers.joined(separator: ".")
        if next != UInt8(ascii: "]") { section.text = try sectionText(isPart: !numbers.isEmpty) }
        try expect("]")
        guard take("<") else { return section }
        let start = try number()
        try expect(".")
        let count = try number()
        try expect(">")
        guard count > 0 else { throw .malformed }
        section.partial = .init(start: Int(start), count: Int(count))
        return section
    }

    private mutating func sectionText(isPart: Bool) throws(IMAPServerSyntaxError) -> IMAPServerSection.Text {
        switch try fetchName() {
        case "HEADER": return .header
        case "TEXT": return .text
        case "MIME" where isPart: return .mime
        case "HEADER.FIELDS": return .fields(try fieldNames(), isExcluding: false)
        case "HEADER.FIELDS.NOT": return .fields(try fieldNames(), isExcluding: true)
        default: throw .malformed
        }
    }

    private mutating func fieldNames() throws(IMAPServerSyntaxError) -> [String] {
        try expect(" ")
        let names = try list { parser throws(IMAPServerSyntaxError) in try parser.astring() }
        // The names come back in the answer: nothing may stand in them that would end it.
        guard !names.isEmpty, names.allSatisfy({ $0.utf8.allSatisfy(\.isFieldNameCharacter) && !$0.isEmpty }) else {
            throw .malformed
        }
        return names
    }
}
