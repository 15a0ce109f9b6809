import GRDB
import OAuthCore
public import OAuthServer

extension SQLiteStore: UserStore {
    public func users() async throws(StoreError) -> [UserRecord] {
        try await read { db in
            try db.rows("SELECT \(UserRecord.columns) FROM user ORDER BY username_key", [])
                .map { try UserRecord(row: $0) }
        }
    }

    public func user(subject: String) async throws(StoreError) -> UserRecord? {
        try await cached {
            $0.users.value(ExactText(subject))
        } keep: {
            $0.users.keep($1, for: ExactText(subject))
        } read: { db in
            try db.row("SELECT \(UserRecord.columns) FROM user WHERE subject = ?", [subject])
                .map { try UserRecord(row: $0) }
        }
    }

    public func credential(
        username: String
    ) async throws(StoreError) -> (user: UserRecord, passwordHash: PasswordHash)? {
        let key = UserRecord.usernameKey(username)
        return try await read { db in
            try db.row("SELECT \(UserRecord.columns), password_hash FROM user WHERE username_key = ?", [key])
                .map { try UserRecord.credential(row: $0) }
                // SQLite's driver ends a text at its first NUL: who was found may be someone else.
                .flatMap { UserRecord.usernameKey($0.user.username) == key ? $0 : nil }
        }
    }

    public func insert(_ user: UserRecord, passwordHash: PasswordHash) async throws(StoreError) -> CommitOutcome {
        try await write { db, cache in
            let count = try db.run(
                """
                INSERT INTO user (\(UserRecord.columns), username_key, password_hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """, user.values + [UserRecord.usernameKey(user.username), passwordHash.encoded])
            guard count == 1 else { return .conflict }
            cache.append(.forgetUser(subject: user.subject))
            return .rows(1)
        }.outcome
    }

    public func setPassword(_ hash: PasswordHash, subject: String) async throws(StoreError) -> CommitOutcome {
        try await write { db, cache in
            let count = try db.run("UPDATE user SET password_hash = ? WHERE subject = ?", [hash.encoded, subject])
            guard count == 1 else { return .conflict }
            try GrantTable.endAll(ofSubject: subject, in: db, &cache)
            return .rows(1)
        }.outcome
    }

    public func removeUser(subject: String) async throws(StoreError) -> CommitOutcome {
        try await write { db, cache in
            guard try db.run("DELETE FROM user WHERE subject = ?", [subject]) == 1 else { return .conflict }
            cache.append(.forgetUser(subject: subject))
            try GrantTable.endAll(ofSubject: subject, in: db, &cache)
            _ = try db.run("DELETE FROM consent WHERE subject = ?", [subject])
            let clients = try String.fetchAll(
                db.cachedStatement(sql: "SELECT id FROM client WHERE owner = ?"), arguments: [subject])
            for id in clients { try ClientRecord.remove(id, from: db, &cache) }
            return .rows(1)
        }.outcome
    }
}

extension UserRecord {
    static let columns = "subject, username, name, email, email_verified, is_administrator, created_at"

    init(row: Row) throws(StoreError) {
        var columns = Columns(row, of: "user")
        try self.init(&columns)
    }

    private init(_ columns: inout Columns) throws(StoreError) {
        self.init(
            subject: try columns.text(), username: try columns.text(), name: try columns.optionalText(),
            email: try columns.optionalText(), emailVerified: try columns.flag(), isAdministrator: try columns.flag(),
            createdAt: try columns.time())
    }

    /// A user with the hash of their password in the column that follows.
    fileprivate static func credential(row: Row) throws(StoreError) -> (user: UserRecord, passwordHash: PasswordHash) {
        var columns = Columns(row, of: "user")
        let user = try UserRecord(&columns)
        guard let hash = PasswordHash.parse(try columns.text()) else { throw columns.unreadable }
        return (user, hash)
    }

    var values: StatementArguments {
        [subject, username, name, email, emailVerified ? 1 : 0, isAdministrator ? 1 : 0, createdAt.seconds]
    }
}
