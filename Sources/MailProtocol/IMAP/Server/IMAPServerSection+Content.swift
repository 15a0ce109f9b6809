extension IMAPServerSection {
    /// The bytes that the section names; `nil` where the message has no such part.
    ///
    /// - Parameter message: the message as its parts; `nil` where the section is all of it.
    func content(of bytes: ArraySlice<UInt8>, _ message: MIMEPart?) -> ArraySlice<UInt8>? {
        guard let whole = wholeContent(of: bytes, message) else { return nil }
        guard let partial else { return whole }
        let start = whole.startIndex + min(partial.start, whole.count)
        return whole[start..<(start + min(partial.count, whole.endIndex - start))]
    }

    private func wholeContent(of bytes: ArraySlice<UInt8>, _ message: MIMEPart?) -> ArraySlice<UInt8>? {
        if part.isEmpty, text == nil { return bytes }
        guard let message else { return nil }
        if part.isEmpty { return content(ofMessage: message) }
        guard let found = message.part(section: part) else { return nil }
        switch text {
        case nil: return found.body
        case .mime: return found.rawHeader
        case .header, .text, .fields:
            guard case .message(let inner) = found.content else { return nil }
            return content(ofMessage: inner)
        }
    }

    private func content(ofMessage message: MIMEPart) -> ArraySlice<UInt8> {
        switch text {
        case .header, .mime: message.rawHeader
        case .text: message.body
        case .fields(let names, let isExcluding): Self.fields(of: message, names, isExcluding: isExcluding)
        case nil: message.rawHeader + message.body
        }
    }

    private static func fields(of message: MIMEPart, _ names: [String], isExcluding: Bool) -> ArraySlice<UInt8> {
        let names = Set(names.map { $0.lowercased() })
        var output: [UInt8] = []
        for field in message.header where names.contains(field.name.lowercased()) != isExcluding {
            output.append(field.name)
            output.append(":")
            output.append(contentsOf: field.rawValue)
            output.append("\r\n")
        }
        output.append("\r\n")
        return output[...]
    }

    /// How the answer names the section.
    var responseName: String {
        if let label { return label }
        var name = "BODY[" + part
        if let text {
            if !part.isEmpty { name += "." }
            switch text {
            case .header: name += "HEADER"
            case .text: name += "TEXT"
            case .mime: name += "MIME"
            case .fields(let names, let isExcluding):
                name += isExcluding ? "HEADER.FIELDS.NOT (" : "HEADER.FIELDS ("
                name += names.map { $0.uppercased() }.joined(separator: " ") + ")"
            }
        }
        return name + "]" + (partial.map { "<\($0.start)>" } ?? "")
    }
}
