import OAuthCore
import OAuthServer
import OAuthTesting
import Synchronization

/// A store that stops working: every call fails from a given one on, until it is mended.
final class BrokenStore: GrantStore, ClientStore, KeyStore, UserDirectory {
    private struct State {
        var callsUntilFailure = Int.max
        var calls = 0
    }

    private let store: InMemoryStore
    private let users: any UserDirectory
    private let state = Mutex(State())

    init(_ fixture: Fixture) {
        store = fixture.store
        users = fixture.server.users
    }

    /// From the call of this number on, counted from 0, everything fails.
    func fail(after calls: Int) { state.withLock { $0 = State(callsUntilFailure: calls) } }
    func mend() { state.withLock { $0 = State() } }
    /// How many calls there were since it was broken or mended.
    var calls: Int { state.withLock { $0.calls } }

    private func call<Value>(_ value: () async throws(StoreError) -> Value) async throws(StoreError) -> Value {
        let works = state.withLock { state in
            state.calls += 1
            return state.calls <= state.callsUntilFailure
        }
        guard works else { throw .unavailable(reason: "disk full") }
        return try await value()
    }

    func commit(_ changes: [GrantChange]) async throws(StoreError) -> CommitOutcome {
        try await call { () async throws(StoreError) in try await store.commit(changes) }
    }
    func code(_ digest: TokenDigest) async throws(StoreError) -> CodeRecord? {
        try await call { () async throws(StoreError) in try await store.code(digest) }
    }
    func accessToken(_ digest: TokenDigest) async throws(StoreError) -> AccessTokenRecord? {
        try await call { () async throws(StoreError) in try await store.accessToken(digest) }
    }
    func refreshToken(_ digest: TokenDigest) async throws(StoreError) -> RefreshTokenState? {
        try await call { () async throws(StoreError) in try await store.refreshToken(digest) }
    }
    func isDenied(_ digest: TokenDigest) async throws(StoreError) -> Bool {
        try await call { () async throws(StoreError) in try await store.isDenied(digest) }
    }
    func session(_ digest: TokenDigest) async throws(StoreError) -> SessionRecord? {
        try await call { () async throws(StoreError) in try await store.session(digest) }
    }
    func consent(subject: String, clientID: String) async throws(StoreError) -> ConsentRecord? {
        try await call { () async throws(StoreError) in try await store.consent(subject: subject, clientID: clientID) }
    }
    func connectedClients(of subject: String) async throws(StoreError) -> [ConnectedClient] {
        try await call { () async throws(StoreError) in try await store.connectedClients(of: subject) }
    }
    func removeExpired(before now: UnixTime, limit: Int) async throws(StoreError) -> Int {
        try await call { () async throws(StoreError) in try await store.removeExpired(before: now, limit: limit) }
    }
    func client(_ id: String) async throws(StoreError) -> ClientRecord? {
        try await call { () async throws(StoreError) in try await store.client(id) }
    }
    func clients(owner: String?) async throws(StoreError) -> [ClientRecord] {
        try await call { () async throws(StoreError) in try await store.clients(owner: owner) }
    }
    func anyClientAllows(origin: String) async throws(StoreError) -> Bool {
        try await call { () async throws(StoreError) in try await store.anyClientAllows(origin: origin) }
    }
    func insert(_ client: ClientRecord) async throws(StoreError) -> CommitOutcome {
        try await call { () async throws(StoreError) in try await store.insert(client) }
    }
    func replace(_ old: ClientRecord, with new: ClientRecord) async throws(StoreError) -> CommitOutcome {
        try await call { () async throws(StoreError) in try await store.replace(old, with: new) }
    }
    func removeClient(_ id: String) async throws(StoreError) -> CommitOutcome {
        try await call { () async throws(StoreError) in try await store.removeClient(id) }
    }
    func signingKeys() async throws(StoreError) -> [SigningKeyRecord] {
        try await call { () async throws(StoreError) in try await store.signingKeys() }
    }
    func rotate(to key: SigningKeyRecord, publishedUntil: UnixTime) async throws(StoreError) {
        try await call { () async throws(StoreError) in try await store.rotate(to: key, publishedUntil: publishedUntil)
        }
    }
    func removeUnpublished(before now: UnixTime) async throws(StoreError) {
        try await call { () async throws(StoreError) in try await store.removeUnpublished(before: now) }
    }
    func user(subject: String) async throws(StoreError) -> UserRecord? {
        try await call { () async throws(StoreError) in try await users.user(subject: subject) }
    }
    func user(username: String, password: Secret) async throws(StoreError) -> UserRecord? {
        try await call { () async throws(StoreError) in try await users.user(username: username, password: password) }
    }
}
