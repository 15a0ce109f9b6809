import ArgumentParser
import Emulator
import Foundation
import Hummingbird
import Logging
import OAuthCore
import OAuthHummingbird
import OAuthServer
import OAuthStorage

/// Everything on this computer, with sample people and applications.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run everything on loopback, with sample users and applications.")

    @Flag(help: "Print one line of JSON when everything answers.") var json = false
    @Option(help: "Where the demo keeps its data between starts.") var dataDirectory = ".sallyport-demo"
    @Option(help: "The address to listen on; loopback only.") var host = "127.0.0.1"
    @Option(help: "The authorization server's port; 0 for any free one.") var authorizationPort = 8000
    @Option(help: "The emulated Microsoft 365's port; 0 for any free one.") var emulatorPort = 8443
    @Option(help: "The inbox's port; 0 for any free one.") var inboxPort = 8082
    @Option(help: "The emulated IMAP's port; 0 for any free one.") var imapPort = 8993
    @Option(help: "The emulated mail submission's port; 0 for any free one.") var smtpPort = 8587
    @Option(help: "The emulated POP's port; 0 for any free one.") var popPort = 8995
    @OptionGroup var settings: SettingsOptions

    func validate() throws {
        guard Listener.isLoopback(host) else {
            throw ValidationError(
                "The demo's secrets are samples, so it listens on loopback only, not on \(host). For others, use sallyport serve."
            )
        }
    }

    func run() async throws {
        let settings = try await settings.load([.logLevel: json ? "info" : nil])
        Logs.start(settings[.logLevel] == nil ? .notice : try Logs.level(settings))
        let folder = URL(filePath: dataDirectory)
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(
                "The folder \(dataDirectory) cannot be made: \(error.sentence)",
                next: "Choose another --data-directory.")
        }
        let port = try Listener.port(authorizationPort, host: host, option: "--authorization-port")
        let data = try DemoData.load(folder.appending(path: "demo.json"))
        let database = try await Database.open("sqlite:" + folder.appending(path: "authorization.sqlite").path)
        try await data.install(in: database)
        let issuer = try Issuer.parse("http://\(host.contains(":") ? "[\(host)]" : host):\(port)/o")
        var configuration = ServerConfiguration(issuer: issuer, secret: database.store.serverSecret)
        configuration.scopes = DemoData.scopes
        let service = AuthorizationService(
            database: database, configuration: configuration, pages: try Templates.renderer([:]),
            logger: Logger(label: "sallyport"))
        let parts = try DemoParts(
            self, data: data, issuer: issuer, folder: folder, owner: try await owner(data, database))
        try await data.allowReturn(to: parts.inbox.baseURL + "/", in: database)
        let announcement = DemoAnnouncement(
            issuer: issuer, data: data, cloud: parts.cloud, inbox: parts.inbox, dataDirectory: dataDirectory)
        let printsJSON = json
        let readiness = Readiness(parts: 4) {
            Terminal.output(
                printsJSON ? String(decoding: announcement.json.encoded(), as: UTF8.self) : announcement.text)
        }
        let address = AuthorizationService.Address(host: host, port: port)
        try await service.run(at: address, with: try parts.services(readiness)) { router, server in
            SampleAPI(server: server).addRoutes(to: router)
        } onReady: {
            readiness.partIsReady()
        }
    }

    /// The subject of the demo's administrator, who owns the inbox.
    private func owner(_ data: DemoData, _ database: Database) async throws -> String {
        guard let administrator = data.users.first(where: \.administrator),
            let found = try await database.store.credential(username: administrator.username)
        else {
            throw CommandFailure(
                "The demo's data have no administrator.", next: "Remove \(dataDirectory) to begin afresh.")
        }
        return found.user.subject
    }
}
