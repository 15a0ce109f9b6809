import Foundation
import GRDB
import Microsoft365
import OAuthCore

/// An organisation whose administrator let this app read its mail.
struct ConnectedTenant: Hashable, Sendable {
    var id: TenantID
    /// The name to show: the domain of the administrator who connected it.
    var name: String
    /// How its mail is read.
    var route: MailRoute
    var connectedAt: UnixTime
}

extension InboxStore {
    /// Connects an organisation, or connects it again; what was given of it stays given.
    func connect(_ tenant: ConnectedTenant) async throws(InboxStoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO tenant (id, name, route, connected_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET name = excluded.name, connected_at = excluded.connected_at
                    """,
                arguments: [tenant.id.description, tenant.name, tenant.route.rawValue, tenant.connectedAt.seconds])
        }
    }

    /// Forgets an organisation and to whom it was given.
    func disconnect(_ tenant: TenantID) async throws(InboxStoreError) {
        try await write { db in
            try db.execute(sql: "DELETE FROM tenant WHERE id = ?", arguments: [tenant.description])
        }
    }

    func setRoute(_ route: MailRoute, of tenant: TenantID) async throws(InboxStoreError) {
        try await write { db in
            try db.execute(
                sql: "UPDATE tenant SET route = ? WHERE id = ?", arguments: [route.rawValue, tenant.description])
        }
    }

    /// An organisation, if it is connected.
    func tenant(_ id: TenantID) async throws(InboxStoreError) -> ConnectedTenant? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM tenant WHERE id = ?", arguments: [id.description])
                .map(Self.tenant)
        }
    }

    /// All connected organisations, by name.
    func tenants() async throws(InboxStoreError) -> [ConnectedTenant] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM tenant ORDER BY name, id").map(Self.tenant)
        }
    }

    /// The organisations that were given to an operator, by name.
    func tenants(givenTo subject: String) async throws(InboxStoreError) -> [ConnectedTenant] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT tenant.* FROM tenant JOIN permission ON permission.tenant = tenant.id
                    WHERE permission.subject = ? ORDER BY name, id
                    """, arguments: [subject]
            ).map(Self.tenant)
        }
    }

    private static func tenant(_ row: Row) throws -> ConnectedTenant {
        guard let id = TenantID(try row.value("id")), let route = MailRoute(rawValue: try row.value("route")) else {
            throw UnreadableRow()
        }
        return ConnectedTenant(
            id: id, name: try row.value("name"), route: route, connectedAt: UnixTime(try row.value("connected_at")))
    }
}

extension InboxStore {
    /// Everyone who has signed in as an operator, by name.
    func operators() async throws(InboxStoreError) -> [Operator] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT subject, name FROM operator ORDER BY name, subject").map(Self.person)
        }
    }

    /// Those to whom an organisation was given, by name.
    func operators(of tenant: TenantID) async throws(InboxStoreError) -> [Operator] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT operator.subject, name FROM operator JOIN permission USING (subject)
                    WHERE tenant = ? ORDER BY name, operator.subject
                    """, arguments: [tenant.description]
            ).map(Self.person)
        }
    }

    func isGiven(_ tenant: TenantID, to subject: String) async throws(InboxStoreError) -> Bool {
        try await read { db in
            try Bool.fetchOne(
                db, sql: "SELECT 1 FROM permission WHERE tenant = ? AND subject = ?",
                arguments: [tenant.description, subject]) ?? false
        }
    }

    /// Gives an organisation to an operator.
    ///
    /// - Returns: whether both are known.
    func give(_ tenant: TenantID, to subject: String, now: UnixTime) async throws(InboxStoreError) -> Bool {
        try await write { db in
            let known = try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM tenant WHERE id = ?) AND EXISTS
                    (SELECT 1 FROM operator WHERE subject = ?)
                    """, arguments: [tenant.description, subject])
            guard known == true else { return false }
            try db.execute(
                sql: "INSERT OR IGNORE INTO permission (tenant, subject, given_at) VALUES (?, ?, ?)",
                arguments: [tenant.description, subject, now.seconds])
            return true
        }
    }

    /// Takes an organisation back from an operator.
    func take(_ tenant: TenantID, from subject: String) async throws(InboxStoreError) {
        try await write { db in
            try db.execute(
                sql: "DELETE FROM permission WHERE tenant = ? AND subject = ?",
                arguments: [tenant.description, subject])
        }
    }

    private static func person(_ row: Row) throws -> Operator {
        Operator(subject: try row.value("subject"), name: try row.value("name"))
    }
}
