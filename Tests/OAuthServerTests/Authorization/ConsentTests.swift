import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("Consent is asked once, for what is new, and cannot be stretched")
struct ConsentTests {
    private let fixture: Fixture
    private let session: Secret
    private let subject: String

    init() async throws {
        fixture = try await Fixture()
        let user = try #require(try await fixture.store.credential(username: "ann")).user
        session = try await fixture.server.beginSession(for: user, replacing: nil)
        subject = user.subject
    }

    private func ask(_ scope: String, _ changes: [String: String?] = [:]) async -> ConsentInteraction? {
        var changes = changes
        changes["scope"] = .some(scope)
        guard case .consent(let page) = await fixture.server.authorize(Fixture.request(changes), session: session)
        else { return nil }
        return page
    }

    private func say(
        _ scope: String, allowed: Bool = true, subject: String? = nil, shown: Scope, session: Secret? = nil
    ) async -> AuthorizationOutcome {
        await fixture.server.authorize(
            Fixture.request(["scope": scope]), session: session ?? self.session,
            answer: ConsentAnswer(isAllowed: allowed, subject: subject ?? self.subject, scope: shown))
    }

    private func result(_ outcome: AuthorizationOutcome) -> String {
        switch outcome {
        case .redirect(let url, _): Callback(url).fields["error"] ?? "code"
        case .consent: "consent"
        case .signIn: "signIn"
        case .refused, .unavailable: "page"
        }
    }

    @Test("the page shows only what is new beside what was allowed before")
    func delta() async throws {
        #expect(await ask("openid messages.read")?.newScopes.map(\.token) == ["openid", "messages.read"])
        #expect(result(await say("openid messages.read", shown: ["openid", "messages.read"])) == "code")
        #expect(await ask("openid messages.read") == nil)
        #expect(await ask("messages.read") == nil)
        let page = try #require(await ask("messages.read messages.write"))
        #expect(page.newScopes.map(\.token) == ["messages.write"])
        #expect(page.allowedScopes.map(\.token) == ["messages.read"])
        #expect(page.user.subject == subject)
        #expect(page.redirectURI.text == Fixture.callback)
        #expect(result(await say("messages.read messages.write", shown: ["messages.write"])) == "code")
        // What was allowed before is not forgotten.
        #expect(await ask("openid messages.read messages.write") == nil)
    }

    @Test("prompt=consent asks for everything again")
    func prompt() async throws {
        #expect(result(await say("openid email", shown: ["openid", "email"])) == "code")
        let page = try #require(await ask("openid email", ["prompt": "consent"]))
        #expect(page.newScopes.map(\.token) == ["openid", "email"])
        #expect(page.allowedScopes.isEmpty)
    }

    @Test("DOT #1692: an answer for more, less or other scope than was asked and shown is refused")
    func tampered() async throws {
        for shown in [
            ["openid", "email", "messages.write"], ["openid"], [], ["messages.write"], ["openid", "messages.read"],
        ] as [Scope] {
            #expect(result(await say("openid email", shown: shown)) == "invalid_scope", "\(shown)")
        }
        #expect(try await fixture.store.consent(subject: subject, clientID: "app") == nil)
        #expect(result(await say("openid email", shown: ["email", "openid"])) == "code")
    }

    @Test("an answer that another person gave does not count")
    func otherSubject() async throws {
        let bob = try await fixture.subject(of: "bob")
        #expect(result(await say("openid", subject: bob, shown: ["openid"])) == "consent")
        #expect(result(await say("openid", subject: "", shown: ["openid"])) == "consent")
        #expect(try await fixture.store.consent(subject: subject, clientID: "app") == nil)
        #expect(try await fixture.store.consent(subject: bob, clientID: "app") == nil)
    }

    @Test("an answer without a sign-in does not count")
    func signedOut() async throws {
        try await fixture.server.endSession(session)
        #expect(result(await say("openid", shown: ["openid"])) == "signIn")
    }

    @Test("refusing is told to the application and remembers nothing")
    func refusal() async throws {
        #expect(result(await say("openid", allowed: false, shown: ["openid"])) == "access_denied")
        #expect(try await fixture.store.consent(subject: subject, clientID: "app") == nil)
    }

    @Test("each application is asked for by itself")
    func perClient() async throws {
        #expect(result(await say("openid", shown: ["openid"])) == "code")
        #expect(
            await ask("openid", ["client_id": "other", "redirect_uri": "https://other.example/callback"]) != nil)
    }

    @Test("taking consent back ends every token and asks anew")
    func revoked() async throws {
        let tokens = try await fixture.tokens(["scope": "openid offline_access"])
        _ = try await fixture.store.commit([.revokeConsent(subject: subject, clientID: "app")])
        #expect(await !fixture.isActive(tokens.accessToken))
        #expect(await fixture.refresh(tokens.refreshToken).error == "invalid_grant")
        #expect(await ask("openid") != nil)
    }
}
