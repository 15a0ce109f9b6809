public import OAuthCore
import Synchronization

/// Where tokens are kept between uses. It is the truth when several processes share it.
public protocol TokenStore: Sendable {
    /// The tokens under a key.
    func load(_ key: TokenKey) async throws(TokenStoreError) -> StoredTokens?

    /// Writes tokens if what is stored still has the version `expected` (`nil`: if nothing is stored), in one atomic
    /// step, and gives them the next version.
    ///
    /// When it returns `.stored`, the tokens survive a crash.
    func compareAndSwap(
        _ key: TokenKey, expected: Int64?, tokens: TokenSet
    ) async throws(TokenStoreError) -> TokenStoreOutcome

    /// Removes the tokens if they still have the version `expected`, in one atomic step; else does nothing.
    func remove(_ key: TokenKey, expected: Int64) async throws(TokenStoreError)
}

/// Whose tokens, for what. Two keys that differ anywhere never share tokens.
public struct TokenKey: Sendable, Hashable, Codable {
    /// The authorization server.
    public var issuer: String
    /// The client.
    public var clientID: String
    /// The person, by the subject of the ID token or a name that the app chooses; `nil` for the client's own tokens.
    public var subject: String?
    /// The API the tokens are for, where they are bound to one (RFC 8707).
    public var resource: String?
    /// The requested scope's tokens in alphabetical order, where one subject has tokens of several scopes.
    public var scope: [String]

    /// A key.
    public init(issuer: String, clientID: String, subject: String? = nil, resource: String? = nil, scope: Scope = []) {
        self.issuer = issuer
        self.clientID = clientID
        self.subject = subject
        self.resource = resource
        self.scope = scope.tokens.sorted()
    }
}

/// Tokens as they lie in a store.
public struct StoredTokens: Sendable, Hashable {
    /// The tokens.
    public var tokens: TokenSet
    /// Grows with each write of this key, never used twice for different tokens.
    public var version: Int64

    /// Tokens of a version.
    public init(tokens: TokenSet, version: Int64) {
        self.tokens = tokens
        self.version = version
    }
}

/// What became of a write.
public enum TokenStoreOutcome: Sendable, Hashable {
    /// It is written, as this version.
    case stored(version: Int64)
    /// Someone else wrote or removed first: what is there now.
    case conflict(StoredTokens?)
}

/// A store that cannot read or write at the moment.
public struct TokenStoreError: Error, Hashable, Sendable {
    /// Why, without any token.
    public var reason: String

    /// An error.
    public init(reason: String) { self.reason = reason }
}

/// Tokens in memory, for programs that sign in at each start and for tests.
public final class InMemoryTokenStore: TokenStore {
    private struct State {
        var tokens: [TokenKey: StoredTokens] = [:]
        var lastVersion: Int64 = 0
    }

    private let state = Mutex(State())

    /// An empty store.
    public init() {}

    public func load(_ key: TokenKey) async throws(TokenStoreError) -> StoredTokens? {
        state.withLock { $0.tokens[key] }
    }

    public func compareAndSwap(
        _ key: TokenKey, expected: Int64?, tokens: TokenSet
    ) async throws(TokenStoreError) -> TokenStoreOutcome {
        state.withLock { state in
            guard state.tokens[key]?.version == expected else { return .conflict(state.tokens[key]) }
            state.lastVersion += 1
            state.tokens[key] = StoredTokens(tokens: tokens, version: state.lastVersion)
            return .stored(version: state.lastVersion)
        }
    }

    public func remove(_ key: TokenKey, expected: Int64) async throws(TokenStoreError) {
        state.withLock { state in
            if state.tokens[key]?.version == expected { state.tokens[key] = nil }
        }
    }
}
