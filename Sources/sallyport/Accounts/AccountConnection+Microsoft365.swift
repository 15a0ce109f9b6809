import Microsoft365
import OAuthClient
import OAuthCore

extension AccountConnection {
    func microsoft365Provider() async throws -> Provider {
        guard case .microsoft365(let cloud, let tenant) = account.service else {
            throw CommandFailure("\(account.name) is no account of Microsoft 365.")
        }
        let app = try app(at: cloud)
        let authority = try Authority.named(tenant)
        do throws(Microsoft365Error) {
            return try await app.provider(authority: authority)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// A program's own tokens at Microsoft: for one tenant, and for one API with all that was consented to there.
    func microsoft365Session(_ need: TokenNeed) throws -> TokenSession {
        guard case .microsoft365(let cloud, let text) = account.service else {
            throw CommandFailure("\(account.name) is no account of Microsoft 365.")
        }
        guard let tenant = TenantID(text) else {
            throw CommandFailure("An application's tokens belong to one tenant, not to \(text).")
        }
        let resource = try need.resource ?? Self.resource(of: need.scope ?? account.scope) ?? cloud.graphResource
        return try app(at: cloud).session(tenant: tenant, resource: resource)
    }

    private func app(at cloud: Cloud) throws(CommandFailure) -> Microsoft365App {
        let registered = RegisteredApp(
            clientID: account.clientID, credential: try account.credential.appCredential(), cloud: cloud)
        return Microsoft365App(registered, environment: environment, store: store)
    }

    /// The API that an application's scope names: `https://graph.microsoft.com/.default`.
    private static func resource(of scope: Scope) throws(CommandFailure) -> String? {
        guard !scope.isEmpty else { return nil }
        guard scope.tokens.count == 1, let token = scope.tokens.first, token.hasSuffix("/.default") else {
            throw CommandFailure(
                "An application gets all that its tenant consented to, or nothing.",
                next: "Give --scope one API with /.default behind it, or --resource.")
        }
        return String(token.dropLast("/.default".count))
    }
}

extension Account {
    /// A need without what the account's own tokens have anyway: at Microsoft those of a sign-in are for the API of the
    /// first scope that names one.
    func simplified(_ need: TokenNeed) -> TokenNeed {
        guard case .microsoft365(let cloud, _) = service, case .person = holder, need.scope == nil,
            let first = scope.tokens.first(where: { !Self.signInScopes.contains($0) })
        else { return need }
        let slash = first.contains("://") ? first.lastIndex(of: "/") : nil
        guard need.resource == (slash.map { String(first[..<$0]) } ?? cloud.graphResource) else { return need }
        return TokenNeed(minimumLifetime: need.minimumLifetime)
    }

    /// Scopes that name no API.
    private static let signInScopes: Set<String> = ["openid", "profile", "email", "offline_access"]
}

extension Authority {
    static func named(_ text: String) throws(CommandFailure) -> Authority {
        do { return try parse(text) } catch {
            throw CommandFailure("\(PlainText.line(text)) names no tenant.", next: PlainText.sentence("\(error)"))
        }
    }
}

extension CommandFailure {
    /// What Microsoft 365 said, with its number, and what to do about it.
    init(_ error: Microsoft365Error) {
        self.init(
            PlainText.sentence((error.code.map { "\($0): " } ?? "") + error.reason),
            next: error.remedy.map(PlainText.sentence))
    }
}

extension Account {
    /// What a client was told, in the words of the service that said it.
    func failure(_ error: ClientError) -> CommandFailure {
        guard case .microsoft365 = service else { return CommandFailure(error) }
        // How to trust a private authority is known here and not there.
        if case .transport(.tls) = error { return CommandFailure(error) }
        return CommandFailure(Microsoft365Error(error))
    }
}
