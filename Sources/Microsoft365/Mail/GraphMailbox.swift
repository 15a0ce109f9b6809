public import MailProtocol
import OAuthClient

/// A person's inbox over Microsoft Graph v1.0.
///
/// A value that costs nothing to make: for many mailboxes of a tenant share one session, whose token serves all of them,
/// and one `MailTraffic`. Identifiers of messages are Graph's immutable ones, which outlive a move between folders.
public struct GraphMailbox: Mailbox {
    let mailbox: RESTMailbox

    init(address: String?, base: String, session: TokenSession, options: RESTMailboxOptions) {
        mailbox = RESTMailbox(dialect: .graph, base: base, address: address, session: session, options: options)
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
