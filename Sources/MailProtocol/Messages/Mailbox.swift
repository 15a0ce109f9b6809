public import OAuthCore

/// One person's inbox, whatever protocol lies beneath.
public protocol Mailbox: Sendable {
    /// The newest messages, newest first.
    ///
    /// - Parameter count: messages of the page, 1...1000.
    func newestMessages(_ count: Int) async throws(MailboxError) -> MessagePage

    /// The page that follows another, older messages in the same order.
    ///
    /// - Parameter cursor: `next` of a page of this mailbox. One that came from elsewhere is refused
    ///   (`MailboxError.Kind.badCursor`) before anything is sent.
    func messages(after cursor: PageCursor) async throws(MailboxError) -> MessagePage

    /// One message with its text. It stays unread.
    func message(_ id: MessageID) async throws(MailboxError) -> Message

    /// The bytes of an attachment.
    func attachment(_ id: AttachmentID, of message: MessageID) async throws(MailboxError) -> AttachmentContent
}

/// Some messages of a mailbox, newest first.
public struct MessagePage: Hashable, Sendable {
    /// The messages.
    public var messages: [MessageSummary]
    /// Where older ones follow; `nil` on the last page.
    public var next: PageCursor?

    /// A page.
    public init(messages: [MessageSummary], next: PageCursor? = nil) {
        self.messages = messages
        self.next = next
    }
}

/// A position in a mailbox. Opaque, and not secret: it may travel through a browser, which may change it.
public struct PageCursor: Hashable, Sendable {
    /// The position as the mailbox wrote it.
    public var rawValue: String

    /// The position with this text.
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Why a mailbox did not answer. It holds no token and nothing of a message.
public struct MailboxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a program can tell apart.
    public enum Kind: Hashable, Sendable {
        /// The token was refused, or there is none: a person has to sign in or consent again.
        case notAuthorized
        /// The token is good and does not reach this mailbox.
        case accessDenied
        /// There is no such mailbox, or it has no mail service.
        case mailboxNotFound
        /// The message or the attachment is not, or no longer, there.
        case messageNotFound
        /// The cursor is not one of this mailbox.
        case badCursor
        /// Too many requests; when to come back, if the service says it.
        case throttled(retryAfter: Seconds?)
        /// The service cannot be reached, or is not working now.
        case unavailable
        /// Something is larger than the reader's limit.
        case tooLarge
        /// The service's answer makes no sense.
        case malformedAnswer
        /// The caller's task was cancelled.
        case cancelled
    }

    /// What a program can tell apart.
    public var kind: Kind
    /// The service's own code, such as `ErrorAccessDenied`, `AADSTS700016` or `AUTHENTICATIONFAILED`.
    public var code: String?
    /// What happened, for a person, in one line.
    public var reason: String
    /// What to do about it, for a person, in one line; `nil` where nothing can be said.
    public var remedy: String?

    /// An error.
    public init(_ kind: Kind, code: String? = nil, reason: String, remedy: String? = nil) {
        self.kind = kind
        self.code = code
        self.reason = reason
        self.remedy = remedy
    }

    public var description: String {
        let what = code.map { "\(reason) (\($0))" } ?? reason
        return remedy.map { "\(what): \($0)" } ?? what
    }
}
