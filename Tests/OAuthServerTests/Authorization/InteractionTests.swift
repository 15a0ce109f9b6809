import HTTPTypes
import OAuthCore
@testable import OAuthServer
import OAuthTesting
import Testing

@Suite("When a person must sign in, OpenID Connect Core §3.1.2.1")
struct InteractionTests {
    /// What became of a request, in a word.
    private enum Outcome: Equatable, CustomStringConvertible {
        case signIn(again: Bool), consent, code, error(String), page
        var description: String {
            switch self {
            case .signIn(let again): again ? "signInAgain" : "signIn"
            case .consent: "consent"
            case .code: "code"
            case .error(let error): error
            case .page: "page"
            }
        }
    }

    private func outcome(_ outcome: AuthorizationOutcome) -> Outcome {
        switch outcome {
        case .signIn(let interaction): .signIn(again: interaction.reauthentication)
        case .consent: .consent
        case .refused, .unavailable: .page
        case .redirect(let url, _): Callback(url).fields["error"].map(Outcome.error) ?? .code
        }
    }

    private func session(_ fixture: Fixture, of username: String = "ann", replacing old: Secret? = nil) async throws
        -> Secret
    {
        let user = try #require(try await fixture.store.credential(username: username)).user
        return try await fixture.server.beginSession(for: user, replacing: old)
    }

    private func continuation(_ outcome: AuthorizationOutcome) throws -> FormFields {
        switch outcome {
        case .signIn(let interaction): return try FormFields.parse(query: interaction.continuation)
        case .consent(let interaction): return try FormFields.parse(query: interaction.continuation)
        default: throw Unexpected(outcome: self.outcome(outcome).description)
        }
    }
    private struct Unexpected: Error { let outcome: String }

    @Test(
        "prompt, max_age and sign-in decide together",
        arguments: [
            // signed in, consented, prompt, max_age, age of the sign-in, expected
            (false, false, nil, nil, 0, "signIn"), (false, true, "none", nil, 0, "login_required"),
            (false, true, "login", nil, 0, "signIn"), (false, true, "consent", nil, 0, "signIn"),
            (true, false, nil, nil, 0, "consent"), (true, false, "none", nil, 0, "consent_required"),
            (true, false, "login", nil, 0, "signInAgain"), (true, true, nil, nil, 0, "code"),
            (true, true, "none", nil, 0, "code"), (true, true, "login", nil, 0, "signInAgain"),
            (true, true, "select_account", nil, 0, "signInAgain"), (true, true, "consent", nil, 0, "consent"),
            (true, true, "login consent", nil, 0, "signInAgain"), (true, true, nil, "10000", 100, "code"),
            (true, true, nil, "100", 100, "code"), (true, true, nil, "99", 100, "signInAgain"),
            (true, true, nil, "0", 1, "signInAgain"), (true, true, "none", "99", 100, "login_required"),
            (true, true, "none", "100", 100, "code"), (true, true, nil, nil, 43_199, "code"),
            (true, true, nil, nil, 43_200, "signIn"), (true, true, "none", nil, 43_200, "login_required"),
        ] as [(Bool, Bool, String?, String?, Int, String)])
    func matrix(
        isSignedIn: Bool, hasConsented: Bool, prompt: String?, maxAge: String?, age: Int, expected: String
    ) async throws {
        let fixture = try await Fixture()
        if hasConsented { _ = try await fixture.code() }
        let session = isSignedIn ? try await session(fixture) : nil
        fixture.clock.advance(by: Seconds(Int64(age)))
        let fields = Fixture.request(["prompt": prompt, "max_age": maxAge])
        #expect(outcome(await fixture.server.authorize(fields, session: session)).description == expected)
    }

    @Test("prompt=login is met by the sign-in that it caused, and auth_time says so")
    func reauthentication() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.code()
        let old = try await session(fixture)
        fixture.clock.advance(by: 100)
        let asked = await fixture.server.authorize(Fixture.request(["prompt": "login"]), session: old)
        let fields = try continuation(asked)
        // Coming back without having signed in changes nothing.
        #expect(outcome(await fixture.server.authorize(fields, session: old)) == .signIn(again: true))
        fixture.clock.advance(by: 5)
        let new = try await session(fixture, replacing: old)
        let answer = await fixture.server.authorize(fields, session: new)
        #expect(outcome(answer) == .code)
        guard case .redirect(let url, _) = answer else { return }
        let tokens = await fixture.redeem(try #require(Callback(url).fields["code"]))
        #expect(try IDToken(tokens["id_token"]).claims["auth_time"]?.integer == fixture.clock.now.seconds)
    }

    @Test("max_age=0 is met by the sign-in that it caused, however long consent takes")
    func maxAgeZero() async throws {
        let fixture = try await Fixture()
        let old = try await session(fixture)
        fixture.clock.advance(by: 100)
        let asked = await fixture.server.authorize(Fixture.request(["max_age": "0"]), session: old)
        let new = try await session(fixture, replacing: old)
        fixture.clock.advance(by: 60)
        let consent = await fixture.server.authorize(try continuation(asked), session: new)
        #expect(outcome(consent) == .consent)
        fixture.clock.advance(by: 60)
        let answer = ConsentAnswer(
            isAllowed: true, subject: try await fixture.subject(of: "ann"), scope: ["openid"])
        let done = await fixture.server.authorize(try continuation(consent), session: new, answer: answer)
        #expect(outcome(done) == .code)
    }

