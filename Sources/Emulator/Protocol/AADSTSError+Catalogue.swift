extension AADSTSError {
    /// The error with this number, for a fault on demand; `nil` for a number that is not known here.
    public static func known(_ code: Int) -> AADSTSError? {
        guard let entry = catalogue.first(where: { $0.code == code }) else { return nil }
        var error = AADSTSError(code, entry.error, entry.text)
        if code == 65_001 { error.suberror = "consent_required" }
        if [50_072, 50_074, 50_076, 50_079, 53_000, 53_003].contains(code) {
            error.claims =
                #"{"access_token":{"capolids":{"essential":true,"values":["00000000-0000-0000-0000-000000000001"]}}}"#
        }
        if [50_055, 50_144].contains(code) { error.suberror = "user_password_expired" }
        if [50_173, 70_000].contains(code) { error.suberror = "bad_token" }
        return error
    }

    /// Every number that ``known(_:)`` knows.
    public static var knownCodes: [Int] { catalogue.map(\.code) }

    private static let catalogue: [(code: Int, error: String, text: String)] = [
        (16_000, "interaction_required", "The account does not exist in the tenant and cannot access the application."),
        (28_000, "invalid_scope", "The scope names more than one resource."),
        (28_002, "invalid_scope", "The scope is not valid when an access token is requested."),
        (50_001, "invalid_resource", "The resource was not found, or is not installed in the tenant."),
        (50_011, "invalid_request", "The redirect URI does not match the ones configured for the application."),
        (50_012, "invalid_client", "Authentication failed."),
        (50_013, "invalid_grant", "The assertion is not valid."),
        (50_020, "invalid_grant", "The user account does not exist in the tenant and cannot access the application."),
        (50_034, "invalid_grant", "The user account does not exist in the directory."),
        (50_053, "invalid_grant", "The account is locked after too many wrong passwords."),
        (50_055, "invalid_grant", "The password is expired."),
        (50_056, "invalid_grant", "There is no password for this user in the directory."),
        (50_057, "invalid_grant", "The user account is disabled."),
        (50_058, "login_required", "A silent sign-in was asked for and nobody is signed in."),
        (50_059, "invalid_request", "No tenant was named in the request or implied by any credentials."),
        (50_072, "interaction_required", "The user must enrol for a second factor."),
        (50_074, "interaction_required", "A second factor is required."),
        (50_076, "interaction_required", "The administrator changed something, or you moved: use a second factor."),
        (50_079, "interaction_required", "The user must enrol for a second factor."),
        (50_089, "invalid_grant", "The flow token is expired."),
        (50_105, "access_denied", "The user is not assigned to a role of the application."),
        (50_126, "invalid_grant", "The user name or the password is not correct."),
        (50_128, "invalid_request", "The domain name is not valid: no tenant found."),
        (50_144, "invalid_grant", "The Active Directory password is expired."),
        (50_173, "invalid_grant", "The grant is revoked, for instance by a change of password."),
        (50_194, "invalid_request", "The application is not multi-tenant; use the endpoint of its tenant."),
        (50_196, "invalid_grant", "The same request came too often: the client is in a loop."),
        (53_000, "interaction_required", "The device does not comply with a policy."),
        (53_003, "access_denied", "A Conditional Access policy does not allow the token."),
        (
            54_005, "invalid_grant",
            "The authorization code was already redeemed; retry with a new code or a refresh token."
        ),
        (65_001, "invalid_grant", "The user or an administrator has not consented to the use of the application."),
        (65_002, "invalid_client", "Consent between first-party application and resource must be preauthorised."),
        (65_004, "access_denied", "The user declined to consent to access the application."),
        (65_005, "invalid_resource", "The application misses a resource in its list of required resources."),
        (70_000, "invalid_grant", "The grant is not valid."),
        (70_001, "unauthorized_client", "The application was not found in the directory."),
        (70_002, "invalid_client", "The credentials could not be validated."),
        (70_003, "unsupported_grant_type", "The grant type is not supported."),
        (70_008, "invalid_grant", "The authorization code or refresh token is expired."),
        (70_011, "invalid_scope", "The scope is not valid."),
        (70_016, "authorization_pending", "The device code was not confirmed yet."),
        (70_018, "bad_verification_code", "The user code is not valid."),
        (70_019, "expired_token", "The user code is expired."),
        (90_002, "invalid_request", "The tenant was not found."),
        (90_014, "invalid_request", "A required field is missing."),
        (90_019, "invalid_request", "No tenant was named in the request or implied by any credentials."),
        (90_093, "access_denied", "Only an administrator can do this: sign in as one, or ask one."),
        (90_094, "consent_required", "An administrator must consent to these permissions."),
        (90_124, "invalid_request", "The resource is not supported over the /common or /consumers endpoints."),
        (500_011, "invalid_resource", "The resource principal was not found in the tenant."),
        (500_112, "invalid_client", "The reply address is not the one of the authorization request."),
        (500_113, "invalid_request", "No reply address is registered for the application."),
        (500_133, "invalid_grant", "The assertion is not within its valid time range."),
        (501_481, "invalid_grant", "The code_verifier does not match the code_challenge of the authorization request."),
        (501_491, "invalid_request", "The code_challenge is not valid."),
        (530_032, "access_denied", "A security policy of the organisation blocks the request."),
        (530_034, "access_denied", "A delegated administrator was blocked."),
        (530_035, "access_denied", "Security defaults block the request."),
        (650_052, "invalid_resource", "The organisation has no subscription for the service."),
        (650_053, "invalid_scope", "The application asked for a scope that the resource does not have."),
        (650_056, "invalid_resource", "The application is misconfigured: a permission is missing from its entry."),
        (650_057, "invalid_resource", "The resource is not among those of the application's entry."),
        (700_003, "interaction_required", "The device was not found in the directory."),
        (700_005, "invalid_grant", "The code or refresh token was issued for another tenant."),
        (700_016, "unauthorized_client", "The application was not found in the directory of the tenant."),
        (700_021, "invalid_client", "The assertion's issuer or subject is not the client_id of the request."),
        (700_022, "invalid_scope", "The scope names more than one resource."),
        (700_023, "invalid_client", "The assertion's audience is not this token endpoint."),
        (700_024, "invalid_client", "The assertion is not within its valid time range."),
        (700_025, "invalid_client", "The client is public, so neither client_assertion nor client_secret may be sent."),
        (700_027, "invalid_client", "The client assertion failed signature validation."),
        (700_051, "unsupported_response_type", "The response_type token is not enabled for the application."),
        (700_054, "unsupported_response_type", "The response_type id_token is not enabled for the application."),
        (700_082, "invalid_grant", "The refresh token is expired because it was not used."),
        (700_084, "invalid_grant", "The refresh token was issued to a single page app and is at the end of its life."),
        (900_144, "invalid_request", "The body lacks a required parameter."),
        (900_561, "invalid_request", "The endpoint only accepts POST requests."),
        (900_971, "invalid_request", "No reply address was given."),
        (901_002, "invalid_request", "The resource parameter is not supported here."),
        (7_000_112, "unauthorized_client", "The application is disabled."),
        (7_000_215, "invalid_client", "The client secret is not valid. Send the secret's value, not its id."),
        (7_000_218, "invalid_client", "The body must contain client_assertion or client_secret."),
        (7_000_222, "invalid_client", "The client secret is expired."),
        (9_001_023, "invalid_request", "The grant type is not supported over the /common or /consumers endpoints."),
        (9_002_325, "invalid_request", "PKCE is required for redeeming the code."),
        (9_002_326, "invalid_request", "Cross-origin redemption is only for single-page applications."),
    ]

    /// A known error with the words of this occasion.
    static func of(_ code: Int, _ text: String? = nil) -> AADSTSError {
        var error = known(code) ?? AADSTSError(code, "invalid_request", "The request is not valid.")
        if let text { error.text = text }
        return error
    }
}
