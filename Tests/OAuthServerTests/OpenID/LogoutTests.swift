import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

/// The modules of the certification suite for RP-initiated logout, and what they leave out.
@Suite("Signing out, OpenID Connect RP-Initiated Logout")
struct LogoutTests {
    private static let bye = "https://app.example/bye"
    private let fixture: Fixture
    private let hint: String
    private let session: Secret

    init() async throws {
        fixture = try await Fixture()
        hint = try #require(try await fixture.tokens()["id_token"])
        let user = try #require(try await fixture.store.credential(username: "ann")).user
        session = try await fixture.server.beginSession(for: user, replacing: nil)
    }

    private func logout(_ fields: FormFields, session: Secret?) async -> String {
        switch await fixture.server.logout(fields, session: session) {
        case .signOut(let redirect): redirect ?? "done"
        case .confirm(let back): back.map { "confirm, then " + $0.url } ?? "confirm"
        case .alreadyOver(let back): "over, back to " + back.url
        case .refused(let error): error.diagnostic.id
        case .unavailable: "unavailable"
        }
    }

    @Test(
        "nobody is sent anywhere without a genuine hint and a registered address",
        arguments: [
            // post_logout_redirect_uri, state, hint, expected
            (bye, "s 1", "good", bye + "?state=s+1"), (bye, nil, "good", bye),
            ("https://evil.example/", "s", "good", "logout.redirect-uri-mismatch"),
            (bye + "?a=1", "s", "good", "logout.redirect-uri-mismatch"),
            (bye + "/", "s", "good", "logout.redirect-uri-mismatch"),
            (Fixture.callback, "s", "good", "logout.redirect-uri-mismatch"),
            (bye, "s", "unsigned", "logout.hint-invalid"), (bye, "s", "altered", "logout.hint-invalid"),
            (bye, "s", "nonsense", "logout.hint-invalid"), (bye, "s", nil, "logout.hint-missing"),
            (nil, nil, nil, "confirm"), (nil, nil, "good", "done"), (nil, "s", nil, "confirm"),
            (nil, "s", "good", "done"),
        ] as [(String?, String?, String?, String)])
    func cases(address: String?, state: String?, hint: String?, expected: String) async throws {
        var fields = FormFields()
        if let address { fields.append("post_logout_redirect_uri", address) }
        if let state { fields.append("state", state) }
        if let hint { fields.append("id_token_hint", try token(hint)) }
        #expect(await logout(fields, session: session) == expected)
    }

    private func token(_ kind: String) throws -> String {
        let parts = hint.split(separator: ".")
        let unsigned: JSONObject = ["alg": "none"]
        switch kind {
        case "good": return hint
        case "unsigned": return "\(Base64URL.encode(unsigned.encoded())).\(parts[1])."
        case "altered":
            var claims = try IDToken(hint).claims
            claims["sub"] = "usr_other"
            return "\(parts[0]).\(Base64URL.encode(claims.encoded())).\(parts[2])"
        default: return "nonsense"
        }
    }

    @Test("a hint may have expired, and its key may have been replaced")
    func expiredHint() async throws {
        try await fixture.provider.addKey(.es256)
        fixture.clock.advance(by: .hours(2))
        let fields: FormFields = ["id_token_hint": hint, "post_logout_redirect_uri": Self.bye]
        #expect(await logout(fields, session: session) == Self.bye)
        #expect(await logout(fields, session: nil) == Self.bye)
    }

    @Test("an application cannot sign out someone else than its hint names")
    func otherPerson() async throws {
        let bob = try #require(try await fixture.store.credential(username: "bob")).user
        let bobs = try await fixture.server.beginSession(for: bob, replacing: nil)
        #expect(await logout(["id_token_hint": hint], session: bobs) == "confirm")
    }

    @Test("client_id must be the hint's own, and no parameter may come twice")
    func contradictions() async throws {
        #expect(
            await logout(["id_token_hint": hint, "client_id": "other"], session: session) == "logout.hint-other-client")
        #expect(await logout(["id_token_hint": hint, "client_id": "app"], session: session) == "done")
        var twice: FormFields = ["id_token_hint": hint, "post_logout_redirect_uri": Self.bye]
        twice.append("post_logout_redirect_uri", "https://evil.example/")
        #expect(await logout(twice, session: session) == "logout.repeated")
    }

    @Test(
        "an application without a hint says who it is, and the person is asked or shown the way back",
        arguments: [
            // client_id, post_logout_redirect_uri, state, signed in, expected
            ("app", bye, "s 1", true, "confirm, then " + bye + "?state=s+1"),
            ("app", bye, nil, true, "confirm, then " + bye),
            ("app", bye, nil, false, "over, back to " + bye), ("app", nil, "s", true, "confirm"),
            ("app", nil, nil, false, "done"),
            ("app", "https://evil.example/", nil, true, "logout.redirect-uri-mismatch"),
            ("app", Fixture.callback, nil, false, "logout.redirect-uri-mismatch"),
            ("nobody", bye, nil, true, "logout.redirect-uri-mismatch"), (nil, bye, nil, false, "logout.hint-missing"),
        ] as [(String?, String?, String?, Bool, String)])
    func withoutHint(clientID: String?, address: String?, state: String?, isSignedIn: Bool, expected: String) async {
        var fields = FormFields()
        if let clientID { fields.append("client_id", clientID) }
        if let address { fields.append("post_logout_redirect_uri", address) }
        if let state { fields.append("state", state) }
        #expect(await logout(fields, session: isSignedIn ? session : nil) == expected)
    }

    @Test("nobody signed in is signed out already")
    func nobody() async {
        #expect(await logout([:], session: nil) == "done")
        #expect(await logout([:], session: Secret("unknown")) == "done")
    }

    @Test("afterwards prompt=none fails, and tokens that hang on the sign-in are dead")
    func afterwards() async throws {
        try await fixture.server.endSession(session)
        guard
            case .redirect(let url, _) = await fixture.server.authorize(
                Fixture.request(["prompt": "none"]), session: session)
        else { _ = Issue.record("no redirect"); return }
        #expect(Callback(url).fields["error"] == "login_required")
    }
}
