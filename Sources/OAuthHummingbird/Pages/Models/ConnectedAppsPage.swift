/// The applications that a person has let in, one row for each.
///
/// Each row's form posts `client_id` and `csrf`; its button has the class `revoke` and `data-client-id`.
public struct ConnectedAppsPage: Sendable {
    /// One application.
    public struct Row: Sendable {
        /// Its client identifier.
        public var clientID: String
        /// Its name.
        public var name: String
        /// Who registered it, when that was a person here.
        public var owner: String?
        /// What it may do.
        public var scopes: [ScopeLine]
        /// The day it was first allowed, as ``PageRenderer/date(_:)`` writes it.
        public var firstAllowed: String
        /// The day it last used its access, if it ever did.
        public var lastUsed: String?

        /// Describes a row.
        public init(
            clientID: String, name: String, owner: String? = nil, scopes: [ScopeLine], firstAllowed: String,
            lastUsed: String? = nil
        ) {
            self.clientID = clientID
            self.name = name
            self.owner = owner
            self.scopes = scopes
            self.firstAllowed = firstAllowed
            self.lastUsed = lastUsed
        }
    }

    /// The applications, in the order to show them.
    public var rows: [Row]
    /// Where a revocation is posted.
    public var revokeAction: String
    /// The token against cross-site request forgery.
    public var csrf: String

    /// Describes the list.
    public init(rows: [Row], revokeAction: String, csrf: String) {
        self.rows = rows
        self.revokeAction = revokeAction
        self.csrf = csrf
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        let rows: [TemplateFields] = rows.map { row in
            [
                "clientID": .text(row.clientID), "name": .text(row.name), "owner": .optional(row.owner),
                "scopes": row.scopes.rows(catalog), "firstAllowed": .text(row.firstAllowed),
                "lastUsed": .optional(row.lastUsed),
            ]
        }
        return [
            "apps": .list(rows), "hasApps": .flag(!rows.isEmpty), "revokeAction": .text(revokeAction),
            "csrf": .text(csrf),
        ]
    }
}
