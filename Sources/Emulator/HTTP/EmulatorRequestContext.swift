public import Hummingbird
import Logging
import NIOCore

/// What a handler knows of a request besides the request.
public struct EmulatorRequestContext: RequestContext {
    /// What Hummingbird keeps of a request.
    public var coreContext: CoreRequestContextStorage
    /// The connection, so that a fault can close it.
    let channel: any Channel

    /// A context for one request of a connection.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Whether the peer is on this computer. A test without a connection is.
    var isLocal: Bool {
        guard let address = channel.remoteAddress?.ipAddress else { return true }
        return address == "127.0.0.1" || address == "::1"
    }
}
