public import OAuthCore

/// Tokens that were issued together, and until when they hold. Printing shows none of them; coding writes them out, so
/// that what is coded must be kept like a password.
public struct TokenSet: Sendable, Hashable {
    /// The access token.
    public var accessToken: Secret
    /// When they were issued, by this client's clock.
    public var issuedAt: UnixTime
    /// When the access token expires; `nil` when the server did not say.
    public var expiresAt: UnixTime?
    /// The token to refresh with.
    public var refreshToken: Secret?
    /// The ID token as it came; it serves as a hint at logout. Only `Login.idToken` says that one was verified.
    public var idToken: Secret?
    /// What was granted.
    public var scope: Scope
    /// What was asked for.
    public var requestedScope: Scope

    /// Tokens.
    public init(
        accessToken: Secret, issuedAt: UnixTime, expiresAt: UnixTime? = nil, refreshToken: Secret? = nil,
        idToken: Secret? = nil, scope: Scope = [], requestedScope: Scope? = nil
    ) {
        self.accessToken = accessToken
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.refreshToken = refreshToken
        self.idToken = idToken
        self.scope = scope
        self.requestedScope = requestedScope ?? scope
    }

    /// The tokens of an answer that came at `now`; an answer without a scope means the requested one (RFC 6749 §5.1).
    public init(_ response: TokenResponse, requestedScope: Scope, now: UnixTime) {
        self.init(
            accessToken: response.accessToken, issuedAt: now, expiresAt: response.lifetime.map { now + $0 },
            refreshToken: response.refreshToken, idToken: response.idToken, scope: response.scope ?? requestedScope,
            requestedScope: requestedScope)
    }

    /// What was asked for and not granted.
    public var missingScope: Scope { requestedScope.subtracting(scope) }

    /// Whether the access token holds at least `margin` longer; one without a known end always does.
    public func isValid(at now: UnixTime, margin: Seconds = 0) -> Bool {
        guard let expiresAt else { return true }
        return now + margin < expiresAt
    }

    /// How long before its end a token is refreshed: `skew`, but never more than the last tenth of its life, so that a
    /// short-lived token is used at all.
    func refreshMargin(skew: Seconds) -> Seconds {
        guard let expiresAt else { return 0 }
        return min(skew, Seconds(max(expiresAt.since(issuedAt).count, 0) / 10))
    }
}

extension TokenSet: CustomStringConvertible, CustomReflectable {
    public var description: String { "TokenSet(redacted, scope: \(scope))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension TokenSet: Codable {
    private enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case issuedAt = "issued_at"
        case expiresAt = "expires_at"
        case refreshToken = "refresh_token"
        case idToken = "id_token"
        case scope
        case requestedScope = "requested_scope"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            accessToken: Secret(try values.decode(String.self, forKey: .accessToken)),
            issuedAt: UnixTime(try values.decode(Int64.self, forKey: .issuedAt)),
            expiresAt: try values.decodeIfPresent(Int64.self, forKey: .expiresAt).map { UnixTime($0) },
            refreshToken: try values.decodeIfPresent(String.self, forKey: .refreshToken).map { Secret($0) },
            idToken: try values.decodeIfPresent(String.self, forKey: .idToken).map { Secret($0) },
            scope: Scope(try values.decode([String].self, forKey: .scope)),
            requestedScope: Scope(try values.decode([String].self, forKey: .requestedScope)))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(accessToken.revealed(), forKey: .accessToken)
        try values.encode(issuedAt.seconds, forKey: .issuedAt)
        try values.encodeIfPresent(expiresAt?.seconds, forKey: .expiresAt)
        try values.encodeIfPresent(refreshToken?.revealed(), forKey: .refreshToken)
        try values.encodeIfPresent(idToken?.revealed(), forKey: .idToken)
        try values.encode(scope.tokens, forKey: .scope)
        try values.encode(requestedScope.tokens, forKey: .requestedScope)
    }
}
