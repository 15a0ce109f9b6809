public import OAuthCore

extension AuthorizationServer {
    /// The sign-in that a browser's cookie stands for, with its person; `nil` when there is none, it has expired, or
    /// the account is gone.
    public func signIn(_ cookie: Secret?) async throws(StoreError) -> (session: SessionRecord, user: UserRecord)? {
        guard let cookie, let session = try await grants.session(TokenDigest(of: cookie)), clock() < session.expiresAt,
            let user = try await users.user(subject: session.subject)
        else { return nil }
        return (session, user)
    }

    /// Begins a sign-in after the password was checked, in place of the browser's old one.
    ///
    /// - Returns: the new cookie's value.
    public func beginSession(for user: UserRecord, replacing old: Secret?) async throws(StoreError) -> Secret {
        let cookie = Secret(random.token())
        let now = clock()
        let new = SessionRecord(
            digest: TokenDigest(of: cookie), subject: user.subject, authenticatedAt: now,
            expiresAt: now + configuration.lifetimes.session)
        let changes: [GrantChange]
        var replaced: SessionRecord?
        if let old { replaced = try await grants.session(TokenDigest(of: old)) }
        switch replaced {
        case nil: changes = [.insertSession(new)]
        // Signing in again keeps what hangs on the old sign-in, so that it ends with the new one.
        case let session? where session.subject == user.subject: changes = [.renewSession(session.digest, new)]
        // Signing in as someone else is signing out.
        case let session?: changes = [.endSession(session.digest), .insertSession(new)]
        }
        _ = try await grants.commit(changes)
        return cookie
    }

    /// Ends a sign-in, with every token that does not outlive it.
    public func endSession(_ cookie: Secret) async throws(StoreError) {
        _ = try await grants.commit([.endSession(TokenDigest(of: cookie))])
    }

    /// The subject of an ID token that this server once issued, expired or not; `nil` when it is not genuine.
    func hintedSubject(_ hint: String) async throws(StoreError) -> String? {
        try await idTokenHint(hint)?.subject
    }

    /// Who and for whom an ID token was (OpenID Connect Core §3.1.2.1: an expired one will do).
    func idTokenHint(_ hint: String) async throws(StoreError) -> (subject: String, clientID: String)? {
        guard let jws = try? CompactJWS.parse(hint) else { return nil }
        let keys = JSONWebKeySet(try await keys.signingKeys().map(\.key.publicKey))
        guard let verified = try? jws.verify(with: keys, algorithms: [.es256, .rs256]),
            let claims = try? JWTClaims(verified), claims.issuer == configuration.issuer.description,
            claims.header.type?.lowercased() != "at+jwt", let subject = claims.subject,
            claims.audiences.count == 1
        else { return nil }
        return (subject, claims.audiences[0])
    }
}
