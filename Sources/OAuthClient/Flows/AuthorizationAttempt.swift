public import OAuthCore

/// A sign-in that was begun: what has to be remembered until the browser comes back.
///
/// It is kept where only this browser reaches it: a server-side session, or memory for a command-line program. Printing
/// shows no secret; coding writes them out.
public struct AuthorizationAttempt: Sendable, Hashable {
    /// The server that was asked; the answer must come from it.
    public let issuer: String
    /// The client that asks.
    public let clientID: String
    /// Where the answer comes to.
    public let redirectURI: String
    /// Ties the answer to this attempt (RFC 6749 §10.12).
    public let state: Secret
    /// Ties the ID token to this attempt; `nil` without the scope `openid` (OpenID Connect Core §3.1.2.1).
    public let nonce: Secret?
    /// Proves at the token endpoint who began (RFC 7636).
    public let codeVerifier: CodeVerifier
    /// What was asked for.
    public let scope: Scope
    /// How long ago the person may have signed in, in seconds, where that was asked.
    public let maxAge: Seconds?
    /// When the attempt was begun.
    public let createdAt: UnixTime
    /// Whether the server promised `iss` in its answer (RFC 9207 §3).
    public let requiresIssuer: Bool

    /// How long an attempt stays open: 10 minutes.
    public static let lifetime = Seconds.minutes(10)

    /// Whether the attempt is too old to be finished.
    public func isExpired(at now: UnixTime) -> Bool { createdAt + Self.lifetime <= now }
}

extension AuthorizationAttempt: CustomStringConvertible, CustomReflectable {
    public var description: String { "AuthorizationAttempt(issuer: \(issuer), clientID: \(clientID), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension AuthorizationAttempt: Codable {
    private enum CodingKeys: String, CodingKey {
        case issuer, state, nonce, scope
        case clientID = "client_id"
        case redirectURI = "redirect_uri"
        case codeVerifier = "code_verifier"
        case maxAge = "max_age"
        case createdAt = "created_at"
        case requiresIssuer = "requires_issuer"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        issuer = try values.decode(String.self, forKey: .issuer)
        clientID = try values.decode(String.self, forKey: .clientID)
        redirectURI = try values.decode(String.self, forKey: .redirectURI)
        state = Secret(try values.decode(String.self, forKey: .state))
        nonce = try values.decodeIfPresent(String.self, forKey: .nonce).map { Secret($0) }
        codeVerifier = try CodeVerifier.parse(try values.decode(String.self, forKey: .codeVerifier))
        scope = Scope(try values.decode([String].self, forKey: .scope))
        maxAge = try values.decodeIfPresent(Int64.self, forKey: .maxAge).map { Seconds($0) }
        createdAt = UnixTime(try values.decode(Int64.self, forKey: .createdAt))
        requiresIssuer = try values.decode(Bool.self, forKey: .requiresIssuer)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(issuer, forKey: .issuer)
        try values.encode(clientID, forKey: .clientID)
        try values.encode(redirectURI, forKey: .redirectURI)
        try values.encode(state.revealed(), forKey: .state)
        try values.encodeIfPresent(nonce?.revealed(), forKey: .nonce)
        try values.encode(codeVerifier.secret.revealed(), forKey: .codeVerifier)
        try values.encode(scope.tokens, forKey: .scope)
        try values.encodeIfPresent(maxAge?.count, forKey: .maxAge)
        try values.encode(createdAt.seconds, forKey: .createdAt)
        try values.encode(requiresIssuer, forKey: .requiresIssuer)
    }
}
