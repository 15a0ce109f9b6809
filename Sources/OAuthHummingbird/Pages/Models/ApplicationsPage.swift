/// The applications that a person has registered.
public struct ApplicationsPage: Sendable {
    /// One application in the list.
    public struct Row: Sendable {
        /// Its name.
        public var name: String
        /// Its client identifier.
        public var clientID: String
        /// Whether it can keep a secret.
        public var clientType: ClientType
        /// Its grants, as the protocol names them.
        public var grants: [String]
        /// The day it was registered, as ``PageRenderer/date(_:)`` writes it.
        public var created: String
        /// Its own page.
        public var url: String

        /// Describes a row.
        public init(
            name: String, clientID: String, clientType: ClientType, grants: [String], created: String, url: String
        ) {
            self.name = name
            self.clientID = clientID
            self.clientType = clientType
            self.grants = grants
            self.created = created
            self.url = url
        }
    }

    /// The applications, in the order to show them.
    public var rows: [Row]
    /// The form for a new one (`#new-application`).
    public var newURL: String

    /// Describes the list.
    public init(rows: [Row], newURL: String) {
        self.rows = rows
        self.newURL = newURL
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "newURL": .text(newURL), "hasApplications": .flag(!rows.isEmpty),
            "applications": .list(rows.map { $0.fields(catalog) }),
        ]
    }
}

/// Whether an application can keep a secret (RFC 6749 §2.1).
public enum ClientType: String, Sendable, CaseIterable { case confidential, `public` }

extension ApplicationsPage.Row {
    fileprivate func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "name": .text(name), "clientID": .text(clientID), "created": .text(created), "url": .text(url),
            "clientType": clientType.name(catalog), "grants": .list(grants.map { grantFields($0, catalog) }),
        ]
    }
}

extension ClientType {
    func name(_ catalog: StringCatalog) -> TemplateValue {
        .html(PageText("client-type.\(rawValue)").resolved(in: catalog))
    }
}

/// A grant by its name for people, when it has one.
func grantFields(_ grant: String, _ catalog: StringCatalog) -> TemplateFields {
    ["grant": .html(catalog.text("grant.\(grant)") ?? HTMLText(escaping: grant))]
}
