import Foundation
import GRDB
package import OAuthClient
package import OAuthCore

/// The accounts of a command-line program in one SQLite database: of each a description and its tokens, both encrypted
/// under the key file beside it.
package final class SQLiteAccountStore: Sendable {
    private let store: SQLiteTokenStore

    /// Opens a database, and creates it with its key file if it is not there yet.
    ///
    /// - Throws: ``StoreOpeningError``, with what to do about it.
    package init(path: String) throws(StoreOpeningError) { store = try SQLiteTokenStore(path: path) }

    /// The names of all accounts, sorted.
    package func names() async throws(TokenStoreError) -> [String] {
        try await store.perform { database in
            try await database.read { try String.fetchAll($0, sql: "SELECT name FROM account ORDER BY name") }
        }
    }

    /// The description of an account.
    package func description(of name: String) async throws(TokenStoreError) -> Secret? {
        let sealed = try await store.perform { database in
            try await database.read {
                try Data.fetchOne($0, sql: "SELECT sealed FROM account WHERE name = ?", arguments: [name])
            }
        }
        guard let sealed else { return nil }
        do {
            return Secret(bytes: try store.database.open(sealed, at: Self.place(of: name)))
        } catch {
            throw TokenStoreError(reason: SealedDatabase.reason(error))
        }
    }

    /// Writes the description of an account in place of what was there.
    package func save(_ description: Secret, of name: String) async throws(TokenStoreError) {
        try await store.perform { database in
            let sealed = try description.withBytes { bytes in
                try store.database.seal(Data(bytes), at: Self.place(of: name))
            }
            try await database.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO account (name, sealed) VALUES (?, ?)
                        ON CONFLICT DO UPDATE SET sealed = excluded.sealed
                        """, arguments: [name, sealed])
            }
        }
    }

    /// Removes an account and all its tokens, in one atomic step.
    package func remove(_ name: String) async throws(TokenStoreError) {
        try await store.perform { database in
            try await database.write { db in
                try db.execute(sql: "DELETE FROM account WHERE name = ?", arguments: [name])
                try db.execute(sql: "DELETE FROM token WHERE owner = ?", arguments: [name])
            }
        }
    }

    /// Removes an account's tokens and leaves the account.
    package func removeTokens(of name: String) async throws(TokenStoreError) {
        try await store.perform { database in
            try await database.write { db in
                try db.execute(sql: "DELETE FROM token WHERE owner = ?", arguments: [name])
            }
        }
    }

    /// The tokens of one account.
    package func tokens(of name: String) -> any TokenStore { SQLiteTokenStore(store, owner: name) }

    /// What a description is bound to, so that no other can be put in its place. Tokens are bound to 32 bytes.
    private static func place(of name: String) -> Data { Data("sallyport account: \(name)".utf8) }
}
