import Foundation
import NIOCore

/// A place to listen, checked before anything is started.
enum Listener {
    /// The port, or a free one for 0.
    ///
    /// The place is bound for a moment and never listened at: a peer that came in that moment would be taken for
    /// connected and never be answered.
    ///
    /// - Parameter option: the option that changes the port, for the error of a taken one.
    static func port(_ port: Int, host: String, option: String) throws -> Int {
        guard (0...65_535).contains(port) else {
            throw CommandFailure("\(port) is no port.", next: "Give \(option) a number from 0 to 65535.")
        }
        let address: SocketAddress
        do {
            address = try SocketAddress.makeAddressResolvingHost(host, port: port)
        } catch {
            throw CommandFailure("There is no address \(host) to listen at.", next: "Check --host.")
        }
        guard let bound = bind(address) else { throw refusal(errno, port: port, host: host, option: option) }
        return bound
    }

    /// Whether a host is this computer only.
    static func isLoopback(_ host: String) -> Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }

    /// The port that the address is bound to; `nil` with `errno` set when it cannot be.
    private static func bind(_ address: SocketAddress) -> Int? {
        let descriptor = socket(
            address.protocol == .inet6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let isBound = address.withSockAddr { pointer, length in
            Foundation.bind(descriptor, pointer, socklen_t(length)) == 0
        }
        guard isBound else {
            let reason = errno
            defer { errno = reason }
            return nil
        }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isNamed = withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { getsockname(descriptor, $0.baseAddress, &length) == 0 }
        }
        guard isNamed else { return nil }
        // The port lies at the same place in both families' addresses, most significant byte first.
        return withUnsafeBytes(of: &storage) { Int($0[2]) << 8 | Int($0[3]) }
    }

    private static func refusal(_ code: Int32, port: Int, host: String, option: String) -> CommandFailure {
        switch code {
        case EADDRINUSE:
            CommandFailure(
                "Port \(port) is taken.",
                next: "Stop what listens there, or choose another with \(option) (0: any free one).")
        case EACCES:
            CommandFailure("Port \(port) is not for this user.", next: "Choose one above 1023 with \(option).")
        default:
            CommandFailure(
                "Nothing can listen on \(host):\(port): \(String(cString: strerror(code))).",
                next: "Check --host and \(option).")
        }
    }
}
