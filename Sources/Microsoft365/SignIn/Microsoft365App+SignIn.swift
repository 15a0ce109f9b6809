import OAuthClient
public import OAuthCore

extension Microsoft365App {
    /// Begins to connect an organisation: its administrator signs in and consents for everybody, in one trip. The
    /// answer comes as a form post (OAuth 2.0 Form Post Response Mode §2) with a code, which is not needed, and an ID
    /// token.
    ///
    /// - Parameters:
    ///   - redirectURI: one that is registered for the app; the answer is posted there.
    ///   - resource: whose permissions of the registration are consented to.
    ///   - authority: who may sign in. Default: anybody.
    public func connect(
        redirectURI: String, resource: String, authority: Authority = .common
    ) -> ConnectRequest {
        begin(
            .connect, redirectURI: redirectURI, authority: authority,
            ["response_type": "code id_token", "prompt": "admin_consent", "resource": resource])
    }

    /// Begins the sign-in of an administrator whose organisation is connected already. The answer comes as that of
    /// `connect`, without a code.
    ///
    /// - Parameter authority: who may sign in: the tenant, where it is known.
    public func signIn(redirectURI: String, authority: Authority) -> ConnectRequest {
        begin(
            .signIn, redirectURI: redirectURI, authority: authority,
            ["response_type": "id_token", "prompt": "select_account"])
    }

    private func begin(
        _ kind: ConnectAttempt.Kind, redirectURI: String, authority: Authority, _ further: FormFields
    ) -> ConnectRequest {
        let attempt = ConnectAttempt(
            kind: kind, clientID: app.clientID, authority: authority, redirectURI: redirectURI,
            state: Secret(environment.random.token()), nonce: Secret(environment.random.token()),
            createdAt: environment.clock())
        var fields: FormFields = [
            "client_id": app.clientID, "redirect_uri": redirectURI, "response_mode": "form_post",
            "scope": "openid profile", "state": attempt.state.revealed(), "nonce": attempt.nonce.revealed(),
        ]
        for name in further.names { fields.append(name, further[name] ?? "") }
        let address = app.cloud.endpoint(authority, "oauth2/authorize")
        return ConnectRequest(url: "\(address)?\(fields.encoded())", attempt: attempt)
    }

    /// Checks the answer to `connect` or `signIn`: `state` and time, then `error`, then the ID token: signature, issuer
    /// by its tenant, the signing key's own issuer, audience, nonce, time, and the hash of the code beside it.
    ///
    /// Nothing else in the answer is looked at: neither `tenant` nor `admin_consent`, which anybody can write.
    ///
    /// - Throws: ``Microsoft365Error``, among them `.declined`, `.state`, `.idToken`, `.wrongTenant`,
    ///   `.personalAccount`.
    public func finish(
        _ answer: FormFields, for attempt: ConnectAttempt
    ) async throws(Microsoft365Error) -> SignedInPerson {
        try AnswerCheck.verify(
            answer, state: attempt.state, isForThisApp: attempt.clientID == app.clientID,
            isExpired: attempt.isExpired(at: environment.clock()))
        guard let token = answer["id_token"].map({ Secret($0) }) else { throw Microsoft365Error(.idToken(.missing)) }
        let code = answer["code"].map { Secret($0) }
        if attempt.kind == .connect, code == nil {
            throw Microsoft365Error(.malformedAnswer("code"), reason: "the answer has no code", remedy: "begin again")
        }
        let person = try SignedInPerson(try await verify(token, code: code, nonce: attempt.nonce), kind: attempt.kind)
        try await verify(person, at: attempt.authority)
        return person
    }

    /// Whether the authority lets this person in. The platform checks it too, but the browser was in between.
    private func verify(_ person: SignedInPerson, at authority: Authority) async throws(Microsoft365Error) {
        guard person.tenant != .personalAccounts else {
            throw Microsoft365Error(
                .personalAccount, reason: "this is a personal account, which belongs to no organisation",
                remedy: "sign in with a work account")
        }
        let expected: TenantID? =
            switch authority {
            case .tenant(let tenant): tenant
            case .domain(let domain): try await tenant(of: domain)
            case .common, .organizations, .consumers: nil
            }
        if let expected, expected != person.tenant { throw .wrongTenant(expected: expected, found: person.tenant) }
    }

    /// Verifies an ID token of either generation; its `ver` only chooses between the two.
    private func verify(
        _ token: Secret, code: Secret?, nonce: Secret
    ) async throws(Microsoft365Error) -> IDToken {
        let version = try Self.version(of: token)
        let provider = provider(.common, version)
        var expectation = IDTokenExpectation(for: provider.configuration)
        expectation.nonce = nonce
        expectation.code = code
        do throws(ClientError) {
            return try await provider.verify(idToken: token, expectation)
        } catch .idToken(.keyIssuer(found: nil)) where version == .v1 {
            // Only the newer document is sure to say whose tokens a key may sign; the keys themselves are the same.
            return try await verify(token, expectation, keys: .v2)
        } catch {
            throw Microsoft365Error(error)
        }
    }

    private func verify(
        _ token: Secret, _ expectation: IDTokenExpectation, keys: ProtocolVersion
    ) async throws(Microsoft365Error) -> IDToken {
        let provider = provider(.common, .v1, keys: keys)
        return try await request { () async throws(ClientError) in
            try await provider.verify(idToken: token, expectation)
        }
    }

    private static func version(of token: Secret) throws(Microsoft365Error) -> ProtocolVersion {
        let jws: CompactJWS
        do { jws = try CompactJWS.parse(token.revealed()) } catch {
            throw Microsoft365Error(.idToken(.signature(error)))
        }
        let claims = try? JSONObject.parse(jws.unverifiedPayload)
        guard let version = claims?["ver"]?.string.flatMap(ProtocolVersion.init(rawValue:)) else {
            throw Microsoft365Error(IDTokenError.claims(.missingClaim("ver")))
        }
        return version
    }
}
