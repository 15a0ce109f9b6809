import Hummingbird
import Logging
import OAuthClient
import OAuthCore
import OAuthHummingbird

extension InboxSite {
    /// An operator's sign-in at the authorization server, by code and PKCE, and the sign-outs.
    func addOperatorSignIn(to router: Router<ServerRequestContext>) {
        get("/login", router) { visit throws(InboxFailure) in try await beginSignIn(visit) }
        get("/login/callback", router) { visit throws(InboxFailure) in try await finishSignIn(visit) }
        post("/logout", router) { visit throws(InboxFailure) in try await signOut(visit) }
    }

    private func beginSignIn(_ visit: Visit) async throws(InboxFailure) -> PageOutcome {
        let request: AuthorizationRequest
        do throws(ClientError) {
            request = try parts.signIn.authorizationRequest(
                redirectURI: site.url("/login/callback"), scope: ["openid", "profile"])
        } catch {
            throw .signIn(error)
        }
        let attempt = request.attempt
        try await kept(
            await store.insert(
                .signIn(attempt), state: attempt.state, browser: visit.mark,
                expiresAt: attempt.createdAt + AuthorizationAttempt.lifetime))
        return .redirect(request.url)
    }

    private func finishSignIn(_ visit: Visit) async throws(InboxFailure) -> PageOutcome {
        guard let state = visit.fields["state"].map({ Secret($0) }) else { throw .attempt(.unknown) }
        let outcome = try await kept(await store.take(state: state, browser: visit.cookies.browser, now: now))
        guard case .taken(.signIn(let attempt), _) = outcome else { throw .attempt(outcome) }
        let login: Login
        do throws(ClientError) {
            let callback = try parts.signIn.validate(callbackURL: site.uri.origin + visit.location, for: attempt)
            login = try await parts.signIn.login(callback)
        } catch {
            throw .signIn(error)
        }
        guard let idToken = login.idToken else { throw .signIn(.idToken(.missing)) }
        let person = Operator(subject: idToken.subject, name: await name(of: login) ?? idToken.subject)
        let token = Secret(parts.random.token())
        try await kept(
            await store.begin(.operator(person), token: token, replacing: visit.cookies.operator, now: now))
        visit.context.logger.info("operator signed in", metadata: ["user.subject": "\(person.subject)"])
        return .redirect(path("/"), cookies: [(.operator, token)])
    }

    /// What a person goes by, for others to recognise; where the server does not say, the subject does.
    private func name(of login: Login) async -> String? {
        var claims = [login.idToken?.claims["name"]?.string, login.idToken?.claims["preferred_username"]?.string]
        if claims.allSatisfy({ $0 == nil }), let information = try? await parts.signIn.userInfo(for: login) {
            claims = ["name", "preferred_username", "email"].map { information.claims[$0]?.string }
        }
        return claims.compactMap(\.self).first { !$0.isEmpty }.map { String($0.prefix(200)) }
    }

    /// Ends one sign-in or both; an operator's goes on to end the one at the authorization server too. The ID token as a
    /// hint would stand in the address, so that the server is told the client alone, and asks the person.
    private func signOut(_ visit: Visit) async throws(InboxFailure) -> PageOutcome {
        let which = visit.fields["who"]
        var cookies: [(InboxCookies.Name, Secret?)] = []
        if which != "operator", let token = visit.cookies.administrator {
            try await kept(await store.endSession(token))
            cookies.append((.administrator, nil))
        }
        var next = path("/")
        if which != "administrator", let token = visit.cookies.operator {
            try await kept(await store.endSession(token))
            cookies.append((.operator, nil))
            if visit.reader.operator != nil,
                let request = try? parts.signIn.logoutRequest(idToken: nil, returnTo: site.url("/"))
            {
                next = request.url
            }
        }
        return .redirect(next, cookies: cookies)
    }
}

extension InboxFailure {
    /// Why a sign-in at the authorization server came to nothing.
    static func signIn(_ error: ClientError) -> InboxFailure {
        switch error {
        case .server(let answer) where answer.code == .accessDenied:
            InboxFailure(.forbidden, Diagnostic("inbox.sign-in-declined"), way: .start)
        case .callback:
            InboxFailure(.badRequest, Diagnostic("inbox.sign-in-expired", found: "\(error)"), way: .again("/login"))
        case .transport:
            InboxFailure(.badGateway, Diagnostic("inbox.sign-in-unavailable", found: "\(error)"), way: .again("/login"))
        default:
            InboxFailure(.badGateway, Diagnostic("inbox.sign-in-failed", found: "\(error)"), way: .again("/login"))
        }
    }

    /// Why there is nothing to finish.
    static func attempt(_ outcome: TakenAttempt) -> InboxFailure {
        switch outcome {
        case .otherBrowser: InboxFailure(.forbidden, Diagnostic("inbox.other-browser"), way: .start)
        case .unanswered: InboxFailure(.badRequest, Diagnostic("inbox.answer-missing"), way: .start)
        case .unknown, .taken: InboxFailure(.badRequest, Diagnostic("inbox.sign-in-expired"), way: .start)
        }
    }
}
