public import OAuthCore

extension AuthorizationServer {
    /// The authorization endpoint (RFC 6749 §3.1).
    ///
    /// - Parameters:
    ///   - fields: the parameters, from the query or a posted form.
    ///   - session: the value of the browser's session cookie.
    ///   - answer: what the person has just said on the consent page, after its form was checked for forgery.
    public func authorize(
        _ fields: FormFields, session: Secret?, answer: ConsentAnswer? = nil
    ) async -> AuthorizationOutcome {
        do throws(EndpointFailure) {
            let client = try await load(await client(named: fields["client_id"]))
            let target = try check { () throws(Refusal) in try RedirectTarget.decide(fields, client: client) }
            return try await authorize(fields, target: target, session: session, answer: answer)
        } catch {
            switch error {
            case .refused(let refusal): return .refused(refusal.error)
            case .store(let error): return .unavailable(error)
            case .signing(let error): return .unavailable(.unavailable(reason: "\(error)"))
            }
        }
    }

    private func client(named id: String?) async throws(StoreError) -> ClientRecord? {
        guard let id else { return nil }
        return try await clients.client(id)
    }

    /// Everything behind the redirect target: from here on a refusal goes to the application.
    private func authorize(
        _ fields: FormFields, target: RedirectTarget, session: Secret?, answer: ConsentAnswer?
    ) async throws(EndpointFailure) -> AuthorizationOutcome {
        let interruptedAt = InteractionMark(key: configuration.secret).time(in: fields)
        let fields = fields.removing(InteractionMark.parameter)
        let request: AuthorizationRequest
        do throws(Refusal) {
            request = try AuthorizationRequest.decide(fields, target: target, scopes: configuration.scopes)
        } catch {
            return redirect(target, state: fields["state"], .failure(error.error))
        }
        for _ in 0..<Self.attempts {
            let facts = try await facts(of: request, session: session, answer: answer, interruptedAt: interruptedAt)
            let decision = request.decide(facts)
            if case .issueCode(let changes) = decision {
                guard try await load(await grants.commit(changes)) == .committed else { continue }
            }
            return try await outcome(of: decision, request, fields, facts)
        }
        throw .store(.unavailable(reason: "the same sign-in or consent is being changed too often"))
    }

    /// What becomes of a request once its changes are made.
    private func outcome(
        of decision: AuthorizationDecision, _ request: AuthorizationRequest, _ fields: FormFields,
        _ facts: AuthorizationFacts
    ) async throws(EndpointFailure) -> AuthorizationOutcome {
        let mark = InteractionMark(key: configuration.secret)
        switch decision {
        case .signIn(let isAgain):
            return .signIn(
                SignInInteraction(
                    clientName: request.target.client.name, loginHint: request.loginHint,
                    continuation: mark.continuation(of: fields, at: facts.now), reauthentication: isAgain))
        case .askConsent(let new, let allowed):
            guard let user = facts.signIn?.user else { return .unavailable(.unreadable(what: "session")) }
            let continuation = mark.continuation(of: fields, at: facts.interruptedAt ?? facts.now)
            return .consent(
                try await consent(request, user: user, new: new, allowed: allowed, continuation: continuation))
        case .refuse(let error):
            return redirect(request.target, state: request.state, .failure(error))
        case .issueCode:
            return redirect(request.target, state: request.state, .success(facts.code))
        }
    }

    private func facts(
        of request: AuthorizationRequest, session: Secret?, answer: ConsentAnswer?, interruptedAt: UnixTime?
    ) async throws(EndpointFailure) -> AuthorizationFacts {
        let signIn = try await load(await signIn(session))
        var facts = AuthorizationFacts(
            signIn: signIn, answer: answer, interruptedAt: interruptedAt, now: clock(),
            lifetimes: configuration.lifetimes, code: random.token(prefix: TokenPrefix.authorizationCode),
            familyID: random.token(byteCount: 16))
        if let user = signIn?.user {
            facts.consent = try await load(
                await grants.consent(subject: user.subject, clientID: request.target.client.id))
        }
        if let hint = request.idTokenHint {
            facts.hintedSubject = .some(try await load(await hintedSubject(hint)))
        }
        return facts
    }

    private func consent(
        _ request: AuthorizationRequest, user: UserRecord, new: Scope, allowed: Scope, continuation: String
    ) async throws(EndpointFailure) -> ConsentInteraction {
        let client = request.target.client
        var owner: UserRecord?
        if let subject = client.owner { owner = try await load(await users.user(subject: subject)) }
        let entries = { (scope: Scope) in
            scope.tokens.map { ScopeCatalogue.Entry($0, configuration.scopes.text(of: $0)) }
        }
        return ConsentInteraction(
            client: client, owner: owner, user: user, newScopes: entries(new), allowedScopes: entries(allowed),
            redirectURI: request.target.uri, continuation: continuation)
    }

    /// An authorization response (RFC 6749 §4.1.2, §4.1.2.1) with the issuer in it (RFC 9207 §2).
    private func redirect(
        _ target: RedirectTarget, state: String?, _ result: Result<String, OAuthError>
    ) -> AuthorizationOutcome {
        var response = FormFields()
        var diagnostic: Diagnostic?
        switch result {
        case .success(let code): response.append("code", code)
        case .failure(let error):
            response.append("error", error.code.rawValue)
            response.append("error_description", error.description)
            diagnostic = error.diagnostic
        }
        if let state { response.append("state", state) }
        response.append("iss", configuration.issuer.description)
        return .redirect(to: target.uri.appending(query: response), diagnostic: diagnostic)
    }
}
