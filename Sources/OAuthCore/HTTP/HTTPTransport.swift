public import HTTPTypes

/// Sends one HTTP request and brings back the whole answer. The only way out for the pure targets.
///
/// An implementation follows no redirects, limits time and size, and verifies certificates.
public protocol HTTPTransport: Sendable {
    /// Sends a request.
    ///
    /// - Throws: `TransportError` when no answer came; an answer with an error status is an answer.
    func send(_ request: HTTPRequest, body: [UInt8]) async throws(TransportError) -> TransportResponse
}

/// A whole answer.
public struct TransportResponse: Sendable, Hashable {
    /// Status and header fields.
    public var head: HTTPResponse
    /// The body's bytes.
    public var body: [UInt8]

    /// An answer.
    public init(head: HTTPResponse, body: [UInt8]) {
        self.head = head
        self.body = body
    }
}

/// Why no answer came. None of the cases holds a URL's query, a header or a body.
public enum TransportError: Error, Hashable, Sendable {
    /// Nothing listens there, the name is unknown, or the connection broke.
    case unreachable(host: String, reason: String)
    /// The peer's certificate was refused, or the TLS handshake failed otherwise.
    case tls(host: String, reason: String)
    /// No whole answer in time.
    case timedOut(host: String, after: Seconds)
    /// The answer's body is longer than is read; in bytes.
    case bodyTooLarge(host: String, limit: Int)
    /// The URL cannot be requested: plain `http` to a host that is not loopback, or no host.
    case refusedURL(reason: String)
    /// The task was cancelled.
    case cancelled
}

extension HTTPField.Name {
    /// `X-Request-ID`: ties an answer to the server's log.
    public static let requestID: HTTPField.Name? = HTTPField.Name("X-Request-ID")
}
