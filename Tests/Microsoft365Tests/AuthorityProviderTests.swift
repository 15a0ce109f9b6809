import OAuthClient
import OAuthCore
import OAuthTesting
import Testing

@testable import Microsoft365

@Suite("Providers for people")
struct AuthorityProviderTests {
    let tenants: Tenants

    init() throws { tenants = try Tenants() }

    /// Signs somebody in at an authority by code and PKCE.
    private func login(_ authority: Authority, tenant: String, issuer: String? = nil) async throws -> Login {
        let provider = try await tenants.app(nil).provider(authority: authority)
        let request = try provider.authorizationRequest(redirectURI: Tenants.redirectURI, scope: ["openid"])
        let now = tenants.clock.now
        var claims: JSONObject = ["sub": "s", "aud": .string(Tenants.clientID), "tid": .string(tenant), "ver": "2.0"]
        claims["iss"] = .string(issuer ?? "https://login.microsoftonline.com/\(tenant)/v2.0")
        claims["iat"] = .integer(now.seconds)
        claims["exp"] = .integer((now + 600).seconds)
        claims["nonce"] = request.attempt.nonce.map { .string($0.revealed()) }
        let token = try CompactJWS.sign(payload: claims.encoded(), with: tenants.signer)
        tenants.transport.removeAnswers(for: "/\(authority.pathSegment)/oauth2/v2.0/token")
        tenants.transport.on(
            "/\(authority.pathSegment)/oauth2/v2.0/token",
            json: ["access_token": "at", "token_type": "Bearer", "expires_in": 3_599, "id_token": .string(token)])
        var key = tenants.signer.publicKey.json
        key["issuer"] = "https://login.microsoftonline.com/{tenantid}/v2.0"
        tenants.transport.on(
            "/\(authority.pathSegment)/discovery/v2.0/keys", json: ["keys": .array([.object(key)])])
        let callback = "\(Tenants.redirectURI)?code=c&state=\(request.attempt.state.revealed())"
        return try await provider.login(try provider.validate(callbackURL: callback, for: request.attempt))
    }

    @Test("where any organisation may sign in, the ID token's issuer is the template with its own tenant")
    func common() async throws {
        let login = try await login(.common, tenant: Tenants.contosoText)
        #expect(login.idToken?.claims["tid"]?.string == Tenants.contosoText)
    }

    @Test("an issuer that is not its own tenant's is refused, as is a template in place of one")
    func foreignIssuer() async throws {
        for issuer in [
            "https://login.microsoftonline.com/\(Tenants.fabrikamText)/v2.0",
            "https://login.microsoftonline.com/{tenantid}/v2.0",
        ] {
            await #expect(throws: ClientError.self) {
                try await login(.common, tenant: Tenants.contosoText, issuer: issuer)
            }
        }
    }

    @Test("whoever expects one tenant's issuer where any may sign in gets no other's")
    func pinned() async throws {
        let login = try await login(.common, tenant: Tenants.contosoText)
        let token = try #require(login.tokens.idToken)
        let provider = try await tenants.app(nil).provider(authority: .common)
        var expectation = IDTokenExpectation(for: provider.configuration)
        for (tenant, isAccepted) in [(Tenants.contosoText, true), (Tenants.fabrikamText, false)] {
            expectation.issuer = "https://login.microsoftonline.com/\(tenant)/v2.0"
            let pinned = expectation
            let error = await clientError { () async throws(ClientError) in
                try await provider.verify(idToken: token, pinned)
            }
            #expect((error == nil) == isAccepted)
        }
    }

    @Test("a refresh brings tokens of the same tenant, or none")
    func refresh() async throws {
        let store = InMemoryTokenStore()
        let key = TokenKey(issuer: "i", clientID: "c", subject: "s")
        let old = try await login(.common, tenant: Tenants.contosoText).tokens
        for (tenant, isAccepted) in [(Tenants.contosoText, true), (Tenants.fabrikamText, false)] {
            var expired = old
            expired.expiresAt = tenants.clock.now
            expired.refreshToken = Secret("rt")
            let session = try await tenants.app(nil).provider(authority: .common).session(resuming: key, store: store)
            try await session.save(expired)
            // The answer of another sign-in serves as that of the refresh: its ID token is sound.
            _ = try await login(.common, tenant: tenant)
            let error = await clientError { () async throws(ClientError) in try await session.accessToken() }
            #expect((error == nil) == isAccepted)
        }
    }

    @Test("at one tenant's authority another tenant's token is refused")
    func oneTenant() async throws {
        _ = try await login(.tenant(tenants.contoso), tenant: Tenants.contosoText)
        await #expect(throws: ClientError.self) {
            try await login(.tenant(tenants.contoso), tenant: Tenants.fabrikamText)
        }
        await #expect(throws: ClientError.self) {
            try await login(
                .tenant(tenants.contoso), tenant: Tenants.fabrikamText,
                issuer: "https://login.microsoftonline.com/\(Tenants.contosoText)/v2.0")
        }
    }

    @Test("a domain is looked up once, and its metadata must name a tenant of the cloud")
    func domain() async throws {
        let app = tenants.app()
        let path = "/contoso.example/v2.0/.well-known/openid-configuration"
        tenants.transport.on(
            path, json: ["issuer": .string("https://sts.evil.example/\(Tenants.contosoText)/v2.0")])
        tenants.transport.on(
            path, json: ["issuer": .string("https://login.microsoftonline.com/\(Tenants.contosoText)/v2.0")])
        let refused = await microsoftError { () async throws(Microsoft365Error) in
            try await app.provider(authority: .domain("contoso.example"))
        }
        #expect(refused?.kind == .malformedAnswer("issuer"))
        for _ in 0..<2 {
            let provider = try await app.provider(authority: .domain("contoso.example"))
            #expect(
                provider.configuration.metadata.issuer
                    == "https://login.microsoftonline.com/\(Tenants.contosoText)/v2.0")
        }
        #expect(tenants.transport.requests(to: path).count == 2)
    }

    @Test("what is no domain is looked up nowhere", arguments: ["", "contoso", "..", "a.example/../b", "a.example?x"])
    func noDomain(text: String) async {
        let refused = await microsoftError { () async throws(Microsoft365Error) in
            try await tenants.app().provider(authority: .domain(text))
        }
        #expect(refused?.kind == .refused)
        #expect(tenants.transport.requests.isEmpty)
    }
}
