import OAuthCore

/// A token before it is signed.
struct UnsignedToken: Sendable, Hashable {
    var claims: JSONObject
    /// What stands in the header of Microsoft Graph's access tokens; `nil` for all others.
    var nonce: String?

    /// The token, signed with RS256; `typ` is always `JWT` here, and `x5t` repeats `kid`.
    func signed(with key: SigningKey) throws(JOSEError) -> String {
        var header: JSONObject = ["typ": "JWT", "x5t": .string(key.keyID)]
        if let nonce { header["nonce"] = .string(GraphToken.digest(nonce)) }
        let token = try CompactJWS.sign(payload: claims.encoded(), header: header, with: key)
        return nonce.map { GraphToken.outer(token, nonce: $0) } ?? token
    }

    /// The token without a signature, as v1 once issued ID tokens: for a fault on demand.
    func unsigned() -> String {
        let header: JSONObject = ["typ": "JWT", "alg": "none"]
        return Base64URL.encode(header.encoded()) + "." + Base64URL.encode(claims.encoded()) + "."
    }
}

/// A successful answer of the token endpoint before it is signed.
struct TokenAnswer: Sendable {
    var version: Cloud.Version
    var accessToken: UnsignedToken
    var idToken: UnsignedToken?
    var refreshToken: Secret?
    /// Scopes of the answer; `nil` without a user.
    var scope: String?
    /// The resource as it was asked for.
    var resource: String
    var issuedAt: UnixTime
    /// Seconds until the access token expires.
    var lifetime: Seconds

    /// The body: v1 writes every number as a string.
    func json(key: SigningKey, unsignedIDToken: Bool) throws(JOSEError) -> JSONObject {
        func number(_ value: Int64) -> JSONValue { version == .v1 ? .string(String(value)) : .integer(value) }
        var object: JSONObject = ["token_type": "Bearer"]
        if let scope { object["scope"] = .string(scope) }
        object["expires_in"] = number(lifetime.count)
        object["ext_expires_in"] = number(lifetime.count)
        if version == .v1 {
            object["expires_on"] = number((issuedAt + lifetime).seconds)
            object["not_before"] = number(issuedAt.seconds - Cloud.notBeforeLeeway.count)
            object["resource"] = .string(resource)
        }
        object["access_token"] = .string(try accessToken.signed(with: key))
        if let refreshToken { object["refresh_token"] = .string(refreshToken.revealed()) }
        if let idToken {
            object["id_token"] = .string(unsignedIDToken ? idToken.unsigned() : try idToken.signed(with: key))
        }
        return object
    }
}

extension Cloud {
    /// How far `nbf` lies before the moment of issue.
    static let notBeforeLeeway: Seconds = .minutes(5)

    /// Access tokens live 60 to 90 minutes, so that nobody counts on one number.
    static func lifetime(_ random: RandomSource) -> Seconds {
        let bytes = random.bytes(2)
        let value = Int64(bytes.first ?? 0) << 8 | Int64(bytes.last ?? 0)
        return Seconds(3_599 + value % 1_800)
    }

    /// Claims that every access token has.
    private func accessClaims(
        _ client: AuthenticatedClient, tenantID: String, resource: Resource, requested: String, now: UnixTime,
        lifetime: Seconds
    ) -> JSONObject {
        let isV1 = resource.version == .v1
        var claims: JSONObject = [
            "aud": .string(isV1 ? requested : resource.appID), "iss": .string(issuer(tenantID, resource.version)),
            "iat": .integer((now - Self.notBeforeLeeway).seconds),
            "nbf": .integer((now - Self.notBeforeLeeway).seconds), "exp": .integer((now + lifetime).seconds),
        ]
        claims[isV1 ? "appid" : "azp"] = .string(client.app.clientID)
        claims[isV1 ? "appidacr" : "azpacr"] = .string(client.proof.rawValue)
        claims["tid"] = .string(tenantID)
        claims["ver"] = .string(resource.version.rawValue)
        return claims
    }

    /// An access token for an application without a user. It may well have no roles.
    func appToken(
        _ client: AuthenticatedClient, tenantID: String, requested: String, now: UnixTime, lifetime: Seconds
    ) throws(AADSTSError) -> UnsignedToken {
        let resource = try resource(requested)
        var claims = accessClaims(
            client, tenantID: tenantID, resource: resource, requested: requested, now: now, lifetime: lifetime)
        let principal = principalID(of: client.app.clientID, in: tenantID)
        claims["idtyp"] = "app"
        claims["oid"] = .string(principal)
        claims["sub"] = .string(principal)
        let roles = roles(of: client.app.clientID, in: tenantID, at: resource)
        if !roles.isEmpty { claims["roles"] = .strings(roles) }
        return UnsignedToken(claims: claims)
    }

    /// An access token for an application on behalf of a person.
    func userToken(
        _ client: AuthenticatedClient, _ grant: CloudState.Grant, _ user: User, now: UnixTime, lifetime: Seconds
    ) throws(AADSTSError) -> UnsignedToken {
        let requested = grant.resource.isEmpty ? Resource.graph.identifiers[0] : grant.resource
        let resource = try resource(requested)
        var claims = accessClaims(
            client, tenantID: grant.tenantID, resource: resource, requested: requested, now: now, lifetime: lifetime)
        claims["idtyp"] = "user"
        claims["name"] = .string(user.name)
        claims["oid"] = .string(user.id)
        claims["sub"] = .string(subject(of: user.id, for: resource.appID))
        claims["scp"] = .string(
            (grant.scopes + grant.openIDScopes.filter { $0 != "offline_access" }).joined(separator: " "))
        if resource.version == .v1 {
            claims["unique_name"] = .string(user.userPrincipalName)
            claims["upn"] = .string(user.userPrincipalName)
            claims["amr"] = .strings(["pwd"])
        } else {
            claims["preferred_username"] = .string(user.userPrincipalName)
        }
        return UnsignedToken(claims: claims)
    }

    /// An ID token.
    ///
    /// - Parameter code: the code that comes beside it, for `c_hash`.
    func idToken(
        _ grant: CloudState.Grant, _ user: User, app: App, version: Version, code: Secret? = nil, now: UnixTime
    ) -> UnsignedToken {
        var claims: JSONObject = [
            "aud": .string(app.clientID), "iss": .string(issuer(grant.tenantID, version)),
            "iat": .integer((now - Self.notBeforeLeeway).seconds),
            "nbf": .integer((now - Self.notBeforeLeeway).seconds), "exp": .integer((now + .hours(1)).seconds),
            "auth_time": .integer(grant.signedInAt.seconds), "name": .string(user.name), "oid": .string(user.id),
            "sub": .string(subject(of: user.id, for: app.clientID)), "tid": .string(grant.tenantID),
            "ver": .string(version.rawValue),
        ]
        if let nonce = grant.nonce { claims["nonce"] = .string(nonce) }
        if let code, let hash = try? TokenHash.cHash(code, algorithm: .rs256) { claims["c_hash"] = .string(hash) }
        if version == .v1 {
            claims["upn"] = .string(user.userPrincipalName)
            claims["unique_name"] = .string(user.userPrincipalName)
            claims["amr"] = .strings(["pwd"])
        } else {
            claims["preferred_username"] = .string(user.userPrincipalName)
            if grant.openIDScopes.contains("email") { claims["email"] = .string(user.userPrincipalName) }
        }
        if app.groupMembershipClaims != .none {
            claims["wids"] = .strings((user.isAdministrator ? [User.globalAdministratorRole] : []) + [User.memberRole])
        }
        return UnsignedToken(claims: claims)
    }
}
