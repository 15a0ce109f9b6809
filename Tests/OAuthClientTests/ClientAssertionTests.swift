import HTTPTypes
import OAuthCore
import OAuthTesting
import Testing

@testable import OAuthClient

@Suite("Signed assertions of a client, RFC 7523")
struct ClientAssertionTests {
    let fixture = Fixture()
    static let key = try? SigningKey.generate(.es256, keyID: "k1")

    private func client(_ change: (inout ClientAssertion) -> Void = { _ in }) throws -> ClientConfiguration {
        var assertion = ClientAssertion(key: try #require(Self.key))
        change(&assertion)
        var client = Fixture.configuration
        client.metadata.tokenEndpointAuthMethodsSupported = ["client_secret_basic", "private_key_jwt"]
        client.authentication = .privateKeyJWT(assertion)
        return client
    }

    private func form(_ request: ClientRequest) throws -> FormFields { try FormFields.parse(request.body) }

    /// The assertion of a form, verified with the public key.
    private func verified(_ form: FormFields) throws -> JWTClaims {
        let token = try CompactJWS.parse(try #require(form["client_assertion"]))
        return try JWTClaims(try token.verify(with: try #require(Self.key).publicKey))
    }

    @Test("the parameters are those of RFC 7523 §2.2, and no secret beside them")
    func parameters() throws {
        let request = try TokenRequest.clientCredentials(scope: ["a"]).request(for: client(), seeds: Fixture.seeds)
        let form = try form(request)
        #expect(form["grant_type"] == "client_credentials")
        #expect(form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        #expect(form["client_id"] == "app")
        #expect(form["client_secret"] == nil)
        #expect(request.head.headerFields[.authorization] == nil)
    }

    @Test("the claims are those of RFC 7523 §3: issuer and subject the client, audience the token endpoint")
    func claims() throws {
        let form = try form(TokenRequest.clientCredentials().request(for: client(), seeds: Fixture.seeds))
        let claims = try verified(form)
        let now = VirtualClock().now
        #expect(claims.issuer == "app")
        #expect(claims.subject == "app")
        #expect(claims.audiences == ["https://as.example/token"])
        #expect(claims["aud"] == "https://as.example/token")
        #expect(claims.issuedAt == now)
        #expect(claims.notBefore == now)
        #expect(claims.expiresAt == now + 300)
        #expect(claims.header.parameters["typ"] == "JWT")
        #expect(claims.header.keyID == "k1")
        #expect((claims.jwtID?.utf8.count ?? 0) >= 22)
    }

    @Test("every request has an assertion of its own")
    func fresh() async throws {
        fixture.transport.on("/token", json: tokenAnswer())
        let provider = fixture.provider(try client())
        for _ in 0..<3 {
            _ = try await provider.token(.clientCredentials())
            fixture.clock.advance(by: 7)
        }
        let claims = try fixture.transport.requests(to: "/token").map { try verified($0.form) }
        #expect(Set(claims.compactMap(\.jwtID)).count == 3)
        #expect(Set(claims.compactMap(\.issuedAt)).count == 3)
    }

    @Test("revocation and introspection authenticate by it, for the same audience")
    func otherEndpoints() async throws {
        fixture.transport.on("/revoke", .response(.text("")))
        fixture.transport.on("/introspect", json: ["active": true])
        let provider = fixture.provider(try client())
        try await provider.revoke(Secret("t"))
        _ = try await provider.introspect(Secret("t"))
        for path in ["/revoke", "/introspect"] {
            let form = try #require(fixture.transport.requests(to: path).first).form
            #expect(form["token"] == "t")
            #expect(try verified(form).audiences == ["https://as.example/token"])
        }
    }

    @Test("a refresh authenticates by it")
    func refresh() async throws {
        fixture.transport.on("/token", json: tokenAnswer())
        let session = fixture.provider(try client()).session(resuming: Fixture.key, store: InMemoryTokenStore())
        try await session.save(fixture.tokens("old", lifetime: 0))
        _ = try await session.accessToken()
        let form = try #require(fixture.transport.requests(to: "/token").first).form
        #expect(form["grant_type"] == "refresh_token")
        #expect(try verified(form).subject == "app")
    }

    @Test("the audience may be the issuer, members may be added to the header, and the key's id left out")
    func choices() throws {
        let client = try client {
            $0.audience = .issuer
            $0.keyID = .omitted
            $0.header = ["typ": "JWT", "x5t#S256": "abc"]
        }
        let claims = try verified(form(TokenRequest.clientCredentials().request(for: client, seeds: Fixture.seeds)))
        #expect(claims.audiences == ["https://as.example"])
        #expect(claims.header.keyID == nil)
        #expect(claims.header.certificateThumbprintSHA256 == "abc")
    }

    @Test(
        "it holds for ten minutes at most, and for a second at least",
        arguments: [(Seconds(0), Seconds(1)), (-5, 1), (60, 60), (600, 600), (601, 600), (86_400, 600)])
    func lifetime(asked: Seconds, found: Seconds) throws {
        let client = try client { $0.lifetime = asked }
        let claims = try verified(form(TokenRequest.clientCredentials().request(for: client, seeds: Fixture.seeds)))
        #expect(claims.expiresAt == VirtualClock().now + found)
    }

    @Test("a certificate that does not hold costs nothing: neither a request nor the code")
    func certificateTimes() async throws {
        let now = fixture.clock.now
        let early = try client { $0.notBefore = now + 1 }
        let late = try client { $0.notAfter = now - 1 }
        #expect(
            await clientError { () async throws(ClientError) in
                try await fixture.provider(early).token(.clientCredentials())
            } == .assertion(.certificateNotYetValid(notBefore: now + 1, now: now)))
        #expect(
            await clientError { () async throws(ClientError) in
                try await fixture.provider(late).token(.clientCredentials())
            } == .assertion(.certificateExpired(notAfter: now - 1, now: now)))
        #expect(fixture.transport.requests.isEmpty)
        let callback = try LoginFixture.callback(fixture.provider())
        #expect(throws: ClientError.self) {
            try TokenRequest.authorizationCode(callback).request(for: late, seeds: Fixture.seeds)
        }
        let onTime = try client {
            $0.notBefore = now
            $0.notAfter = now
        }
        _ = try TokenRequest.authorizationCode(callback).request(for: onTime, seeds: Fixture.seeds)
    }

    @Test("a server that offers only other ways is named before anything is signed")
    func notOffered() throws {
        var client = try client()
        client.metadata.tokenEndpointAuthMethodsSupported = ["client_secret_basic"]
        #expect(throws: ClientError.unsupportedAuthentication(offered: ["client_secret_basic"])) {
            try TokenRequest.clientCredentials().request(for: client, seeds: Fixture.seeds)
        }
        client.metadata.tokenEndpointAuthMethodsSupported = nil
        _ = try TokenRequest.clientCredentials().request(for: client, seeds: Fixture.seeds)
    }

