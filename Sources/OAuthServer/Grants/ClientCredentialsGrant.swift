import OAuthCore

/// A token for the client itself (RFC 6749 §4.4).
enum ClientCredentialsGrant {
    /// Decides what a client may have for itself.
    ///
    /// - Parameter familyID: a fresh one, for what may be issued.
    static func decide(scope requested: Scope?, familyID: String, facts: TokenFacts) throws(Refusal) -> TokenDecision {
        try facts.requireGrant(.clientCredentials)
        let client = facts.client.record
        guard !client.isPublic else {
            throw Refusal(
                .unauthorizedClient, "a public client has no credentials of its own",
                Diagnostic("token.public-client-credentials", expected: "a confidential client", found: "public"))
        }
        let allowed = client.scope.subtracting(.personal)
        let scope = requested ?? allowed
        guard scope.isSubset(of: allowed) else {
            throw Refusal(
                .invalidScope, "the client may not have this scope for itself",
                Diagnostic("token.scope-not-allowed", expected: allowed.description, found: scope.description))
        }
        // No refresh token: the client can ask again (RFC 6749 §4.4.3).
        return .issue(
            TokenIssue(
                consumption: .nothing,
                grant: GrantContext(familyID: familyID, clientID: client.id, subject: nil, scope: scope),
                format: client.accessTokenFormat, issuedAt: facts.now, accessTokenExpiresAt: facts.accessTokenExpiry))
    }
}
