import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuthServer
import Testing

@testable import OAuthHummingbird

@Suite("The site: consent and applications")
struct SiteFlowTests {
    private static let application = [
        "name": "Mine", "client_type": "confidential", "redirect_uris": SiteFixture.callback,
        "grant_authorization_code": "on", "scope": "openid",
    ]

    @Test("asks, and answers the application with a code, its state and the issuer")
    func consents() async throws {
        try await SiteFixture().test { visitor in
            try await visitor.signIn()
            let page = try await visitor.get(SiteTests.authorization)
            #expect(page.status == .ok)
            let answer = try await visitor.post("/o/consent", self.answer(to: page, "allow"))
            let location = answer.headers[.location] ?? ""
            #expect(answer.status == .seeOther)
            #expect(location.hasPrefix(SiteFixture.callback + "?"))
            for part in ["code=sp_ac_", "state=s", "iss=https%3A%2F%2Fas.example%2Fo"] {
                #expect(location.contains(part))
            }
        }
    }

    @Test("starts again, and says why, when the consent form is not this browser's or this person's")
    func foreignConsent() async throws {
        try await SiteFixture().test { visitor in
            try await visitor.signIn()
            let page = try await visitor.get(SiteTests.authorization)
            var fields = self.answer(to: page, "allow")
            fields["subject"] = "somebody-else"
            let changed = try await visitor.post("/o/consent", fields)
            #expect(changed.headers[.location]?.hasSuffix("sallyport_notice=session-changed") == true)
            fields["csrf"] = "made-up"
            let expired = try await visitor.post("/o/consent", fields)
            #expect(expired.headers[.location]?.hasSuffix("sallyport_notice=form-expired") == true)
            #expect([changed, expired].allSatisfy { $0.status == .seeOther })
        }
    }

    @Test("takes an authorization request by POST, and repeats it by GET where the cookies stayed behind")
    func postedAuthorization() async throws {
        let fields = [
            "response_type": "code", "client_id": "app", "redirect_uri": SiteFixture.callback, "scope": "openid",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGjJSs-9cM", "code_challenge_method": "S256",
        ]
        try await SiteFixture().test { visitor in
            let stranger = try await visitor.post("/o/authorize", fields)
            #expect(stranger.status == .seeOther)
            #expect(stranger.headers[.location]?.hasPrefix("/o/authorize?") == true)
            try await visitor.signIn()
            let known = try await visitor.post("/o/authorize", fields)
            #expect(known.status == .ok)
            #expect(known.text.contains("id=\"allow\""))
        }
    }

    @Test("shows a secret once, to the person who registered the application, and never again")
    func secretOnce() async throws {
        try await SiteFixture().test { visitor in
            try await visitor.signIn()
            let form = try await visitor.get("/o/applications/new")
            var fields = Self.application
            fields["csrf"] = form.formToken
            let made = try await visitor.post("/o/applications", fields)
            #expect(made.status == .seeOther)
            #expect(made.setCookie(Browser.onceCookie)?.contains("sp_cs_") == false)
            let page = try #require(made.headers[.location])
            #expect(!page.contains("sp_cs_"))
            let shown = try await visitor.get(page)
            #expect(shown.text.contains("sp_cs_"))
            #expect(shown.setCookie(Browser.onceCookie)?.contains("Max-Age=0") == true)
            let again = try await visitor.get(page)
            #expect(again.status == .seeOther)
            let details = try await visitor.get(try #require(again.headers[.location]))
            #expect(details.status == .ok)
            #expect(!details.text.contains("sp_cs_"))
        }
    }

    @Test("answers each post that changed something with 303, and one whose form has expired too")
    func redirectsAfterPosts() async throws {
        try await SiteFixture().test { visitor in
            try await visitor.signIn()
            var fields = Self.application
            fields["csrf"] = try await visitor.get("/o/applications/new").formToken
            let made = try await visitor.post("/o/applications", fields)
            let page = try #require(made.headers[.location]).replacing("/secret", with: "")
            for (path, expected) in [("/edit", page), ("/secret", page + "/secret"), ("/delete", "/o/applications")] {
                let answer = try await visitor.post(page + path, fields)
                #expect(answer.status == .seeOther, "\(path)")
                #expect(answer.headers[.location]?.hasPrefix(expected) == true, "\(path)")
            }
            for path in ["/o/applications", "/o/connected-apps"] {
                let answer = try await visitor.post(path, ["csrf": "made-up", "client_id": "app"])
                #expect(answer.status == .seeOther, "\(path)")
                #expect(answer.headers[.location] == path + "?sallyport_notice=form-expired")
            }
        }
    }

    @Test("keeps somebody else's application to themselves, by reading and by writing")
    func othersApplications() async throws {
        try await SiteFixture().test { visitor in
            try await visitor.signIn()
            let token = try await visitor.get("/o/applications/new").formToken
            let page = try await visitor.get("/o/applications/app")
            #expect(page.status == .notFound)
            for path in ["/edit", "/secret", "/delete"] {
                let answer = try await visitor.post("/o/applications/app" + path, ["csrf": token])
                #expect(answer.status == .notFound, "\(path)")
            }
        }
    }

    private func answer(to page: TestResponse, _ decision: String) -> [String: String] {
        var fields = ["decision": decision]
        for name in ["csrf", "request", "scope", "subject"] { fields[name] = page.hidden(name) }
        return fields
    }
}
