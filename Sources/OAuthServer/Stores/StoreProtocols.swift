public import OAuthCore

/// A store that could not do what was asked; the caller answers 503 and nothing has changed.
public enum StoreError: Error, Hashable, Sendable {
    /// The database is gone, full, locked for too long or refuses for another reason; in the driver's words.
    case unavailable(reason: String)
    /// A record that cannot be read: it was written by a later version, or damaged.
    case unreadable(what: String)
}

/// What became of a set of changes.
public enum CommitOutcome: Sendable, Hashable {
    /// All of them are on disk.
    case committed
    /// One of them expected a state that is no longer there, so that none was made.
    case conflict
}

/// One change of a commit. Single use is enforced here: the `consume…` cases succeed for exactly one of any number of
/// racing commits. The `require…` cases change nothing: they are what the others rest on.
public enum GrantChange: Sendable, Hashable {
    /// Conflict unless this sign-in is there.
    case requireSession(TokenDigest)
    /// Conflict unless this is what the person allows the client.
    case requireConsent(ConsentRecord)
    /// Remembers a new code.
    case insertCode(CodeRecord)
    /// Uses a code up. Conflict unless it is there and unused.
    case consumeCode(TokenDigest, at: UnixTime)
    /// Remembers a new access token.
    case insertAccessToken(AccessTokenRecord)
    /// Remembers a new refresh token.
    case insertRefreshToken(RefreshTokenRecord)
    /// Rotates a refresh token away. Conflict unless it is there and unused.
    case rotateRefreshToken(TokenDigest, RefreshTokenRecord.Rotation)
    /// Forgets one access token.
    case revokeAccessToken(TokenDigest)
    /// Forgets every token of a family, and its code if it is unused.
    case revokeFamily(String)
    /// Remembers, until it would have expired, that a self-contained access token is revoked; its digest.
    case denyAccessToken(TokenDigest, until: UnixTime)
    /// Remembers what a person allows a client, in place of what they allowed before.
    case saveConsent(ConsentRecord)
    /// Forgets a person's consent to a client with every code and token that came of it.
    case revokeConsent(subject: String, clientID: String)
    /// Remembers a sign-in.
    case insertSession(SessionRecord)
    /// Puts a sign-in in the place of another of the same person: what was bound to that one is bound to this.
    case renewSession(TokenDigest, SessionRecord)
    /// Ends a sign-in with every code and token that is bound to it.
    case endSession(TokenDigest)
}

/// Codes, tokens, consents and sign-ins.
///
/// A read sees every commit that was answered before it began. A commit is answered only when it is durable.
public protocol GrantStore: Sendable {
    /// Makes all of the changes or none.
    func commit(_ changes: [GrantChange]) async throws(StoreError) -> CommitOutcome

    /// A code, used or not.
    func code(_ digest: TokenDigest) async throws(StoreError) -> CodeRecord?
    /// An access token that is neither revoked nor removed; it may have expired.
    func accessToken(_ digest: TokenDigest) async throws(StoreError) -> AccessTokenRecord?
    /// A refresh token, used or not.
    func refreshToken(_ digest: TokenDigest) async throws(StoreError) -> RefreshTokenState?
    /// Whether a self-contained access token was revoked.
    func isDenied(_ digest: TokenDigest) async throws(StoreError) -> Bool
    /// A sign-in; it may have expired.
    func session(_ digest: TokenDigest) async throws(StoreError) -> SessionRecord?
    /// What a person has allowed a client.
    func consent(subject: String, clientID: String) async throws(StoreError) -> ConsentRecord?
    /// Every client that a person has allowed something, by name of the client's id.
    func connectedClients(of subject: String) async throws(StoreError) -> [ConnectedClient]
    /// Removes expired rows, oldest first.
    ///
    /// - Parameter limit: the most rows of each kind that one call removes.
    /// - Returns: how many were removed.
    func removeExpired(before now: UnixTime, limit: Int) async throws(StoreError) -> Int
}

