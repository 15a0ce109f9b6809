import ArgumentParser
import Emulator
import Foundation
import Hummingbird
import Logging
import OAuthCore
import OAuthHTTPClient
import ServiceLifecycle
import UnixSignals

/// Offline providers for development.
struct Emulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run an offline provider on loopback, for development and tests.",
        subcommands: [EmulateMicrosoft365.self])
}

/// Tenants of Microsoft 365 that exist on this computer alone.
struct EmulateMicrosoft365: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "microsoft365", abstract: "Run emulated Microsoft 365 tenants with mail.")

    @Option(help: "The port to listen on, on loopback; 0 for any free one.") var port = 8443
    @Option(help: "The port for IMAP with TLS, on loopback; 0 for any free one. Default: no IMAP.") var imapPort: Int?
    @Option(help: "The port for SMTP logins with STARTTLS, on loopback; 0 for any free one. Default: no SMTP.")
    var smtpPort: Int?
    @Option(help: "The port for POP with TLS, on loopback; 0 for any free one. Default: no POP.") var popPort: Int?
    @Option(help: "The port for IMAP as Gmail speaks it, on loopback; 0 for any free one. Default: none.")
    var gmailImapPort: Int?
    @Option(help: "Where its certificates, keys, consents and tokens are kept.")
    var dataDirectory = ".sallyport-emulator"
    @Option(help: "A JSON file of tenants, users, apps and consents. Default: contoso.example and fabrikam.example.")
    var tenants: String?
    @Option(help: "A folder of .eml files or a Maildir for every mailbox, or of such folders named by address.")
    var mail: String?
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let settings = try await settings.load([.logLevel: output.json ? "info" : nil])
        Logs.start(settings[.logLevel] == nil ? .notice : try Logs.level(settings))
        let port = try Listener.port(port, host: "127.0.0.1", option: "--port")
        var configuration = Microsoft365Emulator.Configuration(
            port: port, dataDirectory: URL(filePath: dataDirectory), clock: UnixTime.systemNow, random: .system)
        configuration.imapPort = try Self.port(imapPort, "--imap-port")
        configuration.smtpPort = try Self.port(smtpPort, "--smtp-port")
        configuration.popPort = try Self.port(popPort, "--pop-port")
        configuration.gmailIMAPPort = try Self.port(gmailImapPort, "--gmail-imap-port")
        if let tenants { configuration.tenants = .file(URL(filePath: tenants)) }
        configuration.mailDirectory = mail.map { URL(filePath: $0) }
        let emulator = try Self.open(configuration, tenants: tenants)
        let output = output
        let dataDirectory = dataDirectory
        let ports = configuration.mailPorts
        let mailService = try emulator.mailService(logger: Logger(label: "sallyport"))
        let application = try emulator.application(logger: Logger(label: "sallyport")) {
            await mailService.waitUntilListening()
            output.print(.object(Self.json(emulator, ports))) {
                Self.text(emulator, ports, dataDirectory: dataDirectory)
            }
        }
        try await ServiceGroup(
            configuration: .init(
                services: [mailService, application], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "sallyport"))
        ).run()
    }

    private static func port(_ port: Int?, _ option: String) throws -> Int? {
        try port.map { try Listener.port($0, host: "127.0.0.1", option: option) }
    }

    private static func open(
        _ configuration: Microsoft365Emulator.Configuration, tenants: String?
    ) throws -> Microsoft365Emulator {
        do {
            return try Microsoft365Emulator(configuration)
        } catch let error as TenantsFileError {
            throw CommandFailure("\(tenants ?? "tenants.json"): \(error)", next: "Correct the file and start again.")
        } catch let error as EmulatorError {
            throw CommandFailure(error.description)
        }
    }

    private static func json(_ emulator: Microsoft365Emulator, _ ports: [(name: String, port: Int)]) -> JSONObject {
        var object: JSONObject = [
            "cloud": .string(emulator.base), "ca_file": .string(emulator.authorityFile.path),
            "tenants": .array(
                emulator.directory.tenants.map { tenant in
                    .object([
                        "id": .string(tenant.id), "domain": .string(tenant.domain),
                        "users": .strings(tenant.users.map(\.userPrincipalName)),
                    ])
                }),
            "apps": .array(
                emulator.directory.apps.map { app in
                    .object([
                        "client_id": .string(app.clientID), "name": .string(app.name),
                        "multi_tenant": .bool(app.isMultiTenant),
                        "thumbprints_sha1": .strings(app.certificates.map(\.thumbprintText)),
                    ])
                }),
        ]
        for (name, port) in ports {
            object[name] = .object(["host": "localhost", "port": .integer(Int64(port))])
        }
        return object
    }

    private static func text(
        _ emulator: Microsoft365Emulator, _ ports: [(name: String, port: Int)], dataDirectory: String
    ) -> [String] {
        let tenants = emulator.directory.tenants.map { tenant in
            "  \(tenant.domain)  \(tenant.id)  \(tenant.users.count) users"
        }
        return [
            "Emulated Microsoft 365 is ready on this computer only.", "", "  Cloud    \(emulator.base)",
            "  ca_file  \(emulator.authorityFile.path)",
        ] + ports.map { "  \($0.name)  localhost:\($0.port)" } + ["", "Tenants"] + tenants + [
            "", "Passwords and secrets of the sample tenants are in \(dataDirectory)/tenants.json. Ctrl-C stops.",
        ]
    }
}

extension Microsoft365Emulator.Configuration {
    /// The ports of mail protocols by the names that programs know.
    fileprivate var mailPorts: [(name: String, port: Int)] {
        let ports = [("imap", imapPort), ("smtp", smtpPort), ("pop", popPort), ("gmail_imap", gmailIMAPPort)]
        return ports.compactMap { name, port in port.map { (name, $0) } }
    }
}
