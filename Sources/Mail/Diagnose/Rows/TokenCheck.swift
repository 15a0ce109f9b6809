/// A cause that is seen in the token: the same for every service, but for the name of the permission.
struct TokenCheck: Sendable {
    var number: Int
    var id: String
    var cause: String
    var check: @Sendable (Evidence) -> DiagnosisRow.Match?

    static let all = [audience, scope, consent, registration, expiry, person, tenant, accountKind]
}

extension DiagnosisRow {
    /// Exchange's SMTP words one refusal for all of these; there they are refinements of row 15.
    static let tokenRows = TokenCheck.all.map { check in
        DiagnosisRow(check.number, check.id, check.cause) { evidence in
            // That Exchange lacks a registration shows in nothing but its refusal.
            guard evidence.isTokenRefused || (evidence.isTokenInQuestion && check.number != 5),
                !(evidence.service == .smtp && evidence.isExchange), !evidence.isTokenProven
            else { return nil }
            return check.check(evidence) ?? check.guess(evidence)
        }
    }
}

extension TokenCheck {
    /// A refusal alone, of a token that nobody has seen, fits whatever can be wrong with a token.
    fileprivate func guess(_ evidence: Evidence) -> DiagnosisRow.Match? {
        if let personal = guessPersonal(evidence) { return personal }
        guard evidence.isExchange, evidence.isTokenRefused, evidence.token == nil, evidence.context.token == nil else {
            return nil
        }
        return .init(
            .possible, because: ["the server refused a token that is not known here"],
            fix: Fix(
                "Show the token to this command: its claims tell which it is.",
                commands: ["sallyport mail diagnose --token-stdin --host HOST --mailbox ADDRESS"]))
    }
}

extension TokenCheck {
    /// A personal account's token is opaque, so that the same holds of it where the server only refuses it.
    private func guessPersonal(_ evidence: Evidence) -> DiagnosisRow.Match? {
        guard evidence.isExchange, evidence.isTokenRefused, evidence.token?.kind == .microsoftPersonal,
            evidence.isPersonalMailbox != false, [2, 3, 6, 7].contains(number)
        else { return nil }
        return .init(
            .possible,
            because: [
                "a personal account's token is opaque: nothing in it can be checked, and the server says no more"
            ],
            fix: Fix(
                """
                Sign in as the mailbox's own account and ask for exactly https://outlook.office.com/\
                \(evidence.permission.delegated) and offline_access (.default does not work for personal accounts), \
                and log in with the token while it is fresh.
                """
            ))
    }
}

/// Whom tokens are for.
enum Audience {
    private static let exchange: Set<String> = [
        "https://outlook.office365.com", "https://outlook.office.com", "https://ps.outlook.com", "https://outlook.com",
        "https://partner.outlook.cn", "https://outlook.office365.us", "https://outlook-dod.office365.us",
        "https://webmail.apps.mil", "00000002-0000-0ff1-ce00-000000000000",
    ]

    private static func plain(_ audience: String) -> String {
        var audience = audience.lowercased()
        while audience.hasSuffix("/") { audience.removeLast() }
        return audience
    }

    /// Whether mail servers of Microsoft take tokens for these; `nil` where the token does not say.
    static func isExchange(_ evidence: Evidence) -> Bool? {
        guard let audiences = evidence.claims?.audiences, !audiences.isEmpty else { return nil }
        let known = exchange.union(evidence.context.audiences.map(plain))
        return audiences.contains { known.contains(plain($0)) }
    }

    static func isGraph(_ audience: String) -> Bool {
        let audience = plain(audience)
        return audience == "00000003-0000-0000-c000-000000000000" || audience.hasPrefix("https://graph.microsoft.")
            || audience.hasPrefix("https://dod-graph.microsoft.") || audience.hasPrefix("https://microsoftgraph.")
            || audience.hasPrefix("https://graph.windows.net")
    }
}

extension TokenCheck {
    static let audience = TokenCheck(
        number: 2, id: "token-for-another-api", cause: "the token is for another API, not for mail"
    ) { evidence in
        if let foreign = foreign(evidence) { return foreign }
        guard evidence.isExchange, Audience.isExchange(evidence) == false, let audiences = evidence.claims?.audiences
        else { return nil }
        let isGraph = audiences.contains(where: Audience.isGraph)
        let delegated = evidence.permission.delegated
        return .init(
            isGraph ? .certain : .likely,
            because: ["the token's aud is \(quote: audiences.joined(separator: " ")), and mail wants \(mailAudience)"],
            fix: Fix(
                """
                Ask for a token for mail: scope https://outlook.office.com/\(delegated) where a person signs in, \
                https://outlook.office365.com/.default where an app acts for itself. A bare scope name means \
                Microsoft Graph.
                """,
                commands: ["sallyport token ACCOUNT --resource https://outlook.office365.com"]),
            cause: isGraph ? "the token is for Microsoft Graph, which mail servers do not take" : nil)
    }

