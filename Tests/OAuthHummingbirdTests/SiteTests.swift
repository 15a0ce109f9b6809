import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OAuthServer
import Testing

@testable import OAuthHummingbird

@Suite("The site: pages and errors")
struct SiteTests {
    static let authorization =
        "/o/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&scope=openid"
        + "&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGjJSs-9cM&code_challenge_method=S256"

    private func expectPageHeaders(_ answer: TestResponse, _ comment: Comment) {
        let headers = answer.headers
        #expect(headers[.contentType] == "text/html; charset=utf-8", comment)
        #expect(headers[.cacheControl] == "no-store", comment)
        #expect(headers[.frameOptions] == "DENY", comment)
        #expect(headers[.xContentTypeOptions] == "nosniff", comment)
        #expect(headers[.referrerPolicy] == "no-referrer", comment)
        #expect(headers[.requestID] != nil, comment)
        let policy = headers[.contentSecurityPolicy] ?? ""
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "script-src 'nonce-"] {
            #expect(policy.contains(part), comment)
        }
        #expect(!policy.contains("unsafe"), comment)
    }

    @Test("sends the security headers with every page and every error")
    func securityHeaders() async throws {
        try await SiteFixture().test { visitor in
            try await visitor.signIn()
            let paths = [
                "/o/login", "/o/account", "/o/applications", "/o/applications/new", "/o/connected-apps", "/o/logout",
                "/o/applications/nobody's", "/o/nothing", "/o/authorize", "/o/login?a=%zz", Self.authorization,
            ]
            for path in paths { self.expectPageHeaders(try await visitor.get(path), "\(path)") }
        }
    }

    @Test("gives each page a nonce of its own")
    func freshNonces() async throws {
        try await SiteFixture().test { visitor in
            let policies = [try await visitor.get("/o/login"), try await visitor.get("/o/login")]
                .map { $0.headers[.contentSecurityPolicy] }
            #expect(policies[0] != policies[1])
        }
    }

    @Test("answers 404 with a page below the issuer", arguments: ["/o/nothing", "/o/device", "/o/par/x", "/o/login/x"])
    func unknownPaths(_ path: String) async throws {
        try await SiteFixture().test { visitor in
            let answer = try await visitor.get(path)
            #expect(answer.status == .notFound)
            #expect(answer.text.contains("<h1"))
            let posted = try await visitor.post(path, [:])
            #expect(posted.status == .notFound)
        }
    }

    @Test(
        "takes a slash at the end",
        arguments: [
            ("/o/login/", HTTPResponse.Status.ok), ("/o/jwks.json/", .ok), ("/o/", .seeOther), ("/o", .seeOther),
            ("/o/.well-known/openid-configuration/", .ok), ("/", .seeOther),
        ])
    func trailingSlashes(_ path: String, _ status: HTTPResponse.Status) async throws {
        try await SiteFixture().test { visitor in
            let answer = try await visitor.get(path)
            #expect(answer.status == status)
        }
    }

    @Test("is alive, and ready while its store is")
    func health() async throws {
        try await SiteFixture().test { visitor in
            for path in ["/health/live", "/health/ready"] {
                let answer = try await visitor.get(path)
                #expect(answer.status == .ok)
            }
        }
        let unready = try await SiteFixture(isReady: { () throws(StoreError) in throw .unavailable(reason: "gone") })
        try await unready.test { visitor in
            let live = try await visitor.get("/health/live")
            #expect(live.status == .ok)
            let answer = try await visitor.get("/health/ready")
            #expect(answer.status == .serviceUnavailable)
            #expect(!answer.text.contains("gone"))
        }
    }

    @Test("answers 503 with a page, and without the driver's words, while the store is down")
    func storeDown() async throws {
        try await SiteFixture(grants: UnavailableGrants()).test { visitor in
            visitor.cookies[Browser.sessionCookie] = "somebody"
            for path in ["/o/account", "/o/applications", "/o/login", Self.authorization] {
                let answer = try await visitor.get(path)
                #expect(answer.status == .serviceUnavailable, "\(path)")
                #expect(!answer.text.contains("gone"), "\(path)")
                self.expectPageHeaders(answer, "\(path)")
            }
            visitor.cookies = [:]
            let signIn = try await visitor.signIn()
            #expect(signIn.status == .serviceUnavailable)
        }
    }

    @Test("goes on under the issuer's own name on this computer, and says so")
    func localhost() async throws {
        try await SiteFixture(issuer: "http://127.0.0.1:8000/o").test { visitor in
            let answer = try await visitor.get("/o/login?continue=%2Fo%2Faccount")
            #expect(answer.status == .seeOther)
            #expect(
                answer.headers[.location]
                    == "http://127.0.0.1:8000/o/login?continue=%2Fo%2Faccount&sallyport_notice=address-changed")
            // The authorization server's other half is asked by programs, which keep no cookies.
            let keys = try await visitor.get("/o/jwks.json")
            #expect(keys.status == .ok)
        }
        try await SiteFixture().test { visitor in
            let page = try await visitor.get("/o/login?sallyport_notice=address-changed")
            #expect(page.text.contains("role=\"status\""))
        }
    }

    @Test("says so on the sign-in form too, where the page asked for one")
    func noticeBeforeSignIn() async throws {
        try await SiteFixture().test { visitor in
            for path in ["/o/applications", "/o/account", "/o/connected-apps"] {
                let answer = try await visitor.get(path + "?sallyport_notice=address-changed")
                #expect(answer.headers[.location]?.hasSuffix("&sallyport_notice=address-changed") == true, "\(path)")
            }
        }
    }

    @Test("answers HEAD like GET, without the page (RFC 9110 §9.3.2)", arguments: ["/o/login", "/o/jwks.json"])
    func head(_ path: String) async throws {
        try await SiteFixture().test { visitor in
            let answer = try await visitor.send(.head, path)
            #expect(answer.status == .ok)
        }
    }

    @Test("shows no notice that it does not know")
    func unknownNotice() async throws {
        try await SiteFixture().test { visitor in
            let page = try await visitor.get("/o/login?sallyport_notice=made-up")
            #expect(page.text.contains("made-up") == false)
        }
    }

    @Test(
        "lets scripts of registered origins ask the token endpoint, and nobody's scripts the authorization endpoint",
        arguments: [
            ("/o/token", SiteFixture.origin, SiteFixture.origin),
            ("/o/userinfo", SiteFixture.origin, SiteFixture.origin),
            ("/o/token", "https://evil.example", nil), ("/o/authorize", SiteFixture.origin, nil),
            ("/o/jwks.json", "https://anyone.example", "*"),
        ] as [(String, String, String?)])
    func preflights(_ path: String, _ origin: String, _ allowed: String?) async throws {
        try await SiteFixture().test { visitor in
            let answer = try await visitor.send(
                .options, path, headers: [.origin: origin, .accessControlRequestMethod: "POST"])
            #expect(answer.headers[.accessControlAllowOrigin] == allowed)
        }
    }
}
