import OAuthCore

/// A request to a token endpoint.
struct TokenRequest: Sendable {
    /// The first component of the path, as it was sent.
    var authority: String
    var version: Cloud.Version
    var fields: FormFields
    var basic: BasicCredentials?
}

extension Cloud {
    private static let refreshLifetime: Seconds = .days(90)

    /// Decides a token request.
    mutating func token(_ request: TokenRequest, now: UnixTime, random: RandomSource) throws(AADSTSError)
        -> TokenAnswer
    {
        let authority = try authority(request.authority)
        if let name = request.fields.duplicates.first { throw .of(90_014, "The parameter '\(name)' came twice.") }
        guard let grantType = request.fields["grant_type"] else { throw .missing("grant_type") }
        if request.version == .v2, request.fields["resource"] != nil {
            throw .of(901_002, "The 'resource' request parameter is not supported.")
        }
        switch grantType {
        case "client_credentials": return try clientCredentials(request, authority, now: now, random: random)
        case "authorization_code": return try redeemCode(request, authority, now: now, random: random)
        case "refresh_token": return try refresh(request, authority, now: now, random: random)
        default:
            throw .of(70_003, "The app requested an unsupported grant type '\(grantType.prefix(64))'.")
        }
    }

    private mutating func clientCredentials(
        _ request: TokenRequest, _ authority: Authority, now: UnixTime, random: RandomSource
    ) throws(AADSTSError) -> TokenAnswer {
        guard let tenant = authority.tenant else {
            throw .of(
                50_059,
                "No tenant-identifying information found in either the request or implied by any provided credentials. Use the endpoint of the tenant."
            )
        }
        let client = try authenticate(request, authority, now: now)
        guard client.proof != .none else { throw .of(7_000_218) }
        guard isInstalled(client.app, in: tenant.id) else {
            throw .of(
                700_016,
                "Application with identifier '\(client.app.clientID)' was not found in the directory '\(tenant.name)'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant."
            )
        }
        let resource: String
        if request.version == .v1 {
            guard let name = request.fields["resource"] else { throw .missing("resource") }
            resource = name
        } else {
            guard let scope = request.fields["scope"] else { throw .missing("scope") }
            let asked = try ScopeRequest.parse(scope, severalResources: .refused)
            guard asked.permissions == [".default"], asked.openID.isEmpty else {
                throw .of(
                    70_011,
                    "The provided value for the input parameter 'scope' is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
                )
            }
            resource = asked.resource
        }
        let lifetime = Self.lifetime(random)
        var token = try appToken(client, tenantID: tenant.id, requested: resource, now: now, lifetime: lifetime)
        if Resource.known(resource) == .graph { token.nonce = random.token() }
        return TokenAnswer(
            version: request.version, accessToken: token, resource: resource, issuedAt: now, lifetime: lifetime)
    }

    private mutating func redeemCode(
        _ request: TokenRequest, _ authority: Authority, now: UnixTime, random: RandomSource
    ) throws(AADSTSError) -> TokenAnswer {
        guard let code = request.fields["code"] else { throw .missing("code") }
        guard let redirectURI = request.fields["redirect_uri"] else { throw .missing("redirect_uri") }
        let client = try authenticate(request, authority, now: now)
        let name = Self.hash(code)
        guard let record = state.codes[name], record.grant.clientID == client.app.clientID else {
            throw .of(70_000, "The provided value for the 'code' parameter is not valid.")
        }
        guard !record.isRedeemed else {
            throw .of(
                54_005,
                "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."
            )
        }
        guard now < record.expiresAt else { throw .of(70_008, "The provided authorization code is expired.") }
        try requireTenant(record.grant, authority)
        guard record.redirectURI == redirectURI else {
            throw .of(
                500_112,
                "The reply address '\(redirectURI.prefix(200))' does not match the reply address provided when requesting Authorization code."
            )
        }
        try verify(request.fields["code_verifier"], against: record)
        var grant = record.grant
        if request.version == .v1, let resource = request.fields["resource"] {
            try retarget(&grant, ScopeRequest(resource: resource, permissions: [".default"], openID: []), client.app)
        }
        let answer = try answer(grant, client, request, now: now, random: random)
        state.codes[name]?.isRedeemed = true
        return answer
    }

