import Hummingbird
import Logging
import Microsoft365
import OAuthCore
import OAuthHummingbird

extension InboxSite {
    /// An administrator's sign-in at the organisation's identity platform, with the organisation's consent or without.
    ///
    /// The answer is posted by the platform's page, and comes without our cookies. It is kept under its `state`, and the
    /// browser is sent on to a page of ours, which gets the cookie and so knows whose answer it is.
    func addConnect(to router: Router<ServerRequestContext>) {
        post("/connect", router) { visit throws(InboxFailure) in
            let app = parts.microsoft
            let resource = parts.route.resource(in: app.app.cloud)
            return try await begin(app.connect(redirectURI: connectCallback, resource: resource), visit)
        }
        post("/connect/sign-in", router) { visit throws(InboxFailure) in
            try await begin(parts.microsoft.signIn(redirectURI: connectCallback, authority: .organizations), visit)
        }
        postFromElsewhere("/connect/callback", router) { visit throws(InboxFailure) in try await keepAnswer(visit) }
        get("/connect/callback", router) { _ throws(InboxFailure) in throw .attempt(.unanswered) }
        get("/connect/finish", router) { visit throws(InboxFailure) in try await finishConnect(visit) }
    }

    private var connectCallback: String { site.url("/connect/callback") }

    private func begin(_ request: ConnectRequest, _ visit: Visit) async throws(InboxFailure) -> PageOutcome {
        let attempt = request.attempt
        try await kept(
            await store.insert(
                .organisation(attempt), state: attempt.state, browser: visit.mark,
                expiresAt: attempt.createdAt + ConnectAttempt.lifetime))
        return .redirect(request.url)
    }

    private func keepAnswer(_ visit: Visit) async throws(InboxFailure) -> PageOutcome {
        guard let state = visit.fields["state"], !visit.fields.duplicates.contains("state") else {
            throw .attempt(.unknown)
        }
        let finish = "/connect/finish?" + FormFields(dictionaryLiteral: ("state", state)).encoded()
        switch try await kept(await store.store(visit.fields, state: Secret(state), now: now)) {
        case .stored, .repeated: return .redirect(path(finish))
        case .different:
            throw InboxFailure(.conflict, Diagnostic("inbox.answer-repeated"), way: .again(finish))
        case .unknown: throw .attempt(.unknown)
        }
    }

    private func finishConnect(_ visit: Visit) async throws(InboxFailure) -> PageOutcome {
        guard let state = visit.fields["state"].map({ Secret($0) }) else { throw .attempt(.unknown) }
        let outcome = try await kept(
            await store.take(state: state, browser: visit.cookies.browser, needsAnswer: true, now: now))
        guard case .taken(.organisation(let attempt), let answer?) = outcome else { throw .attempt(outcome) }
        // The tenant comes from the validated ID token and from nothing else that was posted.
        let person = try await asked { () async throws(Microsoft365Error) in
            try await parts.microsoft.finish(answer, for: attempt)
        }
        guard person.isGlobalAdministrator else {
            throw InboxFailure(
                .forbidden, Diagnostic("inbox.not-administrator"), ["person": person.shownName], way: .start)
        }
        if attempt.kind == .connect { try await connect(person) }
        return try await signIn(person, visit)
    }

    /// Proves that the organisation consented: by a token of its own, never by what the answer says.
    private func connect(_ person: SignedInPerson) async throws(InboxFailure) {
        let resource = parts.route.resource(in: parts.microsoft.app.cloud)
        try await asked { () async throws(Microsoft365Error) in
            try await parts.microsoft.verifyConsent(tenant: person.tenant, resource: resource)
        }
        try await kept(
            await store.connect(
                ConnectedTenant(
                    id: person.tenant, name: person.organisation, route: parts.route, connectedAt: now)))
    }

    private func signIn(_ person: SignedInPerson, _ visit: Visit) async throws(InboxFailure) -> PageOutcome {
        let administrator = Administrator(
            tenant: person.tenant, objectID: person.objectID, name: person.shownName)
        let token = Secret(parts.random.token())
        try await kept(
            await store.begin(
                .administrator(administrator), token: token, replacing: visit.cookies.administrator, now: now))
        visit.context.logger.info(
            "administrator signed in",
            metadata: ["microsoft.tenant": "\(person.tenant)", "microsoft.object_id": "\(person.objectID)"])
        let isConnected = try await kept(await store.tenant(person.tenant)) != nil
        return .redirect(path(isConnected ? "/mail/\(person.tenant)" : "/"), cookies: [(.administrator, token)])
    }

    private func asked<Value>(
        _ body: () async throws(Microsoft365Error) -> Value
    ) async throws(InboxFailure) -> Value {
        do { return try await body() } catch { throw InboxFailure(error) }
    }
}

extension SignedInPerson {
    fileprivate var shownName: String {
        let names = [name, userPrincipalName].compactMap(\.self)
        return String((names.first { !$0.isEmpty } ?? objectID).prefix(200))
    }

    /// What the organisation is called: the domain of its administrator.
    fileprivate var organisation: String {
        let domain = userPrincipalName?.split(separator: "@").last.map(String.init) ?? ""
        return domain.isEmpty ? tenant.description : String(domain.prefix(255))
    }
}
