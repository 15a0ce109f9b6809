public import OAuthCore

/// A sign-in to begin: the address for the browser, and what to remember until it comes back (RFC 6749 §4.1.1).
public struct AuthorizationRequest: Sendable, Hashable {
    /// Where to send the browser.
    public let url: String
    /// What the answer is checked against.
    public let attempt: AuthorizationAttempt
}

/// What a sign-in may ask for besides scopes.
public struct AuthorizationOptions: Sendable, Hashable {
    /// Which pages the server shows: `login`, `consent`, `select_account`, `none` (OpenID Connect Core §3.1.2.1).
    public var prompt: [String] = []
    /// How long ago the person may have signed in, in seconds; the ID token must then say when that was.
    public var maxAge: Seconds?
    /// Who probably signs in.
    public var loginHint: String?
    /// Parameters beyond the specification, such as `access_type`.
    public var additionalParameters = FormFields()

    /// Nothing besides scopes.
    public init() {}
}

extension AuthorizationRequest {
    /// Begins a sign-in with a fresh state, nonce and code verifier; PKCE is always S256 (RFC 9700 §2.1.1).
    ///
    /// - Throws: `ClientError.missingEndpoint`, `.insecureURL`, `.reservedParameter`.
    public static func begin(
        _ client: ClientConfiguration, redirectURI: String, scope: Scope,
        options: AuthorizationOptions = AuthorizationOptions(), seeds: AuthorizationSeeds
    ) throws(ClientError) -> AuthorizationRequest {
        let endpoint = try client.endpoint(\.authorizationEndpoint, "authorization_endpoint")
        try options.additionalParameters.checkNotReserved()
        let attempt = AuthorizationAttempt(
            issuer: client.metadata.issuer, clientID: client.clientID, redirectURI: redirectURI, state: seeds.state,
            nonce: scope.contains("openid") ? seeds.nonce : nil, codeVerifier: seeds.codeVerifier, scope: scope,
            maxAge: options.maxAge, createdAt: seeds.createdAt,
            requiresIssuer: client.metadata.authorizationResponseIssParameterSupported ?? false)
        let query = attempt.parameters(options)
        return AuthorizationRequest(url: endpoint.appending(query: query), attempt: attempt)
    }
}

/// The fresh values of one attempt: each is used once.
public struct AuthorizationSeeds: Sendable {
    let state: Secret
    let nonce: Secret
    let codeVerifier: CodeVerifier
    let createdAt: UnixTime

    /// Fresh values of 256 random bits each, made at `now`.
    public init(random: RandomSource, now: UnixTime) {
        state = Secret(random.token())
        nonce = Secret(random.token())
        codeVerifier = CodeVerifier(random: random)
        createdAt = now
    }
}

extension AuthorizationAttempt {
    fileprivate func parameters(_ options: AuthorizationOptions) -> FormFields {
        let pairs: [(String, String?)] = [
            ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI),
            ("scope", scope.isEmpty ? nil : scope.description), ("state", state.revealed()),
            ("nonce", nonce?.revealed()), ("code_challenge", codeVerifier.challenge.value),
            ("code_challenge_method", CodeChallenge.method),
            ("prompt", options.prompt.isEmpty ? nil : options.prompt.joined(separator: " ")),
            ("max_age", options.maxAge.map { String($0.count) }), ("login_hint", options.loginHint),
        ]
        var fields = FormFields()
        for (name, value) in pairs { if let value { fields.append(name, value) } }
        fields.append(contentsOf: options.additionalParameters)
        return fields
    }
}
