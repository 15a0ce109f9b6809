import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// An HTTP server on a free loopback port, which behaves as the path asks.
struct LoopbackServer {
    let channel: any Channel

    var port: Int { channel.localAddress?.port ?? 0 }

    /// Runs `body` beside a server, in TLS if there is a configuration for that.
    static func run(
        tls: TLSConfiguration? = nil, _ body: (LoopbackServer) async throws -> Void
    ) async throws {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Behaviour())
                }
            }
        let server = LoopbackServer(channel: try await bootstrap.bind(host: "127.0.0.1", port: 0).get())
        do {
            try await body(server)
        } catch {
            try await server.channel.close()
            throw error
        }
        try await server.channel.close()
    }

    static func tls(_ chain: String, _ key: String, clientAuthority: String? = nil) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
        if let clientAuthority {
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(clientAuthority.utf8)))
            tls.certificateVerification = .noHostnameVerification
        }
        return tls
    }
}

private final class Behaviour: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private var head: HTTPRequestHead?
    private var received = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let bytes): received += bytes.readableBytes
        case .end: answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        switch head?.uri.prefix(while: { $0 != "?" }) {
        case "/redirect": send(context, .found, ["location": "/ok"], "")
        case "/silent": break
        case "/slow-body": begin(context, ["content-length": "10"], "part")
        case "/announced": begin(context, ["content-length": "2097152"], "")
        case "/endless": begin(context, ["transfer-encoding": "chunked"], String(repeating: "x", count: 2 << 20))
        case "/hang-up": context.close(promise: nil)
        default: send(context, .ok, [:], "\(head?.method.rawValue ?? "") \(received)")
        }
    }

    private func send(
        _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ fields: HTTPHeaders, _ body: String
    ) {
        var fields = fields
        fields.add(name: "content-length", value: "\(body.utf8.count)")
        write(context, status, fields, body)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func begin(_ context: ChannelHandlerContext, _ fields: HTTPHeaders, _ body: String) {
        write(context, .ok, fields, body)
        context.flush()
    }

    private func write(
        _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ fields: HTTPHeaders, _ body: String
    ) {
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
    }
}
