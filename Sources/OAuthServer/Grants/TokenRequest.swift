import OAuthCore

/// A request to the token endpoint, read but not yet believed (RFC 6749 §3.2).
struct TokenRequest: Sendable {
    var client: PresentedClient
    var grant: Grant

    enum Grant: Sendable {
        /// RFC 6749 §4.1.3, RFC 7636 §4.5.
        case authorizationCode(code: Secret, redirectURI: String?, verifier: CodeVerifier?)
        /// RFC 6749 §4.4.2.
        case clientCredentials(scope: Scope?)
        /// RFC 6749 §6.
        case refreshToken(Secret, scope: Scope?)

        var type: GrantType {
            switch self {
            case .authorizationCode: .authorizationCode
            case .clientCredentials: .clientCredentials
            case .refreshToken: .refreshToken
            }
        }
    }

    static func parse(_ request: EndpointRequest) throws(Refusal) -> TokenRequest {
        let fields = try request.form()
        let client = try PresentedClient.parse(request.headers, fields)
        return TokenRequest(client: client, grant: try grant(in: fields))
    }

    private static func grant(in fields: FormFields) throws(Refusal) -> Grant {
        let type = try fields.required("grant_type")
        switch GrantType(rawValue: type) {
        case .authorizationCode:
            return .authorizationCode(
                code: Secret(try fields.required("code")), redirectURI: fields["redirect_uri"],
                verifier: try verifier(in: fields))
        case .clientCredentials:
            return .clientCredentials(scope: try fields.scope())
        case .refreshToken:
            return .refreshToken(Secret(try fields.required("refresh_token")), scope: try fields.scope())
        default:
            throw Refusal(
                .unsupportedGrantType, "this grant type is not supported",
                Diagnostic(
                    "token.grant-type-unsupported", expected: GrantType.all.map(\.rawValue).joined(separator: " "),
                    found: String(type.prefix(64))))
        }
    }

    private static func verifier(in fields: FormFields) throws(Refusal) -> CodeVerifier? {
        guard let text = fields["code_verifier"] else { return nil }
        do {
            return try CodeVerifier.parse(text)
        } catch {
            throw Refusal(
                .invalidGrant, "code_verifier is not 43 to 128 unreserved characters",
                Diagnostic("token.verifier-malformed", expected: "43...128 unreserved", found: "\(error)"))
        }
    }
}
