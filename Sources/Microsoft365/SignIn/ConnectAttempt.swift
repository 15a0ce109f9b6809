public import OAuthCore

/// The sign-in of an administrator to begin: the address for the browser, and what to remember until it comes back.
public struct ConnectRequest: Sendable, Hashable {
    /// Where to send the browser.
    public let url: String
    /// What the answer is checked against.
    public let attempt: ConnectAttempt
}

/// The sign-in of an administrator that was begun. It is kept where only this browser reaches it, and given out once.
/// Printing shows no secret; coding writes them out.
public struct ConnectAttempt: Sendable, Hashable {
    /// What the sign-in is for.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// To connect an organisation: sign-in and consent in one trip.
        case connect
        /// To sign in, nothing more.
        case signIn
    }

    /// What the sign-in is for.
    public let kind: Kind
    /// The app that asks.
    public let clientID: String
    /// Who may sign in, as in the address.
    public let authority: Authority
    /// Where the answer comes to.
    public let redirectURI: String
    /// Ties the answer to this attempt (RFC 6749 §10.12).
    public let state: Secret
    /// Ties the ID token to this attempt.
    public let nonce: Secret
    /// When the attempt was begun.
    public let createdAt: UnixTime

    /// How long an attempt stays open: 10 minutes.
    public static let lifetime = Seconds.minutes(10)

    /// Whether the attempt is too old to be finished.
    public func isExpired(at now: UnixTime) -> Bool { createdAt + Self.lifetime <= now }
}

extension ConnectAttempt: CustomStringConvertible, CustomReflectable {
    public var description: String { "ConnectAttempt(\(kind), \(authority), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ConnectAttempt: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, authority, state, nonce
        case clientID = "client_id"
        case redirectURI = "redirect_uri"
        case createdAt = "created_at"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        kind = try values.decode(Kind.self, forKey: .kind)
        clientID = try values.decode(String.self, forKey: .clientID)
        authority = try Authority.parse(try values.decode(String.self, forKey: .authority))
        redirectURI = try values.decode(String.self, forKey: .redirectURI)
        state = Secret(try values.decode(String.self, forKey: .state))
        nonce = Secret(try values.decode(String.self, forKey: .nonce))
        createdAt = UnixTime(try values.decode(Int64.self, forKey: .createdAt))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(kind, forKey: .kind)
        try values.encode(clientID, forKey: .clientID)
        try values.encode(authority.pathSegment, forKey: .authority)
        try values.encode(redirectURI, forKey: .redirectURI)
        try values.encode(state.revealed(), forKey: .state)
        try values.encode(nonce.revealed(), forKey: .nonce)
        try values.encode(createdAt.seconds, forKey: .createdAt)
    }
}
