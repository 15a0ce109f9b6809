public import HTTPTypes

/// The access token of a request to a protected resource (RFC 6750 §2).
public enum BearerToken {
    /// Reads the token, which must have been sent in one way only.
    ///
    /// A query is not a place for a token: it ends up in logs, histories and `Referer` (RFC 9700 §4.3.2).
    ///
    /// - Parameters:
    ///   - authorization: every value of the `Authorization` field.
    ///   - query: what follows `?`.
    ///   - posted: `access_token` from a posted form, where the resource takes one (RFC 6750 §2.2).
    /// - Throws: ``BearerRefusal`` for no token, two of them, or one that is malformed.
    public static func read(
        authorization: [String], query: String, posted: Secret? = nil
    ) throws(BearerRefusal) -> Secret {
        guard !hasToken(query: query) else {
            throw .invalidRequest(
                "the access token was sent in the query",
                Diagnostic("token.in-query", expected: "the Authorization header", found: "the query"))
        }
        guard authorization.count + (posted == nil ? 0 : 1) <= 1 else {
            throw .invalidRequest("the access token was sent in more than one way", Diagnostic("token.sent-twice"))
        }
        if let posted { return posted }
        guard let header = authorization.first else { throw .noToken(Diagnostic("token.absent")) }
        guard AuthorizationHeader.scheme(of: header) == "bearer" else {
            throw .noToken(Diagnostic("token.other-scheme", expected: "Bearer", found: "another scheme"))
        }
        guard let token = AuthorizationHeader.bearerToken(in: header) else {
            throw .invalidRequest(
                "the Authorization header is not a well-formed Bearer token", Diagnostic("token.malformed"))
        }
        return token
    }

    /// An API's query may be of any form, so that only its names are looked at.
    private static func hasToken(query: String) -> Bool {
        query.split(separator: "&").contains { pair in
            (try? FormFields.decode(pair.prefix { $0 != "=" })) == "access_token"
        }
    }
}

/// Why a protected resource does not answer: the status and challenge of RFC 6750 §3, and a word for the operator.
public struct BearerRefusal: Error, Hashable, Sendable {
    /// What the caller is told, without a realm.
    public var challenge: BearerChallenge
    /// What the operator reads.
    public var diagnostic: Diagnostic

    private init(_ challenge: BearerChallenge, _ diagnostic: Diagnostic) {
        self.challenge = challenge
        self.diagnostic = diagnostic
    }

    /// The request carried no token, so that there is no error to speak of (RFC 6750 §3.1).
    public static func noToken(_ diagnostic: Diagnostic) -> Self { Self(BearerChallenge(), diagnostic) }

    /// The token was not sent as it must be.
    public static func invalidRequest(_ description: String, _ diagnostic: Diagnostic) -> Self {
        Self(BearerChallenge(error: .invalidRequest, errorDescription: OAuthError.sanitise(description)), diagnostic)
    }

    /// The token is expired, revoked, unknown or meant for someone else.
    public static func invalidToken(_ description: String, _ diagnostic: Diagnostic) -> Self {
        Self(BearerChallenge(error: .invalidToken, errorDescription: OAuthError.sanitise(description)), diagnostic)
    }

    /// The token is good and allows too little; the caller is told what would do.
    public static func insufficientScope(required: Scope, granted: Scope) -> Self {
        Self(
            BearerChallenge(
                error: .insufficientScope, errorDescription: "the access token allows too little", scope: required),
            Diagnostic("token.scope-missing", expected: required.description, found: granted.description))
    }

    /// The status that goes with the challenge: 400, 401 or 403 (RFC 6750 §3.1).
    public var status: HTTPResponse.Status {
        switch challenge.error {
        case .invalidRequest: .badRequest
        case .insufficientScope: .forbidden
        default: .unauthorized
        }
    }

    /// The same as an error with a code and a description, for a body beside the challenge.
    public var error: OAuthError {
        OAuthError(
            challenge.error ?? .invalidToken, challenge.errorDescription ?? "an access token is needed",
            diagnostic: diagnostic)
    }
}
