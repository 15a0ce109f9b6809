import OAuthCore

extension AuthorizationServer {
    /// What this server says of itself: only what it does, every URL from the issuer (RFC 8414 §2).
    func metadata() async throws(EndpointFailure) -> AuthorizationServerMetadata {
        let issuer = configuration.issuer
        let methods = ["client_secret_basic", "client_secret_post", "none"]
        var metadata = AuthorizationServerMetadata(issuer: issuer.description)
        metadata.authorizationEndpoint = issuer.url("/authorize")
        metadata.tokenEndpoint = issuer.url(Endpoint.token.path(below: issuer))
        metadata.jwksURI = issuer.url(Endpoint.jwks.path(below: issuer))
        metadata.userinfoEndpoint = issuer.url(Endpoint.userinfo.path(below: issuer))
        metadata.revocationEndpoint = issuer.url(Endpoint.revocation.path(below: issuer))
        metadata.introspectionEndpoint = issuer.url(Endpoint.introspection.path(below: issuer))
        metadata.endSessionEndpoint = issuer.url("/logout")
        metadata.scopesSupported = configuration.scopes.scope.tokens
        metadata.responseTypesSupported = ["code"]
        metadata.responseModesSupported = ["query"]
        metadata.grantTypesSupported = GrantType.all.map(\.rawValue)
        metadata.tokenEndpointAuthMethodsSupported = methods
        metadata.revocationEndpointAuthMethodsSupported = methods
        metadata.introspectionEndpointAuthMethodsSupported = methods.dropLast()
        metadata.codeChallengeMethodsSupported = [CodeChallenge.method]
        metadata.subjectTypesSupported = ["public"]
        metadata.idTokenSigningAlgValuesSupported =
            SigningKeys(try await load(await keys.signingKeys())).algorithms.map(\.rawValue)
        metadata.claimsSupported = [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name", "preferred_username", "email",
            "email_verified",
        ]
        metadata.promptValuesSupported = Prompt.allCases.map(\.rawValue)
        metadata.authorizationResponseIssParameterSupported = true
        metadata.requestParameterSupported = false
        metadata.requestURIParameterSupported = false
        metadata.claimsParameterSupported = false
        return metadata
    }
}
