import HTTPTypes
import HummingbirdTesting
import Microsoft365
import OAuthClient
import OAuthCore
import OAuthHummingbird
import OAuthTesting
import Testing

@testable import Inbox

@Suite("Operators")
struct OperatorTests {
    @Test("an operator signs in by code and PKCE, and is known by name and subject from then on")
    func signIn() async throws {
        try await World.run { world in
            let browser = world.browser()
            let away = try await browser.get("/login").location
            #expect(away.contains("code_challenge_method=S256") && away.contains("nonce="))
            let done = try await browser.signIn("ben")
            #expect(done.status == .seeOther && done.location == "/")
            let subject = try await World.subject("ben", world.authorizationServer)
            let home = try await browser.get("/")
            #expect(home.text.contains("<code id=\"operator-subject\">\(subject)</code>"))
            #expect(try await world.store.operators().map(\.subject) == [subject])
            #expect(done.headers[values: .setCookie].contains { $0.contains("HttpOnly; SameSite=Lax") })
        }
    }

    @Test("a callback counts once, for the browser that began, and within ten minutes")
    func callback() async throws {
        try await World.run { world in
            let browser = world.browser()
            let away = try await browser.get("/login").location
            let callback = TestBrowser.path(try await world.authorizationServer.authorize(away, as: "ben"))
            let other = try await world.browser().get(callback)
            #expect(other.status == .forbidden && other.errorID == "inbox.other-browser")
            #expect(try await browser.get(callback).status == .seeOther)
            #expect(try await browser.get(callback).errorID == "inbox.sign-in-expired")
            #expect(try await browser.get("/login/callback?code=x&state=y").errorID == "inbox.sign-in-expired")
            let late = try await browser.get("/login").location
            let slow = TestBrowser.path(try await world.authorizationServer.authorize(late, as: "ben"))
            world.clock.advance(by: .minutes(10))
            #expect(try await browser.get(slow).errorID == "inbox.sign-in-expired")
        }
    }

    @Test("who refuses at the authorization server is told so, and one that is silent is named")
    func refusals() async throws {
        try await World.run { world in
            let browser = world.browser()
            let away = try await browser.get("/login").location
            let refused = try await world.authorizationServer.authorize(away, as: "ben", answering: .refuse)
            let page = try await browser.get(TestBrowser.path(refused))
            #expect(page.status == .forbidden && page.errorID == "inbox.sign-in-declined")
            let next = try await browser.get("/login").location
            let callback = try await world.authorizationServer.authorize(next, as: "ben")
            world.network.cut("127.0.0.1:8000")
            let silent = try await browser.get(TestBrowser.path(callback))
            #expect(silent.status == .badGateway && silent.errorID == "inbox.sign-in-unavailable")
        }
    }

    @Test("signing out ends the session here and goes on to end the one at the authorization server")
    func signOut() async throws {
        try await World.run { world in
            let browser = world.browser()
            try await browser.signIn("ben")
            let cookie = InboxCookies.Name.operator.rawValue
            let kept = try #require(browser.cookies[cookie])
            let out = try await browser.post("/logout", ["who": "operator"])
            let end = try FormFields.parse(query: String(out.location.drop { $0 != "?" }.dropFirst()))
            #expect(
                out.location.hasPrefix(World.issuer + "/logout?")
                    && end["client_id"] == world.site.parts.signIn.configuration.clientID)
            #expect(end["post_logout_redirect_uri"]?.hasSuffix("/") == true)
            // No token stands in an address, nor reaches the browser at all.
            #expect(end["id_token_hint"] == nil && !out.location.contains("eyJ"))
            #expect(browser.cookies[cookie] == nil)
            #expect(out.headers[.referrerPolicy] == "no-referrer")
            browser.cookies[cookie] = kept
            #expect(try await !browser.get("/").text.contains("operator-subject"))
        }
    }

    @Test("neither sign-in needs the other, nor ends with it")
    func twoSessions() async throws {
        try await World.run { world in
            let browser = world.browser()
            try await browser.connect(as: ConnectTests.admin)
            try await browser.signIn("ann")
            let both = try await browser.get("/").text
            #expect(both.contains("operator-subject") && both.contains("administrator-tenant"))
            #expect(try await browser.post("/logout", ["who": "administrator"]).location == "/")
            let one = try await browser.get("/").text
            #expect(one.contains("operator-subject") && !one.contains("administrator-tenant"))
            try await browser.connect(as: ConnectTests.admin, at: "/connect/sign-in")
            try await browser.post("/logout")
            let none = try await browser.get("/").text
            #expect(!none.contains("operator-subject") && !none.contains("administrator-tenant"))
        }
    }

    @Test("an administrator's session lasts an hour, an operator's twelve")
    func lifetimes() async throws {
        try await World.run { world in
            let browser = world.browser()
            try await browser.connect(as: ConnectTests.admin)
            try await browser.signIn("ann")
            world.clock.advance(by: .hours(1))
            let mail = try await browser.get("/mail/\(World.contoso)")
            #expect(mail.status == .forbidden && mail.errorID == "inbox.not-allowed")
            #expect(try await browser.get("/tenants/\(World.contoso)").status == .ok)
            world.clock.advance(by: .hours(11))
            #expect(try await browser.get("/tenants/\(World.contoso)").errorID == "inbox.signed-out")
        }
    }

    @Test("a session that is not known is none")
    func unknownSession() async throws {
        try await World.run { world in
            let browser = world.browser()
            browser.cookies[InboxCookies.Name.operator.rawValue] = "made-up"
            browser.cookies[InboxCookies.Name.administrator.rawValue] = "made-up"
            #expect(try await browser.get("/").status == .ok)
            for path in ["/mail/\(World.contoso)", "/tenants/\(World.contoso)"] {
                let page = try await browser.get(path)
                #expect(page.status == .forbidden && page.errorID == "inbox.signed-out")
            }
        }
    }
}

