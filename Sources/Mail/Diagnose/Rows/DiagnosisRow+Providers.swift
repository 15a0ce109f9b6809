import MailProtocol
import OAuthCore

extension DiagnosisRow {
    /// Gmail, the end of tokens, refreshes.
    static let providerRows = [gmail, testingStatus, sessionEnded]

    private static let gmail = DiagnosisRow(
        20, "gmail-scope-or-account",
        "Gmail: the token lacks the scope https://mail.google.com/, or is another account's"
    ) { evidence in
        guard evidence.isTokenRefused, evidence.persona == .gmail, !(evidence.token?.isWrongKind ?? false) else {
            return nil
        }
        var because: [ReportText] = []
        if let status = evidence.challenge?.status { because.append("the challenge says status \(quote: status)") }
        if evidence.signals.contains(.gmailRefusal) {
            because.append("the server says \"Invalid credentials (Failure)\"")
        }
        if because.isEmpty { because.append("Gmail refused the token") }
        let isForeign = evidence.token.map { $0.kind != .google && $0.kind != .opaque } ?? false
        if isForeign { because.append("the token does not look like one of Google (ya29.…)") }
        let (isSeen, isExcluded) = told(evidence, &because)
        return Match(
            isForeign || isSeen ? .certain : isExcluded ? .possible : .likely, because: because,
            fix: Fix(
                """
                Sign in again as the mailbox's own account with the scope https://mail.google.com/ and no smaller one \
                (gmail.readonly and gmail.modify are not taken by IMAP), and see that the person left it ticked. What \
                a token has, tokeninfo tells (send it in the body, not in the address).
                """,
                commands: [
                    "curl --data-urlencode access_token@TOKEN_FILE https://oauth2.googleapis.com/tokeninfo"
                ]),
            cause: isForeign ? "Gmail was shown a token that is not Google's" : nil)
    }

    /// What Google itself says of the token: whether that is the cause, and whether it is none.
    private static func told(
        _ evidence: Evidence, _ because: inout [ReportText]
    ) -> (isSeen: Bool, isExcluded: Bool) {
        guard let information = evidence.context.tokenInformation else { return (false, false) }
        let hasScope = information.scopes.contains("https://mail.google.com/")
        if !hasScope {
            because.append("Google says the token's scope is \(quote: information.scopes.joined(separator: " "))")
        }
        let isOther = information.email.map { $0.lowercased() != evidence.mailbox?.lowercased() } ?? false
        if isOther, evidence.mailbox != nil {
            because.append(
                """
                Google says the token is of \(.address, information.email, or: "somebody"), the login is for \
                \(.address, evidence.mailbox, or: "another address")
                """
            )
        }
        let isSeen = !hasScope || (isOther && evidence.mailbox != nil)
        return (isSeen, !isSeen)
    }

    private static let testingStatus = DiagnosisRow(
        21, "google-testing-status", "Google ends refresh tokens after seven days while the app's status is Testing"
    ) { evidence in
        let failure = evidence.context.refresh
        let isGoogle = failure?.provider == .google || (failure == nil && isGoogleText(evidence))
        guard isGoogle, failure?.code == "invalid_grant" || (failure == nil && evidence.signals.contains(.invalidGrant))
        else { return nil }
        var because: [ReportText] = ["Google refused to refresh: invalid_grant"]
        var confidence = Confidence.possible
        if let start = failure?.signedInAt, let now = evidence.context.now {
            let age = now.since(start)
            because.append("the person signed in \(TokenCheck.length(age)) ago")
            // The end is not to the minute, and refreshes are noticed late.
            if age >= .days(7), age <= .days(8) { confidence = .likely }
            if age < .days(6) { return nil }
        }
        return Match(
            confidence, because: because,
            fix: Fix(
                """
                Publish the app, then sign in again. Other ends of a refresh token: the person withdrew it or changed \
                the password, six months without use, more than a hundred for one person and app.
                """,
                commands: ["sallyport login https://accounts.google.com --client-id CLIENT_ID --account NAME"],
                clickPath: "Google Cloud console > Google Auth Platform > Audience > Publish app"))
    }

    private static func isGoogleText(_ evidence: Evidence) -> Bool {
        evidence.persona == .gmail || evidence.answers.contains { $0.lowercased().contains("google") }
            || (evidence.signInCodes.isEmpty && evidence.token?.kind == .googleRefresh)
    }

    private static let sessionEnded = DiagnosisRow(
        22, "session-token-ended", "the session was ended because its token did: normal after 60 to 90 minutes"
    ) { evidence in
        guard evidence.signals.contains(.accessTokenExpired) else { return nil }
        return Match(
            .certain, because: ["the server said BYE with AccessTokenExpired"],
            fix: Fix(
                """
                Get a new token, connect again, and go on from the last UID (if UIDVALIDITY is the same). Nobody has \
                to sign in.
                """
            ))
    }
}
