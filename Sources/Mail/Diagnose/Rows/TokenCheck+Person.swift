import Microsoft365
import OAuthCore

extension TokenCheck {
    static let expiry = TokenCheck(
        number: 6, id: "token-expired", cause: "the token has expired, or a clock is wrong"
    ) { evidence in
        guard let now = evidence.context.now, let claims = evidence.claims else { return nil }
        let refresh = Fix(
            "Get a new token right before logging in, and keep this computer's clock right.",
            commands: ["sallyport token ACCOUNT --min-ttl 300"])
        if let end = claims.expiresAt, end <= now {
            return .init(
                .certain, because: ["the token ended \(Self.length(now.since(end))) ago (exp)"], fix: refresh,
                cause: "the token has expired")
        }
        if let start = claims.notBefore, now < start {
            return .init(
                .likely, because: ["the token begins in \(Self.length(start.since(now))) (nbf)"], fix: refresh,
                cause: "the token is not valid yet: a clock is wrong")
        }
        if let end = claims.expiresAt, end.since(now) < .minutes(2) {
            return .init(
                .possible, because: ["the token ends in \(Self.length(end.since(now))) (exp)"], fix: refresh,
                cause: "the token is about to expire, and the server's clock may be ahead")
        }
        return nil
    }

    /// `90 s`, `12 min`, `3 h`, `2 d`.
    static func length(_ duration: Seconds) -> String {
        switch duration.count {
        case ..<120: "\(duration.count) s"
        case ..<7_200: "\(duration.count / 60) min"
        case ..<172_800: "\(duration.count / 3_600) h"
        default: "\(duration.count / 86_400) d"
        }
    }

    static let person = TokenCheck(
        number: 7, id: "token-of-another-person", cause: "the token is another person's than the mailbox"
    ) { evidence in
        guard let claims = evidence.claims, !claims.isAppOnly, evidence.isOtherPerson == true, !claims.isGuest,
            !claims.looksLikeIDToken
        else { return nil }
        return .init(
            .likely,
            because: [
                """
                the token is of \(.address, claims.person, or: "somebody"), the login is for \
                \(.address, evidence.mailbox, or: "another address")
                """
            ],
            fix: Fix(
                """
                Sign in as the mailbox's own person (login_hint preselects it), or let this person open the mailbox, \
                as shared mailboxes need.
                """,
                commands: [
                    "Connect-ExchangeOnline",
                    """
                    Add-MailboxPermission -Identity \(.address, evidence.mailbox, or: "MAILBOX") -User \
                    \(.address, claims.person, or: "PERSON") -AccessRights FullAccess
                    """,
                ]))
    }

    static let tenant = TokenCheck(
        number: 8, id: "token-of-another-tenant", cause: "the token is of another tenant than the mailbox"
    ) { evidence in
        guard evidence.isExchange, let claims = evidence.claims, !claims.isMicrosoftPersonal else { return nil }
        let wanted = evidence.context.mailboxTenant?.description
        let fix = Fix(
            """
            Get the token at the mailbox's own tenant: \
            https://login.microsoftonline.com/\(.tenant, wanted, or: "TENANT")/, not at common and not where the \
            person is a guest.
            """
        )
        if let wanted, let found = claims.tenant, found.lowercased() != wanted {
            return .init(
                .certain,
                because: [
                    """
                    the token's tid is \(.tenant, found, or: "another"), the mailbox's domain belongs to \
                    \(.tenant, wanted, or: "another")
                    """
                ],
                fix: fix)
        }
        guard claims.isGuest else { return nil }
        return .init(.likely, because: ["the token's person is a guest in the tenant (#EXT#)"], fix: fix)
    }

    static let accountKind = TokenCheck(
        number: 9, id: "personal-and-work-mixed-up", cause: "a personal account and a work account are mixed up"
    ) { evidence in
        guard evidence.isExchange, let token = evidence.token, let isPersonal = evidence.isPersonalMailbox else {
            return nil
        }
        if token.isMicrosoftPersonal, !isPersonal {
            return .init(
                .likely,
                because: [
                    """
                    the token is of a personal Microsoft account, the mailbox's domain is none of Microsoft's for \
                    everybody
                    """
                ],
                fix: Fix("Sign in at https://login.microsoftonline.com/organizations/ or at the tenant's own address."),
                cause: "the token is of a personal account, the mailbox of an organisation")
        }
        guard isPersonal, let claims = token.claims, claims.isMicrosoft, !claims.isMicrosoftPersonal else { return nil }
        return .init(
            .likely,
            because: ["the token is of an organisation's tenant, the mailbox is a personal one"],
            fix: Fix("Sign in at https://login.microsoftonline.com/consumers/; apps without a person cannot read it."),
            cause: "the token is of an organisation, the mailbox is a personal one")
    }
}
