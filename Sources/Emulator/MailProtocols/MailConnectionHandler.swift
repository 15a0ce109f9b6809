import NIOCore
import NIOSSL

/// What reaches the task that serves a connection.
enum MailConnectionEvent: Sendable {
    /// Bytes, and whether they came before TLS began in the middle of the connection.
    case bytes(ByteBuffer, isSecure: Bool)
    /// A little time has passed.
    case tick
}

/// Turns a channel into events: bytes, and ticks for what changes without the client. It also begins TLS in the middle
/// of a connection, and gives up on a client that reads nothing.
final class MailConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = MailConnectionEvent
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Asks for TLS, behind a last answer in plain text.
    struct StartTLS: Sendable {
        var reply: ByteBuffer
    }

    static let tick = TimeAmount.milliseconds(250)
    /// How long a client may leave answers unread.
    private static let writeTimeout = TimeAmount.seconds(60)

    private let tls: NIOSSLContext
    private var isSecure: Bool
    private var timer: RepeatedTask?
    private var blockedSince: NIODeadline?

    init(tls: NIOSSLContext, isSecure: Bool) {
        self.tls = tls
        self.isSecure = isSecure
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { _ in
            let (handler, context) = bound.value
            handler.tick(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    private func stop() {
        timer?.cancel()
        timer = nil
    }

    private func tick(_ context: ChannelHandlerContext) {
        if context.channel.isWritable {
            blockedSince = nil
        } else if let blockedSince {
            if NIODeadline.now() > blockedSince + Self.writeTimeout { return context.close(promise: nil) }
        } else {
            blockedSince = .now()
        }
        context.fireChannelRead(wrapInboundOut(.tick))
        context.fireChannelReadComplete()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(.bytes(unwrapInboundIn(data), isSecure: isSecure)))
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let start = event as? StartTLS else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        // The answer is written before TLS is in the way, and nothing is read between the two.
        context.writeAndFlush(wrapOutboundOut(start.reply), promise: nil)
        do {
            try context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls), position: .first)
            isSecure = true
            promise?.succeed()
        } catch {
            promise?.fail(error)
            context.close(promise: nil)
        }
    }
}
