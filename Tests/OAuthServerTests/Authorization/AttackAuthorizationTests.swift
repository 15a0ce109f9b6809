import OAuthCore
import OAuthServer
import OAuthTesting
import Synchronization
import Testing

@Suite("Nothing outlives the consent or the sign-in that it came of")
struct AttackAuthorizationTests {
    private let fixture: Fixture
    private let user: UserRecord

    init() async throws {
        fixture = try await Fixture()
        user = try #require(try await fixture.store.credential(username: "ann")).user
    }

    /// The same server over a store in which something happens just before the first commit.
    private func server(before happening: [GrantChange]) -> AuthorizationServer {
        let server = fixture.server
        return AuthorizationServer(
            configuration: server.configuration, grants: OvertakenStore(fixture.store, by: happening),
            clients: server.clients, keys: server.keys, users: server.users, clock: server.clock,
            random: server.random)
    }

    @Test("a consent that is revoked while a code is being made is asked for again")
    func revokedConsent() async throws {
        _ = try await fixture.code()
        let session = try await fixture.server.beginSession(for: user, replacing: nil)
        let overtaken = server(before: [.revokeConsent(subject: user.subject, clientID: "app")])
        guard case .consent = await overtaken.authorize(Fixture.request(), session: session) else {
            Issue.record("a code without a consent")
            return
        }
    }

    @Test("a sign-in that ends while a code is being made is asked for again", arguments: ["openid", "offline_access"])
    func endedSession(_ scope: String) async throws {
        _ = try await fixture.code(["scope": scope])
        let session = try await fixture.server.beginSession(for: user, replacing: nil)
        let overtaken = server(before: [.endSession(TokenDigest(of: session))])
        guard case .signIn = await overtaken.authorize(Fixture.request(["scope": scope]), session: session) else {
            Issue.record("a code without a sign-in")
            return
        }
    }

    @Test("an answer on the consent page of a sign-in that ends meanwhile allows nothing")
    func answerAfterTheEnd() async throws {
        let session = try await fixture.server.beginSession(for: user, replacing: nil)
        let overtaken = server(before: [.endSession(TokenDigest(of: session))])
        let answer = ConsentAnswer(isAllowed: true, subject: user.subject, scope: ["openid"])
        guard case .signIn = await overtaken.authorize(Fixture.request(), session: session, answer: answer) else {
            Issue.record("a code without a sign-in")
            return
        }
        #expect(try await fixture.store.consent(subject: user.subject, clientID: "app") == nil)
    }

    @Test("after signing in again, signing out ends what the first sign-in gave")
    func signingInAgain() async throws {
        let first = try await fixture.server.beginSession(for: user, replacing: nil)
        let answer = ConsentAnswer(isAllowed: true, subject: user.subject, scope: ["openid"])
        let outcome = await fixture.server.authorize(Fixture.request(), session: first, answer: answer)
        guard case .redirect(let callback, _) = outcome, let code = Callback(callback).fields["code"] else {
            Issue.record("no code")
            return
        }
        let token = await fixture.redeem(code).accessToken
        let second = try await fixture.server.beginSession(for: user, replacing: first)
        #expect(try await fixture.server.signIn(first) == nil)
        #expect(await fixture.isActive(token))
        try await fixture.server.endSession(second)
        #expect(await !fixture.isActive(token))
    }
}

/// A store in which something is committed just before the first commit of whoever uses it.
private final class OvertakenStore: GrantStore {
    private let store: InMemoryStore
    private let happening: Mutex<[GrantChange]>

    init(_ store: InMemoryStore, by happening: [GrantChange]) {
        self.store = store
        self.happening = Mutex(happening)
    }

    func commit(_ changes: [GrantChange]) async throws(StoreError) -> CommitOutcome {
        let first = happening.withLock { happening in
            defer { happening = [] }
            return happening
        }
        if !first.isEmpty { _ = try await store.commit(first) }
        return try await store.commit(changes)
    }

    func code(_ digest: TokenDigest) async throws(StoreError) -> CodeRecord? { try await store.code(digest) }
    func accessToken(_ digest: TokenDigest) async throws(StoreError) -> AccessTokenRecord? {
        try await store.accessToken(digest)
    }
    func refreshToken(_ digest: TokenDigest) async throws(StoreError) -> RefreshTokenState? {
        try await store.refreshToken(digest)
    }
    func isDenied(_ digest: TokenDigest) async throws(StoreError) -> Bool { try await store.isDenied(digest) }
    func session(_ digest: TokenDigest) async throws(StoreError) -> SessionRecord? { try await store.session(digest) }
    func consent(subject: String, clientID: String) async throws(StoreError) -> ConsentRecord? {
        try await store.consent(subject: subject, clientID: clientID)
    }
    func connectedClients(of subject: String) async throws(StoreError) -> [ConnectedClient] {
        try await store.connectedClients(of: subject)
    }
    func removeExpired(before now: UnixTime, limit: Int) async throws(StoreError) -> Int {
        try await store.removeExpired(before: now, limit: limit)
    }
}
