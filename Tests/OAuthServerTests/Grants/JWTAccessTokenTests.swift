import HTTPTypes
import OAuthCore
import OAuthResourceServer
@testable import OAuthServer
import OAuthTesting
import Testing

@Suite("JWT access tokens, RFC 9068")
struct JWTAccessTokenTests {
    private let fixture: Fixture

    init() async throws { fixture = try await Fixture { $0.accessTokenFormat = "jwt" } }

    @Test("a person's token has the claims of §2.2")
    func claims() async throws {
        let answer = try await fixture.tokens(["scope": "openid messages.read"])
        let token = try IDToken(answer.accessToken)
        let now = fixture.clock.now.seconds
        #expect(token.header["typ"] == "at+jwt")
        #expect(token.header["alg"] == "ES256")
        #expect(token.header["kid"]?.string?.isEmpty == false)
        #expect(token.claims["iss"] == .string(Fixture.issuer))
        #expect(token.claims["sub"] == .string(try await fixture.subject(of: "ann")))
        #expect(token.claims["aud"] == .string(Fixture.issuer))
        #expect(token.claims["client_id"] == "app")
        #expect(token.claims["scope"] == "openid messages.read")
        #expect(token.claims["iat"]?.integer == now)
        #expect(token.claims["exp"]?.integer == now + 3_600)
        #expect(token.claims["auth_time"]?.integer == now)
        let next = try IDToken(try await fixture.tokens().accessToken)
        #expect(token.claims["jti"] != next.claims["jti"])
    }

    @Test("an API verifies it with the published keys alone")
    func resourceServer() async throws {
        let url = try #require(URI(Fixture.issuer + "/jwks.json"))
        let clock = fixture.clock
        let verifier = JWTAccessTokenVerifier(
            issuer: try Issuer.parse(Fixture.issuer), audience: Fixture.issuer,
            keys: JSONWebKeySource(url: url, transport: fixture.provider, clock: clock.source), clock: clock.source)
        let token = try await fixture.tokens(["scope": "openid messages.read"])
        let information = try await verifier.verify(Secret(token.accessToken))
        #expect(information.scope == ["openid", "messages.read"])
        // An ID token is not an access token.
        await #expect(throws: AccessTokenFailure.self) {
            _ = try await verifier.verify(Secret(token["id_token"] ?? ""))
        }
    }

    @Test("a person's is stored, so that it is revoked at once")
    func person() async throws {
        let tokens = try await fixture.tokens()
        #expect(await fixture.isActive(tokens.accessToken))
        #expect(await fixture.post(.revocation, ["token": tokens.refreshToken]).status == 200)
        #expect(await !fixture.isActive(tokens.accessToken))
    }

    @Test("a client's own is not stored, and can be denied all the same")
    func own() async throws {
        let token = await fixture.post(.token, ["grant_type": "client_credentials"]).accessToken
        let digest = TokenDigest(of: Secret(token))
        #expect(try await fixture.store.accessToken(digest) == nil)
        #expect(await fixture.isActive(token))
        #expect(await fixture.post(.revocation, ["token": token]).status == 200)
        #expect(try await fixture.store.isDenied(digest))
        #expect(await !fixture.isActive(token))
    }

    @Test("a client's own ends with the client, its life and its key's publication")
    func end() async throws {
        let token = await fixture.post(.token, ["grant_type": "client_credentials"]).accessToken
        try await fixture.provider.addKey(.es256)
        fixture.clock.advance(by: 3_599)
        #expect(await fixture.isActive(token))
        fixture.clock.advance(by: 1)
        #expect(await !fixture.isActive(token))
        let second = await fixture.post(.token, ["grant_type": "client_credentials"]).accessToken
        #expect(try await fixture.store.removeClient("app") == .committed)
        #expect(await !fixture.isActive(second))
    }

    @Test("CVE-2026-28802, CVE-2026-55669: a forged or incomplete JWT is not active")
    func forged() async throws {
        let token = await fixture.post(.token, ["grant_type": "client_credentials"]).accessToken
        let genuine = try IDToken(token)
        let keys = try await fixture.store.signingKeys()
        let key = try #require(keys.first).key
        let stranger = try SigningKey.generate(.es256, keyID: key.keyID)
        func isActive(_ claims: JSONObject, type: String = "at+jwt", key: SigningKey) async throws -> Bool {
            await fixture.isActive(
                try CompactJWS.sign(payload: claims.encoded(), header: ["typ": .string(type)], with: key))
        }
        #expect(try await isActive(genuine.claims, key: key))
        #expect(try await !isActive(genuine.claims, key: stranger))
        #expect(try await !isActive(genuine.claims, type: "JWT", key: key))
        for name in ["iss", "sub", "aud", "exp", "client_id", "jti"] {
            var claims = genuine.claims
            claims[name] = nil
            #expect(try await !isActive(claims, key: key), "\(name)")
        }
        // One that speaks of a person and is not stored was revoked.
        var person = genuine.claims
        person["sub"] = .string(try await fixture.subject(of: "ann"))
        #expect(try await !isActive(person, key: key))
        let parts = token.split(separator: ".")
        for algorithm in ["none", "None", "nOnE"] {
            let header: JSONObject = ["alg": .string(algorithm), "typ": "at+jwt"]
            #expect(await !fixture.isActive("\(Base64URL.encode(header.encoded())).\(parts[1])."))
        }
    }

    @Test("without a key nothing is issued and nothing done")
    func noKey() async throws {
        let code = try await fixture.code()
        let bare = AuthorizationServer(
            configuration: fixture.server.configuration, grants: fixture.store, clients: fixture.store,
            keys: InMemoryStore(), users: fixture.server.users, clock: fixture.clock.source,
            random: fixture.server.random)
        let request = EndpointRequest.post([
            "grant_type": "authorization_code", "code": code, "redirect_uri": Fixture.callback,
            "code_verifier": Fixture.verifier, "client_id": "app", "client_secret": "app-secret",
        ])
        let answer = Answer(await bare.respond(.token, to: request))
        #expect(answer.status == 500)
        #expect(answer.error == "server_error")
        #expect(await fixture.redeem(code).status == 200)
    }
}

