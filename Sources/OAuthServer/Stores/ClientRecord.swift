import Crypto
public import OAuthCore

/// A grant that a client may be registered for (RFC 7591 §2, `grant_types`).
public struct GrantType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    /// RFC 6749 §4.1.
    public static let authorizationCode = Self(rawValue: "authorization_code")
    /// RFC 6749 §4.4.
    public static let clientCredentials = Self(rawValue: "client_credentials")
    /// RFC 6749 §6.
    public static let refreshToken = Self(rawValue: "refresh_token")

    /// The grants that this server has, in the order they are shown.
    public static let all: [Self] = [.authorizationCode, .refreshToken, .clientCredentials]
}

/// Which set of rules a client lives under. The specifications disagree, so the choice is the client's, not the server's.
public enum SecurityProfile: String, Sendable, Hashable, CaseIterable {
    /// What OpenID Connect's Basic certification runs: PKCE is optional for confidential clients.
    case compatible
    /// OAuth 2.1, the default: PKCE with S256 for everyone.
    case oauth21

    /// Whether a client must send a PKCE challenge (RFC 9700 §2.1.1: a public one always).
    public func requiresPKCE(isPublic: Bool) -> Bool { isPublic || self == .oauth21 }
}

/// What an access token looks like.
public enum AccessTokenFormat: String, Sendable, Hashable, CaseIterable {
    /// Random text that only this server can read; revoked at once.
    case opaque
    /// A signed JWT (RFC 9068) that an API can check by itself.
    case jwt
}

/// A client secret as it is kept: hashed. Secrets carry 256 random bits, so that one SHA-256 is enough.
public struct HashedSecret: Sendable, Hashable {
    /// SHA-256 of the secret; 32 bytes.
    public var digest: [UInt8]
    /// When it was made.
    public var createdAt: UnixTime

    /// A digest that was stored.
    public init(digest: [UInt8], createdAt: UnixTime) {
        self.digest = digest
        self.createdAt = createdAt
    }

    /// The hash of a secret.
    public init(of secret: Secret, createdAt: UnixTime) {
        self.init(digest: TokenDigest(of: secret).bytes, createdAt: createdAt)
    }

    /// Whether this is the secret; takes the same time whatever the answer.
    public func matches(_ secret: Secret) -> Bool { constantTimeEqual(digest, TokenDigest(of: secret).bytes) }
}

/// SHA-256 of a code or token: the only form in which this server keeps one.
public struct TokenDigest: Sendable, Hashable {
    /// 32 bytes.
    public var bytes: [UInt8]

    /// A digest that was stored.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// The digest of a token.
    public init(of token: Secret) {
        var hash = SHA256()
        token.withBytes { hash.update(bufferPointer: $0) }
        bytes = hash.finalize().withUnsafeBytes { Array($0) }
    }

    public func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

/// An application that may ask this server for tokens (RFC 6749 §2).
public struct ClientRecord: Sendable, Hashable {
    /// The client identifier (RFC 6749 §2.2); never changes.
    public var id: String
    /// What people are shown.
    public var name: String
    /// The subject of whoever registered it; `nil` when an operator did.
    public var owner: String?
    /// The live secrets; empty for a public client.
    public var secrets: [HashedSecret]
    /// How the client may authenticate; `none` alone for a public client.
    public var authenticationMethods: Set<ClientAuthenticationMethod>
    /// Where authorization responses may go.
    public var redirectURIs: [RedirectURI]
    /// Where people may be sent after signing out.
    public var postLogoutRedirectURIs: [RedirectURI]
    /// Browser origins whose scripts may call the token and userinfo endpoints.
    public var origins: [String]
    /// The grants it may use.
    public var grantTypes: Set<GrantType>
    /// The most it may ask for.
    public var scope: Scope
    /// The rules it lives under. Default `oauth21`.
    public var profile: SecurityProfile
    /// What its access tokens look like. Default `opaque`.
    public var accessTokenFormat: AccessTokenFormat
    /// What its ID tokens are signed with: `ES256` or `RS256`. Default `ES256`.
    public var idTokenAlgorithm: JWSAlgorithm
    /// Whether it stands for an API that may introspect every token (RFC 7662 §2.1). Default false.
    public var isResourceServer: Bool
    /// When it was registered.
    public var createdAt: UnixTime

    /// A client with nothing but a name; set what it needs.
    public init(id: String, name: String, createdAt: UnixTime) {
        self.id = id
        self.name = name
        self.createdAt = createdAt
        owner = nil
        secrets = []
        authenticationMethods = [.none]
        redirectURIs = []
        postLogoutRedirectURIs = []
        origins = []
        grantTypes = []
        scope = Scope()
        profile = .oauth21
        accessTokenFormat = .opaque
        idTokenAlgorithm = .es256
        isResourceServer = false
    }

    /// Whether it cannot keep a secret (RFC 6749 §2.1).
    public var isPublic: Bool { authenticationMethods == [.none] }
}
