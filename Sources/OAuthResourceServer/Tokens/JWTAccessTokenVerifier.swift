public import OAuthCore

/// Checks JWT access tokens by their signature (RFC 9068 §4). Nobody is asked, so a revoked token stays good until it
/// expires; where that is too long, introspect.
public struct JWTAccessTokenVerifier: AccessTokenVerifier {
    /// Which signatures are accepted without being told otherwise: every asymmetric one.
    public static let defaultAlgorithms = JWSAlgorithm.asymmetric

    private let policy: JWTValidation
    private let algorithms: Set<JWSAlgorithm>
    private let keys: JSONWebKeySource
    private let clock: @Sendable () -> UnixTime

    /// A verifier for the tokens of one issuer.
    ///
    /// - Parameters:
    ///   - issuer: `iss`, compared by text.
    ///   - audience: this API's own name, which `aud` must hold.
    ///   - keys: the issuer's keys.
    ///   - algorithms: the accepted signatures; symmetric ones are left out, since an API shares no key with an issuer.
    ///   - clockTolerance: in seconds, 0…300. Default 30.
    ///   - clock: what time it is.
    public init(
        issuer: Issuer, audience: String, keys: JSONWebKeySource,
        algorithms: Set<JWSAlgorithm> = Self.defaultAlgorithms, clockTolerance: Seconds = 30,
        clock: @escaping @Sendable () -> UnixTime
    ) {
        self.keys = keys
        self.clock = clock
        self.algorithms = algorithms.subtracting(JWSAlgorithm.symmetric)
        // RFC 9068 §2.2 requires these of every token; that of an absent claim is no token of this kind.
        policy = JWTValidation(
            issuer: issuer.description, audience: audience, clockTolerance: clockTolerance,
            requiredClaims: ["sub", "client_id", "iat", "jti"], types: ["at+jwt"])
    }

    public func verify(_ token: Secret) async throws(AccessTokenFailure) -> AccessTokenInformation {
        let jws: CompactJWS
        do { jws = try CompactJWS.parse(token.revealed()) } catch { throw Self.refusal(error) }
        // Before any key is fetched for it: another kind of token, or an algorithm nobody asked for.
        guard algorithms.contains(jws.header.algorithm) else {
            throw Self.refusal(.algorithmNotAllowed(jws.header.algorithm))
        }
        let keys = try await keys.keys(for: jws.header)
        do {
            let claims = try JWTClaims(try jws.verify(with: keys, algorithms: algorithms))
            return try information(from: claims)
        } catch let error as JOSEError {
            throw Self.refusal(error)
        } catch let error as AccessTokenFailure {
            throw error
        } catch {
            throw .invalid("token.jwt-invalid")
        }
    }

    private func information(from claims: JWTClaims) throws(AccessTokenFailure) -> AccessTokenInformation {
        do { try claims.validate(policy, now: clock()) } catch {
            throw .invalid("token.jwt-claims", found: "\(error)")
        }
        // A token bound to a key is worth nothing as a bearer token (RFC 7800 §3, RFC 9449 §7.1).
        guard claims["cnf"] == nil else { throw .invalid("token.bound", expected: "a bearer token", found: "cnf") }
        guard let subject = claims.subject, !subject.isEmpty, let clientID = claims["client_id"]?.string,
            !clientID.isEmpty
        else {
            throw .invalid("token.jwt-claims", expected: "sub and client_id", found: "not texts, or empty")
        }
        var scope = Scope()
        if let member = claims["scope"] {
            guard let parsed = member.string.flatMap(Scope.parse) else {
                throw .invalid("token.jwt-claims", expected: "scope tokens", found: "another scope")
            }
            scope = parsed
        }
        return AccessTokenInformation(
            issuer: policy.issuer, subject: subject, clientID: clientID, scope: scope, audiences: claims.audiences,
            issuedAt: claims.issuedAt, expiresAt: claims.expiresAt)
    }

    private static func refusal(_ error: JOSEError) -> AccessTokenFailure {
        .invalid("token.jwt-invalid", found: "\(error)")
    }
}
