import MailProtocol

extension IMAPFetch {
    /// The message as a list shows it; `nil` if its UID or envelope did not come.
    func summary(uidValidity: UInt32) -> MessageSummary? {
        guard let uid, let envelope else { return nil }
        return MessageSummary(
            id: IMAPMessageName(uidValidity: uidValidity, uid: uid).id,
            from: envelope.from.first ?? envelope.sender.first, subject: envelope.subject,
            receivedAt: internalDate ?? envelope.date, isRead: flags?.contains(.seen) ?? false,
            hasAttachments: structure?.hasAttachments ?? false)
    }
}
