import NIOCore
import NIOPosix
import NIOSSL

/// A client of a mail port that speaks lines.
struct MailPeer {
    struct Place: Sendable {
        var port: Int
        /// The file of the authority that the server's certificate must come from.
        var authority: String
    }

    struct Ended: Error {}

    private let place: Place
    private let channel: any Channel
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var buffer: [UInt8] = []

    private init(
        _ place: Place, _ channel: any Channel, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    ) {
        self.place = place
        self.channel = channel
        self.outbound = outbound
        self.inbound = inbound.makeAsyncIterator()
    }

    static func connect<Result: Sendable>(
        _ place: Place, isSecure: Bool = true, _ body: (inout MailPeer) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.seconds(60))
            .connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: place.port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if isSecure { try channel.pipeline.syncOperations.addHandler(try tls(place)) }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var peer = MailPeer(place, channel.channel, outbound, inbound)
            return try await body(&peer)
        }
    }

    private static func tls(_ place: Place) throws -> NIOSSLClientHandler {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(place.authority)
        return try NIOSSLClientHandler(
            context: try NIOSSLContext(configuration: configuration), serverHostname: "localhost")
    }

    func startTLS() async throws {
        let (channel, place) = (channel, place)
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(try Self.tls(place), position: .first)
        }.get()
    }

    func say(_ line: String) async throws { try await outbound.write(ByteBuffer(string: line + "\r\n")) }

    mutating func line() async throws -> String {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                defer { buffer.removeFirst(end + 1) }
                return String(decoding: buffer[..<end].filter { $0 != 13 }, as: UTF8.self)
            }
            guard let more = try await inbound.next(isolation: nil) else { throw Ended() }
            buffer += Array(more.readableBytesView)
        }
    }

    /// Lines up to one that begins with a tag.
    mutating func lines(through tag: String) async throws -> [String] {
        var lines: [String] = []
        repeat { lines.append(try await line()) } while lines.last?.hasPrefix(tag) == false
        return lines
    }

    /// Whether the server closes without another word.
    mutating func isEnded() async throws -> Bool {
        do {
            while let more = try await inbound.next(isolation: nil) {
                if more.readableBytes > 0 { return false }
            }
        } catch {
            // TLS may end without a farewell.
        }
        return true
    }
}
