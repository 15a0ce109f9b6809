import HTTPTypes
import OAuthCore
import OAuthResourceServer
import Testing

@Suite("JWT access tokens at an API, RFC 9068 §4")
struct JWTAccessTokenVerifierTests {
    private static let key = Result { try SigningKey.generate(.es256, keyID: "k1") }
    private static let other = Result { try SigningKey.generate(.es256, keyID: "k2") }
    private static let good: JSONObject = [
        "iss": "https://as.example", "sub": "u1", "aud": "https://api.example", "client_id": "c1", "iat": 1_000,
        "exp": 2_000, "jti": "j1", "scope": "a b",
    ]

    private let clock = TestClock(1_500)

    private func verifier(_ transport: StubTransport) throws -> JWTAccessTokenVerifier {
        let url = try #require(URI("https://as.example/jwks.json"))
        return JWTAccessTokenVerifier(
            issuer: try Issuer.parse("https://as.example"), audience: "https://api.example",
            keys: JSONWebKeySource(url: url, transport: transport) { [clock] in clock.now }
        ) { [clock] in clock.now }
    }

    private func published(_ keys: SigningKey...) -> StubTransport {
        StubTransport(JSONWebKeySet(keys.map(\.publicKey)).json)
    }

    private func token(
        _ claims: JSONObject = good, header: JSONObject = ["typ": "at+jwt"], key: SigningKey? = nil
    ) throws -> Secret {
        Secret(try CompactJWS.sign(payload: claims.encoded(), header: header, with: try key ?? Self.key.get()))
    }

    private func failure(_ verifier: JWTAccessTokenVerifier, _ token: Secret) async -> String? {
        do throws(AccessTokenFailure) {
            _ = try await verifier.verify(token)
            return nil
        } catch {
            switch error {
            case .invalid(let diagnostic): return diagnostic.id
            case .unavailable(let diagnostic): return diagnostic.id
            }
        }
    }

    @Test("a genuine token says who, for whom and what")
    func accepts() async throws {
        let verifier = try verifier(published(try Self.key.get()))
        let expected = AccessTokenInformation(
            issuer: "https://as.example", subject: "u1", clientID: "c1", scope: ["a", "b"],
            audiences: ["https://api.example"], issuedAt: UnixTime(1_000), expiresAt: UnixTime(2_000))
        #expect(try await verifier.verify(try token()) == expected)
        #expect(try await verifier.verify(try token(header: ["typ": "application/at+jwt"])) == expected)
        var unscoped = Self.good
        unscoped["scope"] = nil
        #expect(try await verifier.verify(try token(unscoped)).scope.isEmpty)
    }

    @Test(
        "every claim of RFC 9068 §2.2 must be there and right",
        arguments: [
            ("iss", nil), ("sub", nil), ("aud", nil), ("client_id", nil), ("iat", nil), ("exp", nil), ("jti", nil),
            ("iss", "https://as.example/"), ("iss", "https://evil.example"), ("aud", "https://other.example"),
            ("aud", .array(["https://a.example"])), ("exp", 1_470), ("iat", 1_531), ("nbf", 1_531), ("sub", ""),
            ("client_id", 7), ("scope", "a \"b"), ("scope", 1), ("cnf", .object(["jkt": "x"])),
        ] as [(String, JSONValue?)])
    func claims(name: String, value: JSONValue?) async throws {
        var claims = Self.good
        claims[name] = value
        let verifier = try verifier(published(try Self.key.get()))
        #expect(await failure(verifier, try token(claims)) != nil)
    }

    @Test("an ID token or any other JWT is no access token", arguments: [nil, "JWT", "jwt", "logout+jwt"])
    func types(type: String?) async throws {
        let verifier = try verifier(published(try Self.key.get()))
        let header: JSONObject = type.map { ["typ": .string($0)] } ?? [:]
        #expect(await failure(verifier, try token(header: header)) == "token.jwt-claims")
    }

