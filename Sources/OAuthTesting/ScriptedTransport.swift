public import HTTPTypes
public import OAuthCore
import Synchronization

/// A transport that answers from a script and remembers what it was asked.
///
/// Answers are queued per path; the last one of a path stays, so that a document that is fetched again needs no second
/// entry. A path without an answer is unreachable.
public final class ScriptedTransport: HTTPTransport {
    /// What it answers.
    public enum Answer: Sendable {
        /// An answer.
        case response(TransportResponse)
        /// No answer.
        case failure(TransportError)
        /// Whatever the function says of the request.
        case handler(@Sendable (RecordedRequest) -> TransportResponse)
    }

    private struct State {
        var answers: [String: [Answer]] = [:]
        var requests: [RecordedRequest] = []
    }

    private let state = Mutex(State())
    private let gate = Gate()

    /// A transport without answers.
    public init() {}

    /// Queues an answer for a path, which is compared without its query.
    public func on(_ path: String, _ answer: Answer) { state.withLock { $0.answers[path, default: []].append(answer) } }

    /// Queues a JSON answer for a path.
    public func on(_ path: String, status: HTTPResponse.Status = .ok, json: JSONObject) {
        on(path, .response(.json(json, status: status)))
    }

    /// Removes what is queued for a path.
    public func removeAnswers(for path: String) { state.withLock { $0.answers[path] = nil } }

    /// Every request so far, in order.
    public var requests: [RecordedRequest] { state.withLock { $0.requests } }

    /// The requests to a path, in order.
    public func requests(to path: String) -> [RecordedRequest] { requests.filter { $0.path == path } }

    /// From now on requests wait for `release()`; they are recorded at once.
    public func hold() { gate.close() }

    /// Lets waiting requests go on.
    public func release() { gate.open() }

    public func send(
        _ request: HTTPRequest, body: [UInt8]
    ) async throws(TransportError) -> TransportResponse {
        let recorded = RecordedRequest(head: request, body: body)
        let answer = state.withLock { state -> Answer? in
            state.requests.append(recorded)
            guard let queue = state.answers[recorded.path], let first = queue.first else { return nil }
            if queue.count > 1 { state.answers[recorded.path]?.removeFirst() }
            return first
        }
        await gate.pass()
        switch answer {
        case .response(let response): return response
        case .failure(let error): throw error
        case .handler(let handler): return handler(recorded)
        case nil:
            throw .unreachable(host: request.authority ?? "", reason: "no answer is scripted for \(recorded.path)")
        }
    }
}

/// A request that a scripted transport was asked.
public struct RecordedRequest: Sendable, Hashable {
    /// Method, URL and header fields.
    public var head: HTTPRequest
    /// The body's bytes.
    public var body: [UInt8]

    /// A request.
    public init(head: HTTPRequest, body: [UInt8]) {
        self.head = head
        self.body = body
    }

    /// The path without its query.
    public var path: String { String((head.path ?? "").prefix { $0 != "?" }) }

    /// The body's form fields; none where it has no such fields.
    public var form: FormFields { (try? FormFields.parse(body)) ?? FormFields() }
}

extension TransportResponse {
    /// An answer of JSON.
    public static func json(_ object: JSONObject, status: HTTPResponse.Status = .ok) -> TransportResponse {
        TransportResponse(
            head: HTTPResponse(status: status, headerFields: [.contentType: "application/json"]),
            body: object.encoded())
    }

    /// An answer of any text.
    public static func text(
        _ text: String, type: String? = "text/plain", status: HTTPResponse.Status = .ok
    ) -> TransportResponse {
        var head = HTTPResponse(status: status)
        head.headerFields[.contentType] = type
        return TransportResponse(head: head, body: Array(text.utf8))
    }
}

/// Lets callers pass while it is open.
private final class Gate: Sendable {
    private struct State {
        var isOpen = true
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func close() { state.withLock { $0.isOpen = false } }

    func open() {
        let waiting = state.withLock { state in
            defer { state = State() }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
