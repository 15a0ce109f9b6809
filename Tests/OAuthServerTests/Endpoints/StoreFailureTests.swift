import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("A store that fails: 503, nothing half done, and service again when it is back")
struct StoreFailureTests {
    private let fixture: Fixture
    private let store: BrokenStore
    private let server: AuthorizationServer

    init() async throws {
        fixture = try await Fixture { $0.accessTokenFormat = "jwt" }
        store = BrokenStore(fixture)
        server = AuthorizationServer(
            configuration: fixture.server.configuration, grants: store, clients: store, keys: store, users: store,
            clock: fixture.clock.source, random: fixture.server.random)
    }

    private func post(_ endpoint: Endpoint, _ fields: FormFields) async -> Answer {
        let authorization = BasicCredentials(clientID: "app", clientSecret: Secret("app-secret")).headerValue()
        return Answer(await server.respond(endpoint, to: .post(fields, headers: [.authorization: authorization])))
    }

    /// Fails at each call in turn, and lets everything through in the end.
    private func failAtEachCall(_ ask: () async -> Answer) async throws -> Answer {
        for calls in 0..<20 {
            store.fail(after: calls)
            let answer = await ask()
            guard store.calls > calls else { return answer }
            #expect(answer.status == 503)
            #expect(answer.error == "temporarily_unavailable")
            #expect(answer.headers[.retryAfter] == "5")
            #expect(answer.diagnostic == "store.unavailable")
            #expect(answer.body["access_token"] == nil)
        }
        throw StoreError.unavailable(reason: "never got through")
    }

    @Test("a code is not used up by an exchange that failed")
    func code() async throws {
        let code = try await fixture.code()
        let answer = try await failAtEachCall {
            await post(
                .token,
                [
                    "grant_type": "authorization_code", "code": code, "redirect_uri": Fixture.callback,
                    "code_verifier": Fixture.verifier,
                ])
        }
        #expect(answer.status == 200)
    }

    @Test("a refresh token is not rotated by a refresh that failed")
    func refresh() async throws {
        let token = try await fixture.tokens().refreshToken
        let answer = try await failAtEachCall {
            await post(.token, ["grant_type": "refresh_token", "refresh_token": token])
        }
        #expect(answer.status == 200)
        #expect(answer.refreshToken != token)
    }

    @Test("CVE-2020-15223: a revocation that was not stored is never a 200")
    func revocation() async throws {
        let tokens = try await fixture.tokens()
        let own = await fixture.post(.token, ["grant_type": "client_credentials"]).accessToken
        for token in [tokens.accessToken, tokens.refreshToken, own] {
            let answer = try await failAtEachCall { await post(.revocation, ["token": token]) }
            #expect(answer.status == 200)
            #expect(await !fixture.isActive(token))
        }
    }

    @Test("a replay whose revocation was not stored is no answer either")
    func replay() async throws {
        let code = try await fixture.code()
        let tokens = await fixture.redeem(code)
        let answer = try await failAtEachCall {
            await post(.token, ["grant_type": "authorization_code", "code": code, "redirect_uri": Fixture.callback])
        }
        #expect(answer.error == "invalid_grant")
        #expect(await !fixture.isActive(tokens.accessToken))
    }

    @Test("a token that cannot be looked up is neither active nor inactive, good nor bad")
    func reading() async throws {
        let tokens = try await fixture.tokens()
        #expect(
            try await failAtEachCall { await post(.introspection, ["token": tokens.accessToken]) }.body["active"]
                == true)
        let userinfo = try await failAtEachCall {
            Answer(
                await server.respond(
                    .userinfo,
                    to: EndpointRequest(headers: [.authorization: "Bearer \(tokens.accessToken)"])))
        }
        #expect(userinfo.status == 200)
        for endpoint in [Endpoint.jwks, .openIDConfiguration] {
            #expect(try await failAtEachCall { Answer(await server.respond(endpoint, to: .init())) }.status == 200)
        }
    }

    @Test("an authorization request is told to wait, and no half of it is kept")
    func authorization() async throws {
        _ = try await fixture.code()
        let user = try #require(try await fixture.store.credential(username: "ann")).user
        let session = try await fixture.server.beginSession(for: user, replacing: nil)
        let subject = user.subject
        let answer = ConsentAnswer(isAllowed: true, subject: subject, scope: ["email"])
        for calls in 0..<20 {
            store.fail(after: calls)
            let outcome = await server.authorize(
                Fixture.request(["scope": "openid email"]), session: session, answer: answer)
            let consent = try await fixture.store.consent(subject: subject, clientID: "app")
            guard store.calls > calls else {
                #expect(consent?.scope == ["openid", "email"])
                return
            }
            guard case .unavailable = outcome else { _ = Issue.record("\(outcome)"); return }
            #expect(consent?.scope == ["openid"])
        }
    }

    @Test("signing out is told to wait")
    func logout() async throws {
        store.fail(after: 0)
        guard case .unavailable = await server.logout([:], session: Secret("x")) else {
            Issue.record("not unavailable")
            return
        }
        store.mend()
        #expect(await server.logout([:], session: Secret("x")) == .signOut(redirect: nil))
    }

    @Test("a preflight is told to wait")
    func preflight() async throws {
        store.fail(after: 0)
        let response = await server.preflight(.token, headers: [.origin: "https://app.example"])
        #expect(response.head.status == .serviceUnavailable)
    }
}
