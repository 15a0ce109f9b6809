import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuthServer
import Testing

@testable import OAuthHummingbird

@Suite("The site: signing in")
struct SiteSignInTests {
    @Test("leads back to where the person came from, with a session")
    func signsIn() async throws {
        try await SiteFixture().test { visitor in
            let answer = try await visitor.signIn(continuing: "/o/applications")
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "/o/applications")
            let page = try await visitor.get("/o/applications")
            #expect(page.status == .ok)
        }
    }

    @Test("sets cookies that scripts, other sites' posts and plain HTTP do not get")
    func cookieAttributes() async throws {
        try await SiteFixture().test { visitor in
            let mark = try #require(try await visitor.get("/o/login").setCookie(Browser.browserCookie))
            let session = try #require(try await visitor.signIn().setCookie(Browser.sessionCookie))
            for cookie in [mark, session] {
                #expect(cookie.hasSuffix("; Path=/o; HttpOnly; SameSite=Lax; Secure"))
            }
        }
    }

    @Test("renews the session, and ends that of another person in the same browser")
    func renewsTheSession() async throws {
        try await SiteFixture().test { visitor in
            try await visitor.signIn()
            let earlier = visitor.cookies
            try await visitor.signIn(SiteFixture.other)
            #expect(visitor.cookies[Browser.sessionCookie] != earlier[Browser.sessionCookie])
            visitor.cookies = earlier
            let page = try await visitor.get("/o/account")
            #expect(page.status == .seeOther)
        }
    }

    @Test("refuses a form without its token, with another, or with another browser's", arguments: ["", "made-up", nil])
    func refusesForeignTokens(_ token: String?) async throws {
        try await SiteFixture().test { visitor in
            var fields = ["username": SiteFixture.username, "password": SiteFixture.password]
            if let token {
                fields["csrf"] = token
            } else {
                fields["csrf"] = try await Visitor(client: visitor.client).get("/o/login").formToken
            }
            _ = try await visitor.get("/o/login")
            let answer = try await visitor.post("/o/login", fields)
            #expect(answer.status == .badRequest)
            #expect(answer.setCookie(Browser.sessionCookie) == nil)
        }
    }

    @Test("says so when the browser keeps no cookies")
    func missingCookie() async throws {
        try await SiteFixture().test { visitor in
            let page = try await visitor.get("/o/login")
            visitor.cookies = [:]
            let answer = try await visitor.post("/o/login", ["csrf": page.formToken])
            #expect(answer.status == .badRequest)
            #expect(answer.text.contains("cookie"))
        }
    }

    @Test(
        "refuses a post that the browser says comes from elsewhere",
        arguments: [
            HTTPFields([.init(name: .origin, value: "https://evil.example")]),
            HTTPFields([.init(name: .fetchSite, value: "cross-site")]),
            HTTPFields([.init(name: .fetchSite, value: "same-site")]),
        ])
    func refusesOtherOrigins(_ headers: HTTPFields) async throws {
        try await SiteFixture().test { visitor in
            let page = try await visitor.get("/o/login")
            let answer = try await visitor.post(
                "/o/login",
                ["username": SiteFixture.username, "password": SiteFixture.password, "csrf": page.formToken],
                headers: headers)
            #expect(answer.status == .badRequest)
            #expect(answer.setCookie(Browser.sessionCookie) == nil)
        }
    }

    @Test(
        "leads nowhere but to this server's own pages",
        arguments: [
            "https://evil.example/", "//evil.example/", "/o//evil.example", "/o/../evil", "/o/%2e%2e/evil", "/other",
            "/o\\evil", "javascript:alert(1)",
        ])
    func refusesOpenRedirects(_ continuation: String) async throws {
        try await SiteFixture().test { visitor in
            let answer = try await visitor.signIn(continuing: continuation)
            #expect(answer.headers[.location] == "/o/account")
        }
    }

    @Test("keeps the name but not the password after a wrong one")
    func wrongPassword() async throws {
        try await SiteFixture().test { visitor in
            let page = try await visitor.get("/o/login")
            let answer = try await visitor.post(
                "/o/login", ["username": "ann", "password": "not-the-password", "csrf": page.formToken])
            #expect(answer.status == .unauthorized)
            #expect(answer.text.contains("value=\"ann\""))
            #expect(!answer.text.contains("not-the-password"))
        }
    }

    @Test("ends at the person's word only: a link to the sign-out page asks first")
    func signsOut() async throws {
        try await SiteFixture().test { visitor in
            try await visitor.signIn()
            let question = try await visitor.get("/o/logout")
            let before = try await visitor.get("/o/account")
            #expect(before.status == .ok)
            let answer = try await visitor.post("/o/logout", ["csrf": question.formToken])
            #expect(answer.setCookie(Browser.sessionCookie)?.contains("Max-Age=0") == true)
            let after = try await visitor.get("/o/account")
            #expect(after.status == .seeOther)
        }
    }
}
