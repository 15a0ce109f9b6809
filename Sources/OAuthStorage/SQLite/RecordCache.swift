import GRDB
import OAuthServer
import Synchronization

/// What one process remembers of the database, so that checking a token takes microseconds and no query.
///
/// It is never older than the last commit of this process: each commit says what it changed, and that is applied after
/// it is on disk and before it is answered. A read that began before such a commit cannot leave behind what it saw: it
/// notes the epoch when it begins, and keeps nothing when another has begun since. Commits of other processes are
/// noticed by SQLite's data version, at each commit and at most 0.02 seconds after the last look; then all is forgotten.
final class RecordCache: Sendable {
    struct Records {
        /// Unused ones that this process has issued.
        var codes = BoundedCache<TokenDigest, CodeRecord>(capacity: 1_024)
        var accessTokens = BoundedCache<TokenDigest, AccessTokenRecord>(capacity: 8_192)
        /// Unused ones that this process has issued.
        var refreshTokens = BoundedCache<TokenDigest, RefreshTokenRecord>(capacity: 4_096)
        var sessions = BoundedCache<TokenDigest, SessionRecord>(capacity: 4_096)
        var users = BoundedCache<ExactText, UserRecord>(capacity: 4_096)
        var clients = BoundedCache<ExactText, ClientRecord>(capacity: 1_024)
        var origins: Set<String>?
        var signingKeys: [SigningKeyRecord]?
    }

    /// The answer to a look at the cache.
    enum Found<Value: Sendable>: Sendable {
        case record(Value)
        /// Not here; what is read from the database now may be kept under this epoch.
        case missing(epoch: UInt64)
        /// It is too long since anyone looked for other processes' commits.
        case unverified
    }

    private struct State {
        var records = Records()
        var epoch: UInt64 = 0
        var dataVersion: Int64?
        var verifiedAt: UInt64?
        var isBeingVerified = false
    }

    /// After this many nanoseconds a look for other processes' commits begins, while what is here still counts.
    static let verificationInterval: UInt64 = 10_000_000
    /// After this many it counts no more.
    static let trustedFor: UInt64 = 20_000_000

    private let state = Mutex(State())
    private let monotonicTime: @Sendable () -> UInt64

    /// - Parameter monotonicTime: nanoseconds since any fixed moment.
    init(monotonicTime: @escaping @Sendable () -> UInt64) { self.monotonicTime = monotonicTime }

    /// Looks for a record.
    ///
    /// - Parameter verify: called when it is time to call `verified(dataVersion:)`, without waiting for that.
    func find<Value: Sendable>(_ find: @Sendable (inout Records) -> Value?, verify: () -> Void) -> Found<Value> {
        let now = monotonicTime()
        var isVerificationDue = false
        let found: Found<Value> = state.withLock { state in
            guard let verifiedAt = state.verifiedAt, now &- verifiedAt < Self.trustedFor else { return .unverified }
            if now &- verifiedAt >= Self.verificationInterval, !state.isBeingVerified {
                state.isBeingVerified = true
                isVerificationDue = true
            }
            return find(&state.records).map(Found.record) ?? .missing(epoch: state.epoch)
        }
        if isVerificationDue { verify() }
        return found
    }

    /// Keeps what was read, unless something has changed since the look that missed it.
    func keep(since epoch: UInt64, _ keep: @Sendable (inout Records) -> Void) {
        state.withLock { state in
            if state.epoch == epoch { keep(&state.records) }
        }
    }

    /// Takes in what a commit has changed, in order.
    func apply(_ changes: [CacheChange]) {
        guard !changes.isEmpty else { return }
        state.withLock { state in
            for change in changes { change.apply(to: &state.records) }
            if changes.contains(where: \.makesReadsStale) { state.epoch += 1 }
        }
    }

    /// Asks the writing connection whether another process has committed, and forgets everything if so.
    func verify(_ db: Database) throws {
        let startedAt = monotonicTime()
        let version = try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA data_version"))
        state.withLock { state in
            if version != state.dataVersion || version == nil {
                state.records = Records()
                state.epoch += 1
                state.dataVersion = version
            }
            state.verifiedAt = startedAt
            state.isBeingVerified = false
        }
    }

    /// That a look has failed; the next one to ask begins another.
    func verificationFailed() { state.withLock { $0.isBeingVerified = false } }
}

/// What a commit means for the cache.
enum CacheChange: Sendable {
    case keepCode(CodeRecord)
    case forgetCode(TokenDigest)
    case keepRefreshToken(RefreshTokenRecord)
    case forgetRefreshToken(TokenDigest)
    case keepAccessToken(AccessTokenRecord)
    case forgetAccessToken(TokenDigest)
    case keepSession(SessionRecord)
    case forgetSession(TokenDigest)
    case forgetUser(subject: String)
    case forgetClient(id: String)
    case forgetSigningKeys

    /// Whether a read that is under way may have seen what is no longer so, and would keep it. That a record is absent
    /// is never kept, so that a new one is no such change; nor is any code or refresh token that was read.
    var makesReadsStale: Bool {
        switch self {
        case .keepCode, .forgetCode, .keepRefreshToken, .forgetRefreshToken, .keepAccessToken, .keepSession: false
        case .forgetAccessToken, .forgetSession, .forgetUser, .forgetClient, .forgetSigningKeys: true
        }
    }

    fileprivate func apply(to records: inout RecordCache.Records) {
        switch self {
        case .keepCode(let record): records.codes.keep(record, for: record.digest)
        case .forgetCode(let digest): records.codes.forget(digest)
        case .keepRefreshToken(let record): records.refreshTokens.keep(record, for: record.digest)
        case .forgetRefreshToken(let digest): records.refreshTokens.forget(digest)
        case .keepAccessToken(let record): records.accessTokens.keep(record, for: record.digest)
        case .forgetAccessToken(let digest): records.accessTokens.forget(digest)
        case .keepSession(let record): records.sessions.keep(record, for: record.digest)
        case .forgetSession(let digest): records.sessions.forget(digest)
        case .forgetUser(let subject): records.users.forget(ExactText(subject))
        case .forgetClient(let id):
            records.clients.forget(ExactText(id))
            records.origins = nil
        case .forgetSigningKeys: records.signingKeys = nil
        }
    }
}
