public import OAuthCore
import Synchronization

/// Every store of a server in memory: for tests, and for servers that may forget everything when they stop.
///
/// It keeps the same promises as a database but durability. Commits take turns, and each takes longer the more is
/// stored.
public final class InMemoryStore: Sendable {
    private let contents = Mutex(InMemoryContents())

    /// An empty store.
    public init() {}

    private func read<Value>(_ body: (InMemoryContents) -> sending Value) -> sending Value {
        contents.withLock { body($0) }
    }

    /// Makes a change, or none when it meets a conflict halfway.
    private func change(_ body: (inout InMemoryContents) -> CommitOutcome) -> CommitOutcome {
        contents.withLock { contents in
            let before = contents
            let outcome = body(&contents)
            if outcome == .conflict { contents = before }
            return outcome
        }
    }
}

extension InMemoryStore: GrantStore {
    public func commit(_ changes: [GrantChange]) async throws(StoreError) -> CommitOutcome {
        change { contents in
            changes.allSatisfy { contents.apply($0) } ? .committed : .conflict
        }
    }

    public func code(_ digest: TokenDigest) async throws(StoreError) -> CodeRecord? {
        read { $0.codes[digest] }
    }

    public func accessToken(_ digest: TokenDigest) async throws(StoreError) -> AccessTokenRecord? {
        read { $0.accessTokens[digest] }
    }

    public func refreshToken(_ digest: TokenDigest) async throws(StoreError) -> RefreshTokenState? {
        read { contents in
            contents.refreshTokens[digest].map { record in
                let successor = record.rotation.map { contents.refreshTokens[$0.successor] }
                let successorWasUsed = successor.map { $0 == nil || $0?.rotation != nil } ?? false
                return RefreshTokenState(record: record, successorWasUsed: successorWasUsed)
            }
        }
    }

    public func isDenied(_ digest: TokenDigest) async throws(StoreError) -> Bool {
        read { $0.denials[digest] != nil }
    }

    public func session(_ digest: TokenDigest) async throws(StoreError) -> SessionRecord? {
        read { $0.sessions[digest] }
    }

    public func consent(subject: String, clientID: String) async throws(StoreError) -> ConsentRecord? {
        read { $0.consents[.init(subject: subject, clientID: clientID)] }
    }

    public func connectedClients(of subject: String) async throws(StoreError) -> [ConnectedClient] {
        read { $0.connectedClients(of: subject) }
    }

    public func removeExpired(before now: UnixTime, limit: Int) async throws(StoreError) -> Int {
        contents.withLock { $0.removeExpired(before: now, limit: limit) }
    }
}

extension InMemoryStore: ClientStore {
    public func client(_ id: String) async throws(StoreError) -> ClientRecord? {
        read { $0.clients[ExactText(id)] }
    }

    public func clients(owner: String?) async throws(StoreError) -> [ClientRecord] {
        read { contents in
            contents.clients.values.filter { client in
                owner.map { client.owner.map(ExactText.init) == ExactText($0) } ?? true
            }
            .sorted { (ExactText($0.name), ExactText($0.id)) < (ExactText($1.name), ExactText($1.id)) }
        }
    }

    public func anyClientAllows(origin: String) async throws(StoreError) -> Bool {
        read { $0.clients.values.contains { $0.origins.contains(origin) } }
    }

    public func insert(_ client: ClientRecord) async throws(StoreError) -> CommitOutcome {
        change { contents in
            guard contents.clients[ExactText(client.id)] == nil else { return .conflict }
            contents.clients[ExactText(client.id)] = client
            return .committed
        }
    }

    public func replace(_ old: ClientRecord, with new: ClientRecord) async throws(StoreError) -> CommitOutcome {
        change { contents in
            let isStored = contents.clients[ExactText(old.id)] == old
            guard isStored, ExactText(old.id) == ExactText(new.id) else { return .conflict }
            contents.clients[ExactText(new.id)] = new
            return .committed
        }
    }

    public func removeClient(_ id: String) async throws(StoreError) -> CommitOutcome {
        change { $0.removeClient(ExactText(id)) ? .committed : .conflict }
    }
}

extension InMemoryStore: KeyStore {
    public func signingKeys() async throws(StoreError) -> [SigningKeyRecord] {
        read { $0.keys.reversed() }
    }

    public func rotate(to key: SigningKeyRecord, publishedUntil: UnixTime) async throws(StoreError) {
        contents.withLock { contents in
            for index in contents.keys.indices
            where contents.keys[index].algorithm == key.algorithm && contents.keys[index].retiredAt == nil {
                contents.keys[index].retiredAt = key.createdAt
                contents.keys[index].publishedUntil = publishedUntil
            }
            contents.keys.append(key)
        }
    }

    public func removeUnpublished(before now: UnixTime) async throws(StoreError) {
        contents.withLock { contents in
            contents.keys.removeAll { key in key.publishedUntil.map { $0 <= now } ?? false }
        }
    }
}

extension InMemoryStore: UserStore {
    public func users() async throws(StoreError) -> [UserRecord] {
        read { contents in
            contents.users.sorted { ExactText($0.key) < ExactText($1.key) }.map(\.value.user)
        }
    }

    public func user(subject: String) async throws(StoreError) -> UserRecord? {
        read { $0.user(ExactText(subject))?.user }
    }

    public func credential(
        username: String
    ) async throws(StoreError) -> (user: UserRecord, passwordHash: PasswordHash)? {
        read { $0.users[UserRecord.usernameKey(username)].map { ($0.user, $0.passwordHash) } }
    }

    public func insert(_ user: UserRecord, passwordHash: PasswordHash) async throws(StoreError) -> CommitOutcome {
        change { contents in
            let key = UserRecord.usernameKey(user.username)
            guard contents.users[key] == nil, contents.user(ExactText(user.subject)) == nil else { return .conflict }
            contents.users[key] = .init(user: user, passwordHash: passwordHash)
            return .committed
        }
    }

    public func setPassword(_ hash: PasswordHash, subject: String) async throws(StoreError) -> CommitOutcome {
        change { contents in
            guard let user = contents.user(ExactText(subject))?.user else { return .conflict }
            contents.users[UserRecord.usernameKey(user.username)] = .init(user: user, passwordHash: hash)
            contents.endEverything(of: ExactText(subject))
            return .committed
        }
    }

    public func removeUser(subject: String) async throws(StoreError) -> CommitOutcome {
        change { contents in
            let subject = ExactText(subject)
            guard let user = contents.user(subject)?.user else { return .conflict }
            contents.users[UserRecord.usernameKey(user.username)] = nil
            contents.endEverything(of: subject)
            contents.consents = contents.consents.filter { $0.key.subject != subject }
            for client in contents.clients.values where client.owner.map(ExactText.init) == subject {
                _ = contents.removeClient(ExactText(client.id))
            }
            return .committed
        }
    }
}
