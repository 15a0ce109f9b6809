import Emulator
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Microsoft365
import NIOCore
import OAuthClient
import OAuthCore
import OAuthHummingbird
import OAuthServer
import OAuthTesting
import Synchronization
import Testing

@testable import Inbox

/// The inbox on a router, an emulated Microsoft 365 and an authorization server behind it, all without sockets.
struct World: Sendable {
    static let base = "http://localhost:8082"
    static let issuer = "http://127.0.0.1:8000/o"
    static let start = UnixTime(1_795_000_000)
    static let contoso = "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e10"
    static let fabrikam = "a86d4c17-92be-4d33-9c5b-0e7f61d8b220"
    static let megan = "megan@contoso.example"

    let clock: VirtualClock
    let cloud: Microsoft365Emulator
    let authorizationServer: InProcessAuthorizationServer
    let network: Network
    let store: InboxStore
    let site: InboxSite
    let folder: TemporaryFolder
    /// The inbox's own address, as a browser that knows it.
    let inbox: any TestClientProtocol

    /// What a test changes before the site is made.
    struct Options: Sendable {
        /// Signs the app's assertions instead of the certificate that is registered.
        var credential: AppCredential?
        var change: @Sendable (inout InboxSite.Parts) -> Void = { _ in }
        /// Where the log goes.
        var logger = Self.quiet

        private static var quiet: Logger {
            var logger = Logger(label: "inbox")
            logger.logLevel = .critical
            return logger
        }
    }

    /// Runs a test in a world of its own.
    static func run(
        _ options: Options = Options(), _ test: @escaping @Sendable (World) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let clock = VirtualClock(start)
        let cloud = try emulator(folder, clock)
        let authorizationServer = try await server(clock)
        let change = options.change
        let (credential, logger) = (options.credential, options.logger)
        let router = cloud.router()
        try await Application(responder: router.buildResponder(), logger: logger).test(.router) { cloudClient in
            let network = Network(cloud: cloudClient, authorizationServer: authorizationServer)
            let store = try InboxStore(path: folder.path("inbox.sqlite"))
            var parts = try await Self.parts(
                ClientEnvironment(transport: network, clock: clock.source, random: .repeatable(seed: 7)), cloud,
                credential: credential, store)
            parts.ownerSubject = try await Self.subject("ann", authorizationServer)
            change(&parts)
            let site = try InboxSite(parts)
            let inboxRouter = Router(context: ServerRequestContext.self, options: .autoGenerateHeadEndpoints)
            site.addRoutes(to: inboxRouter)
            let application = Application(responder: inboxRouter.buildResponder(), logger: logger)
            try await application.test(.router) { inbox in
                try await test(
                    World(
                        clock: clock, cloud: cloud, authorizationServer: authorizationServer, network: network,
                        store: store, site: site, folder: folder, inbox: inbox))
            }
        }
    }

    /// The authority, keys and certificates are made once, for all tests.
    private static let template = Result { () throws -> TemporaryFolder in
        let folder = try TemporaryFolder()
        _ = try Microsoft365Emulator(configuration(folder.url, VirtualClock(start)))
        return folder
    }

    private static func configuration(
        _ folder: URL, _ clock: VirtualClock
    ) -> Microsoft365Emulator.Configuration {
        var configuration = Microsoft365Emulator.Configuration(
            port: 8443, dataDirectory: folder, clock: clock.source, random: .repeatable(seed: 3))
        configuration.redirectURIs = [
            Microsoft365Emulator.SampleApp.inbox.clientID: ["\(base)/connect/callback"]
        ]
        return configuration
    }

    private static func emulator(_ folder: TemporaryFolder, _ clock: VirtualClock) throws -> Microsoft365Emulator {
        let data = folder.url.appending(path: "cloud")
        try FileManager.default.copyItem(at: try template.get().url, to: data)
        return try Microsoft365Emulator(configuration(data, clock))
    }

