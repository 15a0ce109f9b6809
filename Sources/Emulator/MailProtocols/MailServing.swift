import NIOCore
import OAuthCore

/// One connection while it is served.
struct MailServing {
    let listener: MailListener
    let channel: any NIOCore.Channel
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    var session: any MailServerSession
    /// When the token ends.
    private var tokenEnd: UnixTime?
    private var isSecure: Bool
    private var isClosed = false
    private var lastInput = NIODeadline.now()

    /// How long somebody may take to log in.
    private static let loginTimeout = TimeAmount.seconds(60)
    /// How long somebody who is logged in may say nothing (RFC 9051 §5.4).
    private static let idleTimeout = TimeAmount.minutes(30)

    init(
        listener: MailListener, channel: any NIOCore.Channel, outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        session: any MailServerSession
    ) {
        self.listener = listener
        self.channel = channel
        self.outbound = outbound
        self.session = session
        isSecure = listener.kind != .smtp
    }

    /// Serves the connection to its end.
    consuming func run(
        _ inbound: NIOAsyncChannelInboundStream<MailConnectionEvent>, fault: Fault.Kind?
    ) async throws {
        var serving = self
        if case .slow(let milliseconds)? = fault { try await Task.sleep(for: .milliseconds(milliseconds)) }
        let isMute = fault == .mail(.hang) || fault == .mail(.silent)
        if !isMute { try await serving.perform(serving.session.begin()) }
        let start = NIODeadline.now()
        for try await event in inbound {
            if isMute {
                if NIODeadline.now() > start + Self.idleTimeout { return }
            } else {
                try await serving.take(event, start: start)
            }
            if serving.isClosed { return }
        }
    }

    private mutating func take(_ event: MailConnectionEvent, start: NIODeadline) async throws {
        let wasAuthenticated = session.isAuthenticated
        if wasAuthenticated, let tokenEnd, listener.controls.now >= tokenEnd {
            return try await perform(session.expire())
        }
        switch event {
        case .tick:
            let now = NIODeadline.now()
            let isLate =
                wasAuthenticated ? now > lastInput + Self.idleTimeout : now > start + Self.loginTimeout
            try await perform(isLate ? session.timeOut() : session.refresh())
        case .bytes(let buffer, let isSecure):
            // What came before TLS began must not be taken for what comes under it (RFC 3207 §4.2).
            guard isSecure || !self.isSecure || listener.kind != .smtp else { return }
            lastInput = .now()
            if wasAuthenticated, listener.takesExpiry() { return try await perform(session.expire()) }
            try await perform(session.receive(Array(buffer.readableBytesView)))
        }
    }

    private mutating func perform(_ actions: [MailServerAction]) async throws {
        var queue = actions[...]
        while let action = queue.popFirst(), !isClosed {
            switch action {
            case .send(let bytes): try await outbound.write(ByteBuffer(bytes: bytes))
            case .resume: queue += session.resume()
            case .verify(let message):
                let (login, end) = listener.login(message)
                tokenEnd = end
                queue += session.finishLogin(login)
            case .startTLS(let reply):
                try await channel.triggerUserOutboundEvent(
                    MailConnectionHandler.StartTLS(reply: ByteBuffer(bytes: reply)))
                isSecure = true
            case .close: isClosed = true
            }
        }
    }
}
