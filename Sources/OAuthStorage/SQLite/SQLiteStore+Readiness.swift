import GRDB
public import OAuthServer

extension SQLiteStore {
    /// Asks the database for one read and one empty write, for a readiness check.
    ///
    /// - Throws: `StoreError.unavailable` while nothing can be stored.
    public func verifyReady() async throws(StoreError) {
        _ = try await write { db, _ in
            try db.execute(sql: "UPDATE installation SET id = id")
            return .rows(0)
        }
    }
}
