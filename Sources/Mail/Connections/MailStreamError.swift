public import OAuthCore

/// Why a connection to a mail server failed. It holds no bytes that went over the connection.
public enum MailStreamError: Error, Hashable, Sendable {
    /// The name has no address, or nobody answers there.
    case unreachable(String)
    /// The server's certificate is not trusted, or is for another name.
    case certificate(String)
    /// TLS failed for another reason, such as a server that does not speak it.
    case tls(String)
    /// The authorities to trust cannot be read.
    case trustedAuthorities
    /// Nothing came for as long as was allowed, in seconds.
    case timedOut(after: Seconds)
    /// The server closed the connection.
    case closed
    /// The connection broke.
    case broken(String)
    /// The caller's task was cancelled.
    case cancelled
}
