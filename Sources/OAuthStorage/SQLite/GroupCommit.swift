import GRDB
import OAuthServer
import Synchronization

/// What one write of a batch has done.
enum Written: Sendable {
    case conflict
    case rows(Int)

    var outcome: CommitOutcome {
        switch self {
        case .conflict: .conflict
        case .rows: .committed
        }
    }
}

/// Writes of concurrent requests, grouped: those that wait while one transaction is on its way to the disk go into the
/// next one together. Each is answered when the transaction that holds it is on disk.
final class GroupCommit: Sendable {
    /// How a write that meets a conflict leaves nothing behind.
    enum Undoing: Sendable {
        /// Its only condition is in its first statement, so that nothing was done.
        case nothingToUndo
        /// By a savepoint.
        case savepoint
    }

    /// A write: what it does, and what that means for the cache. It may be called a second time after a rollback.
    typealias Write = @Sendable (Database, inout [CacheChange]) throws -> Written

    private struct Item: Sendable {
        let undoing: Undoing
        let write: Write
        let answer: CheckedContinuation<Result<Written, StoreError>, Never>
    }

    private struct Queue {
        var items: [Item] = []
        var isBeingDrained = false
    }

    /// The most writes in one transaction; bounds how long the first of them waits.
    static let batchLimit = 256

    private let pool: DatabasePool
    private let files: DatabaseFiles
    private let cache: RecordCache
    private let queue = Mutex(Queue())

    init(pool: DatabasePool, files: DatabaseFiles, cache: RecordCache) {
        self.pool = pool
        self.files = files
        self.cache = cache
    }

    /// Makes a write durable.
    ///
    /// - Throws: `StoreError.unavailable` when nothing was written.
    func commit(_ undoing: Undoing, _ write: @escaping Write) async throws(StoreError) -> Written {
        let result = await withCheckedContinuation { answer in
            let mustStart = queue.withLock { queue in
                queue.items.append(Item(undoing: undoing, write: write, answer: answer))
                defer { queue.isBeingDrained = true }
                return !queue.isBeingDrained
            }
            if mustStart { scheduleDrain() }
        }
        return try result.get()
    }

    private func scheduleDrain() {
        pool.asyncWriteWithoutTransaction { self.drain($0) }
    }

    /// Commits one batch. If more is waiting then, it goes to the end of the connection's own queue: others use it too.
    private func drain(_ db: Database) {
        let batch = queue.withLock { queue in
            let batch = Array(queue.items.prefix(Self.batchLimit))
            queue.items.removeFirst(batch.count)
            return batch
        }
        let answers = settle(batch, db)
        for (item, answer) in zip(batch, answers) { item.answer.resume(returning: answer) }
        let isDone = queue.withLock { queue in
            queue.isBeingDrained = !queue.items.isEmpty
            return queue.items.isEmpty
        }
        if !isDone { scheduleDrain() }
    }

    private func settle(_ batch: [Item], _ db: Database) -> [Result<Written, StoreError>] {
        do {
            do {
                return try transact(batch, db) { item in item.undoing }
            } catch  where Self.isOfOneItem(error) {
                // One of them cannot be done. Undo all and begin again, each behind a savepoint, so that it fails alone.
                return try transact(batch, db) { _ in .savepoint }
            }
        } catch {
            let error = StoreError(error)
            return batch.map { _ in .failure(error) }
        }
    }

    private func transact(
        _ batch: [Item], _ db: Database, undoing: (Item) -> Undoing
    ) throws -> [Result<Written, StoreError>] {
        try files.verify()
        try db.beginTransaction(.immediate)
        var changes: [CacheChange] = []
        let answers: [Result<Written, StoreError>]
        do {
            try cache.verify(db)
            answers = try batch.map { item in
                switch undoing(item) {
                case .nothingToUndo: .success(try item.write(db, &changes))
                case .savepoint: try Self.writeAlone(item, db, &changes)
                }
            }
            try db.commit()
        } catch {
            // SQLite itself has rolled back after some errors.
            if db.isInsideTransaction { try db.rollback() }
            throw error
        }
        cache.apply(changes)
        return answers
    }

    private static func writeAlone(
        _ item: Item, _ db: Database, _ changes: inout [CacheChange]
    ) throws -> Result<Written, StoreError> {
        var own: [CacheChange] = []
        var written = Written.conflict
        do {
            try db.inSavepoint {
                written = try item.write(db, &own)
                return written.outcome == .committed ? .commit : .rollback
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            return .success(.conflict)
        } catch let error as StoreError {
            return .failure(error)
        }
        if written.outcome == .committed { changes += own }
        return .success(written)
    }

    /// Whether an error is about one write rather than about the database.
    private static func isOfOneItem(_ error: any Error) -> Bool {
        if let error = error as? DatabaseError { return error.resultCode == .SQLITE_CONSTRAINT }
        if case .unreadable? = error as? StoreError { return true }
        return false
    }
}

extension StoreError {
    /// What a driver's error is to the server. SQLite's messages hold names of tables and columns, never values.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError:
            self = .unavailable(reason: "\(error.extendedResultCode): \(error.message ?? "no message")")
        case is CancellationError: self = .unavailable(reason: "the request was cancelled")
        default: self = .unavailable(reason: "\(type(of: error))")
        }
    }
}
