import Crypto
import Foundation
import GRDB
public import OAuthClient
import OAuthCore

/// A client's tokens in one SQLite database, encrypted under a key file of mode 0600 beside it.
///
/// Several processes may share one: of two that refresh the same tokens one writes, and the other is told what is there
/// now. A write is answered when it is on disk.
public final class SQLiteTokenStore: TokenStore {
    let database: SealedDatabase
    /// The account whose part of the database this is; its tokens are found by no other store.
    private let owner: String?

    /// Opens a database, and creates it with its key file if it is not there yet. Takes the time of a few disk writes.
    ///
    /// - Parameter path: the database file; `<path>.key`, `<path>-wal` and `<path>-shm` lie beside it.
    /// - Throws: ``StoreOpeningError``, with what to do about it.
    public init(path: String) throws(StoreOpeningError) {
        database = try SealedDatabase(path: path, purpose: "client tokens", migrator: Self.migrator)
        owner = nil
    }

    /// The part of a store that belongs to one account.
    init(_ store: SQLiteTokenStore, owner: String) {
        database = store.database
        self.owner = owner
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 tokens") { db in
            try db.execute(
                sql: """
                    CREATE TABLE token (
                        key_digest BLOB NOT NULL PRIMARY KEY,
                        version INTEGER NOT NULL,
                        sealed BLOB NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE last_version (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL) STRICT;
                    INSERT INTO last_version (id, value) VALUES (1, 0);
                    """)
        }
        migrator.registerMigration("2 accounts") { db in
            try db.execute(
                sql: """
                    ALTER TABLE token ADD COLUMN owner TEXT;
                    CREATE INDEX token_owner ON token (owner) WHERE owner IS NOT NULL;
                    CREATE TABLE account (
                        name TEXT NOT NULL PRIMARY KEY,
                        sealed BLOB NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        return migrator
    }

    public func load(_ key: TokenKey) async throws(TokenStoreError) -> StoredTokens? {
        let digest = digest(of: key)
        return try await perform { database in
            try await database.read { db in try self.stored(digest, in: db) }
        }
    }

    public func compareAndSwap(
        _ key: TokenKey, expected: Int64?, tokens: TokenSet
    ) async throws(TokenStoreError) -> TokenStoreOutcome {
        let digest = digest(of: key)
        return try await perform { database in
            let sealed = try self.seal(tokens, digest)
            return try await database.write { db in
                let current = try Int64.fetchOne(
                    db, sql: "SELECT version FROM token WHERE key_digest = ?", arguments: [digest])
                guard current == expected else { return .conflict(try self.stored(digest, in: db)) }
                // One counter for all keys: a version that was removed does not come again.
                let version =
                    try Int64.fetchOne(
                        db, sql: "UPDATE last_version SET value = value + 1 RETURNING value") ?? 0
                try db.execute(
                    sql: """
                        INSERT INTO token (key_digest, version, sealed, owner) VALUES (?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET version = excluded.version, sealed = excluded.sealed
                        """, arguments: [digest, version, sealed, self.owner])
                return .stored(version: version)
            }
        }
    }

    public func remove(_ key: TokenKey, expected: Int64) async throws(TokenStoreError) {
        let digest = digest(of: key)
        try await perform { database in
            try await database.write { db in
                try db.execute(
                    sql: "DELETE FROM token WHERE key_digest = ? AND version = ?", arguments: [digest, expected])
            }
        }
    }
}

extension SQLiteTokenStore {
    func perform<Value: Sendable>(
        _ body: @Sendable (DatabasePool) async throws -> Value
    ) async throws(TokenStoreError) -> Value {
        do {
            return try await body(database.pool)
        } catch let error as TokenStoreError {
            throw error
        } catch {
            throw TokenStoreError(reason: SealedDatabase.reason(error))
        }
    }

    private func stored(_ digest: Data, in db: Database) throws -> StoredTokens? {
        let row = try Row.fetchOne(
            db, sql: "SELECT version, sealed FROM token WHERE key_digest = ?", arguments: [digest])
        guard let row, let version = Int64.fromDatabaseValue(row["version"]),
            let sealed = Data.fromDatabaseValue(row["sealed"])
        else { return nil }
        return StoredTokens(tokens: try open(sealed, digest), version: version)
    }

    /// Encrypts tokens; whose they are is bound to them.
    private func seal(_ tokens: TokenSet, _ digest: Data) throws -> Data {
        try database.seal(JSONEncoder().encode(tokens), at: digest)
    }

    private func open(_ sealed: Data, _ digest: Data) throws -> TokenSet {
        let opened = try database.open(sealed, at: digest)
        guard let tokens = try? JSONDecoder().decode(TokenSet.self, from: opened) else { throw SealError() }
        return tokens
    }

    /// A key's place: each part with its length before it, so that no two keys are written alike.
    private func digest(of key: TokenKey) -> Data {
        var parts: [String?] =
            [key.issuer, key.clientID, key.subject, key.resource] + key.scope.map(Optional.some)
        if let owner { parts.insert("account " + owner, at: 0) }
        var hash = SHA256()
        for part in parts {
            hash.update(data: Data("\(part.map { String($0.utf8.count) } ?? "-"):\(part ?? "")".utf8))
        }
        return Data(hash.finalize())
    }
}
