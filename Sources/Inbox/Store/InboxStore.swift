import Crypto
import Foundation
import GRDB
public import OAuthClient
import OAuthCore
public import OAuthStorage

/// What the inbox remembers, in SQLite: who is signed in, which organisations are connected, to whom they were given.
///
/// Sessions and the states of open sign-ins are kept as SHA-256 digests, what belongs to them and all tokens encrypted
/// under key files of mode 0600. A write is answered when it is on disk.
public final class InboxStore: Sendable {
    /// The tokens of connected organisations, in a database of their own, `<path>.tokens`.
    public let tokens: any TokenStore

    let database: SealedDatabase

    /// Opens a database, and creates it with its key file if it is not there yet. Takes the time of a few disk writes.
    ///
    /// - Parameter path: the database file; `<path>.key` and the same pair for `<path>.tokens` lie beside it.
    /// - Throws: `StoreOpeningError`, with what to do about it.
    public init(path: String) throws(StoreOpeningError) {
        database = try SealedDatabase(path: path, purpose: "inbox", migrator: Self.migrator)
        tokens = try SQLiteTokenStore(path: path + ".tokens")
    }

    /// What the tokens of forms are made with.
    var formSecret: Secret { database.secret(for: "inbox forms") }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 inbox") { db in
            try db.execute(
                sql: """
                    CREATE TABLE session (
                        token_digest BLOB NOT NULL PRIMARY KEY,
                        sealed BLOB NOT NULL,
                        expires_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX session_expiry ON session (expires_at);
                    CREATE TABLE attempt (
                        state_digest BLOB NOT NULL PRIMARY KEY,
                        browser_digest BLOB NOT NULL,
                        sealed BLOB NOT NULL,
                        expires_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX attempt_expiry ON attempt (expires_at);
                    CREATE INDEX attempt_browser ON attempt (browser_digest);
                    CREATE TABLE answer (
                        state_digest BLOB NOT NULL PRIMARY KEY,
                        content_digest BLOB NOT NULL,
                        sealed BLOB NOT NULL,
                        expires_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX answer_expiry ON answer (expires_at);
                    CREATE TABLE operator (
                        subject TEXT NOT NULL PRIMARY KEY,
                        name TEXT NOT NULL,
                        seen_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE tenant (
                        id TEXT NOT NULL PRIMARY KEY,
                        name TEXT NOT NULL,
                        route TEXT NOT NULL,
                        connected_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE permission (
                        tenant TEXT NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
                        subject TEXT NOT NULL REFERENCES operator (subject) ON DELETE CASCADE,
                        given_at INTEGER NOT NULL,
                        PRIMARY KEY (tenant, subject)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        return migrator
    }

    func read<Value: Sendable>(
        _ body: @Sendable (Database) throws -> Value
    ) async throws(InboxStoreError) -> Value {
        do { return try await database.pool.read(body) } catch {
            throw InboxStoreError(reason: SealedDatabase.reason(error))
        }
    }

    func write<Value: Sendable>(
        _ body: @Sendable (Database) throws -> Value
    ) async throws(InboxStoreError) -> Value {
        do { return try await database.pool.write(body) } catch {
            throw InboxStoreError(reason: SealedDatabase.reason(error))
        }
    }

    /// Removes what has expired, so many rows of each kind at most. Nothing that has expired is ever used, whether it is
    /// still there or not.
    ///
    /// - Returns: how many rows were removed.
    func removeExpired(before now: UnixTime, limit: Int) async throws(InboxStoreError) -> Int {
        try await write { db in
            var count = 0
            for (table, key) in [
                ("session", "token_digest"), ("attempt", "state_digest"), ("answer", "state_digest"),
            ] {
                try db.execute(
                    sql: """
                        DELETE FROM \(table) WHERE \(key) IN
                        (SELECT \(key) FROM \(table) WHERE expires_at <= ? LIMIT ?)
                        """, arguments: [now.seconds, limit])
                count += db.changesCount
            }
            return count
        }
    }
}

extension InboxStore {
    /// What is stored of a secret that a browser brings.
    static func digest(_ secret: Secret) -> Data {
        var hash = SHA256()
        secret.withBytes { hash.update(bufferPointer: $0) }
        return Data(hash.finalize())
    }

    func seal(_ value: some Encodable, at place: Data) throws -> Data {
        try database.seal(JSONEncoder().encode(value), at: place)
    }

    func open<Value: Decodable>(_ type: Value.Type, _ sealed: Data?, at place: Data) throws -> Value {
        guard let sealed else { throw SealError() }
        let plain = try database.open(sealed, at: place)
        guard let value = try? JSONDecoder().decode(type, from: plain) else { throw SealError() }
        return value
    }
}

extension Row {
    /// A column's value, or a thrown error where the schema says something else: never a crash.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        guard let value = Value.fromDatabaseValue(self[column]) else { throw UnreadableRow() }
        return value
    }
}

/// A row is not as the schema says.
struct UnreadableRow: Error {}
