import Foundation
import GRDB
import OAuthCore
public import OAuthServer

extension SQLiteStore: ClientStore {
    public func client(_ id: String) async throws(StoreError) -> ClientRecord? {
        try await cached {
            $0.clients.value(ExactText(id))
        } keep: {
            $0.clients.keep($1, for: ExactText(id))
        } read: { db in
            try ClientRecord.find(id, in: db)
        }
    }

    public func clients(owner: String?) async throws(StoreError) -> [ClientRecord] {
        try await read { db in
            let rows =
                if let owner {
                    try db.rows("SELECT \(ClientRecord.columns) FROM client WHERE owner = ? ORDER BY name, id", [owner])
                } else {
                    try db.rows("SELECT \(ClientRecord.columns) FROM client ORDER BY name, id", [])
                }
            return try rows.map { try ClientRecord(row: $0) }
        }
    }

    public func anyClientAllows(origin: String) async throws(StoreError) -> Bool {
        let origins = try await cached {
            $0.origins
        } keep: {
            $0.origins = $1
        } read: { db in
            Set(try db.rows("SELECT origins FROM client", []).flatMap { try ClientRecord.origins(row: $0) })
        }
        return origins?.contains(origin) ?? false
    }

    public func insert(_ client: ClientRecord) async throws(StoreError) -> CommitOutcome {
        try await write { db, cache in
            let count = try db.run(
                """
                INSERT INTO client (\(ClientRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO NOTHING
                """, client.values)
            guard count == 1 else { return .conflict }
            cache.append(.forgetClient(id: client.id))
            return .rows(1)
        }.outcome
    }

    public func replace(_ old: ClientRecord, with new: ClientRecord) async throws(StoreError) -> CommitOutcome {
        guard ExactText(old.id) == ExactText(new.id) else { return .conflict }
        return try await write { db, cache in
            guard try ClientRecord.find(old.id, in: db) == old else { return .conflict }
            _ = try db.run(
                """
                REPLACE INTO client (\(ClientRecord.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, new.values)
            cache.append(.forgetClient(id: new.id))
            return .rows(1)
        }.outcome
    }

    public func removeClient(_ id: String) async throws(StoreError) -> CommitOutcome {
        try await write { db, cache in
            guard try ClientRecord.find(id, in: db) != nil else { return .conflict }
            try ClientRecord.remove(id, from: db, &cache)
            return .rows(1)
        }.outcome
    }
}

extension ClientRecord {
    static let columns = """
        id, name, owner, secrets, authentication_methods, redirect_uris, post_logout_redirect_uris, origins, \
        grant_types, scope, profile, access_token_format, id_token_algorithm, is_resource_server, created_at
        """

    static func find(_ id: String, in db: Database) throws -> ClientRecord? {
        let row = try db.row("SELECT \(columns) FROM client WHERE id = ?", [id])
        // SQLite's driver ends a text at its first NUL: what was found may be another client's.
        return try row.map { try ClientRecord(row: $0) }.flatMap { ExactText($0.id) == ExactText(id) ? $0 : nil }
    }

    /// Removes a client with all that it was granted.
    static func remove(_ id: String, from db: Database, _ cache: inout [CacheChange]) throws {
        _ = try db.run("DELETE FROM client WHERE id = ?", [id])
        cache.append(.forgetClient(id: id))
        try GrantTable.removeAll(ofClient: id, from: db, &cache)
    }

    static func origins(row: Row) throws(StoreError) -> [String] {
        var columns = Columns(row, of: "client")
        return try columns.list { $0 }
    }

    init(row: Row) throws(StoreError) {
        var columns = Columns(row, of: "client")
        let (id, name, owner) = (try columns.text(), try columns.text(), try columns.optionalText())
        self.init(id: id, name: name, createdAt: UnixTime(0))
        self.owner = owner
        secrets = []
        for value in try columns.list() {
            guard let secret = HashedSecret(json: value) else { throw columns.unreadable }
            secrets.append(secret)
        }
        authenticationMethods = Set(try columns.list { ClientAuthenticationMethod(rawValue: $0) })
        redirectURIs = try columns.list { try? RedirectURI.parse($0) }
        postLogoutRedirectURIs = try columns.list { try? RedirectURI.parse($0) }
        origins = try columns.list { $0 }
        grantTypes = Set(try columns.list { GrantType(rawValue: $0) })
        scope = try columns.scope()
        guard let profile = SecurityProfile(rawValue: try columns.text()),
            let format = AccessTokenFormat(rawValue: try columns.text())
        else { throw columns.unreadable }
        self.profile = profile
        accessTokenFormat = format
        idTokenAlgorithm = JWSAlgorithm(rawValue: try columns.text())
        isResourceServer = try columns.flag()
        createdAt = try columns.time()
    }

    var values: StatementArguments {
        [
            id, name, owner, JSONValue.array(secrets.map(\.json)).text,
            JSONValue.strings(authenticationMethods.map(\.rawValue).sorted()).text,
            JSONValue.strings(redirectURIs.map(\.uri.text)).text,
            JSONValue.strings(postLogoutRedirectURIs.map(\.uri.text)).text, JSONValue.strings(origins).text,
            JSONValue.strings(grantTypes.map(\.rawValue).sorted()).text, scope.description, profile.rawValue,
            accessTokenFormat.rawValue, idTokenAlgorithm.rawValue, isResourceServer ? 1 : 0, createdAt.seconds,
        ]
    }
}

extension HashedSecret {
    fileprivate var json: JSONValue {
        .object(["digest": .string(Base64URL.encode(digest)), "created_at": .integer(createdAt.seconds)])
    }

    fileprivate init?(json: JSONValue) {
        guard case .object(let object) = json, let digest = object["digest"]?.string.flatMap({ Base64URL.decode($0) }),
            digest.count == 32, let createdAt = object["created_at"]?.integer
        else { return nil }
        self.init(digest: digest, createdAt: UnixTime(createdAt))
    }
}

extension JSONValue {
    fileprivate var text: String { String(decoding: encoded(), as: UTF8.self) }
}
