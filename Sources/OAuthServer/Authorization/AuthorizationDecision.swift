import OAuthCore

/// Everything that an authorization request is decided from.
struct AuthorizationFacts: Sendable {
    /// The sign-in of the browser and its person; absent when there is none or it has expired.
    var signIn: (session: SessionRecord, user: UserRecord)?
    /// What the person allowed this client before.
    var consent: ConsentRecord?
    /// What the person has just said on the consent page.
    var answer: ConsentAnswer?
    /// When signing in was asked for, if this request comes back from there.
    var interruptedAt: UnixTime?
    /// The subject of a genuine `id_token_hint`; `.some(nil)` for a hint that is not genuine.
    var hintedSubject: String??
    var now: UnixTime
    var lifetimes: Lifetimes
    var code: String
    var familyID: String
}

/// What to do about an authorization request.
enum AuthorizationDecision: Sendable {
    case signIn(isAgain: Bool)
    case askConsent(new: Scope, allowed: Scope)
    case issueCode([GrantChange])
    case refuse(OAuthError)
}

extension AuthorizationRequest {
    /// Decides: sign in, consent, a code or an error (RFC 6749 §4.1.2, OpenID Connect Core §3.1.2.3 to §3.1.2.6).
    func decide(_ facts: AuthorizationFacts) -> AuthorizationDecision {
        guard let (session, user) = facts.signIn else {
            return interact(.signIn(isAgain: false), orFailWith: .loginRequired, "nobody is signed in")
        }
        if let decision = decide(onHint: facts.hintedSubject, session, facts) { return decision }
        if needsFreshSignIn(session, facts) {
            return interact(.signIn(isAgain: true), orFailWith: .loginRequired, "the sign-in is too old")
        }
        if let answer = facts.answer, answer.subject == user.subject {
            return decide(on: answer, session, facts)
        }
        let allowed = scope.intersection(facts.consent?.scope ?? Scope())
        guard let consent = facts.consent, allowed == scope, !prompts.contains(.consent) else {
            let new = prompts.contains(.consent) ? scope : scope.subtracting(allowed)
            return interact(
                .askConsent(new: new, allowed: scope.subtracting(new)), orFailWith: .consentRequired,
                "the person has not consented to this")
        }
        // Both may be taken back before the code is stored, and must not be outlived by it.
        return .issueCode([
            .requireSession(session.digest), .requireConsent(consent), .insertCode(code(session, facts)),
        ])
    }

    /// Decides where the person is not the one that `id_token_hint` names; `nil` to go on.
    private func decide(
        onHint hinted: String??, _ session: SessionRecord, _ facts: AuthorizationFacts
    ) -> AuthorizationDecision? {
        guard case .some(let hinted) = hinted, hinted != session.subject else { return nil }
        let again = interact(.signIn(isAgain: true), orFailWith: .loginRequired, "another person is signed in")
        guard !prompts.contains(.none), hasSignedIn(session, since: facts) else { return again }
        // They were asked and are who they are. A hint that names nobody is no reason to turn them away.
        guard hinted != nil else { return nil }
        return .refuse(
            OAuthError(
                .loginRequired, "another person than the id_token_hint's signed in",
                diagnostic: Diagnostic("authorize.hint-unmet", expected: hinted, found: session.subject)))
    }

    private func needsFreshSignIn(_ session: SessionRecord, _ facts: AuthorizationFacts) -> Bool {
        // No age at all is `prompt=login` by another name.
        let isTooOld = maxAge.map { $0 == 0 || facts.now.since(session.authenticatedAt) > $0 } ?? false
        return (prompts.contains(.login) || isTooOld) && !hasSignedIn(session, since: facts)
    }

    /// Whether this request has asked for the sign-in, and not long ago.
    private func hasSignedIn(_ session: SessionRecord, since facts: AuthorizationFacts) -> Bool {
        guard let interruptedAt = facts.interruptedAt, facts.now.since(interruptedAt) <= facts.lifetimes.interaction
        else { return false }
        return session.authenticatedAt >= interruptedAt
    }

    private func decide(
        on answer: ConsentAnswer, _ session: SessionRecord, _ facts: AuthorizationFacts
    ) -> AuthorizationDecision {
        guard answer.isAllowed else {
            return .refuse(
                OAuthError(.accessDenied, "the person refused", diagnostic: Diagnostic("authorize.consent-refused")))
        }
        let before = facts.consent?.scope ?? Scope()
        // The page may give no more than was asked, and must have shown all that is new.
        guard answer.scope.isSubset(of: scope), scope.isSubset(of: before.union(answer.scope)) else {
            return .refuse(
                OAuthError(
                    .invalidScope, "the consent is for another scope than was asked",
                    diagnostic: Diagnostic(
                        "authorize.consent-scope", expected: scope.description, found: answer.scope.description)))
        }
        let consent = ConsentRecord(
            subject: session.subject, clientID: target.client.id, scope: before.union(scope),
            grantedAt: facts.consent?.grantedAt ?? facts.now)
        return .issueCode([
            .requireSession(session.digest), .saveConsent(consent), .insertCode(code(session, facts)),
        ])
    }

    private func interact(
        _ interaction: AuthorizationDecision, orFailWith code: ErrorCode, _ description: String
    ) -> AuthorizationDecision {
        guard prompts.contains(.none) else { return interaction }
        return .refuse(
            OAuthError(code, description, diagnostic: Diagnostic("authorize.prompt-none", found: code.rawValue)))
    }

    private func code(_ session: SessionRecord, _ facts: AuthorizationFacts) -> CodeRecord {
        let outlives = scope.contains(Scope.offlineAccessToken)
        return CodeRecord(
            digest: TokenDigest(of: Secret(facts.code)),
            grant: GrantContext(
                familyID: facts.familyID, clientID: target.client.id, subject: session.subject, scope: scope,
                authenticatedAt: session.authenticatedAt, session: outlives ? nil : session.digest),
            redirectURI: target.requested, challenge: challenge?.value, nonce: nonce,
            expiresAt: facts.now + facts.lifetimes.code)
    }
}
