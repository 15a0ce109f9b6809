public import OAuthCore

/// A finished sign-in.
public struct Login: Sendable, Hashable {
    /// The tokens that were issued.
    public let tokens: TokenSet
    /// Who signed in, verified; `nil` when the scope `openid` was not asked for.
    public let idToken: IDToken?
}

extension Provider {
    /// Begins a sign-in: the address to open, and the attempt to remember for this browser.
    ///
    /// - Parameters:
    ///   - redirectURI: one that is registered for this client; the answer comes there.
    ///   - scope: what to ask for; `openid` for an ID token, `offline_access` for a refresh token on most servers.
    /// - Throws: `ClientError.missingEndpoint`, `.insecureURL`, `.reservedParameter`.
    public func authorizationRequest(
        redirectURI: String, scope: Scope, options: AuthorizationOptions = AuthorizationOptions()
    ) throws(ClientError) -> AuthorizationRequest {
        let seeds = AuthorizationSeeds(random: environment.random, now: environment.clock())
        return try AuthorizationRequest.begin(
            configuration, redirectURI: redirectURI, scope: scope, options: options, seeds: seeds)
    }

    /// Checks the URL to which the browser came back; asks nobody.
    ///
    /// - Throws: `ClientError.callback`, or `.server` for what the server refused.
    public func validate(
        callbackURL: String, for attempt: AuthorizationAttempt
    ) throws(ClientError) -> ValidatedCallback {
        try attempt.validate(callbackURL: callbackURL, now: environment.clock())
    }

    /// Redeems the code of a checked response and verifies the ID token that comes for it.
    ///
    /// - Throws: `ClientError`, among them `.callback(.issuerMismatch)` for an attempt at another server, before anything
    ///   is sent to this one.
    public func login(_ callback: ValidatedCallback) async throws(ClientError) -> Login {
        let attempt = callback.attempt
        let issuer = configuration.metadata.issuer
        guard attempt.issuer.isIdentical(to: issuer) else {
            throw .callback(.issuerMismatch(expected: issuer, found: attempt.issuer))
        }
        var tokens = try await token(.authorizationCode(callback))
        guard attempt.scope.contains("openid") else {
            tokens.idToken = nil
            return Login(tokens: tokens, idToken: nil)
        }
        guard let token = tokens.idToken else { throw .idToken(.missing) }
        var expectation = IDTokenExpectation(for: configuration)
        expectation.nonce = attempt.nonce
        expectation.maxAge = attempt.maxAge
        expectation.accessToken = tokens.accessToken
        return Login(tokens: tokens, idToken: try await verify(idToken: token, expectation))
    }

    /// Verifies an ID token with the server's keys, which are fetched when needed.
    ///
    /// - Throws: `ClientError.idToken`, or why the keys could not be had.
    public func verify(
        idToken token: Secret, _ expectation: IDTokenExpectation
    ) async throws(ClientError) -> IDToken {
        let header = try IDToken.header(of: token)
        // An algorithm that is refused anyway is no reason to ask for keys.
        guard expectation.algorithms.contains(header.algorithm) else {
            throw .idToken(.signature(.algorithmNotAllowed(header.algorithm)))
        }
        var keys = try await keySets.keys(for: header)
        var expectation = expectation
        if let issuers = configuration.options.quirks.tenantIssuers {
            let tenant = try issuers.resolved(for: token, keys: keys)
            keys = tenant.keys
            // Whoever expects one tenant's issuer gets no other's.
            if expectation.issuer.isIdentical(to: issuers.template) { expectation.issuer = tenant.issuer }
        }
        return try IDToken.verify(token, keys: keys, expectation: expectation, now: environment.clock())
    }

    /// Claims about the person who signed in; they are checked to be about the same one.
    public func userInfo(for login: Login) async throws(ClientError) -> UserInfo {
        guard let subject = login.idToken?.subject else { throw .idToken(.missing) }
        let request = try UserInfoRequest(accessToken: login.tokens.accessToken).request(for: configuration)
        return try UserInfo.parse(try await environment.send(request), subject: subject)
    }

    /// Begins a sign-out at the server (OpenID Connect RP-Initiated Logout §2).
    ///
    /// - Parameters:
    ///   - idToken: the ID token of the session that ends.
    ///   - returnTo: a registered `post_logout_redirect_uri`; `nil` to stay at the server.
    public func logoutRequest(idToken: Secret?, returnTo: String?) throws(ClientError) -> LogoutRequest {
        try LogoutRequest.begin(configuration, idToken: idToken, returnTo: returnTo, random: environment.random)
    }
}
