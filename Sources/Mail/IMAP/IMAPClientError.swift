public import MailProtocol

/// Why a session with an IMAP server failed. It holds no token and nothing of a message.
public enum IMAPClientError: Error, Hashable, Sendable {
    /// The connection failed.
    case stream(MailStreamError)
    /// The server does not want this client, or nobody at the moment.
    case unwelcome(IMAPStatus)
    /// The server cannot begin TLS, or refused to; nothing secret was sent.
    case startTLSRefused
    /// The server knows none of the mechanisms that take a token.
    case noMechanism(offered: [String])
    /// The user or the token cannot be sent.
    case credentials(SASLError)
    /// The server refused the login: its answer, and its challenge if it sent one.
    case loginRefused(IMAPStatus, SASLFailure?)
    /// The server refused a command.
    case refused(IMAPStatus)
    /// The command cannot be sent.
    case command(IMAPCommandError)
    /// The server broke the protocol, or a limit.
    case violation(IMAPError)
    /// The server's compressed bytes are none, or inflate to too much.
    case compression(CompressionError)
    /// The server said goodbye.
    case bye(IMAPStatus)
    /// Something on this side failed, such as a file that cannot be written.
    case local(String)
    /// The session ended while an answer was due.
    case ended

    /// Whether a new connection may succeed where this one ended.
    var isLostConnection: Bool {
        switch self {
        case .stream(.closed), .stream(.broken), .bye, .ended: true
        default: false
        }
    }
}
