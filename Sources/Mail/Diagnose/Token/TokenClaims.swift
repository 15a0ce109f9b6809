import Microsoft365
public import OAuthCore

/// What a JWT says about itself, **unverified**. Good for finding out why a login fails, never for letting anybody in.
public struct TokenClaims: Hashable, Sendable {
    /// `aud`: whom the token is for.
    public var audiences: [String] = []
    /// `iss`: who issued it.
    public var issuer: String?
    /// `tid`: the tenant.
    public var tenant: String?
    /// `scp`, or `scope`: what a person allowed an app.
    public var scopes: [String] = []
    /// `roles`: what an administrator allowed an app that acts for itself.
    public var roles: [String] = []
    /// `upn`.
    public var userPrincipalName: String?
    /// `preferred_username`.
    public var preferredUsername: String?
    /// `unique_name`; `live.com#` before it is left out.
    public var uniqueName: String?
    /// `email`.
    public var email: String?
    /// `appid` (v1), `azp` (v2) or `client_id`: the app that asked for the token.
    public var appID: String?
    /// `oid`: the person's, or the enterprise application's, object in the directory.
    public var objectID: String?
    /// `exp`.
    public var expiresAt: UnixTime?
    /// `nbf`.
    public var notBefore: UnixTime?
    /// `idtyp`: `app` where no person is involved.
    public var identityType: String?
    /// `ver`.
    public var version: String?
    /// Whether claims are there that only ID tokens have (`nonce`, `at_hash`, `c_hash`), and none that access tokens
    /// have.
    public var looksLikeIDToken = false
}

extension TokenClaims {
    /// The tenant of personal Microsoft accounts.
    static let personalTenant = TenantID.personalAccounts.description

    /// Whom the token speaks for, where it says so.
    public var person: String? { userPrincipalName ?? preferredUsername ?? uniqueName ?? email }

    /// Whether an app acts for itself: no person, no delegated scope.
    public var isAppOnly: Bool { identityType == "app" || (scopes.isEmpty && person == nil) }

    /// Whether the person is a guest in the tenant.
    public var isGuest: Bool { person?.lowercased().contains("#ext#") ?? false }

    /// Whether Microsoft issued it: by issuer, or by its own claims.
    public var isMicrosoft: Bool {
        guard let issuer else { return tenant != nil }
        return tenant != nil
            || ["sts.windows.net", "login.microsoftonline.", "login.windows.net", "login.partner.microsoftonline.cn"]
                .contains { issuer.contains($0) }
    }

    /// Whether it belongs to a personal Microsoft account.
    public var isMicrosoftPersonal: Bool {
        tenant?.lowercased() == Self.personalTenant || (issuer?.contains(Self.personalTenant) ?? false)
    }
}

extension TokenLook {
    /// Reads header and payload; `nil` where they are not JSON.
    static func claims(of bytes: [UInt8]) -> TokenClaims? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = LoggedBase64.decode(parts[0]), let payload = LoggedBase64.decode(parts[1]),
            (try? JSONObject.parse(header.bytes)) != nil, let members = try? JSONObject.parse(payload.bytes)
        else { return nil }
        return TokenClaims(members)
    }
}

extension TokenClaims {
    init(_ members: JSONObject) {
        func text(_ name: String) -> String? {
            members[name]?.string.map { CleanText.printable($0, limit: 300) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        func texts(_ name: String) -> [String] {
            let values = members[name]?.strings ?? text(name)?.split(separator: " ").map(String.init) ?? []
            return values.prefix(64).map { CleanText.printable($0, limit: 200) }
        }
        audiences = texts("aud")
        issuer = text("iss")
        tenant = text("tid")
        scopes = members["scp"] == nil ? texts("scope") : texts("scp")
        roles = texts("roles")
        userPrincipalName = text("upn")
        preferredUsername = text("preferred_username")
        uniqueName = text("unique_name").map { $0.hasPrefix("live.com#") ? String($0.dropFirst(9)) : $0 }
        email = text("email")
        appID = text("appid") ?? text("azp") ?? text("client_id")
        objectID = text("oid")
        expiresAt = Self.time(members["exp"])
        notBefore = Self.time(members["nbf"])
        identityType = text("idtyp")
        version = text("ver")
        looksLikeIDToken = Self.looksLikeIDToken(members)
    }

    private static func time(_ value: JSONValue?) -> UnixTime? {
        guard let value else { return nil }
        if case .double(let seconds) = value { return Int64(exactly: seconds.rounded(.down)).map { UnixTime($0) } }
        return (value.integer ?? value.string.flatMap { Int64($0) }).map { UnixTime($0) }
    }

    private static func looksLikeIDToken(_ members: JSONObject) -> Bool {
        guard members["scp"] == nil, members["scope"] == nil, members["idtyp"] == nil else { return false }
        if members["at_hash"] != nil || members["c_hash"] != nil || members["nonce"] != nil { return true }
        // Google's access tokens for mail are opaque, so a JWT of Google is an ID token.
        if let issuer = members["iss"]?.string, issuer.hasSuffix("accounts.google.com") { return true }
        return members["appid"] == nil && members["azp"] == nil && members["client_id"] == nil
            && members["preferred_username"] != nil && members["iss"]?.string?.hasSuffix("/v2.0") == true
    }
}
