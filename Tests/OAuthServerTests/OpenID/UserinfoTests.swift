import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("Userinfo, OpenID Connect Core §5.3")
struct UserinfoTests {
    private func ask(
        _ fixture: Fixture, _ authorization: [String] = [], method: HTTPRequest.Method = .get, query: String = "",
        body: String? = nil
    ) async -> Answer {
        var headers = HTTPFields()
        headers[values: .authorization] = authorization
        if body != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        return Answer(
            await fixture.server.respond(
                .userinfo,
                to: EndpointRequest(method: method, query: query, headers: headers, body: Array((body ?? "").utf8))))
    }

    @Test("by GET, by POST with the header, and by POST with the token in the body")
    func ways() async throws {
        let fixture = try await Fixture()
        let token = try await fixture.tokens().accessToken
        let expected: JSONObject = ["sub": .string(try await fixture.subject(of: "ann"))]
        for answer in [
            await ask(fixture, ["Bearer \(token)"]), await ask(fixture, ["bearer \(token)"], method: .post),
            await ask(fixture, method: .post, body: "access_token=\(token)"),
            await ask(fixture, ["Bearer \(token)"], method: .post, body: "x=1"),
        ] {
            #expect(answer.status == 200)
            #expect(answer.body == expected)
            #expect(answer.headers[.cacheControl] == "no-store")
        }
    }

    @Test("scope decides which claims there are (§5.4)")
    func claims() async throws {
        let fixture = try await Fixture()
        let token = try await fixture.tokens(["scope": "openid profile email"]).accessToken
        let answer = await ask(fixture, ["Bearer \(token)"])
        #expect(
            answer.body == [
                "sub": .string(try await fixture.subject(of: "ann")), "preferred_username": "ann",
                "name": "Ann Example",
                "email": "ann@example.com", "email_verified": true,
            ])
    }

    @Test("the challenges of RFC 6750 §3")
    func challenges() async throws {
        let fixture = try await Fixture()
        let token = try await fixture.tokens().accessToken
        let unscoped = try await fixture.tokens(["scope": "messages.read"]).accessToken
        let own = await fixture.post(.token, ["grant_type": "client_credentials"]).accessToken
        let bearer = #"Bearer realm="https://as.example/o""#
        let needsScope =
            bearer
            + #", error="insufficient_scope", error_description="the access token allows too little", scope="openid""#
        let invalid =
            bearer
            + #", error="invalid_token", error_description="the access token is expired, revoked or unknown""#
        for (answer, status, challenge) in [
            (await ask(fixture), 401, bearer), (await ask(fixture, ["Basic YTpi"]), 401, bearer),
            (await ask(fixture, ["Bearer x"]), 401, invalid),
            (await ask(fixture, ["Bearer \(unscoped)"]), 403, needsScope),
            (await ask(fixture, ["Bearer \(own)"]), 403, needsScope),
        ] {
            #expect(answer.status == status)
            #expect(answer.headers[.wwwAuthenticate] == challenge)
        }
        for answer in [
            await ask(fixture, ["Bearer \(token)", "Bearer \(token)"]),
            await ask(fixture, ["Bearer \(token)"], method: .post, body: "access_token=\(token)"),
            await ask(fixture, ["Bearer  \(token)"]),
            await ask(fixture, method: .post, body: "access_token=\(token)&access_token=\(token)"),
            await ask(fixture, method: .post, body: "access_token[a]=\(token)"),
        ] {
            #expect(answer.status == 400)
            #expect(answer.headers[.wwwAuthenticate]?.contains(#"error="invalid_request""#) == true)
        }
    }

    @Test("RFC 9700 §4.3.2: a token in the query is refused")
    func query() async throws {
        let fixture = try await Fixture()
        let token = try await fixture.tokens().accessToken
        #expect(await ask(fixture, query: "access_token=\(token)").status == 400)
        #expect(await ask(fixture, ["Bearer \(token)"], query: "access_token=\(token)").status == 400)
    }

    @Test("a token that is dead, or whose person is gone, says nothing")
    func dead() async throws {
        let fixture = try await Fixture()
        let expired = try await fixture.tokens().accessToken
        fixture.clock.advance(by: .hours(1))
        #expect(await ask(fixture, ["Bearer \(expired)"]).error == "invalid_token")
        let refresh = try await fixture.tokens().refreshToken
        #expect(await ask(fixture, ["Bearer \(refresh)"]).error == "invalid_token")
        let orphan = try await fixture.tokens(["scope": "openid offline_access"]).accessToken
        #expect(try await fixture.store.removeUser(subject: fixture.subject(of: "ann")) == .committed)
        #expect(await ask(fixture, ["Bearer \(orphan)"]).error == "invalid_token")
    }
}

@Suite("ID tokens, OpenID Connect Core §2")
struct IDTokenTests {
    @Test("the claims say who, for whom, when and for which access token", arguments: ["ES256", "RS256"])
    func claims(algorithm: String) async throws {
        let fixture = try await Fixture { $0.idTokenAlgorithm = algorithm }
        try await fixture.provider.signIn("ann")
        let signedInAt = fixture.clock.now.seconds
        fixture.clock.advance(by: 50)
        let answer = try await fixture.tokens(["scope": "openid email"])
        let token = try IDToken(answer["id_token"])
        let now = fixture.clock.now.seconds
        let hash = try TokenHash.atHash(Secret(answer.accessToken), algorithm: JWSAlgorithm(rawValue: algorithm))
        #expect(token.header["alg"] == .string(algorithm))
        #expect(
            token.claims == [
                "iss": .string(Fixture.issuer), "sub": .string(try await fixture.subject(of: "ann")), "aud": "app",
                "exp": .integer(now + 3_600), "iat": .integer(now), "auth_time": .integer(signedInAt), "nonce": "n1",
                "at_hash": .string(hash),
            ])
        let keys = JSONWebKeySet(try await fixture.store.signingKeys().map(\.key.publicKey))
        let jws = try CompactJWS.parse(try #require(answer["id_token"]))
        #expect(throws: Never.self) { try jws.verify(with: keys, algorithms: [JWSAlgorithm(rawValue: algorithm)]) }
    }

    @Test("without openid there is none; without a nonce there is none in it")
    func optional() async throws {
        let fixture = try await Fixture()
        #expect(try await fixture.tokens(["scope": "messages.read"]).body["id_token"] == nil)
        #expect(try IDToken(try await fixture.tokens(["nonce": nil])["id_token"]).claims["nonce"] == nil)
    }
}
