import HTTPTypes
import OAuthCore
import Synchronization

/// Counts requests, and remembers those without a body so that they can be sent again.
final class CountingTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let sent = Mutex<[HTTPRequest]>([])

    init(_ transport: any HTTPTransport) { self.transport = transport }

    func send(_ request: HTTPRequest, body: [UInt8]) async throws(TransportError) -> TransportResponse {
        sent.withLock { $0.append(request) }
        return try await transport.send(request, body: body)
    }

    /// What was sent since this was asked last.
    func take() -> [HTTPRequest] {
        sent.withLock { requests in
            defer { requests = [] }
            return requests
        }
    }
}
