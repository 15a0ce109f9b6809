import Foundation
import Hummingbird
import HummingbirdCore
import Inbox
import Logging
import Mail
import Microsoft365
import OAuthClient
import OAuthCore
import OAuthHTTPClient
import OAuthHummingbird
import ServiceLifecycle

/// The inbox with its listener and its sweeper, from start to a clean stop.
///
/// It begins to listen when the authorization server and the cloud have answered; until then it asks again, so that the
/// parts of a deployment may start in any order.
struct InboxService: Service {
    /// What an operator decided.
    struct Settings: Sendable {
        var host: String
        var port: Int
        var baseURL: String
        var issuer: String
        var clientID: String
        var clientSecret: Secret?
        var cloud: CloudOptions
        var cloudClientID: String
        var credential: AppCredential
        var owner: String
        /// The path of the database.
        var database: String
        /// A PEM file of authorities that are trusted besides the system's.
        var authorityFile: String?
        var route = Inbox.MailRoute.graph
    }

    let settings: Settings
    let logger: Logger
    let onReady: @Sendable () -> Void

    func run() async throws {
        let store = try openStore()
        let authorities = try settings.authorityFile.map { path throws(CommandFailure) in try Files.authorities(path) }
        // An answer may hold an attachment in base64.
        let environment = try Outbound.environment(authorities: authorities, bodyLimit: 96 << 20)
        guard let site = try await site(store, environment, authorities) else { return }
        let router = Router(context: ServerRequestContext.self, options: .autoGenerateHeadEndpoints)
        site.addRoutes(to: router)
        let application = Application(
            router: router, server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: .init(address: .hostname(settings.host, port: settings.port), backlog: 1_024),
            onServerRunning: { _ in onReady() }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await cancelWhenGracefulShutdown { await site.sweep(logger: logger) } }
            group.addTask { try await application.run() }
            try await group.waitForAll()
        }
    }

    private func openStore() throws(CommandFailure) -> InboxStore {
        do { return try InboxStore(path: settings.database) } catch {
            throw CommandFailure("The database \(settings.database) cannot be used: \(error).")
        }
    }

    /// The site, when both servers have answered; `nil` where the program is to end before.
    private func site(
        _ store: InboxStore, _ environment: ClientEnvironment, _ authorities: String?
    ) async throws -> InboxSite? {
        guard let (provider, cloud) = try await connected(environment) else { return nil }
        let app = RegisteredApp(clientID: settings.cloudClientID, credential: settings.credential, cloud: cloud)
        var parts = InboxSite.Parts(
            baseURL: settings.baseURL, signIn: provider,
            microsoft: Microsoft365App(app, environment: environment, store: store.tokens),
            ownerSubject: settings.owner, store: store, clock: UnixTime.systemNow, random: .system)
        parts.route = settings.route
        parts.authorityFile = settings.authorityFile
        if let authorities { parts.imap.stream.trust = .systemAnd(pem: Array(authorities.utf8)) }
        return try InboxSite(parts)
    }

    /// Asks until both servers answer, first after a tenth of a second, then less and less often.
    private func connected(_ environment: ClientEnvironment) async throws -> (Provider, Cloud)? {
        var pause = Duration.milliseconds(100)
        while true {
            do {
                let cloud = try await settings.cloud.load(environment)
                return (try await discover(environment), cloud)
            } catch let error as ClientError where error.isTransient {
                logger.info("waiting for the authorization server", metadata: ["oauth.issuer": "\(settings.issuer)"])
            } catch let error as CommandFailure where error.isTransient {
                logger.info("waiting for the cloud", metadata: ["error": "\(error.reason)"])
            } catch let error as ClientError {
                throw CommandFailure(error)
            }
            let wait = pause
            guard await cancelWhenGracefulShutdown({ (try? await Task.sleep(for: wait)) != nil }) else { return nil }
            pause = min(pause * 2, .seconds(5))
        }
    }

    private func discover(_ environment: ClientEnvironment) async throws(ClientError) -> Provider {
        try await Provider.discover(
            issuer: settings.issuer, clientID: settings.clientID,
            authentication: settings.clientSecret.map { .secret($0) } ?? .none, environment: environment)
    }
}
