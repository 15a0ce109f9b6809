import Dispatch
import Foundation
import GRDB
public import OAuthCore
public import OAuthServer
import Synchronization

/// Every store of a server in one SQLite database in WAL mode.
///
/// A commit is answered when it is on disk (`synchronous = FULL`); those that wait at the same time share one
/// transaction. Clients, people, signing keys, sign-ins and access tokens that were used lately are answered from
/// memory. Several processes may use one database: what another one changes is seen within 20 milliseconds.
///
/// Private signing keys are encrypted under a key that lies in the file `<path>.key`. Back up both.
public final class SQLiteStore: Sendable {
    /// A secret of this installation, for `ServerConfiguration.secret`: it outlives restarts, and whoever has only the
    /// database does not have it.
    public let serverSecret: Secret

    let pool: DatabasePool
    let derivedKeys: DerivedKeys
    private let files: DatabaseFiles
    private let cache: RecordCache
    private let group: GroupCommit
    private let verification = Mutex(Verification())

    /// What tests look at or decide.
    struct Seams: Sendable {
        /// Sees every SQL statement.
        var trace: (@Sendable (String) -> Void)?
        /// Nanoseconds since any fixed moment, never going back.
        var monotonicTime: @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds }
    }

    private struct Verification {
        var isUnderWay = false
        var waiting: [CheckedContinuation<Result<Void, StoreError>, Never>] = []
    }

    /// Opens a database, and creates it with its key file if it is not there yet. Takes the time of a few disk writes.
    ///
    /// - Parameter path: the database file; `<path>.key`, `<path>-wal` and `<path>-shm` lie beside it.
    /// - Throws: ``StoreOpeningError``, with what to do about it.
    public convenience init(path: String) throws(StoreOpeningError) {
        try self.init(path: path, seams: Seams())
    }

    init(path: String, seams: Seams) throws(StoreOpeningError) {
        let isNew = try DatabaseFiles.isNew(path)
        // Locked until it goes out of use: one process at a time prepares the database.
        let keyFile = try KeyFile(path: path + ".key", isDatabaseNew: isNew)
        try DatabaseFiles.createIfMissing(path)
        derivedKeys = DerivedKeys(keyFile.key)
        serverSecret = derivedKeys.serverSecret
        pool = try Self.open(path, seams, keyFile, derivedKeys)
        files = try DatabaseFiles(path: path)
        cache = RecordCache(monotonicTime: seams.monotonicTime)
        group = GroupCommit(pool: pool, files: files, cache: cache)
    }

    /// Closes the database; whatever is asked of the store afterwards is unavailable.
    public func close() throws(StoreError) {
        do { try pool.close() } catch { throw StoreError(error) }
    }
}

// MARK: Opening

extension SQLiteStore {
    /// `STRICT` tables came with 3.37.
    private static let oldestSQLite = (3, 37)

    private static func open(
        _ path: String, _ seams: Seams, _ keyFile: borrowing KeyFile, _ keys: DerivedKeys
    ) throws(StoreOpeningError) -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "sallyport"
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.persistentReadOnlyConnections = true
        configuration.prepareDatabase { db in
            if let trace = seams.trace { db.trace { trace($0.description) } }
            // A reader finds a few rows, and forgets its pages whenever something was committed: 512 KiB will do.
            try db.execute(sql: "PRAGMA cache_size = -512")
        }
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { db in
                try verifyVersion(db)
                // GRDB sets NORMAL when it turns on WAL, which a power cut can take commits back from.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA cache_size = -2000")
                // Move pages from the log to the database in larger steps than the default: each waits for the disk.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
                try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
                guard try !Schema.migrator.hasBeenSuperseded(db) else {
                    throw StoreOpeningError.newerSchema(path: path)
                }
            }
            try Schema.migrator.migrate(pool)
            try pool.write { db in try verifyKeyFile(db, keyFile.path, keys) }
            return pool
        } catch let error as StoreOpeningError {
            throw error
        } catch {
            throw .cannotOpen(path: path, reason: StoreError(error).reason)
        }
    }

    private static func verifyVersion(_ db: Database) throws {
        let version = try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? ""
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        guard numbers.count >= 2, (numbers[0], numbers[1]) >= oldestSQLite else {
            throw StoreOpeningError.cannotOpen(
                path: "SQLite", reason: "version \(version) is too old; install 3.37 or later")
        }
    }

    private static func verifyKeyFile(_ db: Database, _ path: String, _ keys: DerivedKeys) throws {
        try db.execute(
            sql: "INSERT INTO installation (id, key_check) VALUES (1, ?) ON CONFLICT DO NOTHING",
            arguments: [Data(keys.check)])
        let stored = try Data.fetchOne(db, sql: "SELECT key_check FROM installation")
        guard let stored, constantTimeEqual(stored, keys.check) else {
            throw StoreOpeningError.keyFileOfAnotherDatabase(path: path)
        }
    }
}

extension StoreError {
    fileprivate var reason: String {
        switch self {
        case .unavailable(let reason): reason
        case .unreadable(let what): "unreadable \(what)"
        }
    }
}

// MARK: Reading and writing

extension SQLiteStore {
    /// Reads from the database, on one of the reading connections.
    func read<Value: Sendable>(
        _ body: @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try files.verify()
        do { return try await pool.unsafeRead(body) } catch { throw StoreError(error) }
    }

    /// Makes a write durable, together with others.
    func write(
        _ undoing: GroupCommit.Undoing = .nothingToUndo, _ body: @escaping GroupCommit.Write
    ) async throws(StoreError) -> Written {
        try await group.commit(undoing, body)
    }

    /// Answers from memory, at once, or from the database.
    ///
    /// - Parameter keep: keeps what was read for the next time.
    func cached<Value: Sendable>(
        _ find: @Sendable (inout RecordCache.Records) -> Value?,
        keep: @Sendable (inout RecordCache.Records, Value) -> Void = { _, _ in },
        read body: @Sendable (Database) throws -> Value?
    ) async throws(StoreError) -> Value? {
        var found = cache.find(find, verify: startVerification)
        if case .unverified = found {
            try await verified()
            found = cache.find(find, verify: startVerification)
        }
        switch found {
        case .record(let value): return value
        case .unverified: return try await read(body)
        case .missing(let epoch):
            let value = try await read(body)
            if let value { cache.keep(since: epoch) { keep(&$0, value) } }
            return value
        }
    }

    /// Waits until someone has looked whether another process has committed. All who wait share one look.
    private func verified() async throws(StoreError) {
        let result = await withCheckedContinuation { continuation in
            verification.withLock { $0.waiting.append(continuation) }
            startVerification()
        }
        try result.get()
    }

    private func startVerification() {
        let mustStart = verification.withLock { verification in
            defer { verification.isUnderWay = true }
            return !verification.isUnderWay
        }
        guard mustStart else { return }
        pool.asyncWriteWithoutTransaction { db in
            // Only those who wait already: for later ones this look may be too early.
            let waiting = self.verification.withLock { verification in
                defer { verification = Verification() }
                return verification.waiting
            }
            let result = self.verify(db)
            for continuation in waiting { continuation.resume(returning: result) }
        }
    }

    private func verify(_ db: Database) -> Result<Void, StoreError> {
        do {
            try files.verify()
            try cache.verify(db)
            return .success(())
        } catch {
            cache.verificationFailed()
            return .failure(StoreError(error))
        }
    }
}
