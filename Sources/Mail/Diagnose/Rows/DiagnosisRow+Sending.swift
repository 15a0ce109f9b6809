extension DiagnosisRow {
    /// SMTP's and POP's own answers.
    static let sendingRows = [tokenAtSMTP, smtpOff, smtpPolicy, tokenEndsSoon, popOneLine]

    private static let tokenAtSMTP = DiagnosisRow(
        15, "token-refused-by-smtp", "SMTP refuses the token",
        matches: { evidence in
            guard evidence.service == .smtp, evidence.isExchange, evidence.isTokenRefused,
                !evidence.signals.contains(.policy)
            else { return [] }
            let found = TokenCheck.all.compactMap { check in
                check.check(evidence).map { match in
                    Match(
                        match.confidence, because: match.because, fix: match.fix,
                        cause: "SMTP refuses the token: \(match.cause ?? "\(check.cause)") (as row \(check.number))")
                }
            }
            guard found.isEmpty else { return found }
            let reason: ReportText =
                evidence.claims == nil
                ? "the token cannot be read, so nothing in it could be checked"
                : "nothing in the token speaks against it"
            return [
                Match(
                    .possible, because: ["535 5.7.3 is the answer to any token that is not accepted", reason],
                    fix: Fix(
                        """
                        The token must be for https://outlook.office.com with SMTP.Send (an app for itself: \
                        SMTP.SendAsApp), not expired, and of the sender. Check each.
                        """
                    ))
            ]
        })

    private static let smtpOff = DiagnosisRow(
        16, "smtp-auth-disabled", "authenticated SMTP is switched off"
    ) { evidence in
        let forMailbox = evidence.signals.contains(.smtpDisabledForMailbox)
        guard forMailbox || evidence.signals.contains(.smtpDisabledForTenant) else { return nil }
        // Both answers name the same page of help, by which the tenant's is known where nothing else is left of it.
        let forTenant = !forMailbox
        let mailbox: ReportText =
            """
            Set-CASMailbox -Identity \(.address, evidence.mailbox, or: "MAILBOX") -SmtpClientAuthenticationDisabled \
            $false
            """
        let tenant: ReportText = "Set-TransportConfig -SmtpClientAuthenticationDisabled $false"
        return Match(
            .certain, because: ["the server says so, for the \(forTenant ? "tenant" : "mailbox")"],
            fix: Fix(
                forTenant
                    ? """
                    Switch it on for the one mailbox, which overrides the tenant's setting, or for the tenant; or \
                    send by Microsoft Graph (sendMail).
                    """
                    : "Switch it on for the mailbox, or send by Microsoft Graph (sendMail).",
                commands: forTenant
                    ? ["Connect-ExchangeOnline", mailbox, tenant] : ["Connect-ExchangeOnline", mailbox],
                clickPath:
                    """
                    Microsoft 365 admin center > Users > Active users > the person > Mail > Manage email apps > \
                    Authenticated SMTP
                    """
            ),
            cause: "authenticated SMTP is switched off for the \(forTenant ? "tenant" : "mailbox")")
    }

    private static let smtpPolicy = DiagnosisRow(
        17, "policy-blocks", "a policy of the organisation (security defaults, Conditional Access) blocks it"
    ) { evidence in
        guard evidence.signals.contains(.policy) else { return nil }
        return Match(
            .likely, because: ["the server names a policy, or calls the credentials incorrect with 5.7.139"],
            fix: Fix(
                """
                Read which policy it was in the sign-in log, and have an administrator make an exception; with \
                security defaults, authenticate by token, never by password.
                """,
                clickPath: "Entra admin center > Monitoring & health > Sign-in logs > the attempt > Conditional Access")
        )
    }

    private static let tokenEndsSoon = DiagnosisRow(
        18, "token-ends-soon", "the token has less than ten minutes left, and this endpoint wants more"
    ) { evidence in
        guard evidence.signals.contains(.tokenEndsSoon) else { return nil }
        return Match(
            .certain, because: ["the server says so (501 5.5.127)"],
            fix: Fix(
                "Refresh ten minutes before the end.", commands: ["sallyport token ACCOUNT --min-ttl 600"]))
    }

    private static let popOneLine = DiagnosisRow(
        19, "pop-one-line", "POP wants AUTH and the credentials on two lines"
    ) { evidence in
        guard evidence.signals.contains(.popProtocolError), evidence.service != .imap, evidence.service != .smtp else {
            return nil
        }
        let isExact = evidence.answers.contains { $0.lowercased().contains("connection is closed. 10") }
        return Match(
            isExact ? .certain : .likely, because: ["the server answers \"Protocol error\" and closes the connection"],
            fix: Fix(
                """
                Send AUTH XOAUTH2, wait for +, then send the credentials; Exchange refuses them on the first line. \
                Many programs have a switch for it.
                """
            ))
    }
}
