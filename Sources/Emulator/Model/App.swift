public import OAuthCore

/// An application's registration.
public struct App: Sendable {
    /// Its id, a GUID in lower case.
    public var clientID: String
    /// Its name as the consent page shows it.
    public var name: String
    /// The id of the organisation that registered it; `nil` for one outside this cloud's tenants.
    public var homeTenantID: String?
    /// Whether other organisations may use it.
    public var isMultiTenant = false
    /// Where answers may go, compared character by character.
    public var redirectURIs: [String] = []
    /// Its secrets.
    public var secrets: [AppSecret] = []
    /// Its certificates.
    public var certificates: [AppCertificate] = []
    /// What its entry asks for, by resource.
    public var permissions: [Permission] = []
    /// Which memberships ID tokens tell.
    public var groupMembershipClaims = GroupMembershipClaims.none
    /// Whether it has no credentials: a program on somebody's own computer.
    public var isPublic = false
    /// Whether the authorization endpoint may give it ID tokens.
    public var issuesIDTokens = true
    /// Whether it is switched off: AADSTS7000112.
    public var isDisabled = false

    /// An application without credentials or permissions.
    public init(clientID: String, name: String, homeTenantID: String?) {
        self.clientID = clientID
        self.name = name
        self.homeTenantID = homeTenantID
    }

    /// The manifest's `groupMembershipClaims`, as far as directory roles go.
    public enum GroupMembershipClaims: String, Sendable, CaseIterable {
        /// No roles in ID tokens.
        case none = "None"
        /// Directory roles, in `wids`.
        case directoryRole = "DirectoryRole"
        /// Groups and directory roles; there are no groups here.
        case all = "All"
    }

    /// What an application asks of one resource.
    public struct Permission: Hashable, Sendable {
        /// The resource's identifier, as in `https://graph.microsoft.com`.
        public var resource: String
        /// Roles that it has without a user, as in `Mail.Read`.
        public var application: [String]
        /// Scopes that it has on behalf of a user.
        public var delegated: [String]

        /// Permissions at one resource.
        public init(resource: String, application: [String] = [], delegated: [String] = []) {
            self.resource = resource
            self.application = application
            self.delegated = delegated
        }
    }

    /// The entry for a resource, however that resource was spelt.
    func permission(at resource: Resource) -> Permission? {
        permissions.first { Resource.known($0.resource)?.appID == resource.appID }
    }
}

/// A client secret and its end.
public struct AppSecret: Sendable {
    /// The value.
    public var value: Secret
    /// From when on it is refused: AADSTS7000222. `nil`: never.
    public var expiresAt: UnixTime?

    /// A secret.
    public init(_ value: Secret, expiresAt: UnixTime? = nil) {
        self.value = value
        self.expiresAt = expiresAt
    }
}

/// An API that tokens are for.
struct Resource: Hashable, Sendable {
    /// The application id of the API itself.
    let appID: String
    /// A name for people.
    let name: String
    /// The identifiers that mean it, without a slash at the end.
    let identifiers: [String]
    /// Roles that an app-only token may have.
    let roles: [String]
    /// Scopes that a user's token may have.
    let scopes: [String]
    /// Which form its access tokens have; the resource decides that, not the endpoint.
    var version = Cloud.Version.v1

    static let graph = Resource(
        appID: "00000003-0000-0000-c000-000000000000", name: "Microsoft Graph",
        identifiers: ["https://graph.microsoft.com"],
        roles: ["Mail.Read", "Mail.ReadBasic.All", "Mail.ReadWrite", "User.Read.All"],
        scopes: ["Mail.Read", "Mail.ReadBasic", "Mail.ReadWrite", "User.Read", "User.Read.All"])

    static let exchange = Resource(
        appID: "00000002-0000-0ff1-ce00-000000000000", name: "Office 365 Exchange Online",
        identifiers: ["https://outlook.office365.com", "https://outlook.office.com", "https://ps.outlook.com"],
        roles: ["Mail.Read", "Mail.ReadWrite", "IMAP.AccessAsApp", "POP.AccessAsApp", "SMTP.SendAsApp"],
        scopes: [
            "Mail.Read", "Mail.ReadWrite", "IMAP.AccessAsUser.All", "POP.AccessAsUser.All", "SMTP.Send",
        ])

    static let all = [graph, exchange]

    /// The resource that an identifier means: one of its URIs, with or without a slash at the end, or its id.
    static func known(_ identifier: String) -> Resource? {
        var name = identifier.lowercased()
        while name.hasSuffix("/") { name.removeLast() }
        return all.first { $0.identifiers.contains(name) || $0.appID == name }
    }

    /// What a person reads about a permission.
    static func description(of permission: String) -> String {
        switch permission {
        case "openid": "Sign you in"
        case "profile": "View your basic profile"
        case "email": "View your email address"
        case "offline_access": "Keep access to data you have given it access to"
        case "User.Read": "Read your profile"
        case "User.Read.All": "Read all users' profiles"
        case "Mail.Read", "Mail.ReadBasic", "Mail.ReadBasic.All": "Read mail"
        case "Mail.ReadWrite": "Read and write mail"
        case "IMAP.AccessAsApp", "IMAP.AccessAsUser.All": "Read and write mail by IMAP"
        case "POP.AccessAsApp", "POP.AccessAsUser.All": "Read mail by POP"
        case "SMTP.SendAsApp", "SMTP.Send": "Send mail by SMTP"
        default: permission
        }
    }
}
