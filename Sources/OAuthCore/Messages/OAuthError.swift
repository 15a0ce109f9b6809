/// An error code of the registry that RFC 6749 §11.4 sets up; any other text is a code too.
public struct ErrorCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    /// A parameter is missing, repeated, malformed or not allowed (RFC 6749 §4.1.2.1, §5.2).
    public static let invalidRequest = Self(rawValue: "invalid_request")
    /// The client did not authenticate, or not as it must (RFC 6749 §5.2).
    public static let invalidClient = Self(rawValue: "invalid_client")
    /// The code or refresh token is not valid for this client and request (RFC 6749 §5.2).
    public static let invalidGrant = Self(rawValue: "invalid_grant")
    /// The client may not use this grant or response type (RFC 6749 §4.1.2.1, §5.2).
    public static let unauthorizedClient = Self(rawValue: "unauthorized_client")
    /// The server does not know this grant type (RFC 6749 §5.2).
    public static let unsupportedGrantType = Self(rawValue: "unsupported_grant_type")
    /// The server does not know this response type (RFC 6749 §4.1.2.1).
    public static let unsupportedResponseType = Self(rawValue: "unsupported_response_type")
    /// The scope is unknown, malformed or more than was granted (RFC 6749 §4.1.2.1, §5.2).
    public static let invalidScope = Self(rawValue: "invalid_scope")
    /// The person or the server refused (RFC 6749 §4.1.2.1).
    public static let accessDenied = Self(rawValue: "access_denied")
    /// Something failed that is not the request's fault (RFC 6749 §4.1.2.1).
    public static let serverError = Self(rawValue: "server_error")
    /// The server cannot answer now; later it may (RFC 6749 §4.1.2.1).
    public static let temporarilyUnavailable = Self(rawValue: "temporarily_unavailable")
    /// The access token is expired, revoked, malformed or unknown (RFC 6750 §3.1).
    public static let invalidToken = Self(rawValue: "invalid_token")
    /// The access token's scope does not suffice (RFC 6750 §3.1).
    public static let insufficientScope = Self(rawValue: "insufficient_scope")
    /// `prompt=none`, and nobody is signed in (OpenID Connect Core §3.1.2.6).
    public static let loginRequired = Self(rawValue: "login_required")
    /// `prompt=none`, and the person has not consented (OpenID Connect Core §3.1.2.6).
    public static let consentRequired = Self(rawValue: "consent_required")
    /// `prompt=none`, and a page would have to be shown (OpenID Connect Core §3.1.2.6).
    public static let interactionRequired = Self(rawValue: "interaction_required")
    /// The `request` parameter is not supported (OpenID Connect Core §3.1.2.6).
    public static let requestNotSupported = Self(rawValue: "request_not_supported")
    /// The `request_uri` parameter is not supported (OpenID Connect Core §3.1.2.6).
    public static let requestURINotSupported = Self(rawValue: "request_uri_not_supported")
    /// The `registration` parameter is not supported (OpenID Connect Core §3.1.2.6).
    public static let registrationNotSupported = Self(rawValue: "registration_not_supported")
    /// The token type is not one that this endpoint handles (RFC 7009 §2.2.1).
    public static let unsupportedTokenType = Self(rawValue: "unsupported_token_type")
}

/// An error with three readers: `code` and `description` go to the peer, `diagnostic` to the operator, and a person at
/// a terminal is told both in the words of the command that failed.
public struct OAuthError: Error, Hashable, Sendable {
    /// What the peer's program acts on.
    public var code: ErrorCode
    /// What the peer's programmer reads: printable ASCII without `"` and `\` (RFC 6749 §5.2).
    public var description: String
    /// What the operator reads.
    public var diagnostic: Diagnostic

    /// An error; characters that a description may not hold become `?`.
    public init(_ code: ErrorCode, _ description: String, diagnostic: Diagnostic) {
        self.code = code
        self.description = Self.sanitise(description)
        self.diagnostic = diagnostic
    }

    /// Replaces what RFC 6749 §5.2 does not allow in an `error_description`.
    public static func sanitise(_ text: String) -> String {
        let allowed = text.unicodeScalars.map { scalar in
            scalar.value < 0x20 || scalar.value > 0x7E || scalar == "\"" || scalar == "\\" ? "?" : Character(scalar)
        }
        return String(allowed)
    }
}

/// What went wrong, for the operator: a stable id, and what was expected beside what came. Never a secret.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
    /// A stable name, such as `token.code-replayed`.
    public var id: String
    /// What would have been right.
    public var expected: String?
    /// What came instead.
    public var found: String?

    /// A diagnostic.
    public init(_ id: String, expected: String? = nil, found: String? = nil) {
        self.id = id
        self.expected = expected
        self.found = found
    }

    public var description: String {
        var text = id
        if let expected { text += " expected=\(expected)" }
        if let found { text += " found=\(found)" }
        return text
    }
}