    private func verify(_ verifier: String?, against record: CloudState.CodeGrant) throws(AADSTSError) {
        guard let challenge = record.challenge else {
            guard verifier == nil else { throw .of(501_481) }
            return
        }
        guard let verifier, let parsed = try? CodeVerifier.parse(verifier) else { throw .of(501_481) }
        let found = record.challengeIsPlain ? verifier : parsed.challenge.value
        guard constantTimeEqual(Array(found.utf8), Array(challenge.utf8)) else { throw .of(501_481) }
    }

    private mutating func refresh(
        _ request: TokenRequest, _ authority: Authority, now: UnixTime, random: RandomSource
    ) throws(AADSTSError) -> TokenAnswer {
        guard let token = request.fields["refresh_token"] else { throw .missing("refresh_token") }
        let client = try authenticate(request, authority, now: now)
        guard let record = state.refreshTokens[Self.hash(token)], record.grant.clientID == client.app.clientID else {
            throw .of(70_000, "The provided value for the input parameter 'refresh_token' is not valid.")
        }
        guard now < record.expiresAt else { throw .of(700_082) }
        try requireTenant(record.grant, authority)
        var grant = record.grant
        // One refresh token serves every resource that there is consent for.
        if request.version == .v1, let resource = request.fields["resource"] {
            try retarget(&grant, ScopeRequest(resource: resource, permissions: [".default"], openID: []), client.app)
        } else if request.version == .v2, let scope = request.fields["scope"] {
            try retarget(&grant, try ScopeRequest.parse(scope, severalResources: .firstCounts), client.app)
        }
        return try answer(grant, client, request, now: now, random: random)
    }

    private func requireTenant(_ grant: CloudState.Grant, _ authority: Authority) throws(AADSTSError) {
        guard authority.tenant.map({ $0.id == grant.tenantID }) ?? true else { throw .of(700_005) }
    }

    /// Points a grant at another resource.
    private func retarget(_ grant: inout CloudState.Grant, _ request: ScopeRequest, _ app: App) throws(AADSTSError) {
        guard !request.resource.isEmpty else { return }
        grant.resource = request.resource
        grant.scopes = try permissions(request, of: app)
    }

    private mutating func answer(
        _ grant: CloudState.Grant, _ client: AuthenticatedClient, _ request: TokenRequest, now: UnixTime,
        random: RandomSource
    ) throws(AADSTSError) -> TokenAnswer {
        guard let user = directory.tenant(grant.tenantID)?.user(grant.userID) else { throw .of(50_034) }
        guard user.condition != .disabled else { throw .of(50_057) }
        let resource = grant.resource.isEmpty ? Resource.graph : try resource(grant.resource)
        let consented = scopes(of: client.app.clientID, in: grant.tenantID, userID: user.id, at: resource.appID)
        guard isInstalled(client.app, in: grant.tenantID), grant.scopes.allSatisfy(consented.contains),
            grant.resource.isEmpty || resource.version == .v2 || !grant.scopes.isEmpty
        else {
            throw .of(
                65_001,
                "The user or administrator has not consented to use the application with ID '\(client.app.clientID)' named '\(client.app.name)'. Send an interactive authorization request for this user and resource."
            )
        }
        let lifetime = Self.lifetime(random)
        var token = try userToken(client, grant, user, now: now, lifetime: lifetime)
        if resource == .graph { token.nonce = random.token() }
        var answer = TokenAnswer(
            version: request.version, accessToken: token, resource: grant.resource, issuedAt: now, lifetime: lifetime)
        if grant.openIDScopes.contains("openid") {
            answer.idToken = idToken(grant, user, app: client.app, version: request.version, now: now)
        }
        // v1 always gives a refresh token, v2 where it was asked for.
        if request.version == .v1 || grant.openIDScopes.contains("offline_access") {
            answer.refreshToken = keep(grant, now: now, random: random)
        }
        answer.scope =
            (grant.scopes.map { request.version == .v1 ? $0 : "\(resource.identifiers[0])/\($0)" }
            + (request.version == .v2 ? grant.openIDScopes.filter { $0 != "offline_access" } : []))
            .joined(separator: " ")
        return answer
    }

    private mutating func keep(_ grant: CloudState.Grant, now: UnixTime, random: RandomSource) -> Secret {
        let token = random.token(prefix: "1.")
        state.refreshTokens[Self.hash(token)] = CloudState.RefreshGrant(
            grant: grant, expiresAt: now + Self.refreshLifetime)
        return Secret(token)
    }
}
