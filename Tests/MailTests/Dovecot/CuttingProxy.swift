import NIOCore
import NIOPosix
import Synchronization

/// A line between a client and a server on loopback, which is cut when a test wants it.
final class CuttingProxy: Sendable {
    let port: Int
    private let listener: any Channel
    private let lines: Lines

    /// Runs it while the body runs.
    ///
    /// - Parameters:
    ///   - target: the port on loopback that it leads to.
    ///   - limits: after how many bytes of the server's each connection is cut, in order; later ones never are.
    static func run<Result>(
        to target: Int, cutAfter limits: [Int] = [], _ body: (CuttingProxy) async throws -> Result
    ) async throws -> Result {
        let lines = Lines(limits)
        let server = try SocketAddress(ipAddress: "127.0.0.1", port: target)
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { near in
                let limit = lines.begin()
                return ClientBootstrap(group: near.eventLoop).connect(to: server)
                    .flatMapThrowing { far in
                        try near.pipeline.syncOperations.addHandler(Relay(to: far, limit: nil))
                        try far.pipeline.syncOperations.addHandler(Relay(to: near, limit: limit))
                        lines.add(near)
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = CuttingProxy(listener, lines)
        do {
            let result = try await body(proxy)
            await proxy.end()
            return result
        } catch {
            await proxy.end()
            throw error
        }
    }

    private init(_ listener: any Channel, _ lines: Lines) {
        (self.listener, self.lines) = (listener, lines)
        port = listener.localAddress?.port ?? 0
    }

    /// How many connections there were.
    var count: Int { lines.count }

    /// Cuts every line that is open now.
    func cut() async {
        for line in lines.take() { try? await line.close() }
    }

    private func end() async {
        try? await listener.close()
        await cut()
    }

    private final class Lines: Sendable {
        private let state: Mutex<(limits: ArraySlice<Int>, open: [any Channel], count: Int)>

        init(_ limits: [Int]) { state = Mutex((limits[...], [], 0)) }

        var count: Int { state.withLock { $0.count } }

        func begin() -> Int? {
            state.withLock { state in
                state.count += 1
                return state.limits.popFirst()
            }
        }

        func add(_ channel: any Channel) { state.withLock { $0.open.append(channel) } }

        func take() -> [any Channel] {
            state.withLock { state in
                defer { state.open = [] }
                return state.open
            }
        }
    }

    /// Hands what comes from one side to the other.
    private final class Relay: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let other: any Channel
        private var rest: Int?

        init(to other: any Channel, limit: Int?) {
            self.other = other
            rest = limit
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            guard let rest, bytes.readableBytes >= rest else {
                self.rest = rest.map { $0 - bytes.readableBytes }
                return other.writeAndFlush(bytes, promise: nil)
            }
            self.rest = 0
            other.writeAndFlush(bytes.readSlice(length: rest) ?? ByteBuffer(), promise: nil)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
