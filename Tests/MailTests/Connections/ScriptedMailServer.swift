import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A mail server on loopback that says what a test wrote down, one script for each connection.
final class ScriptedMailServer: Sendable {
    /// What the server does next.
    enum Step: Sendable {
        /// Sends this text as it is.
        case send(String)
        /// Waits for one line that begins so, and fails the script at any other.
        case line(String)
        /// Waits for one line, whatever it is, and answers what is made of it.
        case answer(@Sendable (String) -> String)
        /// Sends text and begins TLS right behind it, in the clear.
        case startTLS(after: String)
        /// Sends text again and again, as fast as it is taken, until the other side closes.
        case flood(String)
        /// Sends text again and again with pauses of this many milliseconds, until the other side closes.
        case drip(String, milliseconds: Int64)
        /// Closes its side of the connection, and goes on to listen.
        case closeOutput
        /// Closes its side.
        case close
    }

    let port: Int
    private let channel: any Channel
    private let state: Mutex<State>

    private struct State {
        var scripts: [[Step]]
        var lines: [[String]] = []
        var mismatches: [String] = []
        var open = 0
        var waitingForEnd: [CheckedContinuation<Void, Never>] = []
    }

    private init(channel: any Channel, port: Int, state: consuming Mutex<State>) {
        self.channel = channel
        self.port = port
        self.state = state
    }

    /// The lines that came, by connection.
    var lines: [[String]] { state.withLock { $0.lines } }
    /// What came and was not in the script.
    var mismatches: [String] { state.withLock { $0.mismatches } }

    /// Waits until no connection is open.
    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.open > 0 { state.waitingForEnd.append(continuation) }
                return state.open == 0
            }
            if isOver { continuation.resume() }
        }
    }

    /// Runs a server while the body runs.
    @discardableResult
    static func run<Result>(
        _ scripts: [[Step]], tls: NIOSSLContext? = nil, startTLS: NIOSSLContext? = nil,
        _ body: (ScriptedMailServer) async throws -> Result
    ) async throws -> Result {
        let holder = Holder()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Actor(holder, startTLS: startTLS))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedMailServer(
            channel: channel, port: channel.localAddress?.port ?? 0, state: Mutex(State(scripts: scripts)))
        holder.server.withLock { $0 = server }
        do {
            let result = try await body(server)
            try? await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private func nextScript() -> (number: Int, steps: [Step]) {
        state.withLock { state in
            state.lines.append([])
            state.open += 1
            return (state.lines.count - 1, state.scripts.isEmpty ? [.close] : state.scripts.removeFirst())
        }
    }

    private func ended() {
        let waiting = state.withLock { state in
            state.open -= 1
            guard state.open == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waitingForEnd = [] }
            return state.waitingForEnd
        }
        for continuation in waiting { continuation.resume() }
    }

    private func note(_ line: String, _ number: Int) { state.withLock { $0.lines[number].append(line) } }

    private func mismatch(_ text: String) { state.withLock { $0.mismatches.append(text) } }

    private final class Holder: Sendable {
        let server = Mutex<ScriptedMailServer?>(nil)
    }

    private final class Actor: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let holder: Holder
        private let startTLS: NIOSSLContext?
        private var steps: [Step] = []
        private var number = 0
        private var waiting = ""
        private var isGoing = false
        private var isScheduled = false
        private var server: ScriptedMailServer?

        init(_ holder: Holder, startTLS: NIOSSLContext?) {
            self.holder = holder
            self.startTLS = startTLS
        }

        func channelActive(context: ChannelHandlerContext) {
            server = holder.server.withLock { $0 }
            if let script = server?.nextScript() { (number, steps) = (script.number, script.steps) }
            go(context)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            waiting += String(buffer: unwrapInboundIn(data))
            go(context)
        }

        func channelWritabilityChanged(context: ChannelHandlerContext) { go(context) }

        func channelInactive(context: ChannelHandlerContext) {
            steps = []
            server?.ended()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func go(_ context: ChannelHandlerContext) {
            // Sending may say that there is room again.
            guard !isGoing else { return }
            isGoing = true
            defer { isGoing = false }
            while let step = steps.first {
                switch step {
                case .send(let text): send(text, context)
                case .line(let start):
                    guard let line = takeLine() else { return }
                    guard line.hasPrefix(start) else {
                        server?.mismatch("expected \(start), got \(line)")
                        return context.close(promise: nil)
                    }
                case .answer(let make):
                    guard let line = takeLine() else { return }
                    send(make(line), context)
                case .startTLS(let text):
                    send(text, context)
                    waiting = ""
                    if let startTLS {
                        // A test sees at once when the handler cannot be added: the handshake never ends.
                        try? context.pipeline.syncOperations.addHandler(
                            NIOSSLServerHandler(context: startTLS), position: .first)
                    }
                case .flood(let text):
                    guard context.channel.isActive, context.channel.isWritable else { return }
                    send(text, context)
                    // Others live on this event loop too.
                    return again(context, in: .zero)
                case .drip(let text, let milliseconds):
                    guard context.channel.isActive else { return }
                    send(text, context)
                    return again(context, in: .milliseconds(milliseconds))
                case .closeOutput: context.close(mode: .output, promise: nil)
                case .close: context.close(promise: nil)
                }
                // Closing ends the script at once.
                if !steps.isEmpty { steps.removeFirst() }
            }
        }

        private func again(_ context: ChannelHandlerContext, in delay: TimeAmount) {
            guard !isScheduled else { return }
            isScheduled = true
            let context = context.loopBound
            context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
                self.isScheduled = false
                self.go(context.value)
            }
        }

        private func send(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
        }

        private func takeLine() -> String? {
            guard let end = waiting.utf8.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            let line = String(waiting[..<end]).trimmingCharacters()
            waiting = String(waiting[waiting.utf8.index(after: end)...])
            server?.note(line, number)
            return line
        }
    }
}

extension String {
    fileprivate func trimmingCharacters() -> String {
        var text = self[...]
        while let last = text.unicodeScalars.last, last == "\r" { text.unicodeScalars.removeLast() }
        return String(text)
    }
}