    @Test("CVE-2026-28802: alg none is refused, in whatever case", arguments: ["none", "None", "nOnE"])
    func unsecured(algorithm: String) async throws {
        let header: JSONObject = ["alg": .string(algorithm), "typ": "at+jwt"]
        let text = Base64URL.encode(header.encoded()) + "." + Base64URL.encode(Self.good.encoded()) + "."
        let transport = published(try Self.key.get())
        #expect(await failure(try verifier(transport), Secret(text)) == "token.jwt-invalid")
        #expect(transport.sent.isEmpty)
    }

    @Test("DOT #1737: an HMAC under the public key is refused before any key is fetched")
    func confusion() async throws {
        let key = try Self.key.get()
        let hmac = try HMACKey(Secret(bytes: key.publicKey.json.encoded()), algorithm: .hs256)
        let text = try CompactJWS.sign(payload: Self.good.encoded(), header: ["typ": "at+jwt"], with: hmac)
        let transport = published(key)
        #expect(await failure(try verifier(transport), Secret(text)) == "token.jwt-invalid")
        #expect(transport.sent.isEmpty)
    }

    @Test("CVE-2025-59420: an unknown critical extension is refused")
    func critical() async throws {
        let header: JSONObject = ["alg": "ES256", "typ": "at+jwt", "crit": .strings(["x"]), "x": 1]
        let text = Base64URL.encode(header.encoded()) + "." + Base64URL.encode(Self.good.encoded()) + ".AAAA"
        #expect(await failure(try verifier(published(try Self.key.get())), Secret(text)) == "token.jwt-invalid")
    }

    @Test("another's signature is refused")
    func signature() async throws {
        let verifier = try verifier(published(try Self.key.get()))
        #expect(
            await failure(verifier, try token(header: ["typ": "at+jwt", "kid": "k1"], key: Self.other.get())) != nil)
    }

    @Test("keys are fetched once for many tokens, and again after 300 seconds")
    func caching() async throws {
        let transport = published(try Self.key.get())
        let verifier = try verifier(transport)
        let token = try token()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = try await verifier.verify(token) } }
            try await group.waitForAll()
        }
        clock.advance(299)
        _ = try await verifier.verify(token)
        #expect(transport.sent.count == 1)
        clock.advance(1)
        _ = try await verifier.verify(token)
        #expect(transport.sent.count == 2)
        #expect(transport.sent.first?.request.path == "/jwks.json")
    }

    @Test("a rotated key is found by a second fetch; made-up key ids cause one in 60 seconds at most")
    func rotation() async throws {
        let (old, new) = (try Self.key.get(), try Self.other.get())
        let transport = StubTransport { number in
            .success(.json(JSONWebKeySet(number == 0 ? [old.publicKey] : [old.publicKey, new.publicKey]).json))
        }
        let verifier = try verifier(transport)
        _ = try await verifier.verify(try token())
        _ = try await verifier.verify(try token(key: new))
        #expect(transport.sent.count == 2)
        let forged = try token(header: ["typ": "at+jwt", "kid": "made-up"])
        for _ in 0..<10 { #expect(await failure(verifier, forged) == "token.jwt-invalid") }
        #expect(transport.sent.count == 2)
        clock.advance(60)
        for _ in 0..<10 { #expect(await failure(verifier, forged) == "token.jwt-invalid") }
        #expect(transport.sent.count == 3)
    }

    @Test("keys that cannot be had are no word about the token")
    func unavailable() async throws {
        let answers: [Result<TransportResponse, TransportError>] = [
            .failure(.timedOut(host: "as.example", after: 10)), .success(.json([:], status: .internalServerError)),
            .success(.json(["keys": 1])),
        ]
        for answer in answers {
            let transport = StubTransport { _ in answer }
            let id = await failure(try verifier(transport), try token())
            #expect(id?.hasPrefix("resource.keys-") == true)
        }
    }
}
