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
    /// What the server is known to offer, where it says so only when it is asked; it saves that question. What an
    /// earlier connection was told comes first. Default: nothing.
    public var assumedCapabilities: IMAPCapabilities?
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

    /// What Exchange Online offers before a login, which its greeting does not say.
    public static let exchangeOnline = IMAPCapabilities(
        [
            "IMAP4", "IMAP4rev1", "AUTH=PLAIN", "AUTH=XOAUTH2", "SASL-IR", "UIDPLUS", "ID", "UNSELECT", "CHILDREN",
            "IDLE",
            "NAMESPACE", "LITERAL+",
        ].map { IMAPCapability($0) })

    /// Options.
    public init(
        stream: MailStreamOptions = MailStreamOptions(), limits: IMAPLimits = IMAPLimits(),
        mechanisms: [SASLMechanism] = [.xoauth2, .oauthBearer], freshFor: Seconds? = 60,
        assumedCapabilities: IMAPCapabilities? = nil, compression: Compression = .never,
        messageBytes: UInt64 = 33_554_432, mime: MIMELimits = MIMELimits()
    ) {
        self.stream = stream
        self.limits = limits
        self.mechanisms = mechanisms
        self.freshFor = freshFor
        self.assumedCapabilities = assumedCapabilities
        self.compression = compression
        self.messageBytes = messageBytes
        self.mime = mime
    }
}
