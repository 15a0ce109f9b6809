public import OAuthCore

/// How a connection to a mail server is made; the defaults are safe.
public struct MailStreamOptions: Sendable, Hashable {
    /// The longest time until the server takes the connection, in seconds, 1...600. Default 10. TLS counts as silence.
    public var connectTimeout: Seconds
    /// The longest silence while an answer is due, and the longest time for the server to take what is sent, in seconds,
    /// 1...3600. Default 60.
    public var readTimeout: Seconds
    /// Whose certificates are trusted. Default: the system's authorities.
    public var trust: Trust

    /// Whose certificates are trusted. There is no way to trust everybody's.
    public enum Trust: Sendable, Hashable {
        /// The authorities of the operating system.
        case system
        /// Those of the operating system and those in a PEM text.
        case systemAnd(pem: [UInt8])
        /// Those in a PEM text, and no others.
        case pem([UInt8])
    }

    /// Options.
    public init(connectTimeout: Seconds = 10, readTimeout: Seconds = 60, trust: Trust = .system) {
        self.connectTimeout = min(max(connectTimeout, 1), 600)
        self.readTimeout = min(max(readTimeout, 1), 3_600)
        self.trust = trust
    }
}
