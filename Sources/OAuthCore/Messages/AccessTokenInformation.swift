/// What a checked access token says: the same whether it was introspected, looked up or verified by its signature.
public struct AccessTokenInformation: Sendable, Hashable {
    /// Who issued it.
    public var issuer: String
    /// The person, or the client where it acts for itself.
    public var subject: String
    /// The person's name to sign in with, where the issuer says it.
    public var username: String?
    /// The client that it was issued to.
    public var clientID: String
    /// What it allows.
    public var scope: Scope
    /// For whom it is meant (`aud`); empty when the issuer does not say.
    public var audiences: [String]
    /// When it was issued.
    public var issuedAt: UnixTime?
    /// The end of its life.
    public var expiresAt: UnixTime?

    /// What a token says.
    public init(
        issuer: String, subject: String, username: String? = nil, clientID: String, scope: Scope,
        audiences: [String] = [], issuedAt: UnixTime? = nil, expiresAt: UnixTime? = nil
    ) {
        self.issuer = issuer
        self.subject = subject
        self.username = username
        self.clientID = clientID
        self.scope = scope
        self.audiences = audiences
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    /// Whether the client acts for itself (RFC 6749 §4.4).
    public var isForClientItself: Bool { subject == clientID }
}
