/// What a token's claims must be to be accepted.
public struct JWTValidation: Hashable, Sendable {
    /// `iss`, compared byte for byte.
    public let issuer: String
    /// `aud` must hold at least one of these, compared byte for byte.
    public let audiences: Set<String>
    /// How far the issuer's clock may be off from ours, in seconds, 0…300.
    public let clockTolerance: Seconds
    /// Claims that must be there besides `iss`, `aud` and `exp`, which always must.
    public let requiredClaims: Set<String>
    /// The `typ` headers that are accepted, with or without `application/`, in any case. Where there are some, the
    /// header must have one of them; where there are none, `typ` is not looked at.
    public let types: Set<String>

    /// A policy for one audience.
    ///
    /// - Parameters:
    ///   - clockTolerance: in seconds, 0…300 (what lies outside is brought to the nearer end). Default 30.
    ///   - requiredClaims: claims that must be there besides `iss`, `aud` and `exp`. Default none.
    ///   - types: the accepted `typ` headers, such as `at+jwt` (RFC 9068 §2.1). Default: any, or none.
    public init(
        issuer: String, audience: String, clockTolerance: Seconds = 30, requiredClaims: Set<String> = [],
        types: Set<String> = []
    ) {
        self.init(
            issuer: issuer, audiences: [audience], clockTolerance: clockTolerance, requiredClaims: requiredClaims,
            types: types)
    }

    /// A policy for whoever goes by several names, of which the token must name at least one.
    ///
    /// - Parameters: as above.
    public init(
        issuer: String, audiences: Set<String>, clockTolerance: Seconds = 30, requiredClaims: Set<String> = [],
        types: Set<String> = []
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.clockTolerance = min(max(clockTolerance, 0), 300)
        self.requiredClaims = requiredClaims
        self.types = Set(types.map(JWSHeader.mediaType(of:)))
    }
}

/// Why the claims of a token, which is genuine, are not accepted.
public enum JWTValidationError: Error, Hashable, Sendable {
    /// A required claim is absent or `null`.
    case missingClaim(String)
    /// Another `typ` than the accepted ones, which are sorted.
    case type(expected: [String], found: String?)
    /// Another issuer.
    case issuer(expected: String, found: String)
    /// For others; the expected ones, of which one would do, are sorted.
    case audience(expected: [String], found: [String])
    /// `exp` has passed, the tolerance included.
    case expired(expiresAt: UnixTime, now: UnixTime)
    /// `nbf` is still to come, the tolerance included.
    case notYetValid(notBefore: UnixTime, now: UnixTime)
    /// `iat` is still to come, the tolerance included.
    case issuedInFuture(issuedAt: UnixTime, now: UnixTime)
}

extension JWTClaims {
    /// Checks the claims (RFC 7519 §4.1 and §7.2): type, required claims, issuer, audience, then the times.
    public func validate(_ policy: JWTValidation, now: UnixTime) throws(JWTValidationError) {
        try validateType(policy)
        for name in policy.requiredClaims.sorted() where self[name] == nil || self[name] == .null {
            throw .missingClaim(name)
        }
        try validateParties(policy)
        try validateTimes(policy.clockTolerance, now: now)
    }

    private func validateType(_ policy: JWTValidation) throws(JWTValidationError) {
        guard !policy.types.isEmpty else { return }
        guard let found = header.mediaType, policy.types.contains(found) else {
            throw .type(expected: policy.types.sorted(), found: header.type)
        }
    }

    private func validateParties(_ policy: JWTValidation) throws(JWTValidationError) {
        guard let issuer else { throw .missingClaim("iss") }
        guard issuer.isIdentical(to: policy.issuer) else { throw .issuer(expected: policy.issuer, found: issuer) }
        guard self["aud"] != nil else { throw .missingClaim("aud") }
        guard audiences.contains(where: { found in policy.audiences.contains { found.isIdentical(to: $0) } }) else {
            throw .audience(expected: policy.audiences.sorted(), found: audiences)
        }
    }

    private func validateTimes(_ tolerance: Seconds, now: UnixTime) throws(JWTValidationError) {
        guard let expiresAt else { throw .missingClaim("exp") }
        guard now < expiresAt + tolerance else { throw .expired(expiresAt: expiresAt, now: now) }
        if let notBefore, notBefore > now + tolerance { throw .notYetValid(notBefore: notBefore, now: now) }
        if let issuedAt, issuedAt > now + tolerance { throw .issuedInFuture(issuedAt: issuedAt, now: now) }
    }
}

extension String {
    /// Whether both texts are the same bytes. `==` would also accept canonically equivalent ones, such as a Kelvin sign
    /// for a `K`; identifiers are compared without such normalisation (RFC 7519 §2, RFC 3986 §6.2.1).
    fileprivate func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
