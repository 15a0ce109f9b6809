public import OAuthCore

extension Provider {
    /// A session that keeps the tokens of a sign-in fresh; they are in the store when it returns.
    ///
    /// - Parameters:
    ///   - key: where they are kept. Default: issuer, client and the ID token's subject.
    ///   - store: where they are kept. Default: memory.
    /// - Throws: `ClientError.store`; `.idToken(.missing)` without a key and without an ID token.
    public func session(
        for login: Login, key: TokenKey? = nil, store: any TokenStore = InMemoryTokenStore(),
        options: TokenSessionOptions = TokenSessionOptions()
    ) async throws(ClientError) -> TokenSession {
        guard let key = key ?? login.idToken.map({ defaultKey(subject: $0.subject) }) else {
            throw .idToken(.missing)
        }
        let session = TokenSession(provider: self, key: key, store: store, renewal: .refreshToken, options: options)
        try await session.save(login.tokens)
        return session
    }

    /// A session over tokens that an earlier run stored under this key.
    public func session(
        resuming key: TokenKey, store: any TokenStore, options: TokenSessionOptions = TokenSessionOptions()
    ) -> TokenSession {
        TokenSession(provider: self, key: key, store: store, renewal: .refreshToken, options: options)
    }

    /// A session with tokens in the client's own name: acquired at first use, and again with the same scope and
    /// parameters whenever they end.
    public func session(
        clientCredentials scope: Scope, additionalParameters: FormFields = FormFields(),
        store: any TokenStore = InMemoryTokenStore(), options: TokenSessionOptions = TokenSessionOptions()
    ) -> TokenSession {
        let request = TokenRequest.clientCredentials(scope: scope, additionalParameters: additionalParameters)
        var key = defaultKey(subject: nil)
        key.scope = scope.tokens.sorted()
        key.resource = additionalParameters["resource"] ?? additionalParameters["audience"]
        return TokenSession(provider: self, key: key, store: store, renewal: .request(request), options: options)
    }

    private func defaultKey(subject: String?) -> TokenKey {
        TokenKey(issuer: configuration.metadata.issuer, clientID: configuration.clientID, subject: subject)
    }
}
