import MailProtocol
import OAuthCore
import Testing

@testable import Emulator

@Suite("Tokens at the emulated mail protocols")
struct MailLoginTests {
    static let megan = "megan@contoso.example"
    static let lidia = "lidia@contoso.example"

    private func claims(_ cloud: Cloud, app: Bool = false) throws -> JSONObject {
        let user = try #require(cloud.directory.user(Self.megan)).user
        var claims: JSONObject = [
            "aud": "https://outlook.office365.com/", "iss": .string(cloud.issuer(Fixture.contoso, .v1)),
            "exp": .integer((Fixture.now + .hours(1)).seconds), "tid": .string(Fixture.contoso),
            "appid": .string(Fixture.reports),
        ]
        if app {
            claims["idtyp"] = "app"
            claims["roles"] = .strings(["IMAP.AccessAsApp", "POP.AccessAsApp", "SMTP.SendAsApp"])
        } else {
            claims["oid"] = .string(user.id)
            claims["upn"] = .string(Self.megan)
            claims["scp"] = "IMAP.AccessAsUser.All SMTP.Send POP.AccessAsUser.All"
        }
        return claims
    }

    private func login(
        _ cloud: Cloud, _ claims: JSONObject, user: String = megan, _ service: MailService = .imap
    ) throws -> MailLoginDecision {
        let token = try UnsignedToken(claims: claims).signed(with: cloud.keys[0])
        return cloud.mailLogin(.init(user: user, token: Secret(token)), service, now: Fixture.now)
    }

    private func isAccepted(_ decision: MailLoginDecision) -> Bool {
        if case .accepted = decision { true } else { false }
    }

    @Test("a person reads the own mail, an application any, by every protocol", arguments: MailService.allCases)
    func accepted(service: MailService) throws {
        let cloud = try Fixture.cloud()
        #expect(isAccepted(try login(cloud, try claims(cloud), service)))
        #expect(isAccepted(try login(cloud, try claims(cloud, app: true), user: Self.lidia, service)))
        #expect(isAccepted(try login(cloud, try claims(cloud), user: "Megan@Contoso.example", service)))
    }

