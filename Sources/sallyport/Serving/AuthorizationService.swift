import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import OAuthCore
import OAuthHTTPClient
import OAuthHummingbird
import OAuthServer
import OAuthStorage
import ServiceLifecycle
import UnixSignals

/// An authorization server with its listener, its sweeper and its password threads, from start to a clean stop.
struct AuthorizationService {
    /// Where it listens.
    struct Address {
        var host: String
        var port: Int
        var tls: TLSConfiguration?
    }

    let server: AuthorizationServer
    private let store: SQLiteStore
    private let passwords: PasswordPool
    private let site: AuthorizationServerSite
    private let logger: Logger

    init(database: Database, configuration: OAuthServer.ServerConfiguration, pages: PageRenderer, logger: Logger) {
        store = database.store
        passwords = PasswordPool()
        self.logger = logger
        let directory = PasswordDirectory(users: database.store, pool: passwords, random: .system)
        let store = store
        server = AuthorizationServer(
            configuration: configuration, grants: store, clients: store, keys: store, users: directory,
            clock: UnixTime.systemNow, random: .system)
        site = AuthorizationServerSite(
            .init(server: server, pages: pages, isReady: { () throws(StoreError) in try await store.verifyReady() }))
    }

    /// Serves until SIGTERM or SIGINT, then lets requests under way finish.
    ///
    /// - Parameters:
    ///   - others: services that start and stop with it.
    ///   - addRoutes: what is served besides the authorization server.
    ///   - onReady: called once when requests are answered.
    func run(
        at address: Address, with others: [any Service] = [],
        addRoutes: (Router<ServerRequestContext>, AuthorizationServer) -> Void = { _, _ in },
        onReady: @escaping @Sendable () -> Void
    ) async throws {
        let router = Router(context: ServerRequestContext.self, options: .autoGenerateHeadEndpoints)
        site.addRoutes(to: router)
        addRoutes(router, server)
        // A peer that goes silent does not keep its connection.
        let http = HTTPServerBuilder.http1(configuration: .init(idleTimeout: .seconds(60)))
        let application = Application(
            router: router, server: try address.tls.map { try .tls(http, tlsConfiguration: $0) } ?? http,
            configuration: .init(address: .hostname(address.host, port: address.port), backlog: 1_024),
            onServerRunning: { _ in onReady() }, logger: logger)
        let sweeping = Sweeping(
            sweeper: Sweeper(grants: store, keys: store, clock: UnixTime.systemNow, logger: logger))
        var services = ServiceGroupConfiguration(
            services: [sweeping, application] + others,
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        services.maximumGracefulShutdownDuration = .seconds(20)
        try await ServiceGroup(configuration: services).run()
        await passwords.shutdown()
    }
}

/// The sweeper as a service that ends with the others.
private struct Sweeping: Service {
    let sweeper: Sweeper

    func run() async {
        await cancelWhenGracefulShutdown { await sweeper.run() }
    }
}
