public import OAuthCore

extension AuthorizationServer {
    /// What an access token says, if it is one of this server's, unexpired and unrevoked; else `nil`.
    ///
    /// - Throws: `StoreError`: that a token cannot be checked is not a word about it.
    public func accessToken(_ token: Secret) async throws(StoreError) -> AccessTokenInformation? {
        let digest = TokenDigest(of: token)
        if let record = try await grants.accessToken(digest) {
            return clock() < record.expiresAt ? try await information(from: record) : nil
        }
        guard let information = try await selfContained(token), try await !grants.isDenied(digest),
            try await clients.client(information.clientID) != nil
        else { return nil }
        return information
    }

    private func information(from record: AccessTokenRecord) async throws(StoreError) -> AccessTokenInformation? {
        // A token that was being issued while its client was removed is stored after all.
        guard try await clients.client(record.grant.clientID) != nil else { return nil }
        var information = AccessTokenInformation(
            issuer: configuration.issuer.description, subject: record.grant.subject ?? record.grant.clientID,
            clientID: record.grant.clientID, scope: record.grant.scope, audiences: [configuration.audience],
            issuedAt: record.issuedAt, expiresAt: record.expiresAt)
        if let subject = record.grant.subject {
            guard let user = try await users.user(subject: subject) else { return nil }
            information.username = user.username
        }
        return information
    }

    /// A client's own JWT, which is not stored. One that speaks of a person is stored, so that its absence says it was
    /// revoked.
    private func selfContained(_ token: Secret) async throws(StoreError) -> AccessTokenInformation? {
        let text = token.revealed()
        guard !text.hasPrefix(TokenPrefix.accessToken), let jws = try? CompactJWS.parse(text) else { return nil }
        let published = SigningKeys(try await keys.signingKeys()).published(at: clock())
        let policy = JWTValidation(
            issuer: configuration.issuer.description, audience: configuration.audience, clockTolerance: 0,
            requiredClaims: ["sub", "client_id", "jti"], types: ["at+jwt"])
        guard let verified = try? jws.verify(with: published, algorithms: [.es256]),
            let claims = try? JWTClaims(verified), (try? claims.validate(policy, now: clock())) != nil,
            let clientID = claims["client_id"]?.string, claims.subject == clientID
        else { return nil }
        return AccessTokenInformation(
            issuer: configuration.issuer.description, subject: clientID, clientID: clientID,
            scope: claims["scope"]?.string.flatMap(Scope.parse) ?? Scope(), audiences: claims.audiences,
            issuedAt: claims.issuedAt, expiresAt: claims.expiresAt)
    }
}