    @Test("a header that contradicts the key is an error, not an assertion")
    func contradiction() throws {
        let client = try client { $0.header = ["alg": "RS256"] }
        #expect(throws: ClientError.assertion(.signing(.headerParameter("alg")))) {
            try TokenRequest.clientCredentials().request(for: client, seeds: Fixture.seeds)
        }
    }

    @Test("nothing of the key or the assertion prints, and an additional parameter cannot replace it")
    func secrecy() throws {
        let client = try client()
        let request = try TokenRequest.clientCredentials().request(for: client, seeds: Fixture.seeds)
        let assertion = try #require(try form(request)["client_assertion"])
        for text in ["\(request)", "\(client)", String(reflecting: client)] {
            #expect(!text.contains(assertion))
            #expect(!text.contains(try #require(Self.key).pkcs8DER().withBytes { Base64URL.encode($0) }))
        }
        for name in ["client_assertion", "client_assertion_type"] {
            let request = TokenRequest.clientCredentials(additionalParameters: [name: "x"])
            #expect(throws: ClientError.reservedParameter(name)) {
                try request.request(for: client, seeds: Fixture.seeds)
            }
        }
    }

    @Test("`resource` goes along as an additional parameter, for servers that know no scope")
    func resource() throws {
        let parameters: FormFields = ["resource": "https://graph.example"]
        let first = TokenRequest.clientCredentials(additionalParameters: parameters)
        let refresh = TokenRequest.refreshToken(Secret("rt"), additionalParameters: parameters)
        for request in [first, refresh] {
            #expect(
                try form(request.request(for: client(), seeds: Fixture.seeds))["resource"] == "https://graph.example")
        }
    }
}
