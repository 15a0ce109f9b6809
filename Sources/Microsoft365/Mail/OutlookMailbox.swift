public import MailProtocol
import OAuthClient

/// A person's inbox over the Outlook REST API v1.0, which Microsoft has closed and which other servers still speak.
///
/// A value that costs nothing to make: for many mailboxes of a tenant share one session, whose token serves all of them,
/// and one `MailTraffic`.
public struct OutlookMailbox: Mailbox {
    let mailbox: RESTMailbox

    init(address: String?, base: String, session: TokenSession, options: RESTMailboxOptions) {
        mailbox = RESTMailbox(dialect: .outlook, base: base, address: address, session: session, options: options)
    }

    public func newestMessages(_ count: Int) async throws(MailboxError) -> MessagePage {
        try await mailbox.newestMessages(count)
    }

    public func messages(after cursor: PageCursor) async throws(MailboxError) -> MessagePage {
        try await mailbox.messages(after: cursor)
    }

    public func message(_ id: MessageID) async throws(MailboxError) -> Message { try await mailbox.message(id) }

    public func attachment(_ id: AttachmentID, of message: MessageID) async throws(MailboxError) -> AttachmentContent {
        try await mailbox.attachment(id, of: message)
    }
}
