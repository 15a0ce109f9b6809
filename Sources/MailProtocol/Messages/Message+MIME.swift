public import OAuthCore

extension Message {
    /// A message from its bytes.
    ///
    /// - Parameters:
    ///   - part: the parsed message.
    ///   - id: its identifier in the mailbox.
    ///   - receivedAt: when the mailbox received it; without it the last `Received` field says, or else `Date`.
    ///   - isRead: whether it has been read.
    ///   - limits: how much text is decoded.
    public init(
        _ part: MIMEPart, id: MessageID, receivedAt: UnixTime? = nil, isRead: Bool, limits: MIMELimits = MIMELimits()
    ) {
        let header = part.header
        let selection = BodySelection(part, limits: limits)
        let sentAt = header.first("Date").flatMap { MailDate.parse($0.rawValue) }
        let summary = MessageSummary(
            id: id, from: header.addresses("From").first ?? header.addresses("Sender").first,
            subject: header.first("Subject")?.text ?? "", receivedAt: receivedAt ?? header.receivedAt ?? sentAt,
            isRead: isRead, hasAttachments: selection.attachments.contains { !$0.isInline })
        self.init(
            summary: summary, to: header.addresses("To"), cc: header.addresses("Cc"),
            replyTo: header.addresses("Reply-To"), sentAt: sentAt,
            body: MessageBody(
                text: BodySelection.plain(of: selection.blocks), html: BodySelection.html(of: selection.blocks),
                isTruncated: selection.isTruncated || !part.allDefects.isDisjoint(with: Self.omissions)),
            attachments: selection.attachments)
    }

    private static let omissions: Set<MIMEDefect> = [.tooManyParts, .tooDeep]
}

extension HeaderFields {
    /// The addresses of all fields of this name; some senders repeat `To` and `Cc`.
    public func addresses(_ name: String) -> [MailAddress] {
        var addresses: [MailAddress] = []
        for field in all(name) {
            let room = Self.mostAddresses - addresses.count
            if room > 0 { addresses += MailAddress.list(field.rawValue, limit: room) }
        }
        return addresses
    }

    private static var mostAddresses: Int { 1_000 }

    /// The moment behind the last semicolon of the topmost `Received` (RFC 5321 §4.4).
    fileprivate var receivedAt: UnixTime? {
        guard let value = first("Received")?.rawValue, let semicolon = value.lastIndex(of: UInt8(ascii: ";")) else {
            return nil
        }
        return MailDate.parse(value[(semicolon + 1)...])
    }
}

extension MIMEPart {
    /// The bytes of an attachment that `Message` listed.
    ///
    /// - Throws: `.messageNotFound` for an identifier of no part, `.tooLarge` beyond `limits.attachmentBytes`.
    public func attachment(
        _ id: AttachmentID, limits: MIMELimits = MIMELimits()
    ) throws(MailboxError) -> AttachmentContent {
        guard let part = part(section: id.rawValue), !part.isMultipart else {
            throw MailboxError(.messageNotFound, reason: "the message has no such attachment")
        }
        let decoded = part.decodedBody(limit: limits.attachmentBytes)
        guard !decoded.isTruncated else {
            throw MailboxError(.tooLarge, reason: "the attachment is larger than \(limits.attachmentBytes) bytes")
        }
        return AttachmentContent(
            attachment: part.attachment(isInline: part.disposition?.isInline ?? false), bytes: Array(decoded.bytes))
    }

    private var isMultipart: Bool {
        if case .multipart = content { return true }
        return false
    }
}
