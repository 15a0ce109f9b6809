import OAuthClient
import OAuthCore

/// Who signed in, by a verified ID token. The person is known for good by tenant and object id; names and addresses
/// change, and may pass to others.
public struct SignedInPerson: Sendable, Hashable {
    /// The person's organisation, or the one they are a guest of.
    public let tenant: TenantID
    /// The person in that tenant, a GUID.
    public let objectID: String
    /// The person's name, to be shown.
    public let name: String?
    /// The name the person signs in by, to be shown.
    public let userPrincipalName: String?
    /// Whether the person is a Global Administrator of the tenant. The ID token says so only where the app's
    /// registration asks for directory roles.
    public let isGlobalAdministrator: Bool
    /// Whether the sign-in was one that asks for the tenant's consent. What proves the consent is
    /// ``Microsoft365App/verifyConsent(tenant:resource:)``.
    public let consented: Bool

    /// The role of Global Administrators, in `wids`.
    static let globalAdministratorRole = "62e90394-69f5-4237-9190-012177145e10"

    init(_ token: IDToken, kind: ConnectAttempt.Kind) throws(Microsoft365Error) {
        guard let tenant = token.claims["tid"]?.string.flatMap({ TenantID($0) }) else {
            throw Microsoft365Error(.idToken(.tenant))
        }
        guard let objectID = token.claims["oid"]?.string, !objectID.isEmpty else {
            throw Microsoft365Error(IDTokenError.claims(.missingClaim("oid")))
        }
        self.tenant = tenant
        self.objectID = objectID.lowercased()
        name = token.name
        userPrincipalName = token.claims["upn"]?.string ?? token.claims["preferred_username"]?.string
        let roles = token.claims["wids"]?.strings ?? []
        isGlobalAdministrator = roles.contains { $0.lowercased() == Self.globalAdministratorRole }
        consented = kind == .connect
    }
}
