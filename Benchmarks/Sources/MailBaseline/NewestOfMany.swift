import Foundation
import HTTPTypes
import MailProtocol
import Microsoft365
import OAuthClient
import OAuthCore
import OAuthHTTPClient

/// The ten newest messages of every mailbox of a tenant, beside the same requests sent by a bare client, which is as
/// fast as the emulator can be.
struct NewestOfMany {
    /// Requests at once, over all mailboxes.
    private static let parallel = 16
    private static let messageCount = 10
    private static let throttledCount = 5
    private static let retryAfter: Seconds = 1

    private let base: String
    private let transport: AsyncHTTPClientTransport
    private let counting: CountingTransport
    private let environment: ClientEnvironment
    private let cloud: Microsoft365.Cloud
    private let app: RegisteredApp
    private let tenant: TenantID
    private let addresses: [String]

    /// - Parameters:
    ///   - cloud: the emulator's address.
    ///   - data: its data directory, with `tenants.json` of one tenant.
    init(cloud base: String, data: URL) async throws {
        self.base = base
        var configuration = TransportConfiguration()
        configuration.trustedAuthorities = .pem(Array(try Data(contentsOf: data.appending(path: "ca.pem"))))
        transport = try AsyncHTTPClientTransport(configuration)
        counting = CountingTransport(transport)
        environment = ClientEnvironment(transport: counting, clock: UnixTime.systemNow, random: .system)
        cloud = try Microsoft365.Cloud.parse(try await Self.get("\(base)/cloud.json", transport))
        let file = try JSONObject.parse(Array(try Data(contentsOf: data.appending(path: "tenants.json"))))
        guard let described = file["tenants"]?.array?.first?.object,
            let tenant = described["id"]?.string.flatMap({ TenantID($0) }),
            let users = described["users"]?.array?.compactMap({ $0.object?["upn"]?.string }),
            let client = file["apps"]?.array?.first?.object, let clientID = client["client_id"]?.string,
            let secret = client["client_secrets"]?.array?.first?.object?["value"]?.string
        else { throw UsageError() }
        self.tenant = tenant
        addresses = users
        app = RegisteredApp(clientID: clientID, credential: .secret(Secret(secret)), cloud: cloud)
    }

    /// Rounds of ours and of the bare client in turns, and one with a throttling service.
    ///
    /// - Returns: `FLOOR OURS TOKENS REQUESTS THROTTLED-REQUESTS THROTTLED`: medians in milliseconds, then what was sent
    ///   in a round, then what was sent and how long it took where the service throttled some.
    func measure(rounds: Int) async throws -> String {
        var floors: [Duration] = []
        var ours: [Duration] = []
        var tokens = 0
        var requests: [HTTPRequest] = []
        for _ in 0..<rounds {
            // A fresh app each time: it has no token yet.
            ours.append(try await time { try await readAll(RESTMailboxOptions()) })
            let sent = counting.take()
            requests = sent.filter { $0.method == .get }
            tokens = sent.count - requests.count
            floors.append(try await time { try await replay(requests) })
        }
        try await control(
            "faults",
            [
                "at": "mail", "kind": "throttle", "retry_after": .integer(Self.retryAfter.count),
                "count": .integer(Int64(Self.throttledCount)),
            ])
        var patient = RESTMailboxOptions()
        patient.throttling = .wait(limit: 30) { try await Task.sleep(for: .seconds($0.count)) }
        let throttled = try await time { try await readAll(patient) }
        let sent = counting.take().filter { $0.method == .get }.count
        await transport.shutdown()
        return [
            Self.milliseconds(floors), Self.milliseconds(ours), "\(tokens)", "\(requests.count)", "\(sent)",
            Self.milliseconds([throttled]),
        ].joined(separator: " ")
    }

    private func readAll(_ options: RESTMailboxOptions) async throws {
        let session = Microsoft365App(app, environment: environment)
            .session(tenant: tenant, resource: cloud.graphResource)
        var options = options
        options.traffic = MailTraffic(environment: environment)
        let (cloud, shared) = (cloud, options)
        try await inParallel(addresses) { address in
            let mailbox = GraphMailbox(address: address, cloud: cloud, session: session, options: shared)
            let page = try await mailbox.newestMessages(Self.messageCount)
            guard page.messages.count == Self.messageCount else { throw UnexpectedAnswer() }
        }
    }

    private func replay(_ requests: [HTTPRequest]) async throws {
        let transport = transport
        try await inParallel(requests) { request in
            guard try await transport.send(request, body: []).head.status == .ok else { throw UnexpectedAnswer() }
        }
    }

    private func inParallel<Item: Sendable>(
        _ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, item) in items.enumerated() {
                if index >= Self.parallel { try await group.next() }
                group.addTask { try await body(item) }
            }
            try await group.waitForAll()
        }
    }

    private func time(_ body: () async throws -> Void) async throws -> Duration {
        let clock = ContinuousClock()
        let start = clock.now
        try await body()
        return start.duration(to: clock.now)
    }

    private func control(_ name: String, _ body: JSONObject) async throws {
        var request = try Self.request("\(base)/emulator/\(name)", .post)
        request.headerFields[.contentType] = "application/json"
        guard try await transport.send(request, body: body.encoded()).head.status == .ok else {
            throw UnexpectedAnswer()
        }
    }

    private static func get(_ url: String, _ transport: any HTTPTransport) async throws -> [UInt8] {
        try await transport.send(try request(url, .get), body: []).body
    }

    private static func request(_ url: String, _ method: HTTPRequest.Method) throws -> HTTPRequest {
        guard let url = URI(url) else { throw UsageError() }
        let authority = url.host + (url.port.map { ":\($0)" } ?? "")
        return HTTPRequest(method: method, scheme: url.scheme, authority: authority, path: url.path)
    }

    private static func milliseconds(_ durations: [Duration]) -> String {
        String(format: "%.0f", durations.sorted()[durations.count / 2] / .milliseconds(1))
    }
}

/// That the emulator did not answer as it should.
struct UnexpectedAnswer: Error {}
