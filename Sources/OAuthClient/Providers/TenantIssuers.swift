import OAuthCore

/// The issuers of a server that speaks for many tenants under one address, as Microsoft's identity platform does: one
/// text for all of them, in which the tenant's GUID stands in place of `{tenantid}`.
///
/// An ID token's issuer is then the template with the token's own `tid`, which must be a GUID; and a key verifies a
/// token only if the key's own member `issuer` is that issuer or a template of it. Which tenants may come in is for the
/// application to say.
public struct TenantIssuers: Sendable, Hashable {
    /// What stands for the tenant in a template.
    public static let placeholder = "{tenantid}"

    /// The template of `iss`.
    public var template: String
    /// Templates that keys may name besides: the same tenant's issuer in another spelling. Default none.
    public var keyTemplates: Set<String>

    /// Issuers of these templates.
    public init(template: String, keyTemplates: Set<String> = []) {
        self.template = template
        self.keyTemplates = keyTemplates
    }

    /// The issuer that a token must have, and those of the keys that may have signed it. Nothing of the token is
    /// believed: it chooses among what is accepted.
    ///
    /// A key that names no issuer is left out. Among keys for all tenants and keys for one, nothing else would say
    /// which it is.
    func resolved(
        for token: Secret, keys: JSONWebKeySet
    ) throws(ClientError) -> (issuer: String, keys: JSONWebKeySet) {
        do throws(IDTokenError) {
            return try resolve(token, keys)
        } catch {
            throw .idToken(error)
        }
    }

    private func resolve(
        _ token: Secret, _ keys: JSONWebKeySet
    ) throws(IDTokenError) -> (issuer: String, keys: JSONWebKeySet) {
        let jws: CompactJWS
        do { jws = try CompactJWS.parse(token.revealed()) } catch { throw .signature(error) }
        guard let claims = try? JSONObject.parse(jws.unverifiedPayload), let tenant = claims["tid"]?.string,
            Self.isGUID(tenant)
        else { throw .tenant }
        let issuer = Self.issuer(template, tenant)
        // Where the template is one tenant's issuer, the token must be that tenant's in both claims.
        guard issuer.lowercased().contains(tenant.lowercased()) else { throw .tenant }
        let accepted = keyTemplates.union([template]).map { Self.issuer($0, tenant) }
        let usable = keys.keys.filter { key in
            guard let issuer = key.extraMembers["issuer"]?.string else { return false }
            return accepted.contains { $0.isIdentical(to: Self.issuer(issuer, tenant)) }
        }
        let set = JSONWebKeySet(usable)
        if set.keys(matching: jws.header).isEmpty, let key = keys.keys(matching: jws.header).first {
            throw .keyIssuer(
                found: key.extraMembers["issuer"]?.string.map { OAuthError.sanitise(String($0.prefix(200))) })
        }
        return (issuer, set)
    }

    private static func issuer(_ template: String, _ tenant: String) -> String {
        template.replacing(placeholder, with: tenant)
    }

    private static func isGUID(_ text: String) -> Bool {
        text.split(separator: "-", omittingEmptySubsequences: false).map(\.utf8.count) == [8, 4, 4, 4, 12]
            && text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || isHexDigit($0) }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
