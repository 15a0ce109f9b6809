import HTTPTypes
import OAuthCore
import Synchronization

/// Answers every request by a function of its number, and remembers the requests.
final class StubTransport: HTTPTransport {
    struct Sent: Sendable {
        var request: HTTPRequest
        var body: [UInt8]
    }

    private let answer: @Sendable (Int) async -> Result<TransportResponse, TransportError>
    private let log = Mutex<[Sent]>([])

    /// - Parameter answer: what to answer to the first (0), second (1) … request.
    init(_ answer: @escaping @Sendable (Int) async -> Result<TransportResponse, TransportError>) {
        self.answer = answer
    }

    /// Always this document.
    convenience init(_ object: JSONObject, status: HTTPResponse.Status = .ok) {
        self.init { _ in .success(.json(object, status: status)) }
    }

    var sent: [Sent] { log.withLock { $0 } }

    func send(_ request: HTTPRequest, body: [UInt8]) async throws(TransportError) -> TransportResponse {
        let number = log.withLock { log in
            log.append(Sent(request: request, body: body))
            return log.count - 1
        }
        return try await answer(number).get()
    }
}

extension TransportResponse {
    static func json(_ object: JSONObject, status: HTTPResponse.Status = .ok) -> TransportResponse {
        TransportResponse(head: HTTPResponse(status: status), body: object.encoded())
    }
}

/// A time that a test sets.
final class TestClock: Sendable {
    private let time: Mutex<Int64>
    init(_ seconds: Int64) { time = Mutex(seconds) }
    var now: UnixTime { UnixTime(time.withLock { $0 }) }
    func advance(_ seconds: Int64) { time.withLock { $0 += seconds } }
}
