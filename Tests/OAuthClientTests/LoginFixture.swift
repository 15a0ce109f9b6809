import OAuthCore
import OAuthTesting
import Testing

@testable import OAuthClient

/// A server that signs in one person.
struct LoginFixture {
    let base = Fixture()
    let key: SigningKey

    init(keyID: String = "k1") throws {
        key = try SigningKey.generate(.es256, keyID: keyID)
        publish([key])
    }

    var provider: Provider { base.provider() }

    func publish(_ keys: [SigningKey]) {
        base.transport.removeAnswers(for: "/jwks.json")
        base.transport.on("/jwks.json", json: JSONWebKeySet(keys.map(\.publicKey)).json)
    }

    /// The claims that are right for this attempt, with some replaced; `null` removes one.
    func claims(for attempt: AuthorizationAttempt? = nil, _ changes: JSONObject = [:]) -> JSONObject {
        var claims: JSONObject = [
            "iss": .string(Fixture.issuer), "sub": "alice", "aud": "app", "iat": .integer(base.clock.now.seconds),
            "exp": .integer((base.clock.now + 300).seconds),
        ]
        if let nonce = attempt?.nonce { claims["nonce"] = .string(nonce.revealed()) }
        for (name, value) in changes.members { claims[name] = value == .null ? nil : value }
        return claims
    }

    func sign(_ claims: JSONObject, with key: SigningKey? = nil, header: JSONObject = [:]) throws -> String {
        try CompactJWS.sign(payload: claims.encoded(), header: header, with: key ?? self.key)
    }

    /// Answers the next token request with this ID token.
    func answer(idToken: String, _ members: JSONObject = [:]) {
        var answer = tokenAnswer(["id_token": .string(idToken), "scope": "openid"])
        for (name, value) in members.members { answer[name] = value }
        base.transport.removeAnswers(for: "/token")
        base.transport.on("/token", json: answer)
    }

    /// Signs in with these claims in the ID token.
    func login(
        _ changes: JSONObject = [:], options: AuthorizationOptions = AuthorizationOptions(),
        on provider: Provider? = nil
    ) async throws -> Login {
        let provider = provider ?? self.provider
        let attempt = try provider.authorizationRequest(
            redirectURI: Fixture.redirectURI, scope: ["openid"], options: options
        ).attempt
        answer(idToken: try sign(claims(for: attempt, changes)))
        return try await provider.login(try Self.callback(provider, attempt: attempt))
    }

    static func callback(
        _ provider: Provider, attempt: AuthorizationAttempt? = nil, code: String = "code-1"
    ) throws -> ValidatedCallback {
        let attempt =
            try attempt ?? provider.authorizationRequest(redirectURI: Fixture.redirectURI, scope: ["read"]).attempt
        return try provider.validate(callbackURL: callbackURL(attempt, code: code), for: attempt)
    }

    static func callbackURL(_ attempt: AuthorizationAttempt, code: String = "code-1") -> String {
        "\(attempt.redirectURI)?code=\(code)&state=\(attempt.state.revealed())&iss=\(FormFields.encode(attempt.issuer))"
    }
}
