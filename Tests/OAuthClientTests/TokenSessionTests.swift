import HTTPTypes
import OAuthCore
import OAuthTesting
import Synchronization
import Testing

@testable import OAuthClient

@Suite("Token sessions, RFC 6749 §6")
struct TokenSessionTests {
    private let fixture = Fixture()

    private func answer(_ members: JSONObject = [:]) {
        fixture.transport.on("/token", json: tokenAnswer(members))
    }

    private func refreshes() -> Int { fixture.transport.requests(to: "/token").count }

    /// Waits until so many callers wait for the refresh.
    private func waiters(_ count: Int, of session: TokenSession) async {
        while session.waiterCount < count { await Task.yield() }
    }

    @Test("C24: a thousand tasks with an expired token make one request")
    func singleFlight() async throws {
        answer(["access_token": "at-2", "refresh_token": "rt-2"])
        let session = try await fixture.session(fixture.tokens("at-1", lifetime: 0))
        fixture.transport.hold()
        try await withThrowingTaskGroup(of: Secret.self) { group in
            for _ in 0..<1_000 { group.addTask { try await session.accessToken() } }
            await waiters(1_000, of: session)
            fixture.transport.release()
            for try await token in group { #expect(token == Secret("at-2")) }
        }
        #expect(refreshes() == 1)
    }

    @Test("C24: a failure is shared once, and the next call tries again")
    func sharedFailure() async throws {
        fixture.transport.on("/token", .failure(.unreachable(host: "as.example", reason: "refused")))
        answer(["access_token": "at-2"])
        let session = try await fixture.session(fixture.tokens("at-1", lifetime: 0))
        fixture.transport.hold()
        await withTaskGroup(of: ClientError?.self) { group in
            for _ in 0..<100 {
                group.addTask { await clientError { () async throws(ClientError) in try await session.accessToken() } }
            }
            await waiters(100, of: session)
            fixture.transport.release()
            for await error in group {
                #expect(error == .transport(.unreachable(host: "as.example", reason: "refused")))
            }
        }
        #expect(refreshes() == 1)
        #expect(try await session.accessToken() == Secret("at-2"))
        #expect(refreshes() == 2)
    }

    @Test("C25: a cancelled caller leaves at once, and the refresh goes on for the others")
    func cancellation() async throws {
        answer(["access_token": "at-2"])
        let session = try await fixture.session(fixture.tokens("at-1", lifetime: 0))
        fixture.transport.hold()
        let first = Task {
            await clientError { () async throws(ClientError) in try await session.accessToken() }
        }
        await waiters(1, of: session)
        let second = Task { try await session.accessToken() }
        await waiters(2, of: session)
        first.cancel()
        #expect(await first.value == .cancelled)
        fixture.transport.release()
        #expect(try await second.value == Secret("at-2"))
        #expect(refreshes() == 1)
    }

    @Test("C26: a token that another process refreshed is taken over without a request")
    func sibling() async throws {
        let store = InMemoryTokenStore()
        let session = try await fixture.session(fixture.tokens("at-1", lifetime: 0), store: store)
        let stored = try #require(try await store.load(Fixture.key))
        _ = try await store.compareAndSwap(
            Fixture.key, expected: stored.version, tokens: fixture.tokens("sibling", refresh: "rt-2"))
        #expect(try await session.accessToken() == Secret("sibling"))
        #expect(refreshes() == 0)
    }

    @Test("C26: who loses the race with invalid_grant reads the store again")
    func lostRace() async throws {
        let store = InMemoryTokenStore()
        let session = try await fixture.session(fixture.tokens("at-1", lifetime: 0), store: store)
        fixture.transport.on("/token", status: .badRequest, json: ["error": "invalid_grant"])
        fixture.transport.hold()
        let task = Task { try await session.accessToken() }
        while refreshes() == 0 { await Task.yield() }
        let stored = try #require(try await store.load(Fixture.key))
        _ = try await store.compareAndSwap(
            Fixture.key, expected: stored.version, tokens: fixture.tokens("sibling", refresh: "rt-2"))
        fixture.transport.release()
        #expect(try await task.value == Secret("sibling"))
        #expect(try await store.load(Fixture.key)?.tokens.refreshToken == Secret("rt-2"))
    }

    struct RefreshTokenReply: Sendable {
        var reply: JSONValue
        var kept: String
    }

    @Test(
        "C27: an absent or empty refresh token leaves the old one, a new one replaces it",
        arguments: [
            RefreshTokenReply(reply: .null, kept: "rt-1"), RefreshTokenReply(reply: "", kept: "rt-1"),
            RefreshTokenReply(reply: "rt-2", kept: "rt-2"),
        ])
    func rotation(_ vector: RefreshTokenReply) async throws {
        answer(["access_token": "at-2", "refresh_token": vector.reply])
        let store = InMemoryTokenStore()
        let session = try await fixture.session(fixture.tokens("at-1", lifetime: 0), store: store)
        let tokens = try await session.tokens()
        #expect(tokens.refreshToken == Secret(vector.kept) && tokens.scope == ["read"])
        #expect(try await store.load(Fixture.key)?.tokens == tokens)
        #expect(fixture.transport.requests[0].form["refresh_token"] == "rt-1")
    }

    @Test(
        "C28: a transient failure keeps the tokens and returns one that still holds",
        arguments: [
            ScriptedTransport.Answer.failure(.unreachable(host: "as.example", reason: "no such name")),
            .failure(.timedOut(host: "as.example", after: 30)),
            .response(.text("", status: .serviceUnavailable)), .response(.text("", status: .tooManyRequests)),
            .response(.json(["error": "temporarily_unavailable"], status: .badRequest)),
        ])
    func transientFailure(_ failure: ScriptedTransport.Answer) async throws {
        let store = InMemoryTokenStore()
        let session = try await fixture.session(fixture.tokens("at-1"), store: store)
        fixture.transport.on("/token", failure)
        fixture.clock.advance(by: 3_550)
        #expect(try await session.accessToken() == Secret("at-1"))
        #expect(try await session.accessToken() == Secret("at-1"))
        #expect(refreshes() == 1)
        fixture.clock.advance(by: 5)
        #expect(try await session.accessToken() == Secret("at-1"))
        #expect(refreshes() == 2)
        fixture.clock.advance(by: 60)
        let error = await clientError { () async throws(ClientError) in try await session.accessToken() }
        #expect(error?.isTransient == true)
        #expect(try await store.load(Fixture.key)?.tokens.refreshToken == Secret("rt-1"))
    }

    @Test("C28: Retry-After is waited for while the token holds")
    func retryAfter() async throws {
        var busy = TransportResponse.text("", status: .serviceUnavailable)
        busy.head.headerFields[.retryAfter] = "20"
        fixture.transport.on("/token", .response(busy))
        let session = try await fixture.session(fixture.tokens("at-1"))
        fixture.clock.advance(by: 3_545)
        for advance in [0, 19, 1] as [Seconds] {
            fixture.clock.advance(by: advance)
            #expect(try await session.accessToken() == Secret("at-1"))
        }
        #expect(refreshes() == 2)
    }

    @Test("C29: invalid_grant ends the session and clears the store")
    func terminal() async throws {
        let store = InMemoryTokenStore()
        let session = try await fixture.session(fixture.tokens("at-1", lifetime: 0), store: store)
        fixture.transport.on("/token", status: .badRequest, json: ["error": "invalid_grant"])
        let error = await clientError { () async throws(ClientError) in try await session.accessToken() }
        #expect(error == .reauthenticationRequired(ServerError(.invalidGrant, status: 400)))
        #expect(try await store.load(Fixture.key) == nil)
        let again = await clientError { () async throws(ClientError) in try await session.accessToken() }
        #expect(again == .reauthenticationRequired(nil))
        #expect(refreshes() == 1)
    }

    @Test("C30: a short-lived token is used until a tenth of its life is left")
    func shortLife() async throws {
        answer(["access_token": "at-2", "expires_in": 30])
        let session = try await fixture.session(fixture.tokens("at-1", lifetime: 30))
        fixture.clock.advance(by: 26)
        #expect(try await session.accessToken() == Secret("at-1"))
        fixture.clock.advance(by: 1)
        #expect(try await session.accessToken() == Secret("at-2"))
        fixture.clock.advance(by: 26)
        #expect(try await session.accessToken() == Secret("at-2"))
        #expect(refreshes() == 1)
    }

    @Test("a minimum lifetime refreshes early, and a token that cannot have it is returned all the same")
    func minimumLifetime() async throws {
        answer(["access_token": "at-2", "expires_in": 100])
        let session = try await fixture.session(fixture.tokens("at-1", lifetime: 300))
        #expect(try await session.tokens(minimumLifetime: 200).accessToken == Secret("at-1"))
        #expect(try await session.tokens(minimumLifetime: 300).accessToken == Secret("at-2"))
        #expect(refreshes() == 1)
    }

    @Test("C31: client credentials are asked for again with the same parameters")
    func clientCredentials() async throws {
        answer(["access_token": "at-1", "expires_in": 100])
        answer(["access_token": "at-2"])
        let session = fixture.provider().session(
            clientCredentials: ["api"], additionalParameters: ["audience": "https://api.example"])
        #expect(try await session.accessToken() == Secret("at-1"))
        fixture.clock.advance(by: 100)
        #expect(try await session.accessToken() == Secret("at-2"))
        let forms = fixture.transport.requests.map(\.form)
        #expect(forms.count == 2 && forms[0] == forms[1])
        #expect(forms[0]["audience"] == "https://api.example" && forms[0]["scope"] == "api")
    }

    @Test("C32: tokens that could not be stored are kept, and handed out once they are")
    func failingStore() async throws {
        let store = FailingStore()
        answer(["access_token": "at-2", "refresh_token": "rt-2"])
        let session = try await fixture.session(fixture.tokens("at-1", lifetime: 0), store: store)
        store.failWrites(true)
        for _ in 0..<2 {
            let error = await clientError { () async throws(ClientError) in try await session.accessToken() }
            #expect(error == .store(TokenStoreError(reason: "disk full")))
        }
        store.failWrites(false)
        #expect(try await session.accessToken() == Secret("at-2"))
        #expect(try await store.load(Fixture.key)?.tokens.refreshToken == Secret("rt-2"))
        #expect(refreshes() == 1)
    }

    @Test("C33: two people over one provider keep their own tokens")
    func noCrossTalk() async throws {
        fixture.transport.on(
            "/token",
            .handler { request in
                .json(tokenAnswer(["access_token": .string("for-\(request.form["refresh_token"] ?? "")")]))
            })
        let provider = fixture.provider()
        let store = InMemoryTokenStore()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in ["alice", "bob"] {
                group.addTask {
                    var key = Fixture.key
                    key.subject = name
                    let session = provider.session(resuming: key, store: store)
                    try await session.save(fixture.tokens("old", lifetime: 0, refresh: name))
                    #expect(try await session.accessToken() == Secret("for-\(name)"))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("a session that was ended stays ended, whatever refresh was under way")
    func endDuringRefresh() async throws {
        answer(["access_token": "at-2"])
        fixture.transport.on("/revoke", .response(.text("")))
        let store = InMemoryTokenStore()
        let session = try await fixture.session(fixture.tokens("at-1", lifetime: 0), store: store)
        fixture.transport.hold()
        let task = Task { await clientError { () async throws(ClientError) in try await session.accessToken() } }
        while refreshes() == 0 { await Task.yield() }
        let end = Task { try await session.end() }
        while fixture.transport.requests(to: "/revoke").isEmpty { await Task.yield() }
        fixture.transport.release()
        try await end.value
        #expect(await task.value == .reauthenticationRequired(nil))
        #expect(try await store.load(Fixture.key) == nil)
        #expect(fixture.transport.requests(to: "/revoke")[0].form["token"] == "rt-1")
    }

    @Test("a refreshed ID token about someone else is refused (OpenID Connect Core §12.2)")
    func refreshedIDToken() async throws {
        let login = try LoginFixture()
        let signIn = try await login.login()
        let session = try await login.provider.session(for: signIn)
        var tokens = signIn.tokens
        tokens.refreshToken = Secret("rt-1")
        try await session.save(tokens)
        login.base.clock.advance(by: 3_600)
        login.answer(idToken: try login.sign(login.claims(["sub": "mallory"])))
        let error = await clientError { () async throws(ClientError) in try await session.accessToken() }
        #expect(error == .idToken(.subjectMismatch))
    }
}

@Suite("Requests to an API, RFC 6750")
struct AuthorisedRequestTests {
    private let fixture = Fixture()
    private let request = HTTPRequest(method: .post, scheme: "https", authority: "api.example", path: "/things")

    private func unauthorized(_ challenge: String) -> TransportResponse {
        var response = TransportResponse.text("", status: .unauthorized)
        response.head.headerFields[.wwwAuthenticate] = challenge
        return response
    }

    @Test("C34: invalid_token refreshes once and sends the same body once more")
    func retry() async throws {
        fixture.transport.on("/things", .response(unauthorized(#"Basic realm="x, y", Bearer error="invalid_token""#)))
        fixture.transport.on("/things", .response(unauthorized(#"Bearer realm="a", error="invalid_token""#)))
        fixture.transport.on("/token", json: tokenAnswer(["access_token": "at-2"]))
        let session = try await fixture.session(fixture.tokens("at-1"))
        let response = try await session.send(request, body: Array("body".utf8))
        #expect(response.head.status == .unauthorized)
        let sent = fixture.transport.requests(to: "/things")
        #expect(sent.map { $0.head.headerFields[.authorization] } == ["Bearer at-1", "Bearer at-2"])
        #expect(sent.allSatisfy { $0.body == Array("body".utf8) })
        #expect(fixture.transport.requests(to: "/token").count == 1)
    }

    @Test(
        "another refusal is no reason to refresh",
        arguments: [#"Bearer error="insufficient_scope""#, "Bearer", #"Basic error="invalid_token""#])
    func otherRefusal(challenge: String) async throws {
        fixture.transport.on("/things", .response(unauthorized(challenge)))
        let session = try await fixture.session(fixture.tokens("at-1"))
        #expect(try await session.send(request).head.status == .unauthorized)
        #expect(fixture.transport.requests.count == 1)
    }

    @Test("a token is sent to no one over plain http")
    func plainHTTP() async throws {
        let session = try await fixture.session(fixture.tokens("at-1"))
        let plain = HTTPRequest(method: .get, scheme: "http", authority: "api.example", path: "/")
        let error = await clientError { () async throws(ClientError) in try await session.send(plain) }
        #expect(error == .insecureURL(member: "url"))
        #expect(fixture.transport.requests.isEmpty)
    }
}

/// A store whose writes fail on demand.
private final class FailingStore: TokenStore {
    private let store = InMemoryTokenStore()
    private let fails = Mutex(false)

    func failWrites(_ value: Bool) { fails.withLock { $0 = value } }

    func load(_ key: TokenKey) async throws(TokenStoreError) -> StoredTokens? { try await store.load(key) }

    func compareAndSwap(
        _ key: TokenKey, expected: Int64?, tokens: TokenSet
    ) async throws(TokenStoreError) -> TokenStoreOutcome {
        if fails.withLock({ $0 }) { throw TokenStoreError(reason: "disk full") }
        return try await store.compareAndSwap(key, expected: expected, tokens: tokens)
    }

    func remove(_ key: TokenKey, expected: Int64) async throws(TokenStoreError) {
        try await store.remove(key, expected: expected)
    }
}
