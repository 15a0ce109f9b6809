/// Where a mail server is reached, and how the connection is protected.
public struct MailServer: Hashable, Sendable {
    /// Its name, which its certificate must carry.
    public var host: String
    /// Its port, 1...65535.
    public var port: Int
    /// How the connection is protected.
    public var security: Security

    /// How a connection is protected.
    public enum Security: Hashable, Sendable {
        /// TLS from the first byte (RFC 8314 §3).
        case implicitTLS
        /// A plain connection that becomes TLS before anything else is said; refused where the server cannot.
        case startTLS
        /// No TLS: whoever is between reads the token. For tests on loopback.
        case unsafePlaintext
    }

    /// A server.
    public init(host: String, port: Int, security: Security = .implicitTLS) {
        self.host = host
        self.port = port
        self.security = security
    }
}
