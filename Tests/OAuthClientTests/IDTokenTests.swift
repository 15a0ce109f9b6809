import OAuthCore
import OAuthTesting
import Testing

@testable import OAuthClient

@Suite("ID tokens, OpenID Connect Core §3.1.3.7")
struct IDTokenTests {
    private let fixture: LoginFixture

    init() throws { fixture = try LoginFixture() }

    private func failure(
        _ changes: JSONObject, options: AuthorizationOptions = AuthorizationOptions()
    ) async throws -> IDTokenError? {
        do {
            _ = try await fixture.login(changes, options: options)
            return nil
        } catch ClientError.idToken(let error) {
            return error
        }
    }

    @Test("a sign-in yields verified claims, and userinfo of the same person")
    func login() async throws {
        let login = try await fixture.login(["name": "Alice"])
        #expect(login.idToken?.subject == "alice" && login.idToken?.name == "Alice")
        let form = fixture.base.transport.requests(to: "/token")[0].form
        #expect(form["grant_type"] == "authorization_code" && form["code_verifier"] != nil)
        fixture.base.transport.on("/userinfo", json: ["sub": "alice", "email": "a@example.org"])
        fixture.base.transport.on("/userinfo", json: ["sub": "mallory"])
        #expect(try await fixture.provider.userInfo(for: login).claims["email"] == "a@example.org")
        let error = await clientError { () async throws(ClientError) in
            try await fixture.provider.userInfo(for: login)
        }
        #expect(error == .subjectMismatch)
    }

    @Test("without openid no ID token is believed; with it one must come")
    func presence() async throws {
        let provider = fixture.provider
        fixture.answer(idToken: "junk")
        let login = try await provider.login(try LoginFixture.callback(provider))
        #expect(login.idToken == nil && login.tokens.idToken == nil)
        let attempt = try provider.authorizationRequest(redirectURI: Fixture.redirectURI, scope: ["openid"]).attempt
        fixture.answer(idToken: "", ["id_token": .null])
        let callback = try LoginFixture.callback(provider, attempt: attempt)
        let error = await clientError { () async throws(ClientError) in try await provider.login(callback) }
        #expect(error == .idToken(.missing))
    }

    @Test("C37: iat may be 30 s ahead, not 31", arguments: [(4, true), (29, true), (30, true), (31, false)])
    func clockSkew(ahead: Int64, isAccepted: Bool) async throws {
        let now = fixture.base.clock.now
        let issued = now + Seconds(ahead)
        let error = try await failure(["iat": .integer(issued.seconds)])
        #expect(error == (isAccepted ? nil : .claims(.issuedInFuture(issuedAt: issued, now: now))))
        if let error {
            #expect(error.description.contains("\(issued.seconds), now is \(now.seconds)"))
        }
    }

    @Test("C37: exp may have passed for less than 30 s")
    func expiry() async throws {
        let now = fixture.base.clock.now
        #expect(try await failure(["exp": .integer((now - 29).seconds)]) == nil)
        #expect(
            try await failure(["exp": .integer((now - 30).seconds)])
                == .claims(.expired(expiresAt: now - 30, now: now)))
    }

    @Test("the tolerance stays within five minutes")
    func toleranceRange() {
        #expect(ClientOptions(clockTolerance: 3_600).clockTolerance == 300)
        #expect(ClientOptions(clockTolerance: -1).clockTolerance == 0)
    }

    @Test("C39: a missing or wrong nonce is refused (RFC 9700 §4.5)")
    func nonce() async throws {
        #expect(try await failure(["nonce": .null]) == .nonceMismatch)
        #expect(try await failure(["nonce": "other"]) == .nonceMismatch)
    }

    @Test("C39: issuer, audience and authorized party are this server and this client")
    func parties() async throws {
        #expect(
            try await failure(["iss": "https://as.example/"])
                == .claims(.issuer(expected: Fixture.issuer, found: "https://as.example/")))
        #expect(try await failure(["aud": "other"]) == .claims(.audience(expected: ["app"], found: ["other"])))
        #expect(
            try await failure(["aud": .strings(["app", "other"])]) == .authorizedParty(expected: "app", found: nil))
        #expect(try await failure(["azp": "other"]) == .authorizedParty(expected: "app", found: "other"))
        #expect(try await failure(["aud": .strings(["app", "other"]), "azp": "app"]) == nil)
    }

    @Test("C39: required claims", arguments: ["sub", "iat", "exp", "iss", "aud"])
    func requiredClaims(name: String) async throws {
        #expect(try await failure([name: .null]) == .claims(.missingClaim(name)))
    }

    @Test("C39: at_hash must be the access token's")
    func accessTokenHash() async throws {
        let right = try TokenHash.atHash(Secret("at"), algorithm: .es256)
        #expect(try await failure(["at_hash": .string(right)]) == nil)
        #expect(try await failure(["at_hash": "77QmUPtjPfzWtF2AnpK9RQ"]) == .accessTokenHashMismatch)
    }

    @Test("auth_time is required with max_age, and no older")
    func authenticationTime() async throws {
        var options = AuthorizationOptions()
        options.maxAge = 60
        let now = fixture.base.clock.now
        #expect(try await failure([:], options: options) == .claims(.missingClaim("auth_time")))
        #expect(try await failure(["auth_time": .integer((now - 90).seconds)], options: options) == nil)
        #expect(
            try await failure(["auth_time": .integer((now - 91).seconds)], options: options)
                == .authenticationTooOld(authenticatedAt: now - 91, oldest: now - 90))
    }

    @Test("C39: an unsigned token and one under an HMAC are refused before keys are fetched")
    func algorithms() async throws {
        let provider = fixture.provider
        let claims = fixture.claims()
        let expectation = IDTokenExpectation(for: Fixture.configuration)
        let header = Base64URL.encode(Array(#"{"alg":"none"}"#.utf8))
        let unsigned = Secret("\(header).\(Base64URL.encode(claims.encoded())).")
        #expect(await verifyError(unsigned, expectation, provider) == .idToken(.signature(.unsecured)))
        let publicKey = Secret(bytes: fixture.key.publicKey.json.encoded())
        let mac = try CompactJWS.sign(payload: claims.encoded(), with: try HMACKey(publicKey, algorithm: .hs256))
        #expect(
            await verifyError(Secret(mac), expectation, provider)
                == .idToken(.signature(.algorithmNotAllowed(.hs256))))
        #expect(fixture.base.transport.requests.isEmpty)
        var forced = Fixture.configuration
        forced.options.idTokenAlgorithms = [.hs256, .rs256]
        #expect(IDTokenExpectation(for: forced).algorithms == [.rs256])
        forced.options.idTokenAlgorithms = nil
        forced.metadata.idTokenSigningAlgValuesSupported = nil
        #expect(IDTokenExpectation(for: forced).algorithms == [.rs256])
    }

    @Test("C39: without a key id, two keys that fit are one too many")
    func ambiguousKey() async throws {
        fixture.publish([fixture.key, try SigningKey.generate(.es256, keyID: "k2")])
        let expectation = IDTokenExpectation(for: Fixture.configuration)
        let token = Secret(try fixture.sign(fixture.claims(), header: ["kid": .null]))
        #expect(await verifyError(token, expectation, fixture.provider) == .idToken(.ambiguousKey))
        fixture.publish([fixture.key])
        #expect(await verifyError(token, expectation, fixture.provider) == nil)
    }

    @Test("a signature of another key under the right id is refused")
    func wrongSignature() async throws {
        let other = try SigningKey.generate(.es256, keyID: "k1")
        let token = Secret(try fixture.sign(fixture.claims(), with: other))
        let expectation = IDTokenExpectation(for: Fixture.configuration)
        #expect(
            await verifyError(token, expectation, fixture.provider) == .idToken(.signature(.invalidSignature)))
    }

    private func verifyError(
        _ token: Secret, _ expectation: IDTokenExpectation, _ provider: Provider
    ) async -> ClientError? {
        await clientError { () async throws(ClientError) in try await provider.verify(idToken: token, expectation) }
    }

    @Test("a callback of another server's attempt is sent nowhere (RFC 9700 §4.4)")
    func otherServer() async throws {
        var other = Fixture.configuration
        other.metadata.issuer = "https://other.example"
        let callback = try LoginFixture.callback(fixture.base.provider(other))
        let error = await clientError { () async throws(ClientError) in try await fixture.provider.login(callback) }
        #expect(
            error == .callback(.issuerMismatch(expected: Fixture.issuer, found: "https://other.example")))
        #expect(fixture.base.transport.requests.isEmpty)
    }
}

