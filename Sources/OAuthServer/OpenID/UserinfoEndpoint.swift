import HTTPTypes
import OAuthCore

extension AuthorizationServer {
    /// The userinfo endpoint (OpenID Connect Core §5.3), by GET, or by POST with the token in the header or the body.
    func userinfo(_ request: EndpointRequest) async throws(EndpointFailure) -> EndpointResponse {
        let token = try check { () throws(Refusal) in try Self.bearerToken(in: request) }
        guard let information = try await load(await accessToken(token)) else {
            throw .refused(
                .bearer(.invalidToken, "the access token is expired, revoked or unknown", Diagnostic("token.invalid")))
        }
        guard information.scope.contains(Scope.openIDToken) else {
            throw .refused(
                .bearer(
                    .insufficientScope, "the access token was issued without openid",
                    Diagnostic("token.scope-missing", expected: "openid", found: information.scope.description),
                    scope: ["openid"]))
        }
        guard let user = try await load(await users.user(subject: information.subject)) else {
            throw .refused(.bearer(.invalidToken, "the person's account is gone", Diagnostic("token.user-gone")))
        }
        return .json(user.claims(for: information.scope))
    }

    /// The token of a request, sent in one way only (RFC 6750 §2). A query is not a place for one (RFC 9700 §4.3.2).
    private static func bearerToken(in request: EndpointRequest) throws(Refusal) -> Secret {
        let headers = request.headers[values: .authorization]
        var posted: Secret?
        if request.method == .post, request.headers[.contentType] != nil, request.body?.isEmpty != true {
            do { posted = try request.form()["access_token"].map { Secret($0) } } catch {
                throw .bearer(error.error.code, error.error.description, error.error.diagnostic)
            }
        }
        guard headers.count + (posted == nil ? 0 : 1) <= 1 else {
            throw .bearer(
                .invalidRequest, "the access token was sent in more than one way", Diagnostic("token.sent-twice"))
        }
        if let posted { return posted }
        guard let header = headers.first else {
            throw .bearer(nil, "an access token is needed", Diagnostic("token.absent"))
        }
        guard AuthorizationHeader.scheme(of: header) == "bearer" else {
            throw .bearer(nil, "an access token is needed", Diagnostic("token.other-scheme"))
        }
        guard let token = AuthorizationHeader.bearerToken(in: header) else {
            throw .bearer(
                .invalidRequest, "the Authorization header is not a well-formed Bearer token",
                Diagnostic("token.malformed"))
        }
        return token
    }
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
