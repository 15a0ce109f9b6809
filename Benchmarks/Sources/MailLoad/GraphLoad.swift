import Foundation
import HTTPTypes
import MailProtocol
import Microsoft365
import OAuthClient
import OAuthCore
import OAuthHTTPClient
import Synchronization

/// The newest messages of many mailboxes of one tenant over Graph, and the same requests without the library.
struct GraphLoad {
    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Options: `cloud` and `ca`, files; `client`, `secret`, `tenant`; `mailboxes`, of which each is `user` and a number
    /// at `domain`; and `atOnce`, how many are asked at a time.
    func run() async throws -> [String: Double] {
        var configuration = TransportConfiguration()
        configuration.trustedAuthorities = .pem(Array(try Data(contentsOf: URL(filePath: arguments.text("ca")))))
        let system = try ClientEnvironment.system(configuration)
        let recorder = RecordingTransport(system.transport)
        let environment = ClientEnvironment(transport: recorder, clock: UnixTime.systemNow, random: .system)
        let mailboxes = try mailboxes(environment)
        let atOnce = try arguments.number("atOnce")
        let (count, seconds) = try await ContinuousClock.timed {
            try await Self.each(mailboxes, atOnce) { try await $0.newestMessages(10).messages.count }
        }
        let requests = recorder.requests.filter { $0.method == .get }
        let tokens = recorder.requests.count - requests.count
        let (bytes, floor) = try await ContinuousClock.timed {
            try await Self.each(requests, atOnce) { try await system.transport.send($0, body: []).body.count }
        }
        return [
            "seconds": seconds, "count": Double(count), "requests": Double(requests.count), "floor": floor,
            "bytes": Double(bytes), "tokens": Double(tokens),
        ]
    }

    private func mailboxes(_ environment: ClientEnvironment) throws -> [GraphMailbox] {
        let cloud = try Cloud.parse(Array(try Data(contentsOf: URL(filePath: arguments.text("cloud")))))
        guard let tenant = TenantID(try arguments.text("tenant")) else { throw UsageError() }
        let app = Microsoft365App(
            RegisteredApp(
                clientID: try arguments.text("client"), credential: .secret(Secret(try arguments.text("secret"))),
                cloud: cloud),
            environment: environment)
        let session = app.session(tenant: tenant, resource: cloud.graphResource)
        let options = RESTMailboxOptions(
            throttling: .wait(limit: 30) { try await Task.sleep(for: .seconds($0.count)) },
            traffic: MailTraffic(environment: environment))
        let (user, domain) = (try arguments.text("user"), try arguments.text("domain"))
        return (1...(try arguments.number("mailboxes"))).map {
            GraphMailbox(address: "\(user)\($0)@\(domain)", cloud: cloud, session: session, options: options)
        }
    }

    /// Does it with each item, so many at a time.
    private static func each<Item: Sendable>(
        _ items: [Item], _ atOnce: Int, _ body: @escaping @Sendable (Item) async throws -> Int
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            var waiting = items[...]
            for item in waiting.prefix(atOnce) { group.addTask { try await body(item) } }
            waiting = waiting.dropFirst(atOnce)
            var sum = 0
            while let result = try await group.next() {
                sum += result
                if let item = waiting.popFirst() { group.addTask { try await body(item) } }
            }
            return sum
        }
    }
}

/// A transport that remembers what was sent.
private final class RecordingTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let sent = Mutex<[HTTPRequest]>([])

    init(_ transport: any HTTPTransport) { self.transport = transport }

    var requests: [HTTPRequest] { sent.withLock { $0 } }

    func send(_ request: HTTPRequest, body: [UInt8]) async throws(TransportError) -> TransportResponse {
        sent.withLock { $0.append(request) }
        return try await transport.send(request, body: body)
    }
}
