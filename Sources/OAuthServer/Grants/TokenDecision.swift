import OAuthCore

/// What the token endpoint has decided to do; nothing has been signed or stored.
enum TokenDecision: Sendable, Hashable {
    /// Issue tokens.
    case issue(TokenIssue)
    /// Send again what a lost answer held: the successor that this refresh token already has.
    case repeatAnswer(RefreshTokenRecord.Rotation, for: Secret)
}

/// Tokens to be made: claims without signatures, records without digests.
struct TokenIssue: Sendable, Hashable {
    /// What single-use credential pays for them.
    enum Consumption: Sendable, Hashable {
        case nothing
        case code(TokenDigest)
        case refreshToken(Secret)
    }

    var consumption: Consumption
    /// What the tokens stand for; its scope is what the access token allows.
    var grant: GrantContext
    var format: AccessTokenFormat
    var issuedAt: UnixTime
    var accessTokenExpiresAt: UnixTime
    var refreshToken: RefreshToken?
    var idToken: IDTokenPlan?

    /// A refresh token to be made.
    struct RefreshToken: Sendable, Hashable {
        /// All that was granted, which may be more than this access token allows.
        var scope: Scope
        var expiresAt: UnixTime
        var familyExpiresAt: UnixTime
    }
}

/// What every grant's decision is made from, besides the request.
struct TokenFacts: Sendable {
    var client: AuthenticatedClient
    var user: UserRecord?
    var lifetimes: Lifetimes
    var now: UnixTime

    /// Refuses a grant that the client is not registered for (RFC 6749 §5.2).
    func requireGrant(_ type: GrantType) throws(Refusal) {
        let registered = client.record.grantTypes
        guard registered.contains(type) else {
            throw Refusal(
                .unauthorizedClient, "the client is not registered for the grant \(type)",
                Diagnostic(
                    "token.grant-not-registered",
                    expected: registered.map(\.rawValue).sorted().joined(separator: " "), found: type.rawValue))
        }
    }

    /// The end of a new access token's life.
    var accessTokenExpiry: UnixTime { now + lifetimes.accessToken }
}

extension Refusal {
    /// `invalid_grant`, with one wording for the peer: what exactly is wrong with a stolen credential is not its business.
    static func invalidGrant(
        _ description: String, _ id: String, expected: String? = nil, found: String? = nil, changes: [GrantChange] = []
    ) -> Refusal {
        Refusal(.invalidGrant, description, Diagnostic(id, expected: expected, found: found), changes: changes)
    }
}
