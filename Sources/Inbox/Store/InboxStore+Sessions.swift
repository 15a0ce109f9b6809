import Foundation
import GRDB
import OAuthCore

/// What one sign-in of a browser is.
enum Session: Hashable, Sendable, Codable {
    /// A sign-in at the authorization server.
    case `operator`(Operator)
    /// A sign-in at the organisation's identity platform.
    case administrator(Administrator)

    /// How long it lasts. An administrator's role can be taken away without our hearing of it, so that sign-in is short.
    var lifetime: Seconds {
        switch self {
        case .operator: .hours(12)
        case .administrator: .hours(1)
        }
    }
}

extension InboxStore {
    /// Begins a session in place of another one of the same browser.
    func begin(
        _ session: Session, token: Secret, replacing old: Secret?, now: UnixTime
    ) async throws(InboxStoreError) {
        let digest = Self.digest(token)
        let expiry = now + session.lifetime
        try await write { db in
            if let old {
                try db.execute(sql: "DELETE FROM session WHERE token_digest = ?", arguments: [Self.digest(old)])
            }
            try db.execute(
                sql: "INSERT INTO session (token_digest, sealed, expires_at) VALUES (?, ?, ?)",
                arguments: [digest, try self.seal(session, at: digest), expiry.seconds])
            if case .operator(let person) = session {
                try db.execute(
                    sql: """
                        INSERT INTO operator (subject, name, seen_at) VALUES (?, ?, ?)
                        ON CONFLICT DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at
                        """, arguments: [person.subject, person.name, now.seconds])
            }
        }
    }

    /// The session with this token, if it is one and has not expired.
    func session(_ token: Secret?, now: UnixTime) async throws(InboxStoreError) -> Session? {
        guard let token else { return nil }
        let digest = Self.digest(token)
        return try await read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT sealed FROM session WHERE token_digest = ? AND expires_at > ?",
                arguments: [digest, now.seconds])
            guard let row else { return nil }
            return try self.open(Session.self, try row.value("sealed"), at: digest)
        }
    }

    /// Ends a session, if it is one.
    func endSession(_ token: Secret) async throws(InboxStoreError) {
        try await write { db in
            try db.execute(sql: "DELETE FROM session WHERE token_digest = ?", arguments: [Self.digest(token)])
        }
    }
}
