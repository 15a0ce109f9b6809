import GRDB
public import OAuthCore
public import OAuthServer

extension SQLiteStore: GrantStore {
    public func commit(_ changes: [GrantChange]) async throws(StoreError) -> CommitOutcome {
        // A token that carries its whole meaning, for one, needs no row.
        guard !changes.isEmpty else { return .committed }
        // Whatever follows a condition must not be reached when it fails; whatever precedes one must be undone then.
        let isSafe = changes.drop(while: \.isRequirement).dropFirst().allSatisfy { !$0.isConditional }
        return try await write(isSafe ? .nothingToUndo : .savepoint) { db, cache in
            for change in changes {
                guard try change.write(to: db, &cache) else { return .conflict }
            }
            return .rows(changes.count)
        }.outcome
    }

    public func code(_ digest: TokenDigest) async throws(StoreError) -> CodeRecord? {
        try await cached {
            $0.codes.value(digest)
        } read: { db in
            try db.row("SELECT \(CodeRecord.columns) FROM code WHERE digest = ?", [digest.blob])
                .map { try CodeRecord(row: $0) }
        }
    }

    public func accessToken(_ digest: TokenDigest) async throws(StoreError) -> AccessTokenRecord? {
        try await cached {
            $0.accessTokens.value(digest)
        } keep: {
            $0.accessTokens.keep($1, for: digest)
        } read: { db in
            try db.row("SELECT \(AccessTokenRecord.columns) FROM access_token WHERE digest = ?", [digest.blob])
                .map { try AccessTokenRecord(row: $0) }
        }
    }

    public func refreshToken(_ digest: TokenDigest) async throws(StoreError) -> RefreshTokenState? {
        try await cached {
            $0.refreshTokens.value(digest).map { RefreshTokenState(record: $0, successorWasUsed: false) }
        } read: { db in
            try db.row(RefreshTokenState.query, [digest.blob]).map { try RefreshTokenState(row: $0) }
        }
    }

    public func isDenied(_ digest: TokenDigest) async throws(StoreError) -> Bool {
        try await read { db in
            try db.row("SELECT 1 FROM denied_access_token WHERE digest = ?", [digest.blob]) != nil
        }
    }

    public func session(_ digest: TokenDigest) async throws(StoreError) -> SessionRecord? {
        try await cached {
            $0.sessions.value(digest)
        } keep: {
            $0.sessions.keep($1, for: digest)
        } read: { db in
            try db.row("SELECT \(SessionRecord.columns) FROM session WHERE digest = ?", [digest.blob])
                .map { try SessionRecord(row: $0) }
        }
    }

    public func consent(subject: String, clientID: String) async throws(StoreError) -> ConsentRecord? {
        try await read { db in
            try ConsentRecord.find(subject: subject, clientID: clientID, in: db)
        }
    }

    public func connectedClients(of subject: String) async throws(StoreError) -> [ConnectedClient] {
        try await read { db in
            try db.rows(ConnectedClient.query, [subject]).map { try ConnectedClient(row: $0) }
        }
    }

    public func removeExpired(before now: UnixTime, limit: Int) async throws(StoreError) -> Int {
        let written = try await write { db, cache in
            .rows(try Self.removeExpired(before: now, limit: limit, from: db, &cache))
        }
        guard case .rows(let count) = written else { return 0 }
        return count
    }

    private static func removeExpired(
        before now: UnixTime, limit: Int, from db: Database, _ cache: inout [CacheChange]
    ) throws -> Int {
        let expired = { (table: String, expiry: String) in
            try db.digests(
                """
                DELETE FROM \(table) WHERE digest IN
                (SELECT digest FROM \(table) WHERE \(expiry) <= ? ORDER BY \(expiry) LIMIT ?) RETURNING digest
                """, [now.seconds, limit])
        }
        var count = 0
        for (table, expiry) in [
            (GrantTable.code, "expires_at"), (.accessToken, "expires_at"),
            (.refreshToken, "min(expires_at, family_expires_at)"),
        ] {
            let removed = try expired(table.rawValue, expiry)
            cache += removed.map(table.forget)
            count += removed.count
        }
        let sessions = try expired("session", "expires_at")
        cache += sessions.map(CacheChange.forgetSession)
        return count + sessions.count + (try expired("denied_access_token", "expires_at").count)
    }
}