@Suite("The server's keys, OpenID Connect Core §10.1.1")
struct KeySetTests {
    private let fixture: LoginFixture
    private let provider: Provider

    init() throws {
        fixture = try LoginFixture()
        provider = fixture.provider
    }

    private var fetches: Int { fixture.base.transport.requests(to: "/jwks.json").count }

    private func verify(_ token: String) async -> ClientError? {
        await clientError { () async throws(ClientError) in
            try await provider.verify(idToken: Secret(token), IDTokenExpectation(for: Fixture.configuration))
        }
    }

    @Test("keys are kept for 300 s")
    func lifetime() async throws {
        for advance in [0, 0, 299] as [Seconds] {
            fixture.base.clock.advance(by: advance)
            #expect(await verify(try fixture.sign(fixture.claims())) == nil)
        }
        #expect(fetches == 1)
        fixture.base.clock.advance(by: 1)
        #expect(await verify(try fixture.sign(fixture.claims())) == nil)
        #expect(fetches == 2)
    }

    @Test("C38: a key rotated just before signing is found by one more fetch")
    func rotation() async throws {
        #expect(await verify(try fixture.sign(fixture.claims())) == nil)
        let next = try SigningKey.generate(.es256, keyID: "k2")
        fixture.publish([fixture.key, next])
        fixture.base.clock.advance(by: 1)
        #expect(await verify(try fixture.sign(fixture.claims(), with: next)) == nil)
        #expect(fetches == 2)
    }

    @Test("C38: ten thousand forged key ids cost one fetch a minute")
    func forgedKeyIDs() async throws {
        let forger = try SigningKey.generate(.es256, keyID: "forged")
        #expect(await verify(try fixture.sign(fixture.claims())) == nil)
        let token = try fixture.sign(fixture.claims(), with: forger)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10_000 {
                group.addTask {
                    let error = await verify(token)
                    #expect(error == .idToken(.signature(.noMatchingKey(keyID: "forged"))))
                }
            }
        }
        #expect(fetches == 2)
        fixture.base.clock.advance(by: 59)
        _ = await verify(token)
        #expect(fetches == 2)
        fixture.base.clock.advance(by: 1)
        _ = await verify(token)
        #expect(fetches == 3)
    }

    @Test("callers share the first fetch")
    func singleFlight() async throws {
        let token = try fixture.sign(fixture.claims())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { #expect(await verify(token) == nil) } }
        }
        #expect(fetches == 1)
    }

    @Test("keys that cannot be had are an error that says why")
    func unreachableKeys() async throws {
        fixture.base.transport.removeAnswers(for: "/jwks.json")
        fixture.base.transport.on("/jwks.json", .response(.text("<html>")))
        #expect(await verify(try fixture.sign(fixture.claims())) == .malformed("keys"))
    }
}
