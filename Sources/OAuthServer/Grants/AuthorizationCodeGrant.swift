import OAuthCore

/// The exchange of a code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.6, OpenID Connect Core §3.1.3).
enum AuthorizationCodeGrant {
    /// The parts of the request that this grant is about.
    struct Request: Sendable {
        var redirectURI: String?
        var verifier: CodeVerifier?
    }

    /// Decides about a code that was loaded; `nil` is a code that nobody was given.
    static func decide(_ request: Request, code: CodeRecord?, facts: TokenFacts) throws(Refusal) -> TokenDecision {
        try facts.requireGrant(.authorizationCode)
        guard let code else { throw .invalidGrant("the code is not valid", "token.code-unknown") }
        try verifyBinding(of: code, request, facts)
        guard let user = facts.user else {
            throw .invalidGrant("the person's account is gone", "token.user-gone")
        }
        return .issue(issue(for: code, user: user, facts: facts))
    }

    /// The whole truth table of who may redeem a code, when and how. A replay revokes what the code gave (§4.1.2).
    private static func verifyBinding(of code: CodeRecord, _ request: Request, _ facts: TokenFacts) throws(Refusal) {
        let client = facts.client.record
        guard code.grant.clientID == client.id else {
            throw .invalidGrant(
                "the code was issued to another client", "token.code-other-client", expected: code.grant.clientID,
                found: client.id)
        }
        guard code.consumedAt == nil else {
            throw .invalidGrant(
                "the code was used before", "token.code-replayed", changes: [.revokeFamily(code.grant.familyID)])
        }
        guard facts.now < code.expiresAt else {
            throw .invalidGrant(
                "the code has expired", "token.code-expired", expected: "\(code.expiresAt.seconds)",
                found: "\(facts.now.seconds)")
        }
        guard request.redirectURI == code.redirectURI else {
            throw .invalidGrant(
                "redirect_uri differs from the authorization request's", "token.redirect-uri-differs",
                expected: code.redirectURI ?? "absent", found: request.redirectURI ?? "absent")
        }
        try verifyChallenge(of: code, request.verifier)
    }

    /// A verifier exactly when there was a challenge: leaving it out and adding it are both attacks (RFC 9700 §2.1.1,
    /// §4.8.2).
    private static func verifyChallenge(of code: CodeRecord, _ verifier: CodeVerifier?) throws(Refusal) {
        switch (code.challenge, verifier) {
        case (nil, nil): return
        case (nil, .some):
            throw .invalidGrant("code_verifier was sent, but no code_challenge before", "token.verifier-unexpected")
        case (.some, nil):
            throw .invalidGrant("code_verifier is missing", "token.verifier-missing")
        case (let challenge?, let verifier?):
            let stored = try? CodeChallenge.parse(challenge, method: CodeChallenge.method)
            guard stored?.matches(verifier) == true else {
                throw .invalidGrant("code_verifier does not match the challenge", "token.verifier-wrong")
            }
        }
    }

    private static func issue(for code: CodeRecord, user: UserRecord, facts: TokenFacts) -> TokenIssue {
        let client = facts.client.record
        var refreshToken: TokenIssue.RefreshToken?
        if client.grantTypes.contains(.refreshToken) {
            refreshToken = .init(
                scope: code.grant.scope, expiresAt: facts.now + facts.lifetimes.refreshTokenIdle,
                familyExpiresAt: facts.now + facts.lifetimes.refreshTokenFamily)
        }
        return TokenIssue(
            consumption: .code(code.digest), grant: code.grant, format: client.accessTokenFormat, issuedAt: facts.now,
            accessTokenExpiresAt: facts.accessTokenExpiry, refreshToken: refreshToken,
            idToken: IDTokenPlan(grant: code.grant, client: client, nonce: code.nonce, facts: facts))
    }
}
