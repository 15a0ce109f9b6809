import ArgumentParser
import OAuthClient
import OAuthCore
import OAuthHTTPClient

/// A sign-in whose tokens are kept.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Sign in, and keep the tokens as an account.",
        discussion: "A person signs in by browser; with --app-only the application itself gets tokens, without anyone.")

    @Argument(help: ArgumentHelp("microsoft365, or a server's issuer.", valueName: "preset-or-issuer"))
    var target: String
    @Option(help: "The client id, as registered.") var clientID: String
    @Option(help: "The account's name; the person's, or the service's, when not given.") var account: String?
    @Option(help: "What to ask for, separated by spaces.") var scope: String?
    @Option(
        help: ArgumentHelp(
            "An origin whose API may get the tokens, besides the server's own. Repeat for more.", valueName: "origin"))
    var api: [String] = []
    @Flag(help: "Without a person: tokens for the application itself.") var appOnly = false
    @OptionGroup(title: "Browser") var browser: SignInOptions
    @OptionGroup(title: "Proof of the application") var credential: CredentialOptions
    @OptionGroup(title: "Microsoft 365") var microsoft365: Microsoft365Options
    @Option(
        help: ArgumentHelp("A PEM file of authorities to trust besides the system's.", valueName: "file"))
    var caFile: String?
    @OptionGroup var accounts: AccountOptions
    @OptionGroup var output: OutputOptions

    private var isMicrosoft365: Bool { target == Microsoft365Options.preset }

    func validate() throws {
        if !isMicrosoft365 {
            guard target.contains("://") else {
                throw ValidationError(
                    "\(target) is no preset (there is \(Microsoft365Options.preset)), and no issuer: write https://\(target)."
                )
            }
            if microsoft365.isGiven { throw ValidationError("--tenant and --cloud are for microsoft365.") }
            if credential.certificate != nil { throw ValidationError("--certificate is for microsoft365.") }
        }
        if appOnly {
            if isMicrosoft365, microsoft365.tenant == nil {
                throw ValidationError("--app-only needs --tenant: an application's tokens belong to one.")
            }
            guard credential.isGiven else {
                throw ValidationError("--app-only needs a proof: --certificate FILE, or --secret-stdin.")
            }
        }
        if let account, !Account.isName(account) {
            throw ValidationError("An account's name has up to 128 printable characters, and no space.")
        }
        if let scope, Scope.parse(scope) == nil { throw ValidationError("\(scope) is no scope.") }
        for origin in api where URI(origin).map({ $0.scheme != "https" && !$0.hostIsLoopback }) ?? true {
            throw ValidationError("\(origin) is no origin: write https:// and the host.")
        }
    }

    func run() async throws {
        let accounts = try await accounts.open()
        let authorities = try caFile.map { path throws(CommandFailure) in try Files.authorities(path) }
        let environment = try Outbound.environment(authorities: authorities)
        let credential = try credential.credential()
        var draft = Account(
            name: account ?? "", service: try await service(environment), clientID: clientID,
            credential: credential, holder: .program, scope: scope.flatMap(Scope.parse) ?? [],
            authorities: authorities, apiOrigins: api.compactMap { URI($0)?.origin }, createdAt: .systemNow())
        let flow = LoginFlow(accounts: accounts, suggestion: microsoft365.tenant)
        let tokens: TokenSet
        if appOnly {
            tokens = try await flow.signInProgram(&draft)
        } else {
            tokens = try await flow.signInPerson(&draft, BrowserTrip(options: browser))
        }
        report(draft, tokens)
    }

    private func service(_ environment: ClientEnvironment) async throws -> Account.Service {
        isMicrosoft365 ? try await microsoft365.service(clientID: clientID, environment) : .issuer(target)
    }

    private func report(_ account: Account, _ tokens: TokenSet) {
        // These two show in what came, and not every server lists them.
        var missing = account.missingScope(tokens)
        if tokens.refreshToken != nil { missing = missing.subtracting(["offline_access"]) }
        if tokens.idToken != nil { missing = missing.subtracting(["openid", "profile", "email"]) }
        if !missing.isEmpty {
            Terminal.error("sallyport: not granted: \(PlainText.line(missing.description)).")
        }
        if case .person = account.holder, tokens.refreshToken == nil {
            Terminal.error("sallyport: no refresh token came; sign in again when the access token has ended.")
        }
        var json = account.json
        json["expires_at"] = tokens.expiresAt.map { .integer($0.seconds) }
        json["granted_scope"] = .string(tokens.scope.description)
        output.print(.object(json)) {
            [
                "Signed in as \(PlainText.line(account.holderText)) at \(PlainText.line(account.serviceText)).",
                "The account is \(account.name). Next: sallyport token \(PlainText.shellWord(account.name))",
            ]
        }
    }
}
