import OAuthClient
import OAuthCore

extension Microsoft365App {
    /// Asks an administrator to consent for everybody in the tenant to what the app's registration lists at a resource.
    ///
    /// - Parameters:
    ///   - authority: whose consent: a tenant, or `.organizations` for whoever answers.
    ///   - redirectURI: one that is registered for the app; the answer comes there.
    public func consent(authority: Authority, resource: String, redirectURI: String) -> ConsentRequest {
        let attempt = ConsentAttempt(
            clientID: app.clientID, authority: authority, resource: resource, redirectURI: redirectURI,
            state: Secret(environment.random.token()), createdAt: environment.clock())
        let fields: FormFields = [
            "client_id": app.clientID, "scope": Self.scope(of: resource).description, "redirect_uri": redirectURI,
            "state": attempt.state.revealed(),
        ]
        let address = app.cloud.endpoint(authority, "v2.0/adminconsent")
        return ConsentRequest(url: "\(address)?\(fields.encoded())", attempt: attempt)
    }

    /// Checks the address to which the browser came back: `state` and time, then `error`, and only then the success
    /// that the platform writes beside errors, too.
    ///
    /// - Parameter url: the whole address, or just path and query as a web server sees it.
    /// - Returns: a hint, to be proved by ``verifyConsent(tenant:resource:)``.
    /// - Throws: ``Microsoft365Error``, among them `.declined`, `.state`, `.wrongTenant`.
    public func finish(
        consentCallback url: String, for attempt: ConsentAttempt
    ) throws(Microsoft365Error) -> ConsentAnswer {
        let answer: FormFields
        do { answer = try AuthorizationAttempt.parameters(of: url, redirectURI: attempt.redirectURI) } catch {
            throw Microsoft365Error(
                .malformedAnswer("url"), reason: "the answer came to another address than the redirect URI",
                remedy: "begin again")
        }
        try AnswerCheck.verify(
            answer, state: attempt.state, isForThisApp: attempt.clientID == app.clientID,
            isExpired: attempt.isExpired(at: environment.clock()))
        guard answer["admin_consent"]?.lowercased() == "true" else {
            throw Microsoft365Error(
                .malformedAnswer("admin_consent"), reason: "the answer says neither that consent was given nor why not",
                remedy: "begin again")
        }
        let tenant = answer["tenant"].flatMap { TenantID($0) }
        // Not trusted, but a contradiction is worth telling before a token is asked for.
        if let tenant, let expected = attempt.authority.tenant, tenant != expected {
            throw .wrongTenant(expected: expected, found: tenant)
        }
        return ConsentAnswer(tenantHint: tenant, scopeHint: answer["scope"].map { String($0.prefix(200)) })
    }
}
