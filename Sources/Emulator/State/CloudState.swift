import OAuthCore

/// What changes while the cloud runs, and outlives a restart.
struct CloudState: Sendable, Equatable {
    /// Keys that sign tokens: the newest first, the one before it still published.
    var signingKeys: [StoredKey] = []
    /// What administrators and people have consented to.
    var consents: [Consent] = []
    /// Initial consents that were taken over, so that a withdrawn one does not come back with the next start.
    var adoptedConsents: Set<String> = []
    /// Authorization codes by their hash.
    var codes: [String: CodeGrant] = [:]
    /// Refresh tokens by their hash.
    var refreshTokens: [String: RefreshGrant] = [:]
    /// Browsers that are signed in, by the hash of their cookie.
    var sessions: [String: Session] = [:]
    /// What ties forms to browsers and subjects to applications: 32 bytes in base64url.
    var secret = ""

    struct StoredKey: Sendable, Equatable {
        var keyID: String
        /// PKCS#8 in base64url.
        var pkcs8: Secret
        var createdAt: UnixTime
    }

    /// What one application may do at one resource, for one person or for a whole organisation.
    struct Consent: Sendable, Hashable {
        var tenantID: String
        var clientID: String
        /// `nil`: an administrator's consent for everybody.
        var userID: String?
        /// The resource's application id; `openid` for the scopes of signing in.
        var resource: String
        var roles: [String] = []
        var scopes: [String] = []
    }

    /// What a person granted by signing in and consenting.
    struct Grant: Sendable, Hashable {
        var clientID: String
        var tenantID: String
        var userID: String
        /// `openid`, `profile`, `email` and `offline_access`, as far as asked for.
        var openIDScopes: [String]
        /// The resource as it was asked for; empty for signing in alone.
        var resource: String
        /// The scopes at the resource.
        var scopes: [String]
        var nonce: String?
        var signedInAt: UnixTime
    }

    struct CodeGrant: Sendable, Hashable {
        var grant: Grant
        var redirectURI: String
        var challenge: String?
        /// Whether the challenge is the verifier itself.
        var challengeIsPlain = false
        var expiresAt: UnixTime
        var isRedeemed = false
    }

    struct RefreshGrant: Sendable, Hashable {
        var grant: Grant
        var expiresAt: UnixTime
    }

    struct Session: Sendable, Hashable {
        var userID: String
        var signedInAt: UnixTime
        var expiresAt: UnixTime
    }

    /// Forgets what is out of date.
    mutating func sweep(now: UnixTime) {
        codes = codes.filter { now < $0.value.expiresAt }
        refreshTokens = refreshTokens.filter { now < $0.value.expiresAt }
        sessions = sessions.filter { now < $0.value.expiresAt }
    }
}
