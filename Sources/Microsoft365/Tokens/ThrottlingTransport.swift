import HTTPTypes
import OAuthCore
import Synchronization

/// Keeps to `Retry-After`: when a token endpoint answers 429, requests to it are answered alike, without being sent,
/// until that time has passed (RFC 6585 §4).
final class ThrottlingTransport: HTTPTransport {
    private struct Pause {
        let until: UnixTime
        let response: TransportResponse
    }

    private let transport: any HTTPTransport
    private let clock: @Sendable () -> UnixTime
    private let pauses = Mutex<[String: Pause]>([:])

    init(_ transport: any HTTPTransport, clock: @escaping @Sendable () -> UnixTime) {
        self.transport = transport
        self.clock = clock
    }

    func send(_ request: HTTPRequest, body: [UInt8]) async throws(TransportError) -> TransportResponse {
        guard let endpoint = Self.tokenEndpoint(of: request) else {
            return try await transport.send(request, body: body)
        }
        if let response = pausedAnswer(endpoint) { return response }
        let response = try await transport.send(request, body: body)
        if response.head.status == .tooManyRequests, let text = response.head.headerFields[.retryAfter],
            let count = Int64(text), count > 0
        {
            let pause = Pause(until: clock() + Seconds(min(count, 3_600)), response: response)
            pauses.withLock { $0[endpoint] = pause }
        }
        return response
    }

    /// The answer that was given, with what is left of its time.
    private func pausedAnswer(_ endpoint: String) -> TransportResponse? {
        let now = clock()
        return pauses.withLock { pauses in
            guard let pause = pauses[endpoint] else { return nil }
            guard now < pause.until else {
                pauses[endpoint] = nil
                return nil
            }
            var response = pause.response
            response.head.headerFields[.retryAfter] = String(pause.until.since(now).count)
            return response
        }
    }

    private static func tokenEndpoint(of request: HTTPRequest) -> String? {
        guard request.method == .post, let path = request.path, path.hasSuffix("/token") else { return nil }
        return "\(request.authority ?? "")\(path)"
    }
}
