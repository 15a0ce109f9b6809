public import Microsoft365
public import OAuthCore

/// What is known besides the attempt. Everything may be absent; the more is there, the surer the answer.
public struct LoginContext: Hashable, Sendable {
    /// Whether it worked before.
    public enum History: Hashable, Sendable {
        /// Nobody said.
        case unknown
        /// The same login worked, lately.
        case workedBefore
        /// It never worked.
        case neverWorked
    }

    /// How our own login with the same token went.
    public enum OwnLogin: Hashable, Sendable {
        /// There was none.
        case untried
        /// It led into the mailbox.
        case succeeded
        /// It failed as well.
        case failed
    }

    /// The time, by which a token's expiry is judged. Without it nothing is said of expiry.
    public var now: UnixTime?
    /// The mailbox's address: the `user=` of the login.
    public var mailbox: String?
    /// The token. It is looked at and not kept.
    public var token: Secret?
    /// The tenant of the mailbox's domain, where it was looked up.
    public var mailboxTenant: TenantID?
    /// The app's id, where the token does not say it.
    public var appID: String?
    /// Whether it worked before.
    public var history: History = .unknown
    /// How our own login with this token went, where another program's answer is explained.
    public var ownLogin: OwnLogin = .untried
    /// The service that the other program used, where its text does not tell.
    public var service: MailService?
    /// What the provider's own endpoint says about the token, where it was asked: of an opaque token nothing else can
    /// be known.
    public var tokenInformation: TokenInformation?
    /// Why the account's refresh failed.
    public var refresh: RefreshFailure?
    /// Audiences that the server takes besides Exchange Online's own: another cloud's resource identifiers.
    public var audiences: Set<String> = []

    /// Nothing is known.
    public init() {}

    /// What is known of a login.
    public init(mailbox: String?, token: Secret?, now: UnixTime?) {
        self.mailbox = mailbox
        self.token = token
        self.now = now
    }
}

/// What a provider says about a token (Google's tokeninfo).
public struct TokenInformation: Hashable, Sendable {
    /// The scopes that were granted.
    public var scopes: [String]
    /// Whose the token is; `nil` where it does not say.
    public var email: String?

    /// An answer.
    public init(scopes: [String], email: String?) {
        self.scopes = scopes
        self.email = email
    }
}

/// A token endpoint's refusal to refresh.
public struct RefreshFailure: Hashable, Sendable {
    /// Whose token endpoint.
    public enum Provider: Hashable, Sendable {
        /// Google's.
        case google
        /// Microsoft's.
        case microsoft
        /// Another.
        case other
    }

    /// `error`, such as `invalid_grant`.
    public var code: String
    /// `error_description`.
    public var text: String?
    /// Whose token endpoint.
    public var provider: Provider
    /// When the person signed in, where it is known.
    public var signedInAt: UnixTime?

    /// A refusal.
    public init(code: String, text: String? = nil, provider: Provider, signedInAt: UnixTime? = nil) {
        self.code = code
        self.text = text
        self.provider = provider
        self.signedInAt = signedInAt
    }
}