    /// A token that shows by its look that somebody else issued it.
    private static func foreign(_ evidence: Evidence) -> DiagnosisRow.Match? {
        guard let token = evidence.token else { return nil }
        let isForeign =
            switch evidence.persona {
            case .exchange: token.kind == .google || token.kind == .sallyport
            case .gmail: token.isMicrosoft || token.kind == .sallyport
            default: false
            }
        guard isForeign else { return nil }
        return .init(
            .certain, because: ["it is \(token.kindName), and the server is of \(evidence.persona.name)"],
            fix: Fix("Get the token where the mailbox is at home: Microsoft for Exchange Online, Google for Gmail."),
            cause: "the token is of another provider than the mailbox")
    }

    private static let mailAudience = "https://outlook.office365.com"

    static let scope = TokenCheck(
        number: 3, id: "scope-missing", cause: "the token lacks the permission for this protocol"
    ) { evidence in
        guard evidence.isExchange, let claims = evidence.claims, !claims.scopes.isEmpty,
            Audience.isExchange(evidence) != false, !has(claims.scopes, evidence.permission.delegated)
        else { return nil }
        let wanted = evidence.permission.delegated
        return .init(
            .certain,
            because: ["the token's scp is \(quote: claims.scopes.joined(separator: " ")), without \(wanted)"],
            fix: Fix(
                """
                Ask for exactly https://outlook.office.com/\(wanted) and offline_access, in a request without scopes \
                of Microsoft Graph (Mail.Read and the like), and sign in again.
                """,
                clickPath:
                    """
                    Entra admin center > App registrations > the app > API permissions > Add a permission > Microsoft \
                    Graph > Delegated permissions > \(wanted)
                    """
            ))
    }

    static let consent = TokenCheck(
        number: 4, id: "application-permission-missing",
        cause: "the app acts for itself, without the permission that this needs"
    ) { evidence in
        guard evidence.isExchange, let claims = evidence.claims, claims.isMicrosoft, claims.isAppOnly,
            claims.scopes.isEmpty, Audience.isExchange(evidence) != false,
            !has(claims.roles, evidence.permission.application)
        else { return nil }
        let wanted = evidence.permission.application
        let seen: ReportText =
            claims.roles.isEmpty
            ? "the token has neither scp nor roles"
            : "the token's roles are \(quote: claims.roles.joined(separator: " ")), without \(wanted)"
        return .init(
            .certain, because: [seen],
            fix: Fix(
                """
                Give the app the application permission \(wanted) of Office 365 Exchange Online, have an \
                administrator consent, then get a new token: the old one stays as it is.
                """,
                commands: [
                    """
                    sallyport consent \(.tenant, claims.tenant, or: "TENANT") --client-id \
                    \(.app, evidence.appID, or: "CLIENT_ID") --certificate FILE --resource \
                    https://outlook.office365.com
                    """
                ],
                clickPath:
                    """
                    Entra admin center > App registrations > the app > API permissions > Add a permission > APIs my \
                    organization uses > Office 365 Exchange Online > Application permissions > \(wanted) > Grant \
                    admin consent
                    """
            ))
    }

    static let registration = TokenCheck(
        number: 5, id: "service-principal-missing",
        cause: "Exchange does not know the app's service principal, or knows it by a wrong object id"
    ) { evidence in
        guard evidence.isExchange, let claims = evidence.claims, has(claims.roles, evidence.permission.application),
            Audience.isExchange(evidence) != false, !isExpired(evidence)
        else { return nil }
        return .init(
            .likely,
            because: [
                """
                the token is for mail and its roles hold \(evidence.permission.application): what is left is \
                Exchange's own registration
                """
            ],
            fix: Fix(
                """
                Register the service principal in Exchange with the object id of the enterprise application (not of \
                the app registration), and give it the mailbox. It can take an hour to work.
                """,
                commands: [
                    "Connect-ExchangeOnline",
                    """
                    New-ServicePrincipal -AppId \(.app, evidence.appID, or: "CLIENT_ID") -ObjectId \
                    \(.object, claims.objectID, or: "ENTERPRISE_APP_OBJECT_ID")
                    """,
                    """
                    Add-MailboxPermission -Identity \(.address, evidence.mailbox, or: "MAILBOX") -User \
                    \(.object, claims.objectID, or: "ENTERPRISE_APP_OBJECT_ID") -AccessRights FullAccess
                    """,
                ],
                clickPath: "Entra admin center > Enterprise applications > the app > Overview > Object ID"))
    }

    static func has(_ names: [String], _ name: String) -> Bool {
        names.contains { $0.lowercased() == name.lowercased() || $0.lowercased().hasSuffix("/" + name.lowercased()) }
    }

    static func isExpired(_ evidence: Evidence) -> Bool {
        guard let now = evidence.context.now, let end = evidence.claims?.expiresAt else { return false }
        return end <= now
    }
}
