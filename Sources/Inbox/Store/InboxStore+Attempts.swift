import Crypto
import Foundation
import GRDB
import Microsoft365
import OAuthClient
import OAuthCore

/// A sign-in that a browser has begun and not finished.
enum Attempt: Hashable, Sendable, Codable {
    /// At the authorization server.
    case signIn(AuthorizationAttempt)
    /// At an organisation's identity platform.
    case organisation(ConnectAttempt)
}

/// What became of an attempt that a browser wants to finish.
enum TakenAttempt: Hashable, Sendable {
    case taken(Attempt, answer: FormFields?)
    /// Another browser began it; it stays open for that one.
    case otherBrowser
    /// Nothing was posted for it yet; it stays open.
    case unanswered
    /// There is none: it has expired, or was finished before.
    case unknown
}

/// What became of an answer that some page posted.
enum StoredAnswer: Hashable, Sendable {
    case stored
    /// The very same was posted before.
    case repeated
    /// Another was posted before, and counts.
    case different
    /// Nobody waits for it.
    case unknown
}

/// A secret inside a value that is only ever written encrypted.
struct SealedText: Hashable, Sendable, Codable {
    let secret: Secret

    init(_ secret: Secret) { self.secret = secret }

    init(from decoder: any Decoder) throws {
        secret = Secret(try decoder.singleValueContainer().decode(String.self))
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(secret.revealed())
    }
}

extension InboxStore {
    /// The most sign-ins that one browser may have open; the oldest makes room.
    static let openAttempts = 20
    /// How long a posted answer waits for its browser.
    static let answerLifetime = Seconds.minutes(5)

    /// Remembers an attempt of a browser.
    func insert(
        _ attempt: Attempt, state: Secret, browser: Secret, expiresAt: UnixTime
    ) async throws(InboxStoreError) {
        let place = Self.digest(state)
        let owner = Self.digest(browser)
        try await write { db in
            try db.execute(
                sql: """
                    DELETE FROM attempt WHERE state_digest IN (
                        SELECT state_digest FROM attempt WHERE browser_digest = ?
                        ORDER BY expires_at DESC LIMIT -1 OFFSET ?)
                    """, arguments: [owner, Self.openAttempts - 1])
            try db.execute(
                sql: "INSERT INTO attempt (state_digest, browser_digest, sealed, expires_at) VALUES (?, ?, ?, ?)",
                arguments: [place, owner, try self.seal(attempt, at: place), expiresAt.seconds])
        }
    }

    /// Keeps an answer that came without cookies, once, for five minutes, and only where an attempt waits for it.
    func store(_ answer: FormFields, state: Secret, now: UnixTime) async throws(InboxStoreError) -> StoredAnswer {
        let place = Self.digest(state)
        let text = answer.encoded()
        let content = Data(SHA256.hash(data: Data(text.utf8)))
        return try await write { db in
            let waits = try Bool.fetchOne(
                db, sql: "SELECT 1 FROM attempt WHERE state_digest = ? AND expires_at > ?",
                arguments: [place, now.seconds])
            guard waits == true else { return .unknown }
            let before = try Data.fetchOne(
                db, sql: "SELECT content_digest FROM answer WHERE state_digest = ? AND expires_at > ?",
                arguments: [place, now.seconds])
            if let before { return before == content ? .repeated : .different }
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO answer (state_digest, content_digest, sealed, expires_at)
                    VALUES (?, ?, ?, ?)
                    """,
                arguments: [
                    place, content, try self.seal(SealedText(Secret(text)), at: place),
                    (now + Self.answerLifetime).seconds,
                ])
            return .stored
        }
    }

    /// Takes an attempt out for the browser that began it, with what was posted for it. Of two that try, one gets it.
    func take(
        state: Secret, browser: Secret?, needsAnswer: Bool = false, now: UnixTime
    ) async throws(InboxStoreError) -> TakenAttempt {
        let place = Self.digest(state)
        let owner = browser.map(Self.digest)
        return try await write { db in
            let attempt = try Row.fetchOne(
                db, sql: "SELECT browser_digest, sealed FROM attempt WHERE state_digest = ? AND expires_at > ?",
                arguments: [place, now.seconds])
            guard let attempt else { return .unknown }
            guard try attempt.value("browser_digest") == owner else { return .otherBrowser }
            let answer = try Data.fetchOne(
                db, sql: "SELECT sealed FROM answer WHERE state_digest = ? AND expires_at > ?",
                arguments: [place, now.seconds])
            guard answer != nil || !needsAnswer else { return .unanswered }
            try db.execute(sql: "DELETE FROM attempt WHERE state_digest = ?", arguments: [place])
            try db.execute(sql: "DELETE FROM answer WHERE state_digest = ?", arguments: [place])
            let fields = try answer.map { sealed in
                try FormFields.parse(query: self.open(SealedText.self, sealed, at: place).secret.revealed())
            }
            return .taken(try self.open(Attempt.self, try attempt.value("sealed"), at: place), answer: fields)
        }
    }
}
