public import OAuthCore

/// An administrator's consent to begin: the address for the browser, and what to remember until it comes back.
public struct ConsentRequest: Sendable, Hashable {
    /// Where to send the administrator's browser.
    public let url: String
    /// What the answer is checked against.
    public let attempt: ConsentAttempt
}

/// An administrator's consent that was begun. Printing shows no secret; coding writes it out.
public struct ConsentAttempt: Sendable, Hashable {
    /// The app that asks.
    public let clientID: String
    /// Whose consent is asked for, as in the address.
    public let authority: Authority
    /// What is consented to.
    public let resource: String
    /// Where the answer comes to.
    public let redirectURI: String
    /// Ties the answer to this attempt (RFC 6749 §10.12).
    public let state: Secret
    /// When the attempt was begun.
    public let createdAt: UnixTime

    /// How long an attempt stays open: an hour, for the address may have to be sent to somebody.
    public static let lifetime = Seconds.hours(1)

    /// Whether the attempt is too old to be finished.
    public func isExpired(at now: UnixTime) -> Bool { createdAt + Self.lifetime <= now }
}

/// What the browser brought back after a consent. It is a hint: whoever holds the browser can write it, and only
/// ``Microsoft365App/verifyConsent(tenant:resource:)`` proves that a tenant consented.
public struct ConsentAnswer: Sendable, Hashable {
    /// The tenant that the answer names. Never an identity.
    public let tenantHint: TenantID?
    /// The scope that the answer names, where it does.
    public let scopeHint: String?
}

extension ConsentAttempt: CustomStringConvertible, CustomReflectable {
    public var description: String { "ConsentAttempt(\(authority), \(resource), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension ConsentAttempt: Codable {
    private enum CodingKeys: String, CodingKey {
        case authority, resource, state
        case clientID = "client_id"
        case redirectURI = "redirect_uri"
        case createdAt = "created_at"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        clientID = try values.decode(String.self, forKey: .clientID)
        authority = try Authority.parse(try values.decode(String.self, forKey: .authority))
        resource = try values.decode(String.self, forKey: .resource)
        redirectURI = try values.decode(String.self, forKey: .redirectURI)
        state = Secret(try values.decode(String.self, forKey: .state))
        createdAt = UnixTime(try values.decode(Int64.self, forKey: .createdAt))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(clientID, forKey: .clientID)
        try values.encode(authority.pathSegment, forKey: .authority)
        try values.encode(resource, forKey: .resource)
        try values.encode(redirectURI, forKey: .redirectURI)
        try values.encode(state.revealed(), forKey: .state)
        try values.encode(createdAt.seconds, forKey: .createdAt)
    }
}
