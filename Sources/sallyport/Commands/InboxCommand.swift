import ArgumentParser
import Foundation
import Inbox
import Logging
import Microsoft365
import OAuthCore
import OAuthHTTPClient
import ServiceLifecycle
import UnixSignals

/// The web app for an organisation's mail.
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "Run the web app that shows an organisation's mail.")

    @Option(help: "The authorization server where operators sign in.") var issuer: String?
    @Option(help: "The app's client id there.") var clientID: String
    @Flag(help: "Read the app's client secret there from standard input: one line.") var secretStdin = false
    @OptionGroup var cloud: CloudOptions
    @Option(help: ArgumentHelp("Also trust the authorities in this PEM file.", valueName: "file")) var caFile: String?
    @Option(help: "The app's client id at Microsoft 365.") var cloudClientID: String
    @Option(help: ArgumentHelp("The app's certificate there: PEM, or PKCS#12 with its key.", valueName: "file"))
    var certificate: String
    @Option(help: ArgumentHelp("The key, where it is not in the certificate's file.", valueName: "file"))
    var key: String?
    @Flag(help: "Read the passphrase of a PKCS#12 bundle from standard input: one line, behind the secret's.")
    var passphraseStdin = false
    @Option(help: "The subject of the operator who gives organisations to operators.") var owner: String
    @Option(help: "Where the inbox keeps its data, as sqlite:FILE.") var database: String?
    @Option(help: "How mail is read until an organisation's page says otherwise: graph, outlook or imap.")
    var route = "graph"
    @Option(help: "The address to listen on. Default 127.0.0.1.") var host: String?
    @Option(help: "The port to listen on. Default 8082; 0 for any free one.") var port: Int?
    @Option(help: "The address by which browsers reach it. Default: http, the host and the port.") var baseURL: String?
    @OptionGroup var settings: SettingsOptions

    func validate() throws {
        guard Inbox.MailRoute(rawValue: route) != nil else {
            throw ValidationError(
                "--route is one of \(Inbox.MailRoute.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        guard let baseURL else { return }
        do { _ = try Issuer.parse(baseURL) } catch {
            throw ValidationError("--base-url \(baseURL) is no https address, and no http one of this computer.")
        }
    }

    func run() async throws {
        let settings = try await settings.load([
            .issuer: issuer, .host: host, .port: port.map(String.init), .database: database,
        ])
        Logs.start(try Logs.level(settings))
        let logger = Logger(label: "sallyport")
        let host = settings[.host] ?? "127.0.0.1"
        let port = try Listener.port(try settings.integer(.port) ?? 8_082, host: host, option: "--port")
        let address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        guard baseURL != nil || Listener.isLoopback(host) else {
            throw CommandFailure(
                "Browsers elsewhere reach the inbox by https alone.",
                next: "Give --base-url its https address, which a proxy in front of it serves.")
        }
        let inbox = InboxService.Settings(
            host: host, port: port, baseURL: baseURL ?? address, issuer: try settings.issuer().description,
            clientID: clientID, clientSecret: secretStdin ? try Secrets.readLine("secret") : nil, cloud: cloud,
            cloudClientID: cloudClientID, credential: try credential(), owner: owner,
            database: try Self.path(try settings.required(.database)), authorityFile: caFile,
            route: Inbox.MailRoute(rawValue: route) ?? .graph)
        let service = InboxService(settings: inbox, logger: logger) {
            logger.info("serving", metadata: ["address": "\(inbox.baseURL)"])
        }
        var group = ServiceGroupConfiguration(
            services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(20)
        try await ServiceGroup(configuration: group).run()
    }

    private func credential() throws(CommandFailure) -> AppCredential {
        let kept = Account.Credential.certificate(
            path: certificate, key: key, passphrase: passphraseStdin ? try Secrets.readLine("passphrase") : nil)
        guard let credential = try kept.appCredential() else {
            throw CommandFailure("The app has no certificate.", next: "Give --certificate.")
        }
        return credential
    }

    private static func path(_ database: String) throws(CommandFailure) -> String {
        guard database.hasPrefix("sqlite:"), database.count > "sqlite:".count else {
            throw CommandFailure(
                "\"\(database)\" is no database.",
                next: "Write sqlite: and the path of a file, as in sqlite:inbox.sqlite.")
        }
        return String(database.dropFirst("sqlite:".count))
    }
}
