import OAuthCore

/// What an authorization request needs next.
enum AuthorizationStep: Sendable {
    /// Somebody to sign in.
    case signIn
    /// An answer to this question.
    case consent(ConsentQuestion)
    /// Nothing: the answer can be given.
    case complete
    /// The administrator of the person's organisation, who is not the one signed in.
    case refuse(AADSTSError)
}

/// What a consent page asks.
struct ConsentQuestion: Sendable, Hashable {
    var appName: String
    var tenantName: String
    /// Whether the answer is for the whole organisation.
    var forEverybody: Bool
    /// What is asked for, in words, with the resource's name.
    var permissions: [String]
}

/// An answer for the application before its ID token is signed.
struct AuthorizationAnswer: Sendable {
    var target: AnswerTarget
    var fields: FormFields
    var idToken: UnsignedToken?
}

extension Cloud {
    private static let codeLifetime: Seconds = .minutes(10)
    private static let sessionLifetime: Seconds = .hours(8)

    /// The person of a browser's session.
    func session(_ cookie: Secret?, now: UnixTime) -> (tenant: Tenant, user: User, session: CloudState.Session)? {
        guard let cookie, let session = state.sessions[Self.hash(cookie.revealed())], now < session.expiresAt,
            let (tenant, user) = directory.user(session.userID), user.condition == .active
        else { return nil }
        return (tenant, user, session)
    }

    /// Checks a password and starts a session.
    mutating func signIn(
        _ username: String, _ password: String, for request: AuthorizationRequest, now: UnixTime, random: RandomSource
    ) throws(AADSTSError) -> Secret {
        guard let (tenant, user) = directory.user(username) else {
            throw .of(50_034, "We couldn't find an account with that username in this cloud.")
        }
        try requireMember(of: tenant, request)
        guard user.password == Secret(password) else {
            throw .of(50_126, "The username or the password is not correct.")
        }
        switch user.condition {
        case .active: break
        case .disabled: throw .of(50_057)
        case .locked: throw .of(50_053)
        case .passwordExpired: throw .of(50_055)
        case .secondFactorRequired: throw .of(50_076)
        }
        let cookie = random.token()
        state.sessions[Self.hash(cookie)] = CloudState.Session(
            userID: user.id, signedInAt: now, expiresAt: now + Self.sessionLifetime)
        return Secret(cookie)
    }

    private func requireMember(of tenant: Tenant, _ request: AuthorizationRequest) throws(AADSTSError) {
        guard let expected = request.authority.tenant, expected.id != tenant.id else { return }
        throw .of(
            50_020, "This account belongs to another organisation than '\(expected.name)' and cannot be used here.")
    }

    /// What the request needs of this person.
    ///
    /// - Parameters:
    ///   - hasJustSignedIn: whether a `prompt=login` is served.
    func step(
        _ request: AuthorizationRequest, tenant: Tenant, user: User, hasJustSignedIn: Bool
    ) -> AuthorizationStep {
        if let expected = request.authority.tenant, expected.id != tenant.id { return .signIn }
        if let hint = request.loginHint?.lowercased(), !hasJustSignedIn, hint != user.userPrincipalName {
            return .signIn
        }
        if !hasJustSignedIn, !request.prompts.isDisjoint(with: ["login", "select_account", "admin_consent"]) {
            return .signIn
        }
        if !hasJustSignedIn, request.isAdminConsent { return .signIn }
        // An application for one organisation is installed there; everybody's is after the first consent.
        if request.isAdminConsent {
            guard user.isAdministrator else {
                return .refuse(
                    .of(
                        90_093,
                        "This operation can only be performed by an administrator. Sign out and sign in as an administrator or contact one of your organization's administrators."
                    ))
            }
            return .consent(question(request, tenant))
        }
        let missing = missingPermissions(request, tenant, user)
        guard !missing.isEmpty || request.prompts.contains("consent") else { return .complete }
        if !user.isAdministrator, let name = missing.first(where: { $0.hasSuffix(".All") && !$0.contains("AsUser") }) {
            return .refuse(.of(90_094, "An administrator of \(tenant.name) must consent to \(name)."))
        }
        return .consent(question(request, tenant))
    }

    private func missingPermissions(_ request: AuthorizationRequest, _ tenant: Tenant, _ user: User) -> [String] {
        let openID = scopes(of: request.app.clientID, in: tenant.id, userID: user.id, at: "openid")
        var missing = request.scope.openID.filter { !openID.contains($0) }
        if let resource = try? resource(request.scope.resource) {
            let granted = scopes(of: request.app.clientID, in: tenant.id, userID: user.id, at: resource.appID)
            missing += request.permissions.filter { !granted.contains($0) }
        }
        return missing
    }

