import MailProtocol

extension DiagnosisRow {
    /// Causes that lie before or beside the mail server's table.
    static let otherRows = [
        wrongKind, signInRefused, mechanismMissing, throttled, longLine, dovecot, refreshRefused, skippedLogin,
    ]

    private static let wrongKind = DiagnosisRow(
        28, "wrong-kind-of-token", "what is used as access token is none"
    ) { evidence in
        guard !evidence.isLoggedIn, let token = evidence.token ?? evidence.blob?.token, token.isWrongKind else {
            return nil
        }
        let isCertain = token.claims == nil
        return Match(
            isCertain ? .certain : .likely, because: ["it is \(token.kindName)"],
            fix: Fix(
                """
                Use the member access_token of the token endpoint's answer. A refresh token or a code has to be \
                exchanged for one first.
                """
            ),
            cause: "what is used as access token is \(token.kindName)")
    }

    private static let signInRefused = DiagnosisRow(
        29, "token-request-failed", "the token request failed, before any mail server was asked",
        matches: { evidence in
            let known = evidence.signInCodes.map { SignInCode.match($0) }
            guard known.isEmpty, evidence.signals.contains(.tokenMissing) else { return known }
            return [
                Match(
                    .certain, because: ["the program looks for access_token in an answer that has none"],
                    fix: Fix(
                        """
                        Print error and error_description of the token endpoint's answer: they say why. Then let them \
                        be explained.
                        """,
                        commands: ["sallyport mail diagnose --explain-response TEXT"]))
            ]
        })

    private static let mechanismMissing = DiagnosisRow(
        30, "mechanism-not-offered", "the server does not take tokens, or not by this mechanism"
    ) { evidence in
        var reason: ReportText = "the server says that it does not know the mechanism"
        if case .notOffered(let missing) = evidence.failure, missing != "STARTTLS" {
            reason = "the server does not offer \(quote: missing)"
        } else if !evidence.signals.contains(.mechanismUnknown) {
            return nil
        }
        let offers = evidence.capabilities.filter { $0.uppercased().hasPrefix("AUTH") }.joined(separator: " ")
        return Match(
            .likely, because: offers.isEmpty ? [reason] : [reason, "it offers \(quote: offers)"],
            fix: Fix(
                """
                Exchange takes XOAUTH2 alone, Gmail and Dovecot OAUTHBEARER as well. A server of one's own has to be \
                configured for it (Dovecot: auth_mechanisms = xoauth2 oauthbearer, and an oauth2 passdb). Over a \
                connection without TLS many servers hide it.
                """
            ))
    }

    private static let throttled = DiagnosisRow(
        31, "throttled", "too many connections, logins or commands"
    ) { evidence in
        guard evidence.signals.contains(.throttled) else { return nil }
        return Match(
            .likely, because: ["the server says so"],
            fix: Fix("Use fewer connections per mailbox, log out at the end, and try again with growing pauses."))
    }

    /// Dovecot 2.3 drops the connection at lines over about 8 KiB.
    private static let longestLine = 8_000

    private static let longLine = DiagnosisRow(
        32, "credentials-too-long", "the line with the token is longer than the server reads"
    ) { evidence in
        let isLong = (evidence.credentialsLength ?? 0) > longestLine
        let isDropped = evidence.reached == .authenticate && evidence.failure == .closed
        guard evidence.signals.contains(.lineTooLong) || (isLong && isDropped) else { return nil }
        let length: ReportText =
            isLong
            ? "the line has \(evidence.credentialsLength ?? 0) bytes and the connection was dropped"
            : "the server says so"
        return Match(
            .likely, because: [length],
            fix: Fix(
                """
                Send the credentials on a line of their own, after the server's + or 334 (SMTP commands end at 512 \
                bytes). Dovecot 2.3 reads about 8 KB in either form: have smaller tokens issued, such as opaque ones.
                """
            ))
    }

    private static let dovecot = DiagnosisRow(
        33, "token-refused-by-server", "the server's own check of the token failed"
    ) { evidence in
        guard evidence.isTokenRefused, !evidence.isExchange, evidence.persona != .gmail else { return nil }
        var because: [ReportText] = []
        var confidence = Confidence.possible
        if let status = evidence.challenge?.status { because.append("the challenge says status \(quote: status)") }
        if let wanted = evidence.challenge?.scope, let claims = evidence.claims {
            let missing = wanted.split(separator: " ").map(String.init).filter { !TokenCheck.has(claims.scopes, $0) }
            if !missing.isEmpty {
                because.append(
                    """
                    the challenge wants the scope \(quote: wanted), the token's scope is \
                    \(quote: claims.scopes.joined(separator: " "))
                    """
                )
                confidence = .likely
            }
        }
        if because.isEmpty { because.append("the server refused without a word about why") }
        return Match(
            confidence, because: because,
            fix: Fix(
                """
                See that the token is of the issuer that the server trusts, has the scope that it wants, and names \
                the mailbox in the claim that the server reads (Dovecot: username_attribute; compared in lower case). \
                Dovecot's local validation also wants the header typ JWT, refuses at+jwt, and allows no difference \
                between the clocks. The server's log says which it was.
                """,
                commands: ["doveadm log errors", "sallyport inspect - < TOKEN_FILE"]))
    }

    private static let refreshRefused = DiagnosisRow(
        34, "refresh-refused", "the account's refresh token is no longer accepted"
    ) { evidence in
        guard let refresh = evidence.context.refresh, evidence.signInCodes.isEmpty else { return nil }
        let said: ReportText = "the token endpoint answered \(quote: refresh.code)"
        let because = refresh.text.map { text -> [ReportText] in [said, "\(quote: text)"] } ?? [said]
        return Match(
            refresh.code == "invalid_grant" ? .likely : .possible, because: because,
            fix: Fix("Sign in again.", commands: ["sallyport login ISSUER --client-id CLIENT_ID --account NAME"]))
    }

    private static let skippedLogin = DiagnosisRow(
        35, "failed-login-ignored", "the program went on although its login had failed"
    ) { evidence in
        guard evidence.signals.contains(.selectWithoutLogin) else { return nil }
        return Match(
            .likely, because: ["a mailbox was to be opened while nobody was logged in"],
            fix: Fix(
                "Look at the answer to AUTHENTICATE and stop where it is not OK: its text is the one to have explained."
            ))
    }
}

extension TokenLook {
    /// What it is, in words.
    var kindName: String {
        switch kind {
        case .jwt: claims?.looksLikeIDToken == true ? "an ID token" : "a JWT"
        case .encryptedJWT: "an encrypted JWT"
        case .microsoftPersonal: "an access token of a personal Microsoft account (opaque)"
        case .google: "an access token of Google (opaque)"
        case .sallyport: "an access token of Sallyport (opaque)"
        case .googleRefresh: "a refresh token of Google"
        case .microsoftRefresh: "a refresh token or a code of Microsoft"
        case .sallyportRefresh: "a refresh token of Sallyport"
        case .authorizationCode: "an authorization code"
        case .clientSecret: "a client secret"
        case .json: "a JSON document"
        case .placeholder: "a placeholder"
        case .empty: "empty"
        case .opaque: "opaque"
        }
    }
}
