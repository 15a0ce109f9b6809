public import MailProtocol
public import OAuthClient

/// A person's inbox over the Outlook REST API v1.0, which Microsoft has closed and which other servers still speak.
///
/// A value that costs nothing to make: for many mailboxes of a tenant share one session, whose token serves all of them,
/// and one `MailTraffic`.
public struct OutlookMailbox: Mailbox {
    let mailbox: RESTMailbox

    /// The inbox of this address, or of whoever signed in.
    ///
    /// Nothing is sent yet: an address that is none is refused when the mailbox is asked.
    ///
    /// - Parameters:
    ///   - address: an address or a person's object identifier, of at most 512 bytes; `nil` for the mailbox of whoever
    ///     signed in, which an app with tokens of its own has not.
    ///   - cloud: where the service is.
    ///   - session: tokens for ``Cloud/outlookResource`` with `Mail.Read`.
    ///   - options: limits, and what happens when there are too many requests.
    public init(
        address: String?, cloud: Cloud, session: TokenSession, options: RESTMailboxOptions = RESTMailboxOptions()
    ) {
        self.init(address: address, base: cloud.outlookBase, session: session, options: options)
    }

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
