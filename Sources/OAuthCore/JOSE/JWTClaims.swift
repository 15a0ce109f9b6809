/// The claims of a JSON Web Token whose signature has been verified (RFC 7519 §4).
///
/// The registered claims are read once: one of the wrong type makes the whole token malformed rather than look absent.
/// That the claims are *valid* (for us, now, from whom we expect) is for ``validate(_:now:)`` to say.
public struct JWTClaims: Hashable, Sendable {
    /// Every claim.
    public let members: JSONObject
    /// The header of the token.
    public let header: JWSHeader
    /// `iss`: who issued the token.
    public let issuer: String?
    /// `sub`: whom the token is about.
    public let subject: String?
    /// `aud`: whom the token is for; empty where it is absent.
    public let audiences: [String]
    /// `exp`: from when on the token must not be accepted.
    public let expiresAt: UnixTime?
    /// `nbf`: before when the token must not be accepted.
    public let notBefore: UnixTime?
    /// `iat`: when the token was issued.
    public let issuedAt: UnixTime?
    /// `jti`: the id of the token, unique to its issuer.
    public let jwtID: String?

    /// Reads the claims of a verified token.
    ///
    /// - Throws: ``JOSEError/malformedClaims(_:)`` where the payload is no JSON object, and ``JOSEError/claimType(_:)``
    ///   where a registered claim is of the wrong type.
    public init(_ token: VerifiedJWS) throws(JOSEError) {
        do { members = try JSONObject.parse(token.payload) } catch { throw .malformedClaims(error) }
        header = token.header
        issuer = try members.text("iss")
        subject = try members.text("sub")
        jwtID = try members.text("jti")
        expiresAt = try members.time("exp")
        notBefore = try members.time("nbf")
        issuedAt = try members.time("iat")
        audiences = try members.audiences()
    }

    /// Any claim.
    public subscript(name: String) -> JSONValue? { members[name] }
}

extension JSONObject {
    /// A claim that must be a string where it is present.
    fileprivate func text(_ name: String) throws(JOSEError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string else { throw .claimType(name) }
        return text
    }

    /// A claim that must be a NumericDate where it is present (RFC 7519 §2); a fraction of a second is cut off.
    fileprivate func time(_ name: String) throws(JOSEError) -> UnixTime? {
        switch self[name] {
        case nil: return nil
        case .integer(let seconds): return UnixTime(seconds)
        case .double(let seconds):
            guard let whole = Int64(exactly: seconds.rounded(.down)) else { throw .claimType(name) }
            return UnixTime(whole)
        default: throw .claimType(name)
        }
    }

    /// `aud`: one string or an array of them (RFC 7519 §4.1.3).
    fileprivate func audiences() throws(JOSEError) -> [String] {
        guard let value = self["aud"] else { return [] }
        if let audience = value.string { return [audience] }
        guard let audiences = value.strings else { throw .claimType("aud") }
        return audiences
    }
}
