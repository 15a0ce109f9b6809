public import MailProtocol
public import OAuthCore

/// How a mailbox over Microsoft's REST services is read.
public struct RESTMailboxOptions: Sendable {
    /// How much text a message is shown with and how large an attachment may be. Default: those of `MIMELimits`. What
    /// the transport takes as an answer (`TransportConfiguration.bodyLimit`) limits both as well.
    public var limits: MIMELimits
    /// Bytes of one answer in JSON, 1 or more. Default 16,777,216.
    public var answerBytes: Int {
        didSet { answerBytes = max(1, answerBytes) }
    }
    /// What happens when the service says that there are too many requests. Default `.report`.
    public var throttling: MailThrottling
    /// What keeps the app within the services' limits; share one among all mailboxes of an app, and give it the app's
    /// environment. Default: one of its own, without environment.
    public var traffic: MailTraffic

    /// Options.
    public init(
        limits: MIMELimits = MIMELimits(), answerBytes: Int = 16_777_216, throttling: MailThrottling = .report,
        traffic: MailTraffic = MailTraffic()
    ) {
        self.limits = limits
        self.answerBytes = max(1, answerBytes)
        self.throttling = throttling
        self.traffic = traffic
    }
}

/// What happens when a service says that there are too many requests.
public enum MailThrottling: Sendable {
    /// `MailboxError.Kind.throttled` at once. Until the moment that the service named, further calls are answered so
    /// without asking it.
    case report
    /// Waits as long as the service asks and tries again, while all waits of one request together stay within `limit`;
    /// beyond it is reported. `sleep` waits for so long, and throws only when the task was cancelled.
    case wait(limit: Seconds, sleep: @Sendable (_ duration: Seconds) async throws -> Void)
}
