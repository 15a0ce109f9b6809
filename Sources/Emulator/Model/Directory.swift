public import OAuthCore

/// Everything that the emulated cloud knows from its start: organisations, their people, and applications.
public struct Directory: Sendable {
    /// The organisations.
    public var tenants: [Tenant]
    /// The applications of all organisations.
    public var apps: [App]
    /// Consents that are there before anybody gave one.
    public var consents: [InitialConsent]

    /// A directory.
    public init(tenants: [Tenant], apps: [App], consents: [InitialConsent] = []) {
        self.tenants = tenants
        self.apps = apps
        self.consents = consents
    }

    /// An administrator's consent to everything an application's entry lists.
    public struct InitialConsent: Hashable, Sendable {
        /// The organisation's id.
        public var tenantID: String
        /// The application's id.
        public var clientID: String

        /// A consent.
        public init(tenantID: String, clientID: String) {
            self.tenantID = tenantID
            self.clientID = clientID
        }
    }

    /// The organisation with this id or domain, upper and lower case equal.
    public func tenant(_ name: String) -> Tenant? {
        let name = name.lowercased()
        return tenants.first { $0.id == name || $0.domain == name }
    }

    /// The application with this id.
    public func app(_ clientID: String) -> App? {
        let clientID = clientID.lowercased()
        return apps.first { $0.clientID == clientID }
    }

    /// A person by user principal name or object id, and the organisation.
    public func user(_ name: String) -> (tenant: Tenant, user: User)? {
        for tenant in tenants {
            if let user = tenant.user(name) { return (tenant, user) }
        }
        return nil
    }
}

/// An organisation.
public struct Tenant: Hashable, Sendable {
    /// Its id, a GUID in lower case.
    public var id: String
    /// Its verified domain, in lower case.
    public var domain: String
    /// Its name as pages show it.
    public var name: String
    /// Its people.
    public var users: [User]
    /// What is set in Exchange.
    public var exchange = ExchangeSettings()

    /// An organisation.
    public init(id: String, domain: String, name: String, users: [User]) {
        self.id = id
        self.domain = domain
        self.name = name
        self.users = users
    }

    /// A person by user principal name or object id, upper and lower case equal.
    public func user(_ name: String) -> User? {
        let name = name.lowercased()
        return users.first { $0.userPrincipalName == name || $0.id == name }
    }
}

/// A person of an organisation.
public struct User: Hashable, Sendable {
    /// What keeps somebody from signing in.
    public enum Condition: String, Hashable, Sendable, CaseIterable {
        /// Nothing.
        case active
        /// The account is disabled: AADSTS50057.
        case disabled
        /// Too many wrong passwords: AADSTS50053.
        case locked
        /// The password is out of date: AADSTS50055.
        case passwordExpired = "password_expired"
        /// A second factor is asked for, which nobody can give: AADSTS50076.
        case secondFactorRequired = "second_factor_required"
    }

    /// The object id, a GUID in lower case.
    public var id: String
    /// The name to sign in with, `local@domain` in lower case; also the address of the mailbox.
    public var userPrincipalName: String
    /// The name as pages and tokens show it.
    public var name: String
    /// The password.
    public var password: Secret
    /// Whether the person is Global Administrator.
    public var isAdministrator: Bool
    /// Whether there is a mailbox.
    public var hasMailbox: Bool
    /// What keeps the person from signing in.
    public var condition: Condition

    /// A person with a mailbox who can sign in.
    public init(id: String, userPrincipalName: String, name: String, password: Secret, isAdministrator: Bool = false) {
        self.id = id
        self.userPrincipalName = userPrincipalName
        self.name = name
        self.password = password
        self.isAdministrator = isAdministrator
        hasMailbox = true
        condition = .active
    }

    /// The role template of a Global Administrator, as `wids` names it.
    public static let globalAdministratorRole = "62e90394-69f5-4237-9190-012177145e10"
    /// The role template that every member of an organisation has.
    static let memberRole = "b79fbf4d-3ef9-4689-8143-76b194e85509"
}
