import Foundation
import GRDB
import OAuthCore
import OAuthServer

extension GrantChange {
    /// Whether it can meet a conflict.
    var isConditional: Bool {
        switch self {
        case .consumeCode, .rotateRefreshToken: true
        default: isRequirement
        }
    }

    /// Whether it is a condition and nothing else.
    var isRequirement: Bool {
        switch self {
        case .requireSession, .requireConsent: true
        default: false
        }
    }

    /// Makes the change; false is a conflict, with nothing done.
    func write(to db: Database, _ cache: inout [CacheChange]) throws -> Bool {
        switch self {
        case .requireSession(let digest):
            return try db.row("SELECT 1 FROM session WHERE digest = ?", [digest.blob]) != nil
        case .requireConsent(let record):
            return try ConsentRecord.find(subject: record.subject, clientID: record.clientID, in: db) == record
        case .consumeCode(let digest, let time):
            cache.append(.forgetCode(digest))
            return try db.run(
                "UPDATE code SET consumed_at = ? WHERE digest = ? AND consumed_at IS NULL", [time.seconds, digest.blob]
            ) == 1
        case .rotateRefreshToken(let digest, let rotation):
            cache.append(.forgetRefreshToken(digest))
            return try db.run(
                """
                UPDATE refresh_token SET rotated_at = ?, successor = ?, sealed_response = ?
                WHERE digest = ? AND rotated_at IS NULL
                """,
                [rotation.at.seconds, rotation.successor.blob, rotation.sealedResponse.blob, digest.blob]) == 1
        case .insertCode, .insertAccessToken, .insertRefreshToken, .insertSession:
            try insert(into: db, &cache)
        case .saveConsent(let record):
            _ = try db.run(
                """
                INSERT INTO consent (\(ConsentRecord.columns)) VALUES (?, ?, ?, ?) ON CONFLICT (subject, client_id)
                DO UPDATE SET scope = excluded.scope, granted_at = excluded.granted_at
                """, record.values)
        case .denyAccessToken(let digest, let until):
            _ = try db.run(
                """
                INSERT INTO denied_access_token (digest, expires_at) VALUES (?, ?) ON CONFLICT (digest)
                DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)
                """, [digest.blob, until.seconds])
        case .renewSession(let old, let record):
            try GrantChange.insertSession(record).insert(into: db, &cache)
            for table in GrantTable.allCases { try table.move(from: old, to: record.digest, in: db, &cache) }
            _ = try db.run("DELETE FROM session WHERE digest = ?", [old.blob])
            cache.append(.forgetSession(old))
        case .revokeAccessToken, .revokeFamily, .revokeConsent, .endSession:
            try revoke(in: db, &cache)
        }
        return true
    }

    private func insert(into db: Database, _ cache: inout [CacheChange]) throws {
        switch self {
        case .insertCode(let record):
            _ = try db.run(
                "INSERT INTO code (\(CodeRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", record.values)
            if record.consumedAt == nil { cache.append(.keepCode(record)) }
        case .insertAccessToken(let record):
            _ = try db.run(
                "INSERT INTO access_token (\(AccessTokenRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                record.values)
            cache.append(.keepAccessToken(record))
        case .insertRefreshToken(let record):
            _ = try db.run(
                """
                INSERT INTO refresh_token (\(RefreshTokenRecord.columns))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, record.values)
            if record.rotation == nil { cache.append(.keepRefreshToken(record)) }
        case .insertSession(let record):
            _ = try db.run("INSERT INTO session (\(SessionRecord.columns)) VALUES (?, ?, ?, ?)", record.values)
            cache.append(.keepSession(record))
        default: break
        }
    }

    private func revoke(in db: Database, _ cache: inout [CacheChange]) throws {
        switch self {
        case .revokeAccessToken(let digest):
            try GrantTable.accessToken.remove("digest = ?", [digest.blob], from: db, &cache)
        case .revokeFamily(let family):
            // A used code stays, so that using it again is still noticed.
            try GrantTable.code.remove("family_id = ? AND consumed_at IS NULL", [family], from: db, &cache)
            try GrantTable.refreshToken.remove("family_id = ?", [family], from: db, &cache)
            try GrantTable.accessToken.remove("family_id = ?", [family], from: db, &cache)
        case .revokeConsent(let subject, let clientID):
            _ = try db.run("DELETE FROM consent WHERE subject = ? AND client_id = ?", [subject, clientID])
            for table in GrantTable.allCases {
                try table.remove("client_id = ? AND subject = ?", [clientID, subject], from: db, &cache)
            }
        case .endSession(let digest):
            _ = try db.run("DELETE FROM session WHERE digest = ?", [digest.blob])
            cache.append(.forgetSession(digest))
            for table in GrantTable.allCases { try table.remove("session = ?", [digest.blob], from: db, &cache) }
        default: break
        }
    }
}

/// A table whose rows belong to a grant, and the removal of them.
enum GrantTable: String, CaseIterable {
    case code
    case accessToken = "access_token"
    case refreshToken = "refresh_token"

    func forget(_ digest: TokenDigest) -> CacheChange {
        switch self {
        case .code: .forgetCode(digest)
        case .accessToken: .forgetAccessToken(digest)
        case .refreshToken: .forgetRefreshToken(digest)
        }
    }

    /// Removes the rows that meet a condition.
    func remove(
        _ condition: String, _ arguments: StatementArguments, from db: Database, _ cache: inout [CacheChange]
    ) throws {
        cache += try db.digests("DELETE FROM \(rawValue) WHERE \(condition) RETURNING digest", arguments).map(forget)
    }

    /// Binds the rows of one sign-in to another.
    func move(
        from old: TokenDigest, to new: TokenDigest, in db: Database, _ cache: inout [CacheChange]
    ) throws {
        let moved = try db.digests(
            "UPDATE \(rawValue) SET session = ? WHERE session = ? RETURNING digest", [new.blob, old.blob])
        cache += moved.map(forget)
    }

    /// Removes the rows of a person. The index is by client and subject: so walk from client to client, and look for
    /// the subject under each.
    private func remove(subject: String, from db: Database, _ cache: inout [CacheChange]) throws {
        let removed = try db.digests(
            """
            WITH RECURSIVE holder (id) AS (
                SELECT min(client_id) FROM \(rawValue)
                UNION ALL
                SELECT (SELECT min(client_id) FROM \(rawValue) WHERE client_id > holder.id) FROM holder
                WHERE id IS NOT NULL)
            DELETE FROM \(rawValue) WHERE client_id IN (SELECT id FROM holder WHERE id IS NOT NULL) AND subject = ?
            RETURNING digest
            """, [subject])
        cache += removed.map(forget)
    }

    /// Removes a client's consents, codes and tokens.
    static func removeAll(ofClient id: String, from db: Database, _ cache: inout [CacheChange]) throws {
        _ = try db.run("DELETE FROM consent WHERE client_id = ?", [id])
        for table in allCases { try table.remove("client_id = ?", [id], from: db, &cache) }
    }

    /// Ends a person's sign-ins, codes and tokens.
    static func endAll(ofSubject subject: String, in db: Database, _ cache: inout [CacheChange]) throws {
        let sessions = try db.digests("DELETE FROM session WHERE subject = ? RETURNING digest", [subject])
        cache += sessions.map(CacheChange.forgetSession)
        for table in allCases { try table.remove(subject: subject, from: db, &cache) }
    }
}

extension [UInt8] {
    var blob: Data { Data(self) }
}