    private static func server(_ clock: VirtualClock) async throws -> InProcessAuthorizationServer {
        var client = InProcessAuthorizationServer.Client(
            id: "inbox", secret: "the inbox's secret", redirectURIs: ["\(base)/login/callback"],
            scope: "openid profile")
        client.registration.postLogoutRedirectURIs = ["\(base)/"]
        return try await InProcessAuthorizationServer(
            issuer: issuer, clients: [client],
            users: [
                .init("ann", password: "correct horse", name: "Ann"), .init("ben", password: "correct horse"),
            ], clock: clock)
    }

    private static func parts(
        _ environment: ClientEnvironment, _ cloud: Microsoft365Emulator, credential: AppCredential?,
        _ store: InboxStore
    ) async throws -> InboxSite.Parts {
        let files = try #require(cloud.certificateFiles(of: .inbox))
        let certificate = try CertificateCredential.parse(
            pem: Secret(bytes: try Data(contentsOf: files.certificate)),
            keyPEM: Secret(bytes: try Data(contentsOf: files.key)))
        let description = try await environment.transport.send(
            HTTPRequest(method: .get, scheme: "https", authority: "localhost:8443", path: "/cloud.json"), body: [])
        let app = RegisteredApp(
            clientID: Microsoft365Emulator.SampleApp.inbox.clientID,
            credential: credential ?? .certificate(certificate),
            cloud: try Cloud.parse(description.body))
        let provider = try await Provider.discover(
            issuer: issuer, clientID: "inbox", authentication: .secret(Secret("the inbox's secret")),
            environment: environment)
        return InboxSite.Parts(
            baseURL: base, signIn: provider,
            microsoft: Microsoft365App(app, environment: environment, store: store.tokens), ownerSubject: "",
            store: store, clock: environment.clock, random: .repeatable(seed: 11))
    }

    /// The subject by which the authorization server knows a person.
    static func subject(_ username: String, _ server: InProcessAuthorizationServer) async throws -> String {
        try #require(await server.store.credential(username: username)).user.subject
    }

    /// A browser that has nothing yet.
    func browser() -> TestBrowser { TestBrowser(world: self) }

    /// Asks the emulator for something to go wrong, or for something else at its control endpoint.
    func control(_ name: String, _ body: JSONObject) async throws {
        let response = try await network.cloud.execute(
            uri: "/emulator/\(name)", method: .post, headers: [.contentType: "application/json"],
            body: ByteBuffer(bytes: body.encoded())
        ) { $0 }
        #expect(response.status == .ok)
    }
}

/// The two servers that the inbox talks to, and their faults.
final class Network: HTTPTransport {
    let cloud: any TestClientProtocol
    private let authorizationServer: InProcessAuthorizationServer
    private let faults = Mutex<Set<String>>([])

    init(cloud: any TestClientProtocol, authorizationServer: InProcessAuthorizationServer) {
        self.cloud = cloud
        self.authorizationServer = authorizationServer
    }

    /// Nobody answers at a host from now on.
    func cut(_ authority: String) { faults.withLock { _ = $0.insert(authority) } }

    func send(_ request: HTTPRequest, body: [UInt8]) async throws(TransportError) -> TransportResponse {
        let authority = request.authority ?? ""
        guard !faults.withLock({ $0.contains(authority) }) else {
            throw .unreachable(host: authority, reason: "connection refused")
        }
        guard authority == "localhost:8443" else { return try await authorizationServer.send(request, body: body) }
        do {
            let response = try await cloud.execute(
                uri: request.path ?? "/", method: request.method, headers: request.headerFields,
                body: ByteBuffer(bytes: body)
            ) { $0 }
            return TransportResponse(
                head: HTTPResponse(status: response.status, headerFields: response.headers),
                body: Array(response.body.readableBytesView))
        } catch {
            throw .unreachable(host: authority, reason: "\(error)")
        }
    }
}

/// A folder that is removed when nobody needs it any more.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "inbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}
