public import OAuthCore

/// An ID token whose signature and claims have been verified (OpenID Connect Core §2). Only verification makes one.
public struct IDToken: Sendable, Hashable {
    /// Who signed in: unique at the issuer, never reused.
    public let subject: String
    /// Every claim.
    public let claims: JWTClaims

    /// When the person last proved who they are, where the server says so.
    public var authenticatedAt: UnixTime? { claims["auth_time"]?.integer.map { UnixTime($0) } }
    /// The person's name, where the server says it.
    public var name: String? { claims["name"]?.string }
    /// The person's address, where the server says it; whether it is verified says `email_verified`.
    public var email: String? { claims["email"]?.string }
}

/// What an ID token must be to be accepted (OpenID Connect Core §3.1.3.7, §12.2).
public struct IDTokenExpectation: Sendable, Hashable {
    /// The issuer, compared byte for byte. Where it is the template of `TenantIssuers`, the issuer of the token's
    /// tenant.
    public var issuer: String
    /// The client it must be for.
    public var clientID: String
    /// The accepted signatures; `none` and HMAC are taken out.
    public var algorithms: Set<JWSAlgorithm> {
        didSet { algorithms.formIntersection(JWSAlgorithm.asymmetric) }
    }
    /// How far the server's clock may differ, in seconds, 0...300.
    public var clockTolerance: Seconds
    /// The nonce that was sent; required to be in the token when there is one.
    public var nonce: Secret?
    /// How long ago the person may have signed in, in seconds; `auth_time` is required when there is one.
    public var maxAge: Seconds?
    /// The access token that came along; `at_hash` is checked where the token has one.
    public var accessToken: Secret?
    /// The authorization code that came along on the front channel: `c_hash` is required to be its hash (OpenID Connect
    /// Core §3.3.2.11).
    public var code: Secret?
    /// Who it must be about, after a refresh.
    public var subject: String?

    /// What a token of this client's server must be, before anything of an attempt is known.
    public init(for client: ClientConfiguration) {
        issuer = client.metadata.issuer
        clientID = client.clientID
        clockTolerance = client.options.clockTolerance
        let published = client.metadata.idTokenSigningAlgValuesSupported?.map(JWSAlgorithm.init(rawValue:))
        let accepted = Set(client.options.idTokenAlgorithms ?? published ?? [.rs256])
        algorithms = accepted.intersection(JWSAlgorithm.asymmetric)
    }
}

/// Why an ID token is not accepted.
public enum IDTokenError: Error, Hashable, Sendable {
    /// The scope `openid` was granted, and no ID token came.
    case missing
    /// It is malformed, unsigned, signed by an unknown key or in a way that is not accepted.
    case signature(JOSEError)
    /// It names no key, and more than one could have signed it (OpenID Connect Core §10.1).
    case ambiguousKey
    /// A claim is missing, for another party, or out of its time.
    case claims(JWTValidationError)
    /// It has several audiences and no `azp`, or an `azp` that is another client.
    case authorizedParty(expected: String, found: String?)
    /// `nonce` is absent or not the one that was sent: a replayed token.
    case nonceMismatch
    /// `at_hash` belongs to another access token.
    case accessTokenHashMismatch
    /// `c_hash` belongs to another code.
    case codeHashMismatch
    /// `tid` is no GUID, or another tenant's than the issuer's, at a server that speaks for many.
    case tenant
    /// The key that signed it is for another issuer's tokens; which, or `nil` where the key does not say.
    case keyIssuer(found: String?)
    /// The person signed in longer ago than was asked for.
    case authenticationTooOld(authenticatedAt: UnixTime, oldest: UnixTime)
    /// After a refresh: it is about someone else.
    case subjectMismatch
}

extension IDToken {
    /// Verifies an ID token: signature, then every claim that the expectation names.
    ///
    /// - Throws: `ClientError.idToken`.
    public static func verify(
        _ token: Secret, keys: JSONWebKeySet, expectation: IDTokenExpectation, now: UnixTime
    ) throws(ClientError) -> IDToken {
        do throws(IDTokenError) {
            let claims = try verifiedClaims(token, keys: keys, algorithms: expectation.algorithms)
            return try claims.accepted(by: expectation, now: now)
        } catch {
            throw .idToken(error)
        }
    }

