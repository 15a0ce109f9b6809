import OAuthCore

/// New tokens for a refresh token (RFC 6749 §6), which is rotated at each use (RFC 9700 §4.14.2).
///
/// Rotation is idempotent: whoever lost the answer gets the same one again for a while. Anything else that brings a used
/// token back means that two parties hold it, and ends the family.
enum RefreshTokenGrant {
    /// Decides about a refresh token that was loaded; `nil` is one that nobody was given, or that was revoked.
    static func decide(
        _ presented: Secret, scope requested: Scope?, state: RefreshTokenState?, facts: TokenFacts
    ) throws(Refusal) -> TokenDecision {
        try facts.requireGrant(.refreshToken)
        guard let state else { throw .invalidGrant("the refresh token is not valid", "token.refresh-unknown") }
        let record = state.record
        try verifyLife(of: record, facts)
        if let rotation = record.rotation {
            return try decideAboutUsed(rotation, state, presented, facts)
        }
        guard facts.user != nil || record.grant.subject == nil else {
            throw .invalidGrant("the person's account is gone", "token.user-gone")
        }
        let scope = requested ?? record.grant.scope
        guard scope.isSubset(of: record.grant.scope) else {
            throw Refusal(
                .invalidScope, "more scope than was granted",
                Diagnostic(
                    "token.scope-exceeds-grant", expected: record.grant.scope.description, found: scope.description))
        }
        return .issue(issue(for: record, presented, scope: scope, facts: facts))
    }

    private static func verifyLife(of record: RefreshTokenRecord, _ facts: TokenFacts) throws(Refusal) {
        guard record.grant.clientID == facts.client.record.id else {
            throw .invalidGrant(
                "the refresh token was issued to another client", "token.refresh-other-client",
                expected: record.grant.clientID, found: facts.client.record.id)
        }
        guard facts.now < min(record.expiresAt, record.familyExpiresAt) else {
            throw .invalidGrant("the refresh token has expired", "token.refresh-expired")
        }
    }

    private static func decideAboutUsed(
        _ rotation: RefreshTokenRecord.Rotation, _ state: RefreshTokenState, _ presented: Secret, _ facts: TokenFacts
    ) throws(Refusal) -> TokenDecision {
        let revocation: [GrantChange] = [.revokeFamily(state.record.grant.familyID)]
        // Someone has gone on from the successor, so nobody can still be waiting for it.
        guard !state.successorWasUsed else {
            throw .invalidGrant(
                "the refresh token was used before", "token.refresh-grandparent-replayed", changes: revocation)
        }
        guard facts.now.since(rotation.at) <= facts.lifetimes.refreshGrace else {
            throw .invalidGrant("the refresh token was used before", "token.refresh-replayed", changes: revocation)
        }
        return .repeatAnswer(rotation, for: presented)
    }

    private static func issue(
        for record: RefreshTokenRecord, _ presented: Secret, scope: Scope, facts: TokenFacts
    ) -> TokenIssue {
        let client = facts.client.record
        var grant = record.grant
        // What an operator took from the client since is not handed out again.
        grant.scope = scope.intersection(client.scope)
        let expiresAt = min(facts.now + facts.lifetimes.refreshTokenIdle, record.familyExpiresAt)
        return TokenIssue(
            consumption: .refreshToken(presented), grant: grant, format: client.accessTokenFormat, issuedAt: facts.now,
            accessTokenExpiresAt: facts.accessTokenExpiry,
            refreshToken: .init(
                scope: record.grant.scope, expiresAt: expiresAt, familyExpiresAt: record.familyExpiresAt),
            idToken: IDTokenPlan(grant: grant, client: client, nonce: nil, facts: facts))
    }
}
