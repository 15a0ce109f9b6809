import HTTPTypes
import Hummingbird
import OAuthCore
import OAuthServer

extension AuthorizationServerSite {
    /// The authorization endpoint, by GET and POST (OpenID Connect Core §3.1.2.1), and the answer to its question.
    func addAuthorization(to router: Router<ServerRequestContext>) {
        addPage("/authorize", to: router) { visit throws(StoreError) in
            let outcome = await server.authorize(visit.fields.withoutNotice, session: visit.browser.session)
            return try page(for: outcome, visit)
        }
        addPage("/authorize", method: .post, to: router) { visit throws(StoreError) in
            try await authorizePosted(visit)
        }
        addPage("/consent", method: .post, to: router) { visit throws(StoreError) in
            try await answer(visit)
        }
        addPage("/switch-user", method: .post, to: router) { visit throws(StoreError) in
            let continuation = path("/authorize") + "?" + (visit.fields["request"] ?? "")
            guard accepts(visit), let session = visit.browser.session else {
                return askToSignIn(continuation: continuation)
            }
            try await server.endSession(session)
            let login = path("/login") + "?" + FormFields(dictionaryLiteral: ("continue", continuation)).encoded()
            return .redirectWithSession(login, nil)
        }
    }

    private func authorizePosted(_ visit: Visit) async throws(StoreError) -> PageOutcome {
        let fields = visit.fields.withoutNotice
        let outcome = await server.authorize(fields, session: visit.browser.session)
        if case .refused = outcome { return try page(for: outcome, visit) }
        // A form from another site brings no cookies (`SameSite=Lax`): the same request by GET does.
        guard visit.browser.session == nil else { return try page(for: outcome, visit) }
        return .redirect(path("/authorize") + "?" + fields.repeatedEncoded())
    }

    private func answer(_ visit: Visit) async throws(StoreError) -> PageOutcome {
        let request = visit.fields["request"] ?? ""
        let restart = path("/authorize") + "?" + request
        guard let fields = try? FormFields.parse(query: request) else {
            return .page(
                .error(ErrorPage(status: 400, id: "request.malformed", requestID: visit.context.id)),
                status: .badRequest)
        }
        guard accepts(visit) else {
            let reason = visit.browser.mark == nil ? "cookie-missing" : "form-expired"
            visit.context.report(Diagnostic("consent.\(reason)"), status: .seeOther)
            return .redirect(restart + "&\(Self.noticeParameter)=\(reason)")
        }
        guard let subject = visit.fields["subject"], subject == visit.user?.subject else {
            return .redirect(restart + "&\(Self.noticeParameter)=session-changed")
        }
        let answer = ConsentAnswer(
            isAllowed: visit.fields["decision"] == "allow", subject: subject,
            scope: Scope.parse(visit.fields["scope"] ?? "") ?? Scope())
        let outcome = await server.authorize(fields, session: visit.browser.session, answer: answer)
        return try page(for: outcome, visit)
    }

    private func page(for outcome: AuthorizationOutcome, _ visit: Visit) throws(StoreError) -> PageOutcome {
        switch outcome {
        case .redirect(let location, let diagnostic):
            if let diagnostic { visit.context.report(diagnostic, status: .seeOther) }
            return .redirect(location)
        case .signIn(let interaction):
            let notice = visit.fields[Self.noticeParameter] ?? (interaction.reauthentication ? "sign-in-again" : nil)
            return askToSignIn(continuation: path("/authorize") + "?" + interaction.continuation, notice: notice)
        case .consent(let interaction):
            return consentPage(interaction, visit)
        case .refused(let error):
            visit.context.report(error.diagnostic, status: .badRequest)
            let page = ErrorPage(
                status: 400, id: error.diagnostic.id, parameters: ["description": error.description],
                requestID: visit.context.id)
            return .page(.error(page), status: .badRequest)
        case .unavailable(let error):
            throw error
        }
    }

    private func consentPage(_ interaction: ConsentInteraction, _ visit: Visit) -> PageOutcome {
        let lines = { (entries: [ScopeCatalogue.Entry]) in entries.map { ScopeLine($0.token, meaning: $0.text) } }
        let asked = (interaction.newScopes + interaction.allowedScopes).map(\.token)
        let uri = interaction.redirectURI
        let page = ConsentPage(
            application: .init(
                name: interaction.client.name, clientID: interaction.client.id,
                owner: interaction.owner.map { $0.name ?? $0.username }),
            person: interaction.user.person, scopes: lines(interaction.newScopes),
            grantedScopes: lines(interaction.allowedScopes),
            redirectHost: uri.host.isEmpty ? "\(uri.scheme):" : uri.host + (uri.port.map { ":\($0)" } ?? ""),
            duration: asked.contains("offline_access") ? .untilRevoked : .shortLived,
            connectedAppsURL: path("/connected-apps"),
            form: .init(
                action: path("/consent"), switchAction: path("/switch-user"), request: interaction.continuation,
                scope: interaction.newScopes.map(\.token).joined(separator: " "), subject: interaction.user.subject,
                csrf: formToken(visit)))
        return .page(.consent(page), formTargets: Self.formTargets(of: interaction.client))
    }
}

extension FormFields {
    /// Without what this site itself put into the query.
    var withoutNotice: FormFields {
        removing(AuthorizationServerSite.noticeParameter).removing(AuthorizationServerSite.aboutParameter)
            .removing(AuthorizationServerSite.proofParameter)
    }

    /// The same parameters as a query; one that was doubled is doubled again, so that it is refused there as here.
    func repeatedEncoded() -> String {
        let twice = duplicates.map { FormFields.encode($0) + "=1" }
        return ([encoded()] + twice).joined(separator: "&")
    }
}
