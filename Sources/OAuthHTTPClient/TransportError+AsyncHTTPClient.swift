import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import OAuthCore

extension TransportError {
    /// Names what the libraries below report, without a URL's path or query.
    init(_ error: any Error, host: String, configuration: TransportConfiguration) {
        switch error {
        case let error as HTTPClientError: self.init(error, host: host, configuration: configuration)
        case is CancellationError: self = .cancelled
        case is ChannelError: self = .timedOut(host: host, after: configuration.connectTimeout)
        case is NIOSSLError, is BoringSSLError: self = .tls(host: host, reason: Self.tlsReason(error))
        case is NIOSSLExtraError: self = .tls(host: host, reason: "the certificate is for another name")
        case let error as IOError: self = .unreachable(host: host, reason: Self.reason(errno: error.errnoCode))
        case let error as NIOConnectionError: self = .unreachable(host: host, reason: Self.reason(error))
        default: self = .unreachable(host: host, reason: "the connection broke")
        }
    }

    private init(_ error: HTTPClientError, host: String, configuration: TransportConfiguration) {
        switch error {
        case .cancelled: self = .cancelled
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout:
            self = .timedOut(host: host, after: configuration.connectTimeout)
        case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout:
            self = .timedOut(host: host, after: configuration.timeout)
        default: self = .unreachable(host: host, reason: error.shortDescription)
        }
    }

    private static func tlsReason(_ error: any Error) -> String {
        let text = String(describing: error)
        if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("unableToValidateCertificate") {
            return "its certificate is not trusted"
        }
        if text.contains("CERTIFICATE_REQUIRED") { return "it asks for a client certificate" }
        return "the TLS handshake failed"
    }

    private static func reason(_ error: NIOConnectionError) -> String {
        let codes = error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
        guard let code = codes.first else { return "the name is unknown" }
        return reason(errno: code)
    }

    private static func reason(errno code: CInt) -> String { String(cString: strerror(code)) }
}
