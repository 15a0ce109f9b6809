import ArgumentParser
import Logging
import OAuthHummingbird
import OAuthStorage

/// The authorization server of an operator.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the authorization server.")

    @Option(help: "The server's identifier and the address of everything below it, as in https://auth.example.")
    var issuer: String?
    @Option(help: "The address to listen on. Default 127.0.0.1.") var host: String?
    @Option(help: "The port to listen on. Default 8000; 0 for any free one.") var port: Int?
    @Option(help: "Where the server keeps its data, as sqlite:FILE.") var database: String?
    @Option(help: "A folder with NAME.mustache files that replace pages.") var templates: String?
    @Option(help: "Scopes of your APIs, as \"messages.read=Read your messages; messages.write=Send messages\".")
    var scopes: String?
    @Option(help: "The audience of JWT access tokens. Default: the issuer.") var audience: String?
    @Option(help: "A PEM file with the TLS certificate and its chain.") var tlsCertificate: String?
    @Option(help: "A PEM file with the key of the certificate.") var tlsKey: String?
    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        let settings = try await settings.load([
            .issuer: issuer, .host: host, .port: port.map(String.init), .database: database, .templates: templates,
            .scopes: scopes, .audience: audience, .tlsCertificate: tlsCertificate, .tlsKey: tlsKey,
        ])
        Logs.start(try Logs.level(settings))
        let logger = Logger(label: "sallyport")
        let issuer = try settings.issuer()
        let templates = try Templates.load(settings[.templates])
        let pages = try Templates.renderer(templates)
        for finding in PageRenderer.audit(overrides: templates) {
            logger.notice("template override", metadata: ["template.finding": "\(finding)"])
        }
        let host = settings[.host] ?? "127.0.0.1"
        let port = try Listener.port(try settings.integer(.port) ?? 8000, host: host, option: "--port")
        let address = AuthorizationService.Address(host: host, port: port, tls: try settings.tls())
        let database = try await Database.open(try settings.required(.database))
        let configuration = try settings.serverConfiguration(secret: database.store.serverSecret)
        let service = AuthorizationService(
            database: database, configuration: configuration, pages: pages, logger: logger)
        try await service.run(at: address) {
            logger.info("serving", metadata: ["issuer": "\(issuer)", "address": "\(host):\(port)"])
        }
    }
}