@Suite("Giving organisations to operators")
struct GivingTests {
    private static let place = "/tenants/\(World.contoso)"
    private static let mail = "/mail/\(World.contoso)/\(World.megan)"

    @Test("an operator reads what the owner gave, from then on and no longer than that; so does the owner")
    func giveAndTake() async throws {
        try await World.run { world in
            try await world.browser().connect(as: ConnectTests.admin)
            let (owner, ben) = (world.browser(), world.browser())
            try await owner.signIn("ann")
            try await ben.signIn("ben")
            let subject = try await World.subject("ben", world.authorizationServer)
            for browser in [owner, ben] {
                let page = try await browser.get(Self.mail)
                #expect(page.status == .forbidden && page.errorID == "inbox.not-allowed")
            }
            #expect(try await owner.get(Self.place).text.contains("<option value=\"\(subject)\">"))
            let given = try await owner.post("\(Self.place)/give", ["subject": subject], from: Self.place)
            #expect(given.status == .seeOther && given.location == Self.place)
            #expect(try await ben.get(Self.mail).status == .ok)
            #expect(try await ben.get("/").text.contains("contoso.example"))
            #expect(try await owner.get(Self.mail).status == .forbidden)
            let own = try await World.subject("ann", world.authorizationServer)
            try await owner.post("\(Self.place)/give", ["subject": own], from: Self.place)
            #expect(try await owner.get(Self.mail).status == .ok)
            try await owner.post("\(Self.place)/take", ["subject": subject], from: Self.place)
            #expect(try await ben.get(Self.mail).errorID == "inbox.not-allowed")
        }
    }

    @Test("nobody but the owner gives, and only what and whom the inbox knows")
    func onlyTheOwner() async throws {
        try await World.run { world in
            let administrator = world.browser()
            try await administrator.connect(as: ConnectTests.admin)
            let (owner, ben) = (world.browser(), world.browser())
            try await owner.signIn("ann")
            try await ben.signIn("ben")
            let subject = try await World.subject("ben", world.authorizationServer)
            for action in ["give", "take"] {
                for browser in [administrator, ben] {
                    let page = try await browser.post("\(Self.place)/\(action)", ["subject": subject])
                    #expect(page.status == .forbidden && page.errorID == "inbox.owner-only")
                }
            }
            #expect(try await ben.get(Self.place).errorID == "inbox.not-allowed")
            for (tenant, someone) in [(World.contoso, "nobody"), (World.fabrikam, subject)] {
                let page = try await owner.post("/tenants/\(tenant)/give", ["subject": someone])
                #expect(page.status == .notFound && page.errorID == "inbox.operator-unknown")
            }
            #expect(try await owner.get("/tenants/\(World.fabrikam)").errorID == "inbox.not-connected")
            #expect(try await owner.get("/tenants/contoso.example").errorID == "not-found")
        }
    }

    @Test("mail is read the way that was chosen, and not at all after disconnecting")
    func routeAndDisconnect() async throws {
        try await World.run { world in
            let browser = world.browser()
            try await browser.connect(as: ConnectTests.admin)
            let graph = try await browser.get(Self.mail).text
            try await browser.post("\(Self.place)/route", ["route": "outlook"], from: Self.place)
            let outlook = try await browser.get(Self.mail)
            #expect(outlook.status == .ok && outlook.messageIDs.count == 10)
            #expect(Subjects.of(outlook.text) == Subjects.of(graph))
            let wrong = try await browser.post("\(Self.place)/route", ["route": "smtp"], from: Self.place)
            #expect(wrong.status == .badRequest)
            #expect(try await browser.post("\(Self.place)/disconnect", from: Self.place).location == "/")
            #expect(try await browser.get(Self.mail).errorID == "inbox.not-connected")
            #expect(try await world.store.tenants().isEmpty)
            try await browser.connect(as: ConnectTests.admin)
            #expect(try await browser.get(Self.mail).status == .ok)
        }
    }

    @Test("a form counts only from our own page, in this browser and this sign-in")
    func forgery() async throws {
        try await World.run { world in
            let browser = world.browser()
            try await browser.connect(as: ConnectTests.admin)
            let token = try await browser.get(Self.place).hidden("csrf")
            let before = try await world.browser().get("/").hidden("csrf")
            func refused(_ fields: FormFields, _ headers: HTTPFields = [:]) async throws {
                let page = try await browser.send(
                    .post, "\(Self.place)/disconnect", headers: headers, body: fields)
                #expect(page.status == .forbidden && page.errorID == "form.expired")
            }
            try await refused([:])
            try await refused(["csrf": before])
            try await refused(["csrf": token], [.fetchSite: "cross-site"])
            try await refused(["csrf": token], [.origin: "https://evil.example"])
            let stranger = world.browser()
            let page = try await stranger.send(.post, "/connect", body: ["csrf": token])
            #expect(page.status == .forbidden && page.headers[values: .setCookie].isEmpty)
            #expect(try await world.store.tenants().count == 1)
        }
    }
}
