import NIOCore
import OAuthCore

/// Bytes that arrived and were not asked for yet. Lives on the channel's event loop.
///
/// Reading from the socket stops while much is waiting, so that a fast server cannot fill the memory of a slow reader.
final class ByteInbox: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// From how many waiting bytes on the socket is left alone.
    static let highWaterMark = 256 * 1_024

    private var waiting = ByteBuffer()
    /// Why nothing more arrives.
    private(set) var ending: MailStreamError?
    private var reader: EventLoopPromise<[UInt8]>?
    private var timeout: Scheduled<Void>?

    /// The next bytes, at least one. One reader at a time.
    func next(on channel: any Channel, within limit: TimeAmount, promise: EventLoopPromise<[UInt8]>) {
        if waiting.readableBytes > 0 {
            promise.succeed(take(channel))
        } else if let ending {
            promise.fail(ending)
        } else {
            reader = promise
            timeout = channel.eventLoop.assumeIsolated().scheduleTask(in: limit) { [self] in
                fail(.timedOut(after: .init(limit.nanoseconds / 1_000_000_000)))
            }
        }
    }

    /// Drops what came before TLS: whoever is between may have put it there (RFC 3501 §11.1, "STARTTLS injection").
    func discardWaitingBytes() { waiting.clear() }

    /// Ends a wait, if there is one.
    func fail(_ error: MailStreamError) {
        timeout?.cancel()
        timeout = nil
        reader?.fail(error)
        reader = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if waiting.readableBytes == 0 { waiting = bytes } else { waiting.writeBuffer(&bytes) }
        if waiting.readableBytes > Self.highWaterMark { setAutoRead(false, context.channel) }
        guard let reader else { return }
        self.reader = nil
        timeout?.cancel()
        reader.succeed(take(context.channel))
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(ending ?? .closed)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(MailStreamError(error))
        context.close(promise: nil)
    }

    /// Ends the connection for whoever reads, now or later; what ended it first counts.
    func end(_ error: MailStreamError) {
        if ending == nil { ending = error }
        fail(ending ?? error)
    }

    private func take(_ channel: any Channel) -> [UInt8] {
        let bytes = Array(waiting.readableBytesView)
        if waiting.readableBytes > Self.highWaterMark { setAutoRead(true, channel) }
        waiting = ByteBuffer()
        return bytes
    }

    private func setAutoRead(_ value: Bool, _ channel: any Channel) {
        // A channel that is closing refuses, and then there is nothing left to hold back.
        channel.setOption(.autoRead, value: value).whenFailure { _ in }
    }
}
