import ArgumentParser
import OAuthCore
import OAuthHummingbird
import OAuthServer
import OAuthStorage

/// An audit of what an operator has set up.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check settings, templates and applications; exits with 1 where something is wrong.")

    @Option(help: "The server's identifier.") var issuer: String?
    @Option(help: "A folder with NAME.mustache files that replace pages.") var templates: String?
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let settings = try await database.settings.load([
            .issuer: issuer, .templates: templates, .database: database.database,
        ])
        Logs.start(try Logs.level(settings))
        var findings: [AuditFinding] = []
        if settings[.issuer] != nil { findings += Self.findings(about: settings) }
        findings += try PageRenderer.audit(overrides: Templates.load(settings[.templates])).map(AuditFinding.init)
        if settings[.database] != nil {
            let store = try await Database.open(try settings.required(.database), create: false).store
            findings += SecurityAudit.findings(try await store.clients(owner: nil))
            if try await !store.users().contains(where: \.isAdministrator) {
                findings.append(
                    AuditFinding(
                        .warning, "server.no-administrator", subject: "server",
                        "Nobody administers this server: sallyport user add NAME --administrator."))
            }
        }
        for (key, what) in [(Settings.Key.issuer, "the issuer"), (.database, "applications and people")]
        where settings[key] == nil {
            Terminal.error("sallyport: \(what) not checked: give --\(key.rawValue), or set \(key.variable).")
        }
        let errors = findings.count { $0.severity == .error }
        output.print(.array(findings.map(\.json))) {
            findings.isEmpty ? ["Nothing to report."] : findings.map(\.line)
        }
        if errors > 0 { throw ExitCode(1) }
    }

    private static func findings(about settings: Settings) -> [AuditFinding] {
        do throws(CommandFailure) {
            let issuer = try settings.issuer()
            guard issuer.uri.scheme == "http" else { return [] }
            return [
                AuditFinding(
                    .warning, "server.plain-http", subject: "server",
                    "The issuer is plain http: nobody but this computer can use it.")
            ]
        } catch {
            return [AuditFinding(.error, "server.issuer", subject: "server", error.description)]
        }
    }
}

extension AuditFinding {
    init(_ finding: TemplateFinding) {
        self.init(
            finding.severity == .error ? .error : .warning, "template", subject: finding.place,
            finding.explanation)
    }

    fileprivate var line: String { "\(severity.rawValue): \(subject): \(message) [\(id)]" }

    fileprivate var json: JSONValue {
        .object([
            "severity": .string(severity.rawValue), "id": .string(id), "subject": .string(subject),
            "message": .string(message),
        ])
    }
}
