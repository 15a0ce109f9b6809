public import Hummingbird
import Logging
import NIOCore

/// What a handler knows of a request besides the request: its id, and who sent it.
public struct ServerRequestContext: RequestContext {
    /// What Hummingbird keeps of a request: its logger, its id, the parameters of its path.
    public var coreContext: CoreRequestContextStorage
    /// The peer's IP address; what a proxy writes into a header does not count.
    public var remoteAddress: String { peer?.ipAddress ?? "unknown" }
    private let peer: SocketAddress?

    /// A context for one request of a connection.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress
    }
}
