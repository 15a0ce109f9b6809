extension MessageSummary {
    /// What a list shows of a message, from what the server says of it; see `IMAPFetchRequest.summary`.
    ///
    /// Without an envelope there is neither writer nor subject. Without `INTERNALDATE` the writer's own date counts.
    ///
    /// - Parameter id: its identifier in the mailbox.
    public init(_ fetched: IMAPFetch, id: MessageID) {
        let envelope = fetched.envelope
        self.init(
            id: id, from: envelope.flatMap { $0.from.first ?? $0.sender.first }, subject: envelope?.subject ?? "",
            receivedAt: fetched.internalDate ?? envelope?.date, isRead: fetched.flags?.contains(.seen) ?? false,
            hasAttachments: fetched.structure?.hasAttachments ?? false)
    }
}

extension Message {
    /// A message from its bytes and from what the server says of it.
    ///
    /// - Parameters:
    ///   - bytes: the whole message, `IMAPSection.message`.
    ///   - fetched: its flags and its date.
    ///   - id: its identifier in the mailbox.
    ///   - limits: how much of it is read.
    public init(
        _ bytes: ArraySlice<UInt8>, _ fetched: IMAPFetch, id: MessageID, limits: MIMELimits = MIMELimits()
    ) {
        self.init(
            MIMEPart.parse(bytes, limits: limits), id: id, receivedAt: fetched.internalDate,
            isRead: fetched.flags?.contains(.seen) ?? false, limits: limits)
    }
}
