public import OAuthCore

/// What an operator decides about a server.
public struct ServerConfiguration: Sendable {
    /// The server's identifier; every URL it publishes derives from it.
    public var issuer: Issuer
    /// How long things live.
    public var lifetimes: Lifetimes
    /// The scopes that clients may be registered for.
    public var scopes: ScopeCatalogue
    /// The `aud` of JWT access tokens (RFC 9068 §2.2): the API they are for. Default: the issuer.
    public var audience: String
    /// Keys the marks that tie a page to the browser it was shown in; 32 random bytes, the same on every start.
    public var secret: Secret

    /// A configuration with default lifetimes and the scopes of OpenID Connect.
    public init(issuer: Issuer, secret: Secret) {
        self.issuer = issuer
        self.secret = secret
        lifetimes = Lifetimes()
        scopes = .openID
        audience = issuer.description
    }
}

/// How long things live, in seconds.
public struct Lifetimes: Sendable, Hashable {
    /// An authorization code, 1...600. Default 60. RFC 6749 §4.1.2 recommends at most 600.
    public var code: Seconds = 60
    /// An access token. Default one hour.
    public var accessToken: Seconds = .hours(1)
    /// An ID token. Default one hour.
    public var idToken: Seconds = .hours(1)
    /// A refresh token that is not used. Default 30 days.
    public var refreshTokenIdle: Seconds = .days(30)
    /// A refresh token with all its successors. Default one year.
    public var refreshTokenFamily: Seconds = .days(365)
    /// How long a used refresh token brings the same answer again, for a client that lost it. Default 30 seconds.
    public var refreshGrace: Seconds = 30
    /// A sign-in. Default 12 hours.
    public var session: Seconds = .hours(12)
    /// How long after its start an interrupted authorization may be continued without signing in again. Default 30
    /// minutes.
    public var interaction: Seconds = .minutes(30)

    /// The defaults.
    public init() {}

    /// How long a retired signing key stays published: until the last token it signed has expired, and five minutes
    /// for clocks that differ.
    public var keyPublication: Seconds {
        Seconds(max(accessToken.count, idToken.count)) + .minutes(5)
    }
}

extension Seconds {
    /// The sum of two lengths.
    static func + (left: Self, right: Self) -> Self { Seconds(left.count + right.count) }
}

/// The scopes that a server knows, in the order they are shown, each with a sentence for the consent page.
public struct ScopeCatalogue: Sendable, Hashable {
    /// A scope token with the words that a person is shown.
    public struct Entry: Sendable, Hashable {
        /// The scope token.
        public var token: String
        /// What it lets an application do, as the end of "This lets the application …".
        public var text: String

        /// An entry.
        public init(_ token: String, _ text: String) {
            self.token = token
            self.text = text
        }
    }

    /// The entries.
    public var entries: [Entry]

    /// A catalogue of these entries.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// The scopes of OpenID Connect (Core §5.4, §11).
    public static let openID = Self([
        Entry("openid", "Know who you are on this server"),
        Entry("profile", "See your name and user name"),
        Entry("email", "See your email address"),
        Entry("offline_access", "Stay connected when you are not here, until you disconnect it"),
    ])

    /// All scope tokens.
    public var scope: Scope { Scope(entries.map(\.token)) }

    /// The sentence for a scope token; the token itself where it has none.
    public func text(of token: String) -> String { entries.first { $0.token == token }?.text ?? token }
}

extension Scope {
    /// OpenID Connect's `openid`.
    static let openIDToken = "openid"
    /// OpenID Connect's `offline_access`.
    static let offlineAccessToken = "offline_access"
    /// The scopes that speak of a person, which a client acting for itself cannot have.
    static let personal: Scope = ["openid", "profile", "email", "offline_access"]
}
