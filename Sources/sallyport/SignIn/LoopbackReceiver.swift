import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OAuthCore
import ServiceLifecycle
import Synchronization

/// Where a browser is to come back to on this computer.
struct LoopbackPlace: Sendable {
    /// As the redirect URI has it: `127.0.0.1`, `[::1]` or `localhost`.
    var host: String
    /// 0 for any free one.
    var port: Int
    var path: String

    /// The address to bind.
    var bindHost: String { host == "[::1]" ? "::1" : "127.0.0.1" }
}

/// A small web server that waits for one answer on loopback (RFC 8252 §7.3).
struct LoopbackReceiver {
    let place: LoopbackPlace

    private enum Event<Answer: Sendable>: Sendable {
        case answered(Result<Answer, CommandFailure>)
        case timedOut
        case stopped
    }

    /// Listens, asks, and waits for the first valid answer.
    ///
    /// - Parameter begin: asks the question, once the redirect URI is listened at.
    func answer<Answer: Sendable>(
        within timeout: Seconds, _ begin: @escaping @Sendable (String) async throws -> BrowserQuestion<Answer>
    ) async throws -> Answer {
        // Finds out early, and says in words, when the port is taken.
        _ = try Listener.port(place.port, host: place.bindHost, option: "--port")
        let (ports, portFound) = AsyncStream.makeStream(of: Int.self)
        let (answers, answered) = AsyncStream.makeStream(of: Result<Answer, CommandFailure>.self)
        let exchange = LoopbackExchange<Answer>(answered: answered)
        let group = server(exchange, portFound: portFound)
        let place = place
        return try await withThrowingTaskGroup(of: Event<Answer>.self) { tasks in
            tasks.addTask {
                try await group.run()
                return .stopped
            }
            tasks.addTask {
                guard let port = await ports.first(where: { _ in true }) else { return .stopped }
                exchange.authority = "\(place.host):\(port)"
                exchange.question = try await begin("http://\(place.host):\(port)\(place.path)")
                return await answers.first { _ in true }.map { .answered($0) } ?? .stopped
            }
            tasks.addTask {
                try await Task.sleep(for: .seconds(timeout.count))
                return .timedOut
            }
            defer { tasks.cancelAll() }
            let first = try await tasks.next()
            await group.triggerGracefulShutdown()
            guard case .answered(let answer) = first else {
                throw CommandFailure(
                    "No answer came within \(timeout.count) seconds.",
                    next: "Run the command again, with --timeout for longer or --paste without a listener.")
            }
            // The browser gets its page before the listener goes.
            _ = try await tasks.next()
            return try answer.get()
        }
    }

    private func server<Answer: Sendable>(
        _ exchange: LoopbackExchange<Answer>, portFound: AsyncStream<Int>.Continuation
    ) -> ServiceGroup {
        let router = Router()
        router.get("**") { [path = place.path] request, _ in exchange.respond(to: request, at: path) }
        var logger = Logger(label: "sallyport.loopback")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname(place.bindHost, port: place.port)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { portFound.yield(port) }
                portFound.finish()
            }, logger: logger)
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        return ServiceGroup(configuration: configuration)
    }
}

/// What the listener knows while it waits.
private final class LoopbackExchange<Answer: Sendable>: Sendable {
    private struct State {
        var authority = ""
        var question: BrowserQuestion<Answer>?
        var isAnswered = false
    }

    private let state = Mutex(State())
    private let answered: AsyncStream<Result<Answer, CommandFailure>>.Continuation

    init(answered: AsyncStream<Result<Answer, CommandFailure>>.Continuation) { self.answered = answered }

    var authority: String {
        get { state.withLock { $0.authority } }
        set { state.withLock { $0.authority = newValue } }
    }

    var question: BrowserQuestion<Answer>? {
        get { state.withLock { $0.question } }
        set { state.withLock { $0.question = newValue } }
    }

    /// Only the first answer that is valid counts; the others are told so.
    func respond(to request: Request, at path: String) -> Response {
        let (authority, question) = state.withLock { ($0.authority, $0.question) }
        // A page elsewhere whose name was made to lead here would send its own name.
        guard let question, request.head.authority == authority, request.uri.path == path else {
            return LoopbackPage.notFound.response
        }
        let result: Result<Answer, CommandFailure>
        switch question.judge(request.head.path ?? "") {
        case .stray: return LoopbackPage.stray.response
        case .refused(let failure): result = .failure(failure)
        case .accepted(let answer): result = .success(answer)
        }
        let isFirst = state.withLock { state in
            defer { state.isAnswered = true }
            return !state.isAnswered
        }
        guard isFirst else { return LoopbackPage.late.response }
        answered.yield(result)
        answered.finish()
        if case .failure = result { return LoopbackPage.refused.response }
        return LoopbackPage.done.response
    }
}
