import OAuthCore

/// An ID token that is to be signed (OpenID Connect Core §2).
struct IDTokenPlan: Sendable, Hashable {
    var subject: String
    var clientID: String
    var algorithm: JWSAlgorithm
    var nonce: String?
    var authenticatedAt: UnixTime?
    var issuedAt: UnixTime
    var expiresAt: UnixTime

    /// An ID token where `openid` was granted; at a refresh without `nonce`, as §12.2 allows.
    init?(grant: GrantContext, client: ClientRecord, nonce: String?, facts: TokenFacts) {
        guard let subject = grant.subject, grant.scope.contains(Scope.openIDToken) else { return nil }
        self.subject = subject
        self.nonce = nonce
        clientID = client.id
        algorithm = client.idTokenAlgorithm
        authenticatedAt = grant.authenticatedAt
        issuedAt = facts.now
        expiresAt = facts.now + facts.lifetimes.idToken
    }

    /// The claims, with the hash that ties them to the access token (§3.1.3.6).
    func claims(issuer: Issuer, accessToken: Secret) throws(JOSEError) -> JSONObject {
        var claims: JSONObject = [
            "iss": .string(issuer.description), "sub": .string(subject), "aud": .string(clientID),
            "exp": .integer(expiresAt.seconds), "iat": .integer(issuedAt.seconds),
        ]
        claims["auth_time"] = authenticatedAt.map { .integer($0.seconds) }
        claims["nonce"] = nonce.map(JSONValue.string)
        claims["at_hash"] = try .string(TokenHash.atHash(accessToken, algorithm: algorithm))
        return claims
    }
}
