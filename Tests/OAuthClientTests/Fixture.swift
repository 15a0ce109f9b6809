import HTTPTypes
import OAuthCore
import OAuthTesting
import Testing

@testable import OAuthClient

/// A server that is a script, and a client of it.
struct Fixture {
    static let issuer = "https://as.example"
    static let redirectURI = "https://app.example/callback"

    let transport = ScriptedTransport()
    let clock = VirtualClock()

    var environment: ClientEnvironment {
        ClientEnvironment(transport: transport, clock: clock.source, random: .repeatable())
    }

    static var metadata: AuthorizationServerMetadata {
        var metadata = AuthorizationServerMetadata(issuer: issuer)
        metadata.authorizationEndpoint = issuer + "/authorize"
        metadata.tokenEndpoint = issuer + "/token"
        metadata.jwksURI = issuer + "/jwks.json"
        metadata.userinfoEndpoint = issuer + "/userinfo"
        metadata.revocationEndpoint = issuer + "/revoke"
        metadata.introspectionEndpoint = issuer + "/introspect"
        metadata.endSessionEndpoint = issuer + "/logout"
        metadata.idTokenSigningAlgValuesSupported = ["ES256"]
        metadata.authorizationResponseIssParameterSupported = true
        return metadata
    }

    static var configuration: ClientConfiguration {
        ClientConfiguration(metadata: metadata, clientID: "app", authentication: .secret(Secret("app-secret")))
    }

    /// What the virtual clock and a repeatable source give.
    static var seeds: RequestSeeds { RequestSeeds(random: .repeatable(), now: VirtualClock().now) }

    func provider(_ configuration: ClientConfiguration = Fixture.configuration) -> Provider {
        Provider(configuration, environment: environment)
    }

    /// Tokens that were issued now.
    func tokens(_ name: String, lifetime: Seconds = 3_600, refresh: String? = "rt-1") -> TokenSet {
        TokenSet(
            accessToken: Secret(name), issuedAt: clock.now, expiresAt: clock.now + lifetime,
            refreshToken: refresh.map { Secret($0) }, scope: ["read"])
    }

    /// A session that keeps these tokens.
    func session(
        _ tokens: TokenSet, store: any TokenStore = InMemoryTokenStore()
    ) async throws(ClientError) -> TokenSession {
        let session = provider().session(resuming: Self.key, store: store)
        try await session.save(tokens)
        return session
    }

    static var key: TokenKey { TokenKey(issuer: issuer, clientID: "app", subject: "alice") }
}

/// The client's error that an operation ends with; `nil` when it does not fail.
func clientError<Value>(_ operation: () async throws(ClientError) -> Value) async -> ClientError? {
    do throws(ClientError) {
        _ = try await operation()
        return nil
    } catch {
        return error
    }
}

/// A token endpoint's answer.
func tokenAnswer(_ members: JSONObject = [:]) -> JSONObject {
    var answer: JSONObject = ["access_token": "at", "token_type": "Bearer", "expires_in": 3600]
    for (name, value) in members.members { answer[name] = value == .null ? nil : value }
    return answer
}
