import Microsoft365
import OAuthClient
import OAuthCore
import OAuthHTTPClient

/// Gets the first tokens of an account, and keeps both.
struct LoginFlow {
    let accounts: Accounts
    /// What an account may be called after, besides the person or the issuer.
    let suggestion: String?

    /// Signs a person in by browser.
    func signInPerson(_ account: inout Account, _ trip: BrowserTrip) async throws -> TokenSet {
        let provider = try await AccountConnection(account, in: accounts).provider()
        if account.scope.isEmpty { account.scope = Self.standardScope(account.service, provider) }
        let scope = account.scope
        let callback = try await trip.answer { redirectURI in
            let request: AuthorizationRequest
            do throws(ClientError) {
                request = try provider.authorizationRequest(redirectURI: redirectURI, scope: scope)
            } catch { throw CommandFailure(error) }
            return BrowserQuestion(url: request.url) { url in
                request.attempt.verdict(on: url, now: provider.environment.clock())
            }
        }
        let login: Login
        do throws(ClientError) { login = try await provider.login(callback) } catch { throw account.failure(error) }
        account.holder = .person(subject: login.idToken?.subject, name: await Self.name(login, provider))
        do {
            account.name = try await name(for: account)
        } catch {
            // Tokens that are not kept are of no use to anybody.
            if let token = login.tokens.refreshToken { try? await provider.revoke(token, hint: .refreshToken) }
            throw error
        }
        try await accounts.save(account)
        let connection = try AccountConnection(account, in: accounts)
        do throws(ClientError) {
            let key = connection.personKey(login.idToken?.subject)
            _ = try await provider.session(for: login, key: key, store: connection.store)
        } catch { throw CommandFailure(error) }
        return login.tokens
    }

    /// Gets a token for the application itself, which proves that it can.
    func signInProgram(_ account: inout Account) async throws -> TokenSet {
        account.holder = .program
        account.name = try await name(for: account)
        // Proved before it takes the place of one that may work.
        let tokens = try await AccountConnection(account, store: InMemoryTokenStore()).tokens()
        warnOfNothing(tokens, account)
        try await accounts.save(account)
        return tokens
    }

    /// Microsoft gives an application a token also where nobody consented to anything.
    private func warnOfNothing(_ tokens: TokenSet, _ account: Account) {
        guard case .microsoft365(_, let tenant) = account.service,
            let token = try? TokenText(tokens.accessToken.revealed()), token.claims["roles"]?.array?.isEmpty ?? true
        else { return }
        Terminal.error(
            "sallyport: the tenant has consented to nothing; an administrator can by: sallyport consent \(tenant)")
    }

    /// What is asked for when nobody says: who it is, and a refresh token, as far as the server knows these.
    private static func standardScope(_ service: Account.Service, _ provider: Provider) -> Scope {
        var wanted: Scope = ["openid", "profile", "email", "offline_access"]
        if case .microsoft365(let cloud, _) = service { return wanted.union(["\(cloud.graphResource)/Mail.Read"]) }
        if let known = provider.configuration.metadata.scopesSupported { wanted = wanted.intersection(Scope(known)) }
        return wanted
    }

    /// What the person is called: by the ID token, or else by userinfo, where that can be had.
    private static func name(_ login: Login, _ provider: Provider) async -> String? {
        guard let idToken = login.idToken else { return nil }
        if let name = name(idToken.claims.members) { return name }
        return (try? await provider.userInfo(for: login)).flatMap { name($0.claims) }
    }

    private static func name(_ claims: JSONObject) -> String? {
        for name in ["email", "preferred_username", "upn", "name"] {
            if let text = claims[name]?.string.map(PlainText.line), !text.isEmpty { return text }
        }
        return nil
    }

    /// The name that was chosen, or one after the holder. A name that stands for other access is not taken from it.
    private func name(for account: Account) async throws -> String {
        if !account.name.isEmpty {
            guard let other = try await accounts.find(account.name), !other.isSameAccess(as: account) else {
                return account.name
            }
            throw CommandFailure(
                "There is an account \(account.name) already, of \(PlainText.line(other.holderText)) at \(PlainText.line(other.serviceText)).",
                next: "Choose another --account, or run sallyport logout \(account.name).")
        }
        let base = suggestedName(account)
        for number in 1...1_000 {
            let name = number == 1 ? base : "\(base)-\(number)"
            guard let other = try await accounts.find(name) else { return name }
            if other.isSameAccess(as: account) { return name }
        }
        throw CommandFailure("No name is free for the account.", next: "Give --account.")
    }

    private func suggestedName(_ account: Account) -> String {
        var candidates: [String?] = []
        if case .person(_, let name) = account.holder { candidates.append(name) }
        switch account.service {
        case .issuer(let issuer): candidates.append(URI(issuer)?.host)
        case .microsoft365: candidates += [suggestion, Microsoft365Options.preset]
        }
        let texts = candidates.compactMap { $0?.replacing(" ", with: ".") }
        return texts.first(where: Account.isName) ?? "account"
    }
}