    private func question(_ request: AuthorizationRequest, _ tenant: Tenant) -> ConsentQuestion {
        var permissions: [String] = []
        let resource = request.scope.resource.isEmpty ? nil : try? resource(request.scope.resource)
        if request.isAdminConsent {
            for entry in request.app.permissions {
                guard let known = Resource.known(entry.resource),
                    request.purpose != .adminConsentV2 || known == resource
                else { continue }
                permissions += entry.application.map {
                    "\(Resource.description(of: $0)) in all mailboxes (\(known.name))"
                }
                permissions += entry.delegated.map { "\(Resource.description(of: $0)) (\(known.name))" }
            }
        } else {
            permissions = request.scope.openID.map(Resource.description)
            permissions += request.permissions.map {
                "\(Resource.description(of: $0)) (\(resource?.name ?? ""))"
            }
        }
        var seen: Set<String> = []
        return ConsentQuestion(
            appName: request.app.name, tenantName: tenant.name, forEverybody: request.isAdminConsent,
            permissions: permissions.filter { seen.insert($0).inserted })
    }

    /// Writes down a consent.
    mutating func consent(_ request: AuthorizationRequest, tenant: Tenant, user: User) {
        guard request.purpose == .signIn else {
            if request.purpose == .adminConsentV2 { return consentToScope(request, tenant) }
            return grantEverything(of: request.app, tenantID: tenant.id)
        }
        func consent(_ resource: String, _ scopes: [String]) -> CloudState.Consent {
            CloudState.Consent(
                tenantID: tenant.id, clientID: request.app.clientID, userID: user.id, resource: resource,
                scopes: scopes)
        }
        add(consent("openid", request.scope.openID))
        if let resource = try? resource(request.scope.resource), !request.permissions.isEmpty {
            add(consent(resource.appID, request.permissions))
        }
    }

    private mutating func consentToScope(_ request: AuthorizationRequest, _ tenant: Tenant) {
        add(
            CloudState.Consent(
                tenantID: tenant.id, clientID: request.app.clientID, resource: "openid",
                scopes: ScopeRequest.openIDNames))
        guard let resource = try? resource(request.scope.resource) else { return }
        let isDefault = request.scope.permissions.contains(".default")
        let roles = isDefault ? request.app.permission(at: resource)?.application ?? [] : []
        add(
            CloudState.Consent(
                tenantID: tenant.id, clientID: request.app.clientID, resource: resource.appID, roles: roles,
                scopes: request.permissions))
    }

    /// The answer to a request whose person is signed in and has consented.
    mutating func answer(
        _ request: AuthorizationRequest, tenant: Tenant, user: User, signedInAt: UnixTime, now: UnixTime,
        random: RandomSource
    ) -> AuthorizationAnswer {
        var answer = AuthorizationAnswer(target: request.target, fields: FormFields())
        switch request.purpose {
        case .adminConsentV1:
            answer.fields = ["tenant": tenant.id, "admin_consent": "True"]
        case .adminConsentV2:
            let scope = request.permissions.map { "\(request.scope.resource)/\($0)" }.joined(separator: " ")
            answer.fields = [
                "admin_consent": "True", "tenant": tenant.id,
                "scope": scope.isEmpty ? "\(request.scope.resource)/.default" : scope,
            ]
        case .signIn, .adminConsentWithSignIn:
            let grant = CloudState.Grant(
                clientID: request.app.clientID, tenantID: tenant.id, userID: user.id,
                openIDScopes: request.scope.openID, resource: request.scope.resource, scopes: request.permissions,
                nonce: request.nonce, signedInAt: signedInAt)
            let code = request.wantsCode ? keep(grant, request, now: now, random: random) : nil
            if let code { answer.fields.append("code", code.revealed()) }
            if request.wantsIDToken {
                answer.idToken = idToken(
                    grant, user, app: request.app, version: request.version, code: code, now: now)
            }
            if request.purpose == .adminConsentWithSignIn { answer.fields.append("admin_consent", "True") }
            answer.fields.append("session_state", GUID.text(random.bytes(16)))
        }
        if let state = request.state { answer.fields.append("state", state) }
        return answer
    }

    private mutating func keep(
        _ grant: CloudState.Grant, _ request: AuthorizationRequest, now: UnixTime, random: RandomSource
    ) -> Secret {
        let code = random.token(prefix: "0.")
        state.codes[Self.hash(code)] = CloudState.CodeGrant(
            grant: grant, redirectURI: request.redirectURI, challenge: request.challenge,
            challengeIsPlain: request.challengeIsPlain, expiresAt: now + Self.codeLifetime)
        return Secret(code)
    }

    /// The answer when the person, or the administrator, said no.
    func declined(_ request: AuthorizationRequest, _ occasion: AADSTSError.Occasion) -> AuthorizationAnswer {
        var error = AADSTSError.of(
            65_004, "User declined to consent to access the app '\(request.app.name)'.")
        var fields = FormFields()
        switch request.purpose {
        case .adminConsentV1:
            fields = ["error": "permission_denied", "error_description": "The admin canceled the request"]
        case .adminConsentV2:
            // The flag stands beside the error as well, which has misled many a client.
            error.error = "consent_required"
            fields = [
                "admin_consent": "True", "error": error.error, "error_description": error.description(occasion),
            ]
        case .signIn, .adminConsentWithSignIn:
            fields = ["error": error.error, "error_description": error.description(occasion)]
        }
        if let state = request.state { fields.append("state", state) }
        return AuthorizationAnswer(target: request.target, fields: fields)
    }
}
