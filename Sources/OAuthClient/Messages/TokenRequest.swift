public import OAuthCore

/// Asks the token endpoint for tokens (RFC 6749 §3.2).
public struct TokenRequest: Sendable {
    /// What is exchanged for tokens.
    enum Grant: Sendable {
        case authorizationCode(ValidatedCallback)
        case clientCredentials
        case refreshToken(Secret)
    }

    let grant: Grant
    /// The scope to ask for; empty asks for nothing and leaves it to the server.
    public var scope: Scope
    /// Parameters beyond the specification, such as `audience`; they are sent again whenever the tokens are renewed.
    public var additionalParameters: FormFields

    /// Redeems the code of a validated authorization response (RFC 6749 §4.1.3), with its code verifier (RFC 7636 §4.5).
    public static func authorizationCode(
        _ callback: ValidatedCallback, additionalParameters: FormFields = FormFields()
    ) -> TokenRequest {
        TokenRequest(
            grant: .authorizationCode(callback), scope: Scope(), additionalParameters: additionalParameters)
    }

    /// Asks for a token in the client's own name (RFC 6749 §4.4).
    public static func clientCredentials(
        scope: Scope = [], additionalParameters: FormFields = FormFields()
    ) -> TokenRequest {
        TokenRequest(grant: .clientCredentials, scope: scope, additionalParameters: additionalParameters)
    }

    /// Asks for fresh tokens (RFC 6749 §6); the scope, where one is given, may only narrow what was granted.
    public static func refreshToken(
        _ refreshToken: Secret, scope: Scope = [], additionalParameters: FormFields = FormFields()
    ) -> TokenRequest {
        TokenRequest(
            grant: .refreshToken(refreshToken), scope: scope, additionalParameters: additionalParameters)
    }

    /// The scope that the tokens have when the answer does not name one (RFC 6749 §5.1).
    var requestedScope: Scope {
        if case .authorizationCode(let callback) = grant { callback.attempt.scope } else { scope }
    }

    /// The request to send. The code of a `ValidatedCallback` is taken out of it: a second call throws
    /// `CallbackError.alreadyRedeemed`.
    ///
    /// With `ClientAuthentication.privateKeyJWT` it is signed here, which takes an RSA key about a millisecond.
    public func request(
        for client: ClientConfiguration, seeds: RequestSeeds
    ) throws(ClientError) -> ClientRequest {
        let url = try client.endpoint(\.tokenEndpoint, "token_endpoint")
        try additionalParameters.checkNotReserved()
        // Before the code is taken out, so that a wrong configuration does not cost it.
        let proof = try client.proof(offered: client.metadata.tokenEndpointAuthMethodsSupported, seeds: seeds)
        return proof.post(url, form: try form())
    }

    private func form() throws(ClientError) -> FormFields {
        var form = FormFields()
        switch grant {
        case .authorizationCode(let callback):
            form.append("grant_type", "authorization_code")
            form.append("code", try callback.takeCode().revealed())
            form.append("redirect_uri", callback.attempt.redirectURI)
            form.append("code_verifier", callback.attempt.codeVerifier.secret.revealed())
        case .clientCredentials:
            form.append("grant_type", "client_credentials")
        case .refreshToken(let token):
            form.append("grant_type", "refresh_token")
            form.append("refresh_token", token.revealed())
        }
        if !scope.isEmpty { form.append("scope", scope.description) }
        form.append(contentsOf: additionalParameters)
        return form
    }
}

extension FormFields {
    private static let reservedNames: Set<String> = [
        "client_assertion", "client_assertion_type", "client_id", "client_secret", "code", "code_challenge",
        "code_challenge_method", "code_verifier", "grant_type", "id_token_hint", "nonce", "post_logout_redirect_uri",
        "redirect_uri", "refresh_token", "request", "request_uri", "response_type", "scope", "state", "token",
        "token_type_hint",
    ]

    /// Refuses parameters by which a caller could undo what the protocol's own ones say.
    func checkNotReserved() throws(ClientError) {
        if let name = duplicates.first { throw .reservedParameter(name) }
        if let name = names.first(where: Self.reservedNames.contains) { throw .reservedParameter(name) }
    }

    /// Adds all parameters of another set.
    mutating func append(contentsOf other: FormFields) {
        for name in other.names { append(name, other[name] ?? "") }
    }
}
