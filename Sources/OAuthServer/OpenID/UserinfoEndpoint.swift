import HTTPTypes
import OAuthCore

extension AuthorizationServer {
    /// The userinfo endpoint (OpenID Connect Core §5.3), by GET, or by POST with the token in the header or the body.
    func userinfo(_ request: EndpointRequest) async throws(EndpointFailure) -> EndpointResponse {
        let token = try Self.bearerToken(in: request)
        guard let information = try await load(await accessToken(token)) else {
            throw .bearer(
                .invalidToken("the access token is expired, revoked or unknown", Diagnostic("token.invalid")))
        }
        guard information.scope.contains(Scope.openIDToken) else {
            throw .bearer(.insufficientScope(required: [Scope.openIDToken], granted: information.scope))
        }
        guard let user = try await load(await users.user(subject: information.subject)) else {
            throw .bearer(.invalidToken("the person's account is gone", Diagnostic("token.user-gone")))
        }
        return .json(user.claims(for: information.scope))
    }

    /// The token of a request, in the header or in a posted form (RFC 6750 §2.1, §2.2).
    private static func bearerToken(in request: EndpointRequest) throws(EndpointFailure) -> Secret {
        var posted: Secret?
        if request.method == .post, request.headers[.contentType] != nil, request.body?.isEmpty != true {
            do { posted = try request.form()["access_token"].map { Secret($0) } } catch {
                throw .bearer(.invalidRequest(error.error.description, error.error.diagnostic))
            }
        }
        do {
            return try BearerToken.read(
                authorization: request.headers[values: .authorization], query: request.query, posted: posted)
        } catch {
            throw .bearer(error)
        }
    }
}

extension EndpointFailure {
    /// Refused as a protected resource refuses.
    fileprivate static func bearer(_ refusal: BearerRefusal) -> EndpointFailure { .refused(Refusal(refusal)) }
}

extension UserRecord {
    /// The claims that a scope gives a client (OpenID Connect Core §5.4).
    func claims(for scope: Scope) -> JSONObject {
        var claims: JSONObject = ["sub": .string(subject)]
        if scope.contains("profile") {
            claims["preferred_username"] = .string(username)
            claims["name"] = name.map(JSONValue.string)
        }
        if scope.contains("email"), let email {
            claims["email"] = .string(email)
            claims["email_verified"] = .bool(emailVerified)
        }
        return claims
    }
}