@Suite("Keys and their rotation")
struct KeyRotationTests {
    private func keyIDs(_ fixture: Fixture) async -> [String] {
        let answer = Answer(await fixture.server.respond(.jwks, to: EndpointRequest()))
        return answer.body["keys"]?.array?.compactMap { $0.object?["kid"]?.string } ?? []
    }

    @Test("the old key stays published until its last token has expired, the new one signs at once")
    func rotation() async throws {
        let fixture = try await Fixture()
        let old = await keyIDs(fixture)
        #expect(old.count == 1)
        let before = try await fixture.tokens()
        try await fixture.provider.addKey(.es256)
        let both = await keyIDs(fixture)
        #expect(Set(both).isSuperset(of: old) && both.count == 2)
        let after = try await fixture.tokens()
        #expect(try IDToken(before["id_token"]).header["kid"] == .string(old[0]))
        #expect(try IDToken(after["id_token"]).header["kid"] == .string(both[0]))
        fixture.clock.advance(by: .minutes(65) - 1)
        #expect(await keyIDs(fixture).count == 2)
        fixture.clock.advance(by: 1)
        #expect(await keyIDs(fixture) == [both[0]])
    }

    @Test("what is published has no private part and may be kept for five minutes")
    func published() async throws {
        let fixture = try await Fixture { $0.idTokenAlgorithm = "RS256" }
        let answer = Answer(await fixture.server.respond(.jwks, to: EndpointRequest()))
        let keys = try #require(answer.body["keys"]?.array).compactMap(\.object)
        #expect(Set(keys.compactMap { $0["kty"]?.string }) == ["EC", "RSA"])
        for key in keys {
            for name in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] { #expect(key[name] == nil) }
            #expect(key["use"] == "sig")
        }
        #expect(answer.headers[.cacheControl] == "public, max-age=300")
    }
}
