extension DiagnosisRow {
    /// Rows 10 to 13 share their evidence: the login is accepted, and the mailbox does not open.
    static let mailboxRows = [noRights, protocolOff, outage, personalSwitch]

    private static let seen: ReportText =
        "the server accepted the token and then said \"User is authenticated but not connected\""

    private static let noRights = DiagnosisRow(
        10, "no-rights-on-mailbox", "the token is valid, and has no rights on this mailbox"
    ) { evidence in
        guard evidence.isHalfAuthenticated else { return nil }
        let mailbox = evidence.mailbox
        if let claims = evidence.claims, claims.isAppOnly {
            return Match(
                .likely, because: [seen, "an app acts for itself, and Exchange has to let it into each mailbox"],
                fix: Fix(
                    "Give the app's service principal the mailbox.",
                    commands: [
                        "Connect-ExchangeOnline",
                        """
                        Add-MailboxPermission -Identity \(.address, mailbox, or: "MAILBOX") -User \
                        \(.object, claims.objectID, or: "ENTERPRISE_APP_OBJECT_ID") -AccessRights FullAccess
                        """,
                    ]))
        }
        guard evidence.isOtherPerson != false else { return nil }
        let person = evidence.claims?.person
        let fix = Fix(
            "Log in as the person whose token it is, or let that person open the mailbox.",
            commands: [
                "Connect-ExchangeOnline",
                """
                Add-MailboxPermission -Identity \(.address, mailbox, or: "MAILBOX") -User \
                \(.address, person, or: "PERSON") -AccessRights FullAccess
                """,
            ])
        guard evidence.isOtherPerson == true else { return Match(.possible, because: [seen], fix: fix) }
        return Match(
            .likely,
            because: [
                seen,
                """
                the token is of \(.address, person, or: "somebody"), the login is for \
                \(.address, mailbox, or: "another address")
                """,
            ], fix: fix)
    }

    private static let protocolOff = DiagnosisRow(
        11, "mailbox-not-served",
        "the mailbox does not serve this protocol: switched off, no licence, or not in the cloud"
    ) { evidence in
        let isSaid = evidence.signals.contains(.protocolDisabled)
        guard evidence.isHalfAuthenticated || isSaid else { return nil }
        let parameter = evidence.service == .pop ? "PopEnabled" : "ImapEnabled"
        let fix = Fix(
            """
            See that the mailbox exists in Exchange Online (licence assigned, not on the organisation's own server, \
            not being moved) and that the protocol is on.
            """,
            commands: [
                "Connect-ExchangeOnline", "Get-CASMailbox -Identity \(.address, evidence.mailbox, or: "MAILBOX")",
                "Set-CASMailbox -Identity \(.address, evidence.mailbox, or: "MAILBOX") -\(parameter) $true",
            ],
            clickPath:
                """
                Microsoft 365 admin center > Users > Active users > the person > Mail > Manage email apps > \
                \(evidence.service == .pop ? "POP" : "IMAP")
                """
        )
        if isSaid {
            return Match(
                .certain, because: ["the server says that the protocol is off"],
                fix: evidence.persona == .gmail
                    ? Fix("Switch it on.", clickPath: "Gmail > Settings > See all settings > Forwarding and POP/IMAP")
                    : fix)
        }
        if evidence.isOtherPerson == false, evidence.claims?.isAppOnly == false {
            return Match(.likely, because: [seen, "the token is of the mailbox's own person"], fix: fix)
        }
        return Match(.possible, because: [seen], fix: fix)
    }

    private static let outage = DiagnosisRow(
        12, "provider-incident", "the provider has an incident"
    ) { evidence in
        guard evidence.isHalfAuthenticated, evidence.context.history != .neverWorked else { return nil }
        let because: [ReportText] =
            evidence.context.history == .workedBefore ? [seen, "the same login worked before"] : [seen]
        return Match(
            .possible, because: because,
            fix: Fix(
                """
                Look for an incident of Exchange Online, try again with growing pauses, and read by Microsoft Graph \
                meanwhile.
                """,
                commands: [
                    "sallyport mail list ACCOUNT --mailbox \(.address, evidence.mailbox, or: "MAILBOX") --via graph"
                ],
                clickPath: "Microsoft 365 admin center > Health > Service health"))
    }

    private static let personalSwitch = DiagnosisRow(
        13, "outlook-com-switch", "Outlook.com: IMAP and POP are switched off in the mailbox's settings"
    ) { evidence in
        guard evidence.isHalfAuthenticated,
            evidence.token?.isMicrosoftPersonal == true || evidence.isPersonalMailbox == true
        else { return nil }
        return Match(
            .possible, because: [seen, "the account is a personal one"],
            fix: Fix(
                "Switch it on.",
                clickPath:
                    """
                    Outlook.com > Settings > Mail > Forwarding and IMAP > Let devices and apps use IMAP (POP has its \
                    own switch)
                    """
            ))
    }

    static let basicAuthentication = DiagnosisRow(
        14, "password-sent", "the program sent a password (LOGIN or PLAIN), which the provider has retired"
    ) { evidence in
        let isBlocked = evidence.signals.contains(.basicAuthenticationBlocked)
        guard isBlocked || evidence.signals.contains(.passwordRefused) || evidence.blob?.mechanism == .plain else {
            return nil
        }
        let because: ReportText =
            isBlocked
            ? "the server says that it takes no passwords"
            : evidence.blob?.mechanism == .plain
                ? "what was sent are credentials of SASL PLAIN"
                : "the server answers a command that carries a password"
        return Match(
            isBlocked ? .certain : .likely, because: [because],
            fix: Fix(
                """
                Configure the program for OAuth 2: mechanism XOAUTH2, with an access token. A token does not work in \
                place of the password of LOGIN or PLAIN.
                """,
                commands: ["sallyport login microsoft365 --client-id CLIENT_ID --account NAME", "sallyport token NAME"])
        )
    }
}