    @Test("the platform's own tokens open the mailbox until they end")
    func issued() throws {
        var cloud = try Fixture.cloud()
        let fields: FormFields = [
            "grant_type": "client_credentials", "client_id": Fixture.reports, "client_secret": try Fixture.secret(),
            "scope": "https://outlook.office365.com/.default",
        ]
        let answer = try cloud.token(Fixture.request(fields), now: Fixture.now, random: Fixture.random())
        let decision = try login(cloud, answer.accessToken.claims)
        guard case .accepted(let user, let end) = decision else { return #expect(Bool(false)) }
        #expect(user.userPrincipalName == Self.megan && end == Fixture.now + answer.lifetime)
    }

    @Test(
        "tokens that are wrong are refused",
        arguments: [
            ("aud", "https://graph.microsoft.com"), ("aud", "https://ps.outlook.com"), ("scp", "Mail.Read"),
            ("scp", nil), ("exp", 1), ("nbf", 4_000_000_000), ("tid", "9188040d-6c67-4c5b-b112-36a304b66dad"),
            ("iss", "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0"),
            ("upn", "lidia@contoso.example"), ("oid", "d4e5f6a7-0000-4000-8000-000000000099"),
            ("appid", .string(Fixture.inbox)),
        ] as [(String, JSONValue?)])
    func refused(claim: String, value: JSONValue?) throws {
        let cloud = try Fixture.cloud()
        var claims = try claims(cloud)
        claims[claim] = value
        #expect(try login(cloud, claims) == .refused)
    }

    @Test("a token that nobody here signed is refused", arguments: ["EwBAAl3BAAUFFpUAo7J3Ve0b", "a.b.c", ""])
    func foreign(token: String) throws {
        let cloud = try Fixture.cloud()
        #expect(cloud.mailLogin(.init(user: Self.megan, token: Secret(token)), .imap, now: Fixture.now) == .refused)
    }

    @Test("a mailbox that is not there, or another organisation's, is refused")
    func otherMailbox() throws {
        let cloud = try Fixture.cloud()
        for user in ["nobody@contoso.example", "mei@fabrikam.example", "d4e5f6a7-0000-4000-8000-000000000002"] {
            #expect(try login(cloud, try claims(cloud), user: user) == .refused)
            #expect(try login(cloud, try claims(cloud, app: true), user: user) == .refused)
        }
    }

    @Test("an application needs the role, the consent, and Exchange's knowledge of it")
    func application() throws {
        var cloud = try Fixture.cloud()
        var withoutRoles = try claims(cloud, app: true)
        withoutRoles["roles"] = nil
        #expect(try login(cloud, withoutRoles) == .refused)
        let all = try claims(cloud, app: true)
        cloud.directory.tenants[0].exchange.servicePrincipals = []
        #expect(try login(cloud, all) == .refused)
        cloud.directory.tenants[0].exchange.servicePrincipals = [
            .init(clientID: Fixture.reports, mailboxes: [Self.lidia])
        ]
        #expect(try login(cloud, all) == .notConnected)
        #expect(isAccepted(try login(cloud, all, user: Self.lidia)))
        cloud.withdrawConsent(tenantID: Fixture.contoso, clientID: Fixture.reports)
        #expect(try login(cloud, all, user: Self.lidia) == .refused)
    }

    @Test("another's mailbox is not connected without full access, and opens with it")
    func sharedMailbox() throws {
        var cloud = try Fixture.cloud()
        let claims = try claims(cloud)
        #expect(try login(cloud, claims, user: Self.lidia) == .notConnected)
        cloud.directory.tenants[0].exchange.fullAccess = [Self.lidia: [Self.megan]]
        #expect(isAccepted(try login(cloud, claims, user: Self.lidia)))
    }

    @Test("protocols that are switched off connect nobody, and SMTP says for whom")
    func switchedOff() throws {
        var cloud = try Fixture.cloud()
        let claims = try claims(cloud)
        cloud.directory.tenants[0].exchange.imapDisabled = [Self.megan]
        cloud.directory.tenants[0].exchange.smtpDisabled = [Self.megan]
        #expect(try login(cloud, claims) == .notConnected)
        #expect(isAccepted(try login(cloud, claims, .pop)))
        #expect(try login(cloud, claims, .smtp) == .smtpDisabled(forTenant: false))
        cloud.directory.tenants[0].exchange.isSMTPDisabledForTenant = true
        #expect(try login(cloud, claims, .smtp) == .smtpDisabled(forTenant: true))
        let index = try #require(cloud.directory.tenants[0].users.firstIndex { $0.userPrincipalName == Self.megan })
        cloud.directory.tenants[0].users[index].hasMailbox = false
        #expect(try login(cloud, claims, .pop) == .notConnected)
    }

    @Test("the file of tenants says what Exchange knows, and its mistakes have a place")
    func tenantsFile() throws {
        func exchange(_ text: String) throws -> ExchangeSettings {
            try ExchangeSettings(
                FileObject(try JSONObject.parse(Array(text.utf8)), "exchange"), addresses: [Self.megan, Self.lidia])
        }
        let settings = try exchange(
            """
            {"service_principals": [{"client_id": "\(Fixture.inbox)"},
              {"client_id": "\(Fixture.reports)", "full_access": ["megan@contoso.example"]}],
             "imap_disabled": ["LIDIA@contoso.example"], "smtp_disabled_for_tenant": true,
             "full_access": [{"mailbox": "lidia@contoso.example", "users": ["megan@contoso.example"]}]}
            """)
        #expect(settings.servicePrincipals.map(\.mailboxes) == [nil, [Self.megan]])
        #expect(settings.imapDisabled == [Self.lidia] && settings.isSMTPDisabledForTenant)
        #expect(settings.fullAccess == [Self.lidia: [Self.megan]])
        let wrong = [
            ("{\"imap\": []}", "exchange.imap"), ("{\"pop_disabled\": [\"x\"]}", "exchange.pop_disabled"),
            ("{\"service_principals\": [{}]}", "exchange.service_principals[0].client_id"),
            ("{\"full_access\": [{\"mailbox\": \"x\"}]}", "exchange.full_access[0].mailbox"),
        ]
        for (text, path) in wrong {
            let error = #expect(throws: TenantsFileError.self) { try exchange(text) }
            #expect(error?.path == path)
        }
    }

    @Test("Gmail's tokens open the mailbox they were made for, with the one scope, until they end")
    func gmail() {
        let tokens = GmailTokens()
        let end = Fixture.now + 60
        func add(_ token: String, _ scope: String) {
            _ = tokens.add(
                Secret(token), .init(user: "ada@gmail.example", scope: scope, expiresAt: end), now: Fixture.now)
        }
        add("ya29.good", "openid https://mail.google.com/")
        add("ya29.readonly", "https://www.googleapis.com/auth/gmail.readonly")
        func user(_ token: String, _ user: String = "Ada@gmail.example", at now: UnixTime = Fixture.now) -> String? {
            tokens.login(.init(user: user, token: Secret(token)), now: now)?.user
        }
        #expect(user("ya29.good") == "ada@gmail.example" && user("ya29.good", "") == "ada@gmail.example")
        #expect(user("ya29.good", "other@gmail.example") == nil && user("ya29.readonly") == nil)
        #expect(user("ya29.none") == nil && user("ya29.good", at: end) == nil)
    }
}
