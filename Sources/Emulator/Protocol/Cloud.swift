import Crypto
import Foundation
import OAuthCore

/// The emulated cloud as a value: what it knows, and what has happened. Decisions are its functions; they read no
/// clock, no random numbers and no files.
struct Cloud: Sendable {
    /// Where it is reached, as in `https://localhost:8443`.
    let base: String
    var directory: Directory
    var state: CloudState
    /// The keys of `state`, read once.
    private(set) var keys: [SigningKey]
    /// Assertions that were used, with the end of each; `nil` while they may be used again.
    ///
    /// The platform takes an assertion as often as it comes, and its own libraries send one for several tokens. So
    /// refusing a second use is for those who ask for it.
    var usedAssertions: [String: UnixTime]?

    /// Where mail protocols are spoken.
    var mailPorts = MailPorts()

    init(base: String, directory: Directory, state: CloudState) throws(JOSEError) {
        self.base = base
        self.directory = directory
        self.state = state
        var keys: [SigningKey] = []
        for stored in state.signingKeys {
            let der = Base64URL.decode(stored.pkcs8.revealed()) ?? []
            keys.append(try SigningKey(pkcs8DER: Secret(bytes: der), algorithm: .rs256, keyID: stored.keyID))
        }
        self.keys = keys
        adoptInitialConsents()
    }

    /// Which generation of the protocol an endpoint speaks.
    enum Version: String, Sendable {
        case v1 = "1.0"
        case v2 = "2.0"
    }

    /// Whom a path is for: `common`, `organizations`, or one tenant.
    enum Authority: Sendable, Hashable {
        case shared(String)
        case tenant(Tenant)

        var tenant: Tenant? { if case .tenant(let tenant) = self { tenant } else { nil } }
    }

    /// The authority that a path names.
    func authority(_ name: String) throws(AADSTSError) -> Authority {
        let name = name.lowercased()
        if ["common", "organizations"].contains(name) { return .shared(name) }
        guard let tenant = directory.tenant(name) else {
            throw .of(90_002, "Tenant '\(name)' not found. Check that it is spelt correctly and in the right cloud.")
        }
        return .tenant(tenant)
    }

    /// The application, where it may be used at this authority.
    func app(_ clientID: String, at authority: Authority) throws(AADSTSError) -> App {
        guard let app = directory.app(clientID) else {
            throw .of(700_016, "Application with identifier '\(clientID.prefix(64))' was not found in the directory.")
        }
        if !app.isMultiTenant {
            guard let tenant = authority.tenant else {
                throw .of(
                    50_194,
                    "Application '\(app.clientID)'(\(app.name)) is not configured as a multi-tenant application. Use the tenant's own endpoint."
                )
            }
            guard tenant.id == app.homeTenantID else {
                throw .of(
                    700_016,
                    "Application with identifier '\(app.clientID)' was not found in the directory '\(tenant.name)'.")
            }
        }
        guard !app.isDisabled else { throw .of(7_000_112, "Application '\(app.clientID)'(\(app.name)) is disabled.") }
        return app
    }

    /// `iss` of tokens for a tenant.
    func issuer(_ tenantID: String, _ version: Version) -> String {
        version == .v1 ? "\(base)/\(tenantID)/" : "\(base)/\(tenantID)/v2.0"
    }

    /// Replaces the signing key. The one before it stays published, so that tokens that are out remain verifiable.
    mutating func rotateKeys(to key: SigningKey, now: UnixTime) {
        let stored = CloudState.StoredKey(
            keyID: key.keyID, pkcs8: Secret(key.pkcs8DER().withBytes { Base64URL.encode($0) }), createdAt: now)
        state.signingKeys = Array(([stored] + state.signingKeys).prefix(2))
        keys = Array(([key] + keys).prefix(2))
    }

    // MARK: Identifiers

    /// The subject that one application knows a person by.
    func subject(of userID: String, for clientID: String) -> String {
        Base64URL.encode(digest("subject", [userID, clientID]))
    }

    /// The object id of an application in a tenant.
    func principalID(of clientID: String, in tenantID: String) -> String {
        GUID.text(digest("principal", [clientID, tenantID]))
    }

    private func digest(_ purpose: String, _ parts: [String]) -> [UInt8] {
        Array(SHA256.hash(data: Data(([purpose, state.secret] + parts).joined(separator: "\n").utf8)))
    }

    /// How codes and refresh tokens are kept.
    static func hash(_ secret: String) -> String { Base64URL.encode(Array(SHA256.hash(data: Data(secret.utf8)))) }
}

extension Cloud {
    // MARK: Consent

    private mutating func adoptInitialConsents() {
        for consent in directory.consents {
            let name = "\(consent.tenantID)/\(consent.clientID)"
            guard !state.adoptedConsents.contains(name), let app = directory.app(consent.clientID) else { continue }
            state.adoptedConsents.insert(name)
            grantEverything(of: app, tenantID: consent.tenantID)
        }
    }

    /// An administrator's consent to all that an application's entry lists.
    mutating func grantEverything(of app: App, tenantID: String) {
        for permission in app.permissions {
            guard let resource = Resource.known(permission.resource) else { continue }
            add(
                CloudState.Consent(
                    tenantID: tenantID, clientID: app.clientID, resource: resource.appID,
                    roles: permission.application, scopes: permission.delegated))
        }
        add(
            CloudState.Consent(
                tenantID: tenantID, clientID: app.clientID, resource: "openid",
                scopes: ScopeRequest.openIDNames))
    }

    /// Adds to what there is.
    mutating func add(_ consent: CloudState.Consent) {
        let index = state.consents.firstIndex {
            $0.tenantID == consent.tenantID && $0.clientID == consent.clientID && $0.userID == consent.userID
                && $0.resource == consent.resource
        }
        guard let index else { return state.consents.append(consent) }
        for role in consent.roles where !state.consents[index].roles.contains(role) {
            state.consents[index].roles.append(role)
        }
        for scope in consent.scopes where !state.consents[index].scopes.contains(scope) {
            state.consents[index].scopes.append(scope)
        }
    }

    /// Takes back all consent of a tenant to an application; refresh tokens and codes go with it.
    mutating func withdrawConsent(tenantID: String, clientID: String) {
        state.consents.removeAll { $0.tenantID == tenantID && $0.clientID == clientID }
        state.refreshTokens = state.refreshTokens.filter {
            $0.value.grant.tenantID != tenantID || $0.value.grant.clientID != clientID
        }
        state.codes = state.codes.filter {
            $0.value.grant.tenantID != tenantID || $0.value.grant.clientID != clientID
        }
    }

    /// Whether the tenant knows the application: its own, or one that somebody there consented to.
    func isInstalled(_ app: App, in tenantID: String) -> Bool {
        app.homeTenantID == tenantID
            || state.consents.contains { $0.tenantID == tenantID && $0.clientID == app.clientID }
    }

    /// Roles of an application in a tenant, without a user.
    func roles(of clientID: String, in tenantID: String, at resource: Resource) -> [String] {
        state.consents
            .filter {
                $0.tenantID == tenantID && $0.clientID == clientID && $0.userID == nil && $0.resource == resource.appID
            }
            .flatMap(\.roles)
    }

    /// Scopes that a person, or an administrator for everybody, has consented to.
    func scopes(of clientID: String, in tenantID: String, userID: String, at resourceID: String) -> [String] {
        state.consents
            .filter {
                $0.tenantID == tenantID && $0.clientID == clientID && ($0.userID == nil || $0.userID == userID)
                    && $0.resource == resourceID
            }
            .flatMap(\.scopes)
    }
}
