public import OAuthCore

/// How the transport reaches servers; the defaults are safe.
public struct TransportConfiguration: Sendable {
    /// The longest time for a connection including TLS, in seconds. Default 10.
    public var connectTimeout: Seconds = 10
    /// The longest time for the whole exchange, in seconds. Default 30.
    public var timeout: Seconds = 30
    /// The longest answer that is read, in bytes. Default 1 MiB.
    public var bodyLimit = 1 << 20
    /// Which hosts may be asked without TLS. Default `.loopbackOnly`.
    public var plainHTTP = PlainHTTPPolicy.loopbackOnly
    /// A proxy for all requests. Default none; the environment is not looked at.
    public var proxy: ProxyServer?
    /// Whose certificates are trusted. Default: the system's authorities.
    public var trustedAuthorities = TrustedAuthorities.system
    /// The certificate that this client shows. Default none.
    public var clientCertificate: ClientCertificate?

    /// The defaults.
    public init() {}
}

/// Which hosts may be asked without TLS.
public enum PlainHTTPPolicy: Sendable, Hashable {
    /// `127.0.0.1`, `[::1]` and `localhost`.
    case loopbackOnly
    /// Any host: whoever is between can read and change tokens.
    case unsafeAllowPlainHTTP
}

/// An HTTP proxy; TLS goes through it by `CONNECT`.
public struct ProxyServer: Sendable, Hashable {
    /// Its name or address.
    public var host: String
    /// Its port.
    public var port: Int
    /// The name and password for it, where it asks.
    public var credentials: Credentials?

    /// A name and password (RFC 7617).
    public struct Credentials: Sendable, Hashable {
        /// The name.
        public var username: String
        /// The password.
        public var password: Secret

        /// A name and password.
        public init(username: String, password: Secret) {
            self.username = username
            self.password = password
        }
    }

    /// A proxy.
    public init(host: String, port: Int, credentials: Credentials? = nil) {
        self.host = host
        self.port = port
        self.credentials = credentials
    }
}

/// Whose certificates a server may show.
public enum TrustedAuthorities: Sendable, Hashable {
    /// The authorities of the operating system.
    case system
    /// Those in a PEM text, and no others.
    case pem([UInt8])
    /// Those of the operating system and those in a PEM text.
    case systemAnd(pem: [UInt8])
}

/// A certificate and its key (RFC 8705 §2), kept in memory.
public enum ClientCertificate: Sendable, Hashable {
    /// Chain and key in PEM, the leaf first; the key may not be encrypted.
    case pem(chain: [UInt8], key: Secret)
    /// A PKCS#12 bundle and its passphrase.
    case pkcs12(bundle: Secret, passphrase: Secret)
}

/// Why the transport's configuration cannot be used. Nothing of a key is in it.
public enum TransportConfigurationError: Error, Hashable, Sendable {
    /// The PEM text of the authorities holds no certificate that can be read.
    case trustedAuthorities
    /// The client's certificate or chain cannot be read.
    case clientCertificate
    /// The client's key cannot be read.
    case clientKey
    /// The PKCS#12 bundle cannot be read: damaged, or another passphrase.
    case pkcs12
}
