import HTTPTypes
import Hummingbird
import Logging
import OAuthCore
import OAuthServer

extension AuthorizationServerSite {
    /// The sign-in form and the account page.
    func addSignIn(to router: Router<ServerRequestContext>) {
        addPage("/login", to: router) { visit throws(StoreError) in
            try await signInPage(visit, continuation: visit.fields["continue"])
        }
        addPage("/login", method: .post, to: router) { visit throws(StoreError) in
            try await signIn(visit)
        }
        addPage("/account", to: router) { visit throws(StoreError) in
            guard let user = visit.user else { return askToSignIn(visit) }
            return .page(
                .account(
                    AccountPage(
                        person: user.person, email: user.email, applicationsURL: path("/applications"),
                        connectedAppsURL: path("/connected-apps"), logoutAction: path("/logout"),
                        csrf: formToken(visit))))
        }
        // The issuer itself is where a person lands who shortens the address.
        addPage("/", to: router) { _ throws(StoreError) in .redirect(path("/account")) }
        for method in [HTTPRequest.Method.get, .post] {
            addPage("/**", method: method, to: router) { visit throws(StoreError) in notFound(visit) }
        }
        if !issuer.basePath.isEmpty {
            router.get("/") { _, _ in Response.sending(to: path("/account")) }
        }
    }

    /// Sends a visitor to the sign-in form, and back afterwards.
    func askToSignIn(_ visit: Visit) -> PageOutcome {
        askToSignIn(continuation: visit.location, notice: visit.fields[Self.noticeParameter])
    }

    func askToSignIn(continuation: String, notice: String? = nil) -> PageOutcome {
        var fields: FormFields = ["continue": continuation]
        if let notice { fields.append(Self.noticeParameter, notice) }
        return .redirect(path("/login") + "?" + fields.encoded())
    }

    /// The sign-in form. Someone who is signed in may sign in again, as themselves or as another.
    func signInPage(
        _ visit: Visit, continuation: String?, status: HTTPResponse.Status = .ok, problem: LoginPage.Problem? = nil,
        notice: Layout.Notice? = nil
    ) async throws(StoreError) -> PageOutcome {
        let continuation = Continuation.parse(continuation, issuer: issuer) ?? path("/account")
        let (client, hint) = try await asking(continuation)
        let username = visit.fields["username"] ?? hint ?? ""
        let token = trust.formToken(mark: visit.mark, session: nil, purpose: "login")
        let page = LoginPage(
            action: path("/login"), continuation: continuation, csrf: token, application: client?.name,
            username: username, problem: problem)
        return .page(.login(page), status: status, notice: notice, formTargets: client.map(Self.formTargets) ?? [])
    }

    private func signIn(_ visit: Visit) async throws(StoreError) -> PageOutcome {
        let continuation = Continuation.parse(visit.fields["continue"], issuer: issuer) ?? path("/account")
        guard
            trust.accepts(
                visit.fields["csrf"], mark: visit.browser.mark, headers: visit.headers, session: nil,
                purpose: "login")
        else {
            let reason = visit.browser.mark == nil ? "cookie-missing" : "form-expired"
            return try await signInPage(
                visit, continuation: continuation, status: .badRequest,
                notice: Layout.Notice(.warning, PageText("notice.\(reason)")))
        }
        guard let username = visit.fields["username"], let password = visit.fields["password"] else {
            return try await signInPage(
                visit, continuation: continuation, status: .unauthorized, problem: .wrongCredentials)
        }
        let outcome = try await gate.attempt(
            username: username, password: Secret(password), address: visit.context.remoteAddress)
        switch outcome {
        case .signedIn(let user):
            let cookie = try await server.beginSession(for: user, replacing: visit.browser.session)
            visit.context.logger.info("signed in", metadata: ["user.subject": "\(user.subject)"])
            return .redirectWithSession(continuation, cookie)
        case .wrongCredentials:
            visit.context.report(Diagnostic("sign-in.wrong-credentials"), status: .unauthorized)
            return try await signInPage(
                visit, continuation: continuation, status: .unauthorized, problem: .wrongCredentials)
        case .throttled(let delay):
            visit.context.report(Diagnostic("sign-in.throttled", found: "\(delay.count) s"), status: .tooManyRequests)
            return try await signInPage(
                visit, continuation: continuation, status: .tooManyRequests,
                problem: .throttled(seconds: Int(clamping: delay.count)))
        }
    }

    /// Which application a continuation belongs to, and the name that it hints at.
    private func asking(_ continuation: String) async throws(StoreError) -> (ClientRecord?, hint: String?) {
        guard continuation.hasPrefix(path("/authorize") + "?"),
            let fields = try? FormFields.parse(query: String(continuation.drop { $0 != "?" }.dropFirst())),
            let id = fields["client_id"]
        else { return (nil, nil) }
        return (try await server.clients.client(id), fields["login_hint"])
    }

    /// Where a form of ours may lead in the end. Browsers hold every redirect behind a post against `form-action`, those
    /// of the application's own too: where its callback sends people on to is not registered here, and may be anywhere.
    static func formTargets(of client: ClientRecord) -> [String] {
        var targets: Set = ["https:"]
        for uri in (client.redirectURIs + client.postLogoutRedirectURIs).map(\.uri) {
            switch (uri.scheme, uri.host) {
            case ("https", _): break
            // A policy cannot name an IPv6 address.
            case ("http", "[::1]"): targets.insert("http:")
            case ("http", _): targets.formUnion(["http://127.0.0.1:*", "http://localhost:*"])
            default: targets.insert("\(uri.scheme):")
            }
        }
        return targets.sorted()
    }
}
