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
        case is CancellationError, HTTPClientError.cancelled: self = .cancelled
        case HTTPClientError.connectTimeout, HTTPClientError.tlsHandshakeTimeout,
            HTTPClientError.httpProxyHandshakeTimeout, is ChannelError:
            self = .timedOut(host: host, after: configuration.connectTimeout)
        case HTTPClientError.deadlineExceeded, HTTPClientError.readTimeout, HTTPClientError.writeTimeout,
            HTTPClientError.getConnectionFromPoolTimeout:
            self = .timedOut(host: host, after: configuration.timeout)
        case let error as NIOSSLError: self = .tls(host: host, reason: Self.reason(error))
        case is NIOSSLExtraError: self = .tls(host: host, reason: "the certificate is for another name")
        case let error as BoringSSLError: self = .tls(host: host, reason: Self.reason(error))
        case let error as HTTPClientError: self = .unreachable(host: host, reason: error.shortDescription)
        case let error as IOError: self = .unreachable(host: host, reason: Self.reason(errno: error.errnoCode))
        case let error as NIOConnectionError: self = .unreachable(host: host, reason: Self.reason(error))
        default: self = .unreachable(host: host, reason: "the connection broke")
        }
    }
}

extension TransportError {
    private static func reason(_ error: some Error) -> String {
        let text = String(describing: error)
        if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("unableToValidateCertificate") {
            return "its certificate is not trusted"
        }
        if text.contains("CERTIFICATE_REQUIRED") { return "it asks for a client certificate" }
        return "the TLS handshake failed"
    }

    private static func reason(_ error: NIOConnectionError) -> String {
        if error.dnsAError != nil || error.dnsAAAAError != nil, error.connectionErrors.isEmpty {
            return "the name is unknown"
        }
        let codes = error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
        return codes.first.map(reason(errno:)) ?? "no connection"
    }

    private static func reason(errno code: CInt) -> String { String(cString: strerror(code)) }
}