    @Test("CVE-2026-7571: a mark that is forged, another request's or half an hour old does not spare the sign-in")
    func marks() async throws {
        let fixture = try await Fixture()
        _ = try await fixture.code()
        let request = Fixture.request(["prompt": "login"])
        let fields = try continuation(await fixture.server.authorize(request, session: nil))
        let mark = try #require(fields[InteractionMark.parameter])
        fixture.clock.advance(by: 10)
        let session = try await session(fixture)
        func outcome(_ mark: String?, _ changes: [String: String?] = [:]) async -> Outcome {
            var fields = Fixture.request(changes.merging(["prompt": "login"]) { first, _ in first })
            if let mark { fields.append(InteractionMark.parameter, mark) }
            return self.outcome(await fixture.server.authorize(fields, session: session))
        }
        #expect(await outcome(mark) == .code)
        #expect(await outcome(nil) == .signIn(again: true))
        let code = mark.split(separator: ".")[1]
        let forged = [
            "\(fixture.clock.now.seconds).\(code)", "0.\(code)", "\(mark)A", String(mark.dropLast()), "x", ".", "1.",
            "\(mark.split(separator: ".")[0]).",
        ]
        for mark in forged { #expect(await outcome(mark) == .signIn(again: true), "\(mark)") }
        for changes in [["state": "other"], ["scope": "openid email"], ["nonce": nil]] as [[String: String?]] {
            #expect(await outcome(mark, changes) == .signIn(again: true))
        }
        var twice = request
        twice.append(InteractionMark.parameter, mark)
        twice.append(InteractionMark.parameter, mark)
        #expect(self.outcome(await fixture.server.authorize(twice, session: session)) != .code)
        fixture.clock.advance(by: .minutes(30))
        #expect(await outcome(mark) == .signIn(again: true))
    }

    @Test("a mark under another server's key is worth nothing")
    func otherKey() throws {
        let fields = Fixture.request()
        let mark = InteractionMark(key: Secret("one")).continuation(of: fields, at: UnixTime(7))
        let marked = try FormFields.parse(query: mark)
        #expect(InteractionMark(key: Secret("one")).time(in: marked) == UnixTime(7))
        #expect(InteractionMark(key: Secret("two")).time(in: marked) == nil)
        #expect(marked.removing(InteractionMark.parameter) == fields)
    }

    @Test("id_token_hint: the same person passes, another must sign in, and with prompt=none is an error")
    func hint() async throws {
        let fixture = try await Fixture()
        let hint = try #require(try await fixture.tokens()["id_token"])
        let ann = try await session(fixture)
        _ = try await fixture.code(as: "bob")
        let bob = try await session(fixture, of: "bob")
        fixture.clock.advance(by: .hours(2))
        func outcome(_ session: Secret, _ prompt: String?, _ hint: String) async -> String {
            let fields = Fixture.request(["prompt": prompt, "id_token_hint": hint])
            return self.outcome(await fixture.server.authorize(fields, session: session)).description
        }
        #expect(await outcome(ann, nil, hint) == "code")
        #expect(await outcome(ann, "none", hint) == "code")
        #expect(await outcome(bob, "none", hint) == "login_required")
        #expect(await outcome(bob, nil, hint) == "signInAgain")
        #expect(await outcome(ann, "none", "no token") == "login_required")
    }

    @Test("id_token_hint: who signs in as another than was hinted is told so, and not asked again for ever")
    func hintUnmet() async throws {
        let fixture = try await Fixture()
        let hint = try #require(try await fixture.tokens()["id_token"])
        _ = try await fixture.code(as: "bob")
        let old = try await session(fixture, of: "bob")
        fixture.clock.advance(by: 10)
        for (hint, expected) in [(hint, "login_required"), ("no token", "code")] {
            let asked = await fixture.server.authorize(Fixture.request(["id_token_hint": hint]), session: nil)
            #expect(outcome(asked) == .signIn(again: false))
            let new = try await session(fixture, of: "bob", replacing: old)
            let answer = await fixture.server.authorize(try continuation(asked), session: new)
            #expect(outcome(answer).description == expected)
        }
    }

    @Test("an ID token of alg none, or an access token, is no hint")
    func hintForged() async throws {
        let fixture = try await Fixture { $0.accessTokenFormat = "jwt" }
        let tokens = try await fixture.tokens()
        let session = try await session(fixture)
        let claims = try IDToken(tokens["id_token"]).claims
        let header: JSONObject = ["alg": "none"]
        let unsigned = Base64URL.encode(header.encoded()) + "." + Base64URL.encode(claims.encoded()) + "."
        for hint in [unsigned, tokens.accessToken] {
            let fields = Fixture.request(["prompt": "none", "id_token_hint": hint])
            #expect(outcome(await fixture.server.authorize(fields, session: session)) == .error("login_required"))
        }
    }

    @Test("the page is told who asks and whom to expect")
    func page() async throws {
        let fixture = try await Fixture { $0.name = "The App" }
        let asked = await fixture.server.authorize(Fixture.request(["login_hint": "ann"]), session: nil)
        guard case .signIn(let interaction) = asked else { return #expect(Bool(false), "\(asked)") }
        #expect(interaction.clientName == "The App")
        #expect(interaction.loginHint == "ann")
        #expect(!interaction.reauthentication)
    }

    @Test("signing in as someone else ends the first sign-in with what hangs on it; the same person keeps it")
    func sessions() async throws {
        let fixture = try await Fixture()
        let tokens = try await fixture.tokens()
        try await fixture.provider.signIn("ann")
        #expect(await fixture.isActive(tokens.accessToken))
        let ann = try await session(fixture)
        let bob = try await session(fixture, of: "bob", replacing: ann)
        #expect(try await fixture.server.signIn(ann) == nil)
        #expect(try await fixture.server.signIn(bob)?.user.username == "bob")
    }
}
