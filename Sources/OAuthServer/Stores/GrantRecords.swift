public import OAuthCore

/// A browser's sign-in.
public struct SessionRecord: Sendable, Hashable {
    /// The digest of the cookie's value.
    public var digest: TokenDigest
    /// Who signed in.
    public var subject: String
    /// When the password was last checked (`auth_time`).
    public var authenticatedAt: UnixTime
    /// When it ends whatever happens.
    public var expiresAt: UnixTime

    /// A sign-in.
    public init(digest: TokenDigest, subject: String, authenticatedAt: UnixTime, expiresAt: UnixTime) {
        self.digest = digest
        self.subject = subject
        self.authenticatedAt = authenticatedAt
        self.expiresAt = expiresAt
    }
}

/// What a person has allowed a client, remembered so that they are asked once.
public struct ConsentRecord: Sendable, Hashable {
    /// Who allowed it.
    public var subject: String
    /// Whom they allowed.
    public var clientID: String
    /// All that was ever allowed and not taken back.
    public var scope: Scope
    /// When it was first allowed.
    public var grantedAt: UnixTime

    /// A consent.
    public init(subject: String, clientID: String, scope: Scope, grantedAt: UnixTime) {
        self.subject = subject
        self.clientID = clientID
        self.scope = scope
        self.grantedAt = grantedAt
    }
}

/// All that a grant is about: it begins with a code and is handed on by each refresh.
public struct GrantContext: Sendable, Hashable {
    /// Ties together a code and every token that came of it, so that all can be revoked at once; 128 random bits.
    public var familyID: String
    /// The client that holds it.
    public var clientID: String
    /// The person; `nil` when the client acts for itself.
    public var subject: String?
    /// What was granted.
    public var scope: Scope
    /// When the person last signed in.
    public var authenticatedAt: UnixTime?
    /// The sign-in that it ends with; `nil` when `offline_access` lets it outlive that.
    public var session: TokenDigest?

    /// A grant.
    public init(
        familyID: String, clientID: String, subject: String?, scope: Scope,
        authenticatedAt: UnixTime? = nil, session: TokenDigest? = nil
    ) {
        self.familyID = familyID
        self.clientID = clientID
        self.subject = subject
        self.scope = scope
        self.authenticatedAt = authenticatedAt
        self.session = session
    }
}

/// An authorization code (RFC 6749 §4.1.2).
public struct CodeRecord: Sendable, Hashable {
    /// The code's digest.
    public var digest: TokenDigest
    /// What it stands for.
    public var grant: GrantContext
    /// The `redirect_uri` of the request; `nil` when it was left out, so that the exchange must leave it out too.
    public var redirectURI: String?
    /// The PKCE challenge, where one was sent.
    public var challenge: String?
    /// The OpenID Connect nonce.
    public var nonce: String?
    /// The end of its life.
    public var expiresAt: UnixTime
    /// When it was redeemed.
    public var consumedAt: UnixTime?

    /// A code that has not been used.
    public init(
        digest: TokenDigest, grant: GrantContext, redirectURI: String?, challenge: String?, nonce: String?,
        expiresAt: UnixTime, consumedAt: UnixTime? = nil
    ) {
        self.digest = digest
        self.grant = grant
        self.redirectURI = redirectURI
        self.challenge = challenge
        self.nonce = nonce
        self.expiresAt = expiresAt
        self.consumedAt = consumedAt
    }
}

/// An access token.
public struct AccessTokenRecord: Sendable, Hashable {
    /// The token's digest.
    public var digest: TokenDigest
    /// What it stands for.
    public var grant: GrantContext
    /// When it was issued.
    public var issuedAt: UnixTime
    /// The end of its life.
    public var expiresAt: UnixTime

    /// A token.
    public init(digest: TokenDigest, grant: GrantContext, issuedAt: UnixTime, expiresAt: UnixTime) {
        self.digest = digest
        self.grant = grant
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}

/// A refresh token.
public struct RefreshTokenRecord: Sendable, Hashable {
    /// The token's digest.
    public var digest: TokenDigest
    /// What it stands for: what was granted, not what the last refresh asked for.
    public var grant: GrantContext
    /// When it was issued.
    public var issuedAt: UnixTime
    /// The end of its life when it is not used.
    public var expiresAt: UnixTime
    /// The end of the whole family's life.
    public var familyExpiresAt: UnixTime
    /// When it was rotated away, and for what.
    public var rotation: Rotation?

    /// What became of a refresh token that was used.
    public struct Rotation: Sendable, Hashable {
        /// When it was used.
        public var at: UnixTime
        /// The digest of the refresh token that took its place.
        public var successor: TokenDigest
        /// The successor's token response, sealed under a key that only the holder of this token can derive.
        public var sealedResponse: [UInt8]

        /// A rotation.
        public init(at: UnixTime, successor: TokenDigest, sealedResponse: [UInt8]) {
            self.at = at
            self.successor = successor
            self.sealedResponse = sealedResponse
        }
    }

    /// A refresh token that has not been used.
    public init(
        digest: TokenDigest, grant: GrantContext, issuedAt: UnixTime, expiresAt: UnixTime, familyExpiresAt: UnixTime,
        rotation: Rotation? = nil
    ) {
        self.digest = digest
        self.grant = grant
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.familyExpiresAt = familyExpiresAt
        self.rotation = rotation
    }
}

/// A refresh token, and whether the one that took its place has been used too.
public struct RefreshTokenState: Sendable, Hashable {
    /// The token.
    public var record: RefreshTokenRecord
    /// Whether its successor was rotated away or is gone; false while there is no successor.
    public var successorWasUsed: Bool

    /// A state.
    public init(record: RefreshTokenRecord, successorWasUsed: Bool) {
        self.record = record
        self.successorWasUsed = successorWasUsed
    }
}

/// One line of the page of connected apps.
public struct ConnectedClient: Sendable, Hashable {
    /// What was allowed, and when.
    public var consent: ConsentRecord
    /// When a token was last issued; `nil` if none is kept.
    public var lastUsedAt: UnixTime?

    /// A line.
    public init(consent: ConsentRecord, lastUsedAt: UnixTime?) {
        self.consent = consent
        self.lastUsedAt = lastUsedAt
    }
}
