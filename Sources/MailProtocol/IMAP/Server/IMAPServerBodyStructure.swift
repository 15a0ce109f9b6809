/// `BODY` and `BODYSTRUCTURE` of a message (RFC 9051 §7.5.2).
struct IMAPServerBodyStructure {
    /// Whether what `BODY` leaves out is told.
    var isExtended: Bool

    func append(_ part: MIMEPart, to output: inout [UInt8]) {
        output.append("(")
        if case .multipart(let parts) = part.content {
            for child in parts { append(child, to: &output) }
            output.append(" ")
            output.appendString(part.contentType.subtype.uppercased())
            if isExtended {
                output.append(" ")
                appendParameters(part.contentType.parameters, to: &output)
                appendExtension(of: part, to: &output)
            }
        } else {
            appendLeaf(part, to: &output)
        }
        output.append(")")
    }

    private func appendLeaf(_ part: MIMEPart, to output: inout [UInt8]) {
        let (type, subtype) = shownType(part)
        output.appendString(type.uppercased())
        output.append(" ")
        output.appendString(subtype.uppercased())
        output.append(" ")
        appendParameters(part.contentType.parameters, to: &output)
        output.append(" ")
        appendField("Content-ID", of: part, to: &output)
        output.append(" ")
        appendField("Content-Description", of: part, to: &output)
        output.append(" ")
        output.appendString(encoding(of: part))
        output.append(" \(part.body.count)")
        if case .message(let message) = part.content {
            output.append(" ")
            IMAPServerEnvelope.append(message, to: &output)
            output.append(" ")
            append(message, to: &output)
            output.append(" \(lines(part))")
        } else if type == "text" {
            output.append(" \(lines(part))")
        }
        guard isExtended else { return }
        output.append(" ")
        appendField("Content-MD5", of: part, to: &output)
        appendExtension(of: part, to: &output)
    }

    /// A structure that could not be read must not look like one: clients would look for the parts.
    private func shownType(_ part: MIMEPart) -> (String, String) {
        if case .message = part.content { return ("message", part.contentType.subtype) }
        switch part.contentType.type {
        case "multipart": return ("text", "plain")
        case "message" where ["rfc822", "global"].contains(part.contentType.subtype):
            return ("application", "octet-stream")
        default: return (part.contentType.type, part.contentType.subtype)
        }
    }

    private func lines(_ part: MIMEPart) -> Int { part.body.count { $0 == .lineFeed } }

    private func encoding(of part: MIMEPart) -> String {
        switch part.transferEncoding {
        case .base64: return "BASE64"
        case .quotedPrintable: return "QUOTED-PRINTABLE"
        case .identity, .unknown:
            let value = part.header.first("Content-Transfer-Encoding")?.rawValue.trimmed ?? []
            let isName = !value.isEmpty && value.count <= 40 && value.allSatisfy(\.isTokenCharacter)
            return isName ? String(decoding: value, as: UTF8.self).uppercased() : "7BIT"
        }
    }

    private func appendField(_ name: String, of part: MIMEPart, to output: inout [UInt8]) {
        output.appendNString(part.header.first(name).map { HeaderText.unfold($0.rawValue)[...].trimmed })
    }

    /// Disposition, language and location.
    private func appendExtension(of part: MIMEPart, to output: inout [UInt8]) {
        output.append(" ")
        if let disposition = part.disposition {
            output.append(disposition.isInline ? "(\"INLINE\" " : "(\"ATTACHMENT\" ")
            appendParameters(disposition.parameters, to: &output)
            output.append(")")
        } else {
            output.append("NIL")
        }
        output.append(" ")
        appendField("Content-Language", of: part, to: &output)
        output.append(" ")
        appendField("Content-Location", of: part, to: &output)
    }

    private func appendParameters(_ parameters: [String: String], to output: inout [UInt8]) {
        guard !parameters.isEmpty else { return output.append("NIL") }
        output.append("(")
        for (index, parameter) in parameters.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { output.append(" ") }
            let isPlain = parameter.value.utf8.allSatisfy { 0x20...0x7E ~= $0 }
            output.appendString(parameter.key.uppercased() + (isPlain ? "" : "*"))
            output.append(" ")
            output.appendString(isPlain ? parameter.value : Self.extendedValue(parameter.value))
        }
        output.append(")")
    }

    /// A value that is not ASCII (RFC 2231 §4).
    private static func extendedValue(_ value: String) -> String {
        "utf-8''" + PercentEncoding.encode(value, keeping: "-._~")
    }
}