/// Registered applications.
public protocol ClientStore: Sendable {
    /// A client by its id, compared by bytes.
    func client(_ id: String) async throws(StoreError) -> ClientRecord?
    /// The clients that a person registered, or all with `nil`, by name.
    func clients(owner: String?) async throws(StoreError) -> [ClientRecord]
    /// Whether any client registered this browser origin (what a preflight can be asked).
    func anyClientAllows(origin: String) async throws(StoreError) -> Bool
    /// Adds a client. Conflict when the id is taken.
    func insert(_ client: ClientRecord) async throws(StoreError) -> CommitOutcome
    /// Puts a client in the place of `old`. Conflict when that is not what is stored any more.
    func replace(_ old: ClientRecord, with new: ClientRecord) async throws(StoreError) -> CommitOutcome
    /// Removes a client with its consents, codes and tokens. Conflict when there is none.
    func removeClient(_ id: String) async throws(StoreError) -> CommitOutcome
}

/// A signing key of the server with its life.
public struct SigningKeyRecord: Sendable {
    /// The key, parsed.
    public var key: SigningKey
    /// What it signs.
    public var algorithm: JWSAlgorithm
    /// When it was made.
    public var createdAt: UnixTime
    /// When another took over signing; `nil` for the key that signs now.
    public var retiredAt: UnixTime?
    /// Until when its public half is published: the last of its tokens has expired then.
    public var publishedUntil: UnixTime?

    /// A key.
    public init(
        key: SigningKey, algorithm: JWSAlgorithm, createdAt: UnixTime, retiredAt: UnixTime? = nil,
        publishedUntil: UnixTime? = nil
    ) {
        self.key = key
        self.algorithm = algorithm
        self.createdAt = createdAt
        self.retiredAt = retiredAt
        self.publishedUntil = publishedUntil
    }
}

/// The server's signing keys. A store keeps them encrypted and parses each once.
public protocol KeyStore: Sendable {
    /// All keys, newest first.
    func signingKeys() async throws(StoreError) -> [SigningKeyRecord]
    /// Adds a key, and retires those of its algorithm that sign until now, in one step.
    ///
    /// - Parameter publishedUntil: until when the retired ones stay published.
    func rotate(to key: SigningKeyRecord, publishedUntil: UnixTime) async throws(StoreError)
    /// Removes the keys whose publication has ended.
    func removeUnpublished(before now: UnixTime) async throws(StoreError)
}

/// A person who can sign in.
public struct UserRecord: Sendable, Hashable {
    /// The `sub` claim: random, never reused, never a client's id.
    public var subject: String
    /// What the person types; unique without regard to case.
    public var username: String
    /// The full name.
    public var name: String?
    /// The mail address.
    public var email: String?
    /// Whether an operator or the person proved the address. Never set by the person's own word.
    public var emailVerified: Bool
    /// Whether the person administers this server.
    public var isAdministrator: Bool
    /// When the account was made.
    public var createdAt: UnixTime

    /// A person.
    public init(
        subject: String, username: String, name: String? = nil, email: String? = nil, emailVerified: Bool = false,
        isAdministrator: Bool = false, createdAt: UnixTime
    ) {
        self.subject = subject
        self.username = username
        self.name = name
        self.email = email
        self.emailVerified = emailVerified
        self.isAdministrator = isAdministrator
        self.createdAt = createdAt
    }
}

/// Where people and their passwords are. Checking a password is slow on purpose: a directory does it on threads of its
/// own, never on those that answer token requests.
public protocol UserDirectory: Sendable {
    /// A person by subject.
    func user(subject: String) async throws(StoreError) -> UserRecord?
    /// The person whose name and password these are. A wrong name takes as long as a wrong password.
    func user(username: String, password: Secret) async throws(StoreError) -> UserRecord?
}

/// The same people, as an operator administers them.
public protocol UserStore: Sendable {
    /// Everyone, by username.
    func users() async throws(StoreError) -> [UserRecord]
    /// A person by subject.
    func user(subject: String) async throws(StoreError) -> UserRecord?
    /// A person and their password's hash by username, without regard to case.
    func credential(username: String) async throws(StoreError) -> (user: UserRecord, passwordHash: PasswordHash)?
    /// Adds a person. Conflict when the name is taken.
    func insert(_ user: UserRecord, passwordHash: PasswordHash) async throws(StoreError) -> CommitOutcome
    /// Sets another password and ends the person's sign-ins and tokens. Conflict when there is no such person.
    func setPassword(_ hash: PasswordHash, subject: String) async throws(StoreError) -> CommitOutcome
    /// Removes a person with their sign-ins, consents, codes, tokens and the clients they registered. Conflict when
    /// there is no such person.
    func removeUser(subject: String) async throws(StoreError) -> CommitOutcome
}
