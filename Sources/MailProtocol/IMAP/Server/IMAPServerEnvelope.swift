/// `ENVELOPE` of a message (RFC 9051 §7.5.2).
enum IMAPServerEnvelope {
    static func append(_ part: MIMEPart, to output: inout [UInt8]) {
        let header = part.header
        output.append("(")
        appendField("Date", of: header, to: &output)
        output.append(" ")
        appendField("Subject", of: header, to: &output)
        // Those without a field of their own are the author (RFC 9051 §7.5.2).
        for (name, substitute) in [
            ("From", nil), ("Sender", "From"), ("Reply-To", "From"), ("To", nil), ("Cc", nil), ("Bcc", nil),
        ] {
            output.append(" ")
            let field = addresses(name, of: header)
            appendAddresses(field.isEmpty ? substitute.map { addresses($0, of: header) } ?? [] : field, to: &output)
        }
        for name in ["In-Reply-To", "Message-ID"] {
            output.append(" ")
            appendField(name, of: header, to: &output)
        }
        output.append(")")
    }

    /// A field as it was sent, unfolded.
    private static func appendField(_ name: String, of header: HeaderFields, to output: inout [UInt8]) {
        let value = header.first(name).map { HeaderText.unfold($0.rawValue)[...].trimmed }
        output.appendNString(value)
    }

    private static func addresses(_ name: String, of header: HeaderFields) -> [AddressListEntry] {
        header.all(name).flatMap { MailAddress.entries($0.rawValue) }
    }

    private static func appendAddresses(_ entries: [AddressListEntry], to output: inout [UInt8]) {
        guard !entries.isEmpty else { return output.append("NIL") }
        output.append("(")
        for entry in entries {
            switch entry {
            case .mailbox(let address): appendAddress(address, to: &output)
            case .group(let name, let members):
                output.append("(NIL NIL ")
                output.appendString(IMAPServerEncodedWord.text(name))
                output.append(" NIL)")
                for member in members { appendAddress(member, to: &output) }
                output.append("(NIL NIL NIL NIL)")
            }
        }
        output.append(")")
    }

    private static func appendAddress(_ address: MailAddress, to output: inout [UInt8]) {
        let sign = address.address.lastIndex(of: "@")
        let local = sign.map { address.address[..<$0] } ?? address.address[...]
        let host = sign.map { address.address[address.address.index(after: $0)...] } ?? ""
        output.append("(")
        output.appendNString(address.name.map { Array(IMAPServerEncodedWord.text($0).utf8) })
        output.append(" NIL ")
        output.appendString(unquoted(local).utf8)
        output.append(" ")
        // NIL would say that a group begins or ends here.
        output.appendString(host.utf8)
        output.append(")")
    }

    private static func unquoted(_ local: Substring) -> String {
        guard local.utf8.count >= 2, local.first == "\"", local.last == "\"" else { return String(local) }
        var text = ""
        var isEscaped = false
        for character in local.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                text.append(character)
                isEscaped = false
            }
        }
        return text
    }
}

/// Text for clients that read ASCII alone (RFC 2047 §2): what was decoded is encoded again, whatever the sender chose.
enum IMAPServerEncodedWord {
    /// Bytes of one word's text: with its frame no more than RFC 2047's 75 characters.
    private static let wordBytes = 42

    static func text(_ text: String) -> String {
        guard text.utf8.contains(where: { !(0x20...0x7E ~= $0) }) else { return text }
        var words: [String] = []
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            if bytes.count + next.count > wordBytes {
                words.append(word(bytes))
                bytes = []
            }
            bytes += next
        }
        return (words + [word(bytes)]).joined(separator: " ")
    }

    private static func word(_ bytes: [UInt8]) -> String { "=?utf-8?B?\(StrictBase64.encode(bytes))?=" }
}
