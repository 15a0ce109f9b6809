/// A value of any shape. Structures are read into these first: what real servers write there keeps to the grammar less
/// than anything else.
private enum Value {
    case none
    case text(ArraySlice<UInt8>)
    case list([Value])

    var text: ArraySlice<UInt8>? { if case .text(let text) = self { text } else { nil } }
    var list: [Value]? { if case .list(let list) = self { list } else { nil } }

    /// In small letters, of at most 100 bytes.
    var word: String { String(decoding: (text ?? []).prefix(100).map(\.lowercased), as: UTF8.self) }

    var number: UInt64? { text.flatMap { UInt64(String(decoding: $0.prefix(20), as: UTF8.self)) } }
}

extension ResponseParser {
    mutating func bodyStructure() throws(IMAPError) -> IMAPBodyStructure {
        guard case .list(let list) = try value() else { throw .malformed(.bodyStructure) }
        var builder = StructureBuilder(limits: limits)
        return try builder.message(list, section: "")
    }

    private mutating func value() throws(IMAPError) -> Value {
        switch peek {
        case UInt8(ascii: "("):
            var values: [Value] = []
            try list(.bodyStructure) { parser throws(IMAPError) in values.append(try parser.value()) }
            return .list(values)
        case _ where peek == UInt8(ascii: "\"") || beginsLiteral:
            return try nstring(.bodyStructure).slice.map { .text($0) } ?? .none
        default:
            if skipNIL() { return .none }
            let word = take { $0 != .space && $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: ")") }
            guard !word.isEmpty else { throw .malformed(.bodyStructure) }
            return .text(word)
        }
    }
}

/// Makes parts of values.
private struct StructureBuilder {
    let limits: IMAPLimits

    /// A whole message's body, whose part is numbered 1 where it is the only one (RFC 9051 §6.4.5.1).
    mutating func message(_ list: [Value], section: String) throws(IMAPError) -> IMAPBodyStructure {
        if Self.isMultipart(list) { return try multipart(list, section: section) }
        return try single(list, section: section.isEmpty ? "1" : section + ".1")
    }

    private mutating func part(_ list: [Value], section: String) throws(IMAPError) -> IMAPBodyStructure {
        Self.isMultipart(list)
            ? try multipart(list, section: section) : try single(list, section: section)
    }

    /// A multipart begins with its parts; without any, with `NIL` or with its subtype and nothing that is a subtype.
    private static func isMultipart(_ list: [Value]) -> Bool {
        guard let first = list.first else { return false }
        if first.list != nil { return true }
        return first.text == nil && list.count > 1 && list[1].text != nil
    }

    private mutating func multipart(_ list: [Value], section: String) throws(IMAPError) -> IMAPBodyStructure {
        let parts = list.prefix { $0.list != nil }.compactMap(\.list)
        let prefix = section.isEmpty ? "" : section + "."
        var children: [IMAPBodyStructure] = []
        for (position, list) in parts.enumerated() {
            children.append(try part(list, section: "\(prefix)\(position + 1)"))
        }
        let rest = parts.isEmpty ? list.dropFirst() : list.dropFirst(parts.count)
        let fields = Array(rest)
        let type = Self.type("multipart", fields.first?.word ?? "", parameters: fields.at(1))
        var part = IMAPBodyStructure(section: section, contentType: type, content: .multipart(children))
        part.disposition = Self.disposition(fields.at(2))
        part.languages = Self.languages(fields.at(3))
        return part
    }

    private mutating func single(_ list: [Value], section: String) throws(IMAPError) -> IMAPBodyStructure {
        guard list.count >= 2 else { throw .malformed(.bodyStructure) }
        let type = Self.type(list[0].word, list[1].word, parameters: list.at(2))
        var part = IMAPBodyStructure(section: section, contentType: type)
        part.contentID = list.at(3).text.map(Self.contentID)
        part.description = list.at(4).text.map { HeaderText.decode($0) }
        part.transferEncoding = list.at(5).word
        part.size = list.at(6).number
        // What follows depends on the type: lines, or the message inside and lines.
        var rest = Array(list.dropFirst(7))
        if type.type == "message", type.subtype == "rfc822" || type.subtype == "global",
            let envelope = rest.at(0).list, let body = rest.at(1).list
        {
            let inside = try message(body, section: section)
            part.content = .message(Self.envelope(envelope), inside)
            part.lines = rest.at(2).number
            rest = Array(rest.dropFirst(3))
        } else if let lines = rest.at(0).number {
            part.lines = lines
            rest = Array(rest.dropFirst())
        }
        part.disposition = Self.disposition(rest.at(1))
        part.languages = Self.languages(rest.at(2))
        return part
    }

    private static func type(_ type: String, _ subtype: String, parameters: Value) -> ContentType {
        guard !type.isEmpty, !subtype.isEmpty else { return type == "multipart" ? mixed : .octetStream }
        let header = header(Array("\(type)/\(subtype)".utf8), parameters)
        return ContentType.parse(header[...]) ?? (type == "multipart" ? mixed : .octetStream)
    }

    private static let mixed = ContentType("multipart", "mixed")

    private static func disposition(_ value: Value) -> ContentDisposition? {
        guard let list = value.list else { return value.text.map { ContentDisposition.parse($0) } }
        guard let kind = list.first?.text else { return nil }
        return ContentDisposition.parse(header(Array(kind), list.at(1))[...])
    }

    /// A header field's value from its pieces, so that parameters in several parts and charsets (RFC 2231), which most
    /// servers hand on as they are, are read as in any header.
    private static func header(_ value: [UInt8], _ parameters: Value) -> [UInt8] {
        var output = value.filter { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "(") }
        let pairs = parameters.list ?? []
        for position in stride(from: 0, to: pairs.count - 1, by: 2) {
            guard let name = pairs[position].text, let text = pairs[position + 1].text else { continue }
            output.append(UInt8(ascii: ";"))
            output.append(contentsOf: name)
            output.append(UInt8(ascii: "="))
            output.append(UInt8(ascii: "\""))
            for byte in text {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { output.append(UInt8(ascii: "\\")) }
                output.append(byte)
            }
            output.append(UInt8(ascii: "\""))
        }
        return output
    }

    private static func languages(_ value: Value) -> [String] {
        (value.list ?? [value]).prefix(100).compactMap { $0.text.map { $0.displayText(limit: 100) } }
    }

    private static func contentID(_ text: ArraySlice<UInt8>) -> String {
        let text = HeaderText.decode(text.prefix(998)).drop { $0 == "<" || $0 == " " }
        return String(text.prefix { $0 != ">" })
    }

    private static func envelope(_ list: [Value]) -> IMAPEnvelope {
        var envelope = IMAPEnvelope()
        envelope.rawDate = list.at(0).text
        envelope.rawSubject = list.at(1).text
        envelope.rawFrom = addresses(list.at(2))
        envelope.rawSender = addresses(list.at(3))
        envelope.rawReplyTo = addresses(list.at(4))
        envelope.rawTo = addresses(list.at(5))
        envelope.rawCc = addresses(list.at(6))
        envelope.rawBcc = addresses(list.at(7))
        envelope.rawInReplyTo = list.at(8).text
        envelope.rawMessageID = list.at(9).text
        return envelope
    }

    private static func addresses(_ value: Value) -> [IMAPAddress] {
        (value.list ?? []).compactMap { address in
            address.list.map { IMAPAddress(name: $0.at(0).text, mailbox: $0.at(2).text, host: $0.at(3).text) }
        }
    }
}

extension [Value] {
    fileprivate func at(_ position: Int) -> Value { position < count ? self[position] : .none }
}
