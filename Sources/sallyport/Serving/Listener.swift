import Foundation
import NIOCore
import NIOPosix

/// A place to listen, checked before anything is started.
enum Listener {
    /// The port, or a free one for 0.
    ///
    /// - Parameter option: the option that changes the port, for the error of a taken one.
    static func port(_ port: Int, host: String, option: String) async throws -> Int {
        guard (0...65_535).contains(port) else {
            throw CommandFailure("\(port) is no port.", next: "Give \(option) a number from 0 to 65535.")
        }
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port).get()
            let bound = channel.localAddress?.port ?? port
            try await channel.close()
            return bound
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw CommandFailure(
                "Port \(port) is taken.",
                next: "Stop what listens there, or choose another with \(option) (0: any free one).")
        } catch let error as IOError where error.errnoCode == EACCES {
            throw CommandFailure("Port \(port) is not for this user.", next: "Choose one above 1023 with \(option).")
        } catch {
            throw CommandFailure(
                "Nothing can listen on \(host):\(port): \(error).", next: "Check --host and \(option).")
        }
    }

    /// Whether a host is this computer only.
    static func isLoopback(_ host: String) -> Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }
}
