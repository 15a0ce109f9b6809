import ArgumentParser
import Logging
import Microsoft365
import OAuthClient
import OAuthCore
import OAuthHTTPClient

/// An administrator's consent to an app, proved by a token.
struct Consent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a tenant's administrator for consent to an app, wait for it, and verify it by a token.",
        discussion: """
            The redirect URI must be registered for the app. What the browser brings back proves nothing; only a token \
            that the app gets afterwards does.
            """)

    @Argument(help: "The tenant: its id or domain.") var tenant: String
    @Option(help: "The client id, as registered.") var clientID: String
    @Option(help: ArgumentHelp("The API to consent to. Default: Microsoft Graph.", valueName: "uri"))
    var resource: String?
    @OptionGroup(title: "Browser") var browser: SignInOptions
    @OptionGroup(title: "Proof of the application") var credential: CredentialOptions
    @OptionGroup var cloud: CloudOptions
    @Option(
        help: ArgumentHelp("A PEM file of authorities to trust besides the system's.", valueName: "file"))
    var caFile: String?
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard credential.isGiven else {
            throw ValidationError("The app proves itself by --certificate FILE, or --secret-stdin.")
        }
        switch try? Authority.parse(tenant) {
        case .tenant, .domain: break
        default: throw ValidationError("\(tenant) is no tenant: give its id or one of its domains.")
        }
        if let resource, URI(resource)?.host.isEmpty ?? true {
            throw ValidationError("\(resource) is no API: write it as https://graph.microsoft.com.")
        }
    }

    func run() async throws {
        let settings = try await settings.load()
        Logs.start(settings[.logLevel] == nil ? .notice : try Logs.level(settings))
        let environment = try Outbound.environment(
            authorities: try caFile.map { path throws(CommandFailure) in try Files.authorities(path) })
        let credential = try credential.credential().appCredential()
        let cloud = try await cloud.load(environment)
        let app = Microsoft365App(
            RegisteredApp(clientID: clientID, credential: credential, cloud: cloud), environment: environment)
        let resource = resource ?? cloud.graphResource
        let tenant = try await tenantID(app)
        _ = try await BrowserTrip(options: browser).answer { redirectURI in
            let request = app.consent(authority: .tenant(tenant), resource: resource, redirectURI: redirectURI)
            return BrowserQuestion(url: request.url) { Self.verdict(on: $0, request.attempt, app) }
        }
        try await verify(app, tenant, resource)
        output.print(
            .object([
                "tenant": .string(tenant.description), "client_id": .string(clientID), "resource": .string(resource),
                "consented": true,
            ])
        ) {
            [
                "\(self.tenant) has consented, and the app got a token for \(resource).",
                "Next: sallyport login microsoft365 --app-only --tenant \(self.tenant) --client-id \(clientID) …",
            ]
        }
    }

    private func tenantID(_ app: Microsoft365App) async throws -> TenantID {
        switch try Authority.named(tenant) {
        case .tenant(let tenant): return tenant
        case .domain(let domain):
            do throws(Microsoft365Error) { return try await app.tenant(of: domain) } catch {
                throw CommandFailure(error)
            }
        default: throw CommandFailure("\(tenant) is no tenant.", next: "Give its id or one of its domains.")
        }
    }

    private static func verdict(
        on url: String, _ attempt: ConsentAttempt, _ app: Microsoft365App
    ) -> CallbackVerdict<ConsentAnswer> {
        do throws(Microsoft365Error) {
            return .accepted(try app.finish(consentCallback: url, for: attempt))
        } catch {
            switch error.kind {
            case .state, .malformedAnswer, .attemptExpired: return .stray(PlainText.sentence(error.reason))
            default: return .refused(CommandFailure(error))
            }
        }
    }

    /// A consent takes a moment to reach every server of the cloud.
    private func verify(_ app: Microsoft365App, _ tenant: TenantID, _ resource: String) async throws {
        for pause in [2, 4, nil] {
            do throws(Microsoft365Error) {
                return try await app.verifyConsent(tenant: tenant, resource: resource)
            } catch {
                guard error.kind == .notConsented, let pause else { throw CommandFailure(error) }
                try await Task.sleep(for: .seconds(pause))
            }
        }
    }
}