    /// The header, by which the keys are chosen; nothing of it is believed.
    static func header(of token: Secret) throws(ClientError) -> JWSHeader {
        do { return try CompactJWS.parse(token.revealed()).header } catch { throw .idToken(.signature(error)) }
    }

    private static func verifiedClaims(
        _ token: Secret, keys: JSONWebKeySet, algorithms: Set<JWSAlgorithm>
    ) throws(IDTokenError) -> JWTClaims {
        let jws: CompactJWS
        do { jws = try CompactJWS.parse(token.revealed()) } catch { throw .signature(error) }
        if jws.header.keyID == nil, keys.keys(matching: jws.header).count > 1 { throw .ambiguousKey }
        do throws(JOSEError) {
            return try JWTClaims(try jws.verify(with: keys, algorithms: algorithms))
        } catch {
            throw .signature(error)
        }
    }
}

extension JWTClaims {
    fileprivate func accepted(
        by expectation: IDTokenExpectation, now: UnixTime
    ) throws(IDTokenError) -> IDToken {
        let policy = JWTValidation(
            issuer: expectation.issuer, audience: expectation.clientID,
            clockTolerance: expectation.clockTolerance, requiredClaims: ["sub", "iat"])
        do { try validate(policy, now: now) } catch { throw .claims(error) }
        guard let subject, !subject.isEmpty else { throw .claims(.missingClaim("sub")) }
        if let expected = expectation.subject, !expected.isIdentical(to: subject) { throw .subjectMismatch }
        try checkAuthorizedParty(expectation.clientID)
        if let nonce = expectation.nonce, self["nonce"]?.string.map({ Secret($0) }) != nonce { throw .nonceMismatch }
        try checkAuthenticationTime(expectation, now: now)
        try checkAccessTokenHash(expectation.accessToken)
        try checkCodeHash(expectation.code)
        return IDToken(subject: subject, claims: self)
    }

    private func checkAuthorizedParty(_ clientID: String) throws(IDTokenError) {
        let found = self["azp"]
        guard found != nil || audiences.count > 1 else { return }
        guard let party = found?.string, party.isIdentical(to: clientID) else {
            throw .authorizedParty(expected: clientID, found: found?.string)
        }
    }

    private func checkAuthenticationTime(_ expectation: IDTokenExpectation, now: UnixTime) throws(IDTokenError) {
        guard let maxAge = expectation.maxAge else { return }
        guard let time = self["auth_time"]?.integer else { throw .claims(.missingClaim("auth_time")) }
        let oldest = now - maxAge - expectation.clockTolerance
        guard UnixTime(time) >= oldest else {
            throw .authenticationTooOld(authenticatedAt: UnixTime(time), oldest: oldest)
        }
    }

    private func checkAccessTokenHash(_ accessToken: Secret?) throws(IDTokenError) {
        guard let accessToken, let found = self["at_hash"] else { return }
        let expected: String
        do { expected = try TokenHash.atHash(accessToken, algorithm: header.algorithm) } catch {
            throw .signature(error)
        }
        guard let text = found.string, constantTimeEqual(Array(text.utf8), Array(expected.utf8)) else {
            throw .accessTokenHashMismatch
        }
    }

    private func checkCodeHash(_ code: Secret?) throws(IDTokenError) {
        guard let code else { return }
        guard let found = self["c_hash"] else { throw .claims(.missingClaim("c_hash")) }
        let expected: String
        do { expected = try TokenHash.cHash(code, algorithm: header.algorithm) } catch { throw .signature(error) }
        guard let text = found.string, constantTimeEqual(Array(text.utf8), Array(expected.utf8)) else {
            throw .codeHashMismatch
        }
    }
}

extension String {
    /// Whether both are the same bytes; `==` would also accept canonically equivalent texts.
    func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
