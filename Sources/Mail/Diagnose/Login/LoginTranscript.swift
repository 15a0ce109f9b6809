public import MailProtocol

/// A mail service that takes tokens.
public enum MailService: String, Hashable, Sendable, CaseIterable {
    /// Reading, RFC 9051.
    case imap
    /// Sending, RFC 6409.
    case smtp
    /// Fetching, RFC 1939.
    case pop
}

/// One part of a login, in the order in which they come.
public enum LoginStage: Int, Hashable, Sendable, CaseIterable, Comparable {
    /// Reaching the server.
    case connect
    /// The TLS handshake, at once or after STARTTLS.
    case tls
    /// The server's first words.
    case greeting
    /// What the server offers.
    case capability
    /// The token.
    case authenticate
    /// Opening the mailbox, or what shows that the login leads somewhere.
    case select

    public static func < (earlier: Self, later: Self) -> Bool { earlier.rawValue < later.rawValue }

    /// What the stage is called in a report.
    public var name: String {
        switch self {
        case .connect: "connect"
        case .tls: "TLS"
        case .greeting: "greeting"
        case .capability: "capabilities"
        case .authenticate: "authenticate"
        case .select: "open the mailbox"
        }
    }
}

/// Why a stage failed. Texts may be the server's own: reports clean them.
public enum LoginFailure: Hashable, Sendable {
    /// The name is unknown, or nobody answers there: what the system said.
    case unreachable(String)
    /// No answer within the time that was given.
    case timedOut
    /// The server ended the connection without a word.
    case closed
    /// The TLS handshake failed other than by the certificate: what the TLS library said.
    case tls(String)
    /// The certificate is not trusted, or of another name: what the TLS library said.
    case certificate(String)
    /// The server said no; its words are the step's answer.
    case refused
    /// Nothing was sent, because something cannot be: what it is, in words of our own.
    case notSent(String)
    /// The server does not offer what is needed (STARTTLS, XOAUTH2): what is missing.
    case notOffered(String)
    /// The server broke the protocol, or a limit: what it was.
    case malformed(String)
}

/// One stage of a login, as it went.
public struct LoginStep: Hashable, Sendable {
    /// Which stage.
    public var stage: LoginStage
    /// Why it failed; `nil` where it succeeded.
    public var failure: LoginFailure?
    /// The server's words that ended the stage, as they came: a greeting, a tagged answer, an SMTP reply.
    public var answer: String?
    /// How long it took.
    public var duration: Duration?

    /// A step.
    public init(
        _ stage: LoginStage, failure: LoginFailure? = nil, answer: String? = nil, duration: Duration? = nil
    ) {
        self.stage = stage
        self.failure = failure
        self.answer = answer
        self.duration = duration
    }
}

/// What happened when somebody logged in: filled in step by step by whoever holds the connection, read by
/// ``Diagnosis/run(_:context:)``.
public struct LoginTranscript: Hashable, Sendable {
    /// The service that was spoken.
    public var service: MailService
    /// Where.
    public var server: MailServer
    /// The stages that were begun, in order. The last one is the one that failed, or ``LoginStage/select``.
    public var steps: [LoginStep] = []
    /// What the server offers, as it wrote it.
    public var capabilities: [String] = []
    /// The mechanism that was used: `XOAUTH2` or `OAUTHBEARER`.
    public var mechanism: String?
    /// The error challenge (RFC 7628 §3.2.2); `nil` where none came.
    public var challenge: SASLFailure?
    /// Whatever else the server said: `BYE`, `BAD`, alerts.
    public var notices: [String] = []
    /// Bytes of the line that carried the credentials.
    public var credentialsLength: Int?

    /// A transcript without steps.
    public init(service: MailService, server: MailServer) {
        self.service = service
        self.server = server
    }

    /// Whether every stage succeeded, up to the mailbox (IMAP) or up to the login (SMTP and POP, which have no more).
    public var isLoggedIn: Bool {
        let last: LoginStage = service == .imap ? .select : .authenticate
        return steps.contains { $0.stage >= last } && steps.allSatisfy { $0.failure == nil }
    }
}
