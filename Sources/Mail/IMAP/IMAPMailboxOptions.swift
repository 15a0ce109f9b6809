public import MailProtocol
public import OAuthCore

/// How a mailbox is read over IMAP; the defaults are safe.
public struct IMAPMailboxOptions: Sendable, Hashable {
    /// How the connection is made.
    public var stream: MailStreamOptions
    /// What a server may make this side keep.
    public var limits: IMAPLimits
    /// The mechanisms that may be used, the preferred one first. Default: XOAUTH2, which every server has that takes
    /// tokens, then OAUTHBEARER.
    public var mechanisms: [SASLMechanism]
    /// From how long a token must still hold, in seconds, for the next command to be sent right behind the login,
    /// before its answer. A refused token would take that command with it. Default 60; `nil` never does.
    public var freshFor: Seconds?
    /// Whether the connection is compressed where the server can (RFC 4978). It costs one flight, which pays for large
    /// mailboxes on slow lines. Default `.never`.
    public var compression: Compression
    /// The largest message that is read whole, in bytes. Default 33,554,432.
    public var messageBytes: UInt64
    /// How much of a message is decoded.
    public var mime: MIMELimits

    /// When a connection is compressed.
    public enum Compression: Sendable, Hashable {
        /// Never.
        case never
        /// Where the server offers it.
        case whenOffered
    }

    /// Options.
    public init(
        stream: MailStreamOptions = MailStreamOptions(), limits: IMAPLimits = IMAPLimits(),
        mechanisms: [SASLMechanism] = [.xoauth2, .oauthBearer], freshFor: Seconds? = 60,
        compression: Compression = .never, messageBytes: UInt64 = 33_554_432, mime: MIMELimits = MIMELimits()
    ) {
        self.stream = stream
        self.limits = limits
        self.mechanisms = mechanisms
        self.freshFor = freshFor
        self.compression = compression
        self.messageBytes = messageBytes
        self.mime = mime
    }
}
