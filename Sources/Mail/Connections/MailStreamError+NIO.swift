import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension MailStreamError {
    /// What an error of the network stack means, without anything that was sent.
    init(_ error: any Error) {
        switch error {
        case let error as MailStreamError: self = error
        case let error as NIOSSLError: self = Self.tls(error)
        case let error as NIOSSLExtraError:
            self = error == .failedToValidateHostname ? .certificate("it is for another name") : .tls("\(error)")
        case let error as BoringSSLError: self = .tls(Self.reason(error))
        case let error as NIOConnectionError: self = .unreachable(Self.reason(error))
        case ChannelError.connectTimeout: self = .unreachable("no answer in time")
        case let error as IOError: self = .broken(String(cString: strerror(error.errnoCode)))
        case is CancellationError: self = .cancelled
        default: self = .closed
        }
    }

    private static func reason(_ error: NIOConnectionError) -> String {
        guard let first = error.connectionErrors.first?.error else {
            // The resolver's own words differ from system to system.
            return error.dnsAError == nil && error.dnsAAAAError == nil ? "no address" : "name or service not known"
        }
        guard let system = first as? IOError else { return "no answer" }
        return String(cString: strerror(system.errnoCode))
    }

    private static func tls(_ error: NIOSSLError) -> MailStreamError {
        switch error {
        case .handshakeFailed(let inner):
            let reason = reason(inner)
            return reason.contains("CERTIFICATE_VERIFY_FAILED")
                ? .certificate("nobody trusted signed it") : .tls(reason)
        case .unableToValidateCertificate: return .certificate("nobody trusted signed it")
        case .uncleanShutdown: return .closed
        default: return .tls("\(error)")
        }
    }

    /// The library's own reason codes, which hold no data of the connection.
    private static func reason(_ error: BoringSSLError) -> String {
        if case .sslError(let stack) = error { return stack.map { "\($0)" }.joined(separator: "; ") }
        return "\(error)"
    }
}
