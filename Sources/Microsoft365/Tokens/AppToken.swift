import OAuthCore

/// What can be told of an app's own access token without trusting it. It came from the token endpoint over TLS, and
/// only the resource verifies it.
enum AppToken {
    /// Checks a token that is a JSON Web Token; another one says nothing, which is no fault of it.
    static func verify(
        _ token: Secret, tenant: TenantID, resource: String
    ) throws(Microsoft365Error) {
        guard let token = try? CompactJWS.parse(token.revealed()),
            let claims = try? JSONObject.parse(token.unverifiedPayload)
        else { return }
        if let found = claims["tid"]?.string.flatMap({ TenantID($0) }), found != tenant {
            throw .wrongTenant(expected: tenant, found: found)
        }
        guard let roles = claims["roles"]?.strings, !roles.isEmpty else {
            throw Microsoft365Error(
                .notConsented, reason: "the tenant has consented to no permission of the app's own at \(resource)",
                remedy: "add application permissions to the app's registration, and have an administrator consent")
        }
    }
}

extension Microsoft365Error {
    static func wrongTenant(expected: TenantID, found: TenantID) -> Microsoft365Error {
        Microsoft365Error(
            .wrongTenant(expected: expected, found: found),
            reason: "the answer is for the tenant \(found), and asked for was \(expected)",
            remedy: "sign in with an account of the right organisation")
    }
}
