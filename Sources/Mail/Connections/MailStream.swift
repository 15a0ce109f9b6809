import NIOCore
import NIOPosix
import NIOSSL
import OAuthCore
import Synchronization

/// A connection to a mail server: bytes both ways, with a deadline on every read.
///
/// It knows no protocol. What is said over it is decided by the session machines of `MailProtocol`.
final class MailStream: Sendable {
    /// How often this side had to wait for the other: a write after a read begins a new flight.
    struct Traffic: Hashable, Sendable {
        /// Flights since the greeting.
        var flights = 0
        /// Bytes written.
        var bytesWritten = 0
        /// Bytes read.
        var bytesRead = 0
        fileprivate var hasReadSinceWrite = true
    }

    private let channel: any Channel
    private let inbox: NIOLoopBound<ByteInbox>
    private let server: MailServer
    private let options: MailStreamOptions
    private let counters = Mutex(Traffic())

    private init(channel: any Channel, inbox: NIOLoopBound<ByteInbox>, server: MailServer, options: MailStreamOptions) {
        self.channel = channel
        self.inbox = inbox
        self.server = server
        self.options = options
    }

    deinit { channel.close(promise: nil) }

    /// What went over the connection so far.
    var traffic: Traffic { counters.withLock { $0 } }

    /// Connects, with TLS where the server's security says so.
    static func connect(
        to server: MailServer, options: MailStreamOptions = MailStreamOptions()
    ) async throws(MailStreamError) -> MailStream {
        let tls = server.security == .implicitTLS ? try context(options) : nil
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(options.connectTimeout.timeAmount)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // Large messages come in large pieces; a connection that carries little keeps to small ones.
            .channelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 2_048, initial: 8_192, maximum: 262_144)
            )
        let initialize = { @Sendable (channel: any Channel) in
            channel.eventLoop.makeCompletedFuture {
                let inbox = ByteInbox()
                if let tls { try addTLS(tls, server, to: channel) }
                try channel.pipeline.syncOperations.addHandler(inbox)
                return (channel, NIOLoopBound(inbox, eventLoop: channel.eventLoop))
            }
        }
        do {
            let (channel, inbox) =
                if let address = server.address {
                    try await bootstrap.connect(to: address, channelInitializer: initialize)
                } else {
                    try await bootstrap.connect(host: server.host, port: server.port, channelInitializer: initialize)
                }
            return MailStream(channel: channel, inbox: inbox, server: server, options: options)
        } catch {
            throw MailStreamError(error)
        }
    }

    /// The longest wait for a read that says nothing else, in seconds.
    var readTimeout: Seconds { options.readTimeout }

    /// The next bytes, at least one.
    ///
    /// - Parameter timeout: the longest wait, in seconds; `nil` for the options' own.
    func read(timeout: Seconds? = nil) async throws(MailStreamError) -> [UInt8] {
        let limit = (timeout ?? options.readTimeout).timeAmount
        let promise = channel.eventLoop.makePromise(of: [UInt8].self)
        channel.eventLoop.execute { [self] in inbox.value.next(on: channel, within: limit, promise: promise) }
        do {
            let bytes = try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                channel.eventLoop.execute { [self] in inbox.value.fail(.cancelled) }
            }
            counters.withLock { traffic in
                traffic.bytesRead += bytes.count
                traffic.hasReadSinceWrite = true
            }
            return bytes
        } catch {
            throw MailStreamError(error)
        }
    }

    /// Sends bytes; returns when the socket has taken them, within the time for a read. The connection is of no use
    /// after a write that was given up: nobody knows how much of it went.
    func write(_ bytes: [UInt8]) async throws(MailStreamError) {
        counters.withLock { traffic in
            traffic.bytesWritten += bytes.count
            if traffic.hasReadSinceWrite { traffic.flights += 1 }
            traffic.hasReadSinceWrite = false
        }
        let limit = options.readTimeout
        // A server that reads nothing, or never ends its part of the handshake, would be waited for without an end.
        let deadline = channel.eventLoop.scheduleTask(in: limit.timeAmount) { [self] in
            abandon(.timedOut(after: limit))
        }
        defer { deadline.cancel() }
        do {
            try await withTaskCancellationHandler {
                try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
            } onCancel: {
                channel.eventLoop.execute { [self] in abandon(.cancelled) }
            }
        } catch {
            throw await whyItEnded() ?? MailStreamError(error)
        }
    }

    /// Ends the connection from this side, on its event loop.
    private func abandon(_ reason: MailStreamError) {
        inbox.value.end(reason)
        channel.close(promise: nil)
    }

    /// Writing to a connection that has ended says only that it has; what ended it is told to the reader.
    private func whyItEnded() async -> MailStreamError? {
        try? await channel.eventLoop.submit { [self] in inbox.value.ending }.get()
    }

    /// Turns the plain connection into TLS; whatever was received before is dropped unread.
    func startTLS() async throws(MailStreamError) {
        let tls = try Self.context(options)
        do {
            try await channel.eventLoop.submit { [self] in
                inbox.value.discardWaitingBytes()
                try Self.addTLS(tls, server, to: channel, first: true)
            }.get()
        } catch {
            throw MailStreamError(error)
        }
    }

    /// Closes the connection, once; a second time does nothing.
    func close() async {
        // A peer that has closed already is as good as one that closes now.
        try? await channel.close()
    }

    private static func addTLS(
        _ context: NIOSSLContext, _ server: MailServer, to channel: any Channel, first: Bool = false
    ) throws {
        let name = server.address == nil ? server.host : nil
        let handler = try NIOSSLClientHandler(context: context, serverHostname: name)
        try channel.pipeline.syncOperations.addHandler(handler, position: first ? .first : .last)
    }

    private static func context(_ options: MailStreamOptions) throws(MailStreamError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        do {
            switch options.trust {
            case .system: break
            case .systemAnd(let pem):
                configuration.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMBytes(pem))]
            case .pem(let pem): configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(pem))
            }
        } catch {
            throw .trustedAuthorities
        }
        do { return try NIOSSLContext(configuration: configuration) } catch { throw MailStreamError(error) }
    }
}

extension MailServer {
    /// Its address, where it is not named: there is nobody to ask for it, and no name for TLS to tell.
    fileprivate var address: SocketAddress? { try? SocketAddress(ipAddress: host, port: port) }
}

extension Seconds {
    fileprivate var timeAmount: TimeAmount { .seconds(count) }
}
