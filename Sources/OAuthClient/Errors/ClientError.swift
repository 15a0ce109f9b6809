public import OAuthCore

/// Why the client did not get what it asked for. No case holds a body, a request, a token or a code.
public enum ClientError: Error, Hashable, Sendable {
    /// No answer came.
    case transport(TransportError)
    /// The server answered with an OAuth error (RFC 6749 §5.2), whatever the HTTP status was.
    case server(ServerError)
    /// The server answered with an error status and no OAuth error in it.
    case http(HTTPFailure)
    /// A successful answer lacks a member, or has one of a wrong type: the member's name, or `body` for the whole.
    case malformed(String)
    /// The `token_type` is none that this client can use (RFC 6749 §7.1).
    case unsupportedTokenType(String)
    /// Fewer scopes were granted than asked for, under `ScopePolicy.requireAll`.
    case missingScope(Scope)
    /// The metadata document cannot be used.
    case metadata(MetadataError)
    /// The text is not an issuer.
    case issuer(IssuerError)
    /// The metadata names another issuer than the one that was asked (RFC 8414 §3.3); both as they were written.
    case issuerMismatch(expected: String, found: String)
    /// The metadata lacks the endpoint that is needed: the name of its member.
    case missingEndpoint(String)
    /// The URL of this metadata member is neither `https` nor on loopback.
    case insecureURL(member: String)
    /// The server takes none of the ways in which this client can authenticate; what it does take.
    case unsupportedAuthentication(offered: [String])
    /// The client's assertion cannot be made; nothing was sent.
    case assertion(ClientAssertionError)
    /// An additional parameter has a name that the protocol uses itself.
    case reservedParameter(String)
    /// The authorization response cannot be accepted.
    case callback(CallbackError)
    /// The ID token cannot be accepted.
    case idToken(IDTokenError)
    /// Userinfo speaks of someone else than the ID token (OpenID Connect Core §5.3.2).
    case subjectMismatch
    /// There is nothing left to refresh with: the person has to sign in again. What the server said, if it was asked.
    case reauthenticationRequired(ServerError?)
    /// The token store failed.
    case store(TokenStoreError)
    /// The caller's task was cancelled; what it waited for goes on for others.
    case cancelled
}

extension ClientError {
    /// Whether the same attempt may succeed later: nothing was wrong with the grant.
    public var isTransient: Bool {
        switch self {
        case .transport(.unreachable), .transport(.timedOut), .store: true
        case .server(let error):
            error.code == .temporarilyUnavailable || error.code == .serverError || error.status == 429
                || error.status >= 500
        case .http(let failure): failure.status == 408 || failure.status == 429 || failure.status >= 500
        default: false
        }
    }

    /// How long the server asked to wait (`Retry-After`, RFC 9110 §10.2.3), where it did so in seconds.
    public var retryAfter: Seconds? {
        switch self {
        case .server(let error): error.retryAfter
        case .http(let failure): failure.retryAfter
        default: nil
        }
    }
}

/// An error that the server named (RFC 6749 §4.1.2.1, §5.2).
public struct ServerError: Error, Hashable, Sendable {
    /// What a program acts on.
    public var code: ErrorCode
    /// The server's words: printable ASCII, at most 400 characters, anything that looks like a token cut out.
    public var errorDescription: String?
    /// The HTTP status it came with; 0 for an error in an authorization response, which has none.
    public var status: Int
    /// How long to wait, where the server said so in seconds.
    public var retryAfter: Seconds?

    /// An error.
    public init(_ code: ErrorCode, errorDescription: String? = nil, status: Int, retryAfter: Seconds? = nil) {
        self.code = code
        self.errorDescription = errorDescription
        self.status = status
        self.retryAfter = retryAfter
    }
}

/// An error status without an OAuth error in the body, such as a proxy's page.
public struct HTTPFailure: Error, Hashable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// How long to wait, where the server said so in seconds.
    public var retryAfter: Seconds?
    /// The title of an HTML page, by which proxies name their failures; at most 80 characters. Never the body.
    public var excerpt: String?

    /// A failure.
    public init(status: Int, retryAfter: Seconds? = nil, excerpt: String? = nil) {
        self.status = status
        self.retryAfter = retryAfter
        self.excerpt = excerpt
    }
}

/// Why an authorization response is not accepted (RFC 6749 §4.1.2, RFC 9207).
public enum CallbackError: Error, Hashable, Sendable {
    /// Not a URL, or its query is not well-formed.
    case malformed
    /// It came to another place than the redirect URI of the attempt.
    case wrongRedirectURI
    /// A parameter came more than once: its name.
    case duplicateParameter(String)
    /// `state` is absent or not this attempt's: a forged answer (RFC 6749 §10.12), or one to another attempt.
    case stateMismatch
    /// No attempt with this `state` is open: it was finished, has expired, or never was.
    case unknownAttempt
    /// The attempt was begun too long ago.
    case expired
    /// `iss` is absent although the server promised it (RFC 9207 §2.4).
    case missingIssuer(expected: String)
    /// `iss` is another server: a mix-up attack (RFC 9207 §2.4).
    case issuerMismatch(expected: String, found: String)
    /// An access token or ID token in the URL, which only the implicit grant would put there.
    case unexpectedToken
    /// Neither a code nor an error.
    case missingCode
    /// The code of this response was sent already; a code is never sent twice.
    case alreadyRedeemed
}
