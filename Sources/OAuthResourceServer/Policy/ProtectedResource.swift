public import HTTPTypes
public import OAuthCore

/// What an API asks of whoever calls it.
public struct ProtectedResource: Sendable, Hashable {
    /// The protection space that challenges name (RFC 9110 §11.5).
    public var realm: String
    /// What a token must allow, all of it; empty for any valid token.
    public var requiredScope: Scope

    /// A resource.
    public init(realm: String, requiredScope: Scope = []) {
        self.realm = realm
        self.requiredScope = requiredScope
    }

    /// Checks a request: reads its token, has it verified, decides.
    ///
    /// - Parameters:
    ///   - headers: the request's header fields.
    ///   - query: what follows `?`; a token there is refused.
    ///   - verifier: whoever can tell what the token says.
    public func check(
        _ headers: HTTPFields, query: String, with verifier: any AccessTokenVerifier
    ) async -> ResourceDecision {
        let token: Secret
        do {
            token = try BearerToken.read(authorization: headers[values: .authorization], query: query)
        } catch {
            return .refuse(.bearer(error, realm: realm))
        }
        do throws(AccessTokenFailure) {
            return decide(.success(try await verifier.verify(token)))
        } catch {
            return decide(.failure(error))
        }
    }

    /// Decides about a token that was checked (RFC 6750 §3.1).
    public func decide(_ result: Result<AccessTokenInformation, AccessTokenFailure>) -> ResourceDecision {
        switch result {
        case .success(let token) where requiredScope.isSubset(of: token.scope): .allow(token)
        case .success(let token):
            .refuse(.bearer(.insufficientScope(required: requiredScope, granted: token.scope), realm: realm))
        case .failure(.invalid(let diagnostic)):
            .refuse(.bearer(.invalidToken("the access token is not valid here", diagnostic), realm: realm))
        case .failure(.unavailable(let diagnostic)): .refuse(.unavailable(diagnostic))
        }
    }
}

/// What becomes of a request to an API.
public enum ResourceDecision: Sendable, Hashable {
    /// Answer it, knowing this of the caller.
    case allow(AccessTokenInformation)
    /// Answer with this instead.
    case refuse(ResourceRefusal)
}

/// The answer to a request that an API does not follow.
public struct ResourceRefusal: Sendable, Hashable {
    /// 400, 401, 403 or 503.
    public var status: HTTPResponse.Status
    /// `WWW-Authenticate` or `Retry-After`, the kind of the body, and that no cache may keep it.
    public var headers: HTTPFields
    /// `error` and `error_description` as JSON, for programs that read no challenges.
    public var body: [UInt8]
    /// What the operator reads.
    public var diagnostic: Diagnostic

    private init(_ status: HTTPResponse.Status, _ error: OAuthError, _ name: HTTPField.Name, _ value: String) {
        self.status = status
        headers = [.contentType: "application/json", .cacheControl: "no-store", name: value]
        let document: JSONObject = [
            "error": .string(error.code.rawValue), "error_description": .string(error.description),
        ]
        body = document.encoded()
        diagnostic = error.diagnostic
    }

    /// With the challenge of RFC 6750 §3.
    static func bearer(_ refusal: BearerRefusal, realm: String) -> Self {
        var challenge = refusal.challenge
        challenge.realm = realm
        return Self(refusal.status, refusal.error, .wwwAuthenticate, challenge.headerValue())
    }

    /// Not the caller's fault, and no reason to throw the token away.
    static func unavailable(_ diagnostic: Diagnostic) -> Self {
        let error = OAuthError(
            .temporarilyUnavailable, "the access token cannot be checked now", diagnostic: diagnostic)
        return Self(.serviceUnavailable, error, .retryAfter, "5")
    }
}
