import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("Redirect URIs are exact, and nothing goes to any other, RFC 9700 §4.1, §4.11.2")
struct RedirectTargetTests {
    /// What is made of `https://app.example/callback`.
    static let mutations = [
        "https://app.example/callback?", "https://app.example/callback?a=1", "https://app.example/callback/",
        "https://app.example/callback#", "https://app.example/callback#f", "https://app.example/callback;p=1",
        "https://app.example/Callback", "https://APP.example/callback", "HTTPS://app.example/callback",
        "http://app.example/callback", "https://app.example:443/callback", "https://app.example:8443/callback",
        "https://user@app.example/callback", "https://app.example@evil.example/callback",
        "https://evil.example/callback", "https://app.example.evil.example/callback", "https://app.example./callback",
        "https://app.example/%63allback", "https://app.example/callback%2e", "https://app.example/x/../callback",
        "https://app.example/%2e%2e/callback", "https://app.example/./callback", "https://app.example//callback",
        "https:\\\\app.example\\callback", "https://app.example\\@evil.example/callback", "https:/app.example/callback",
        "//app.example/callback", "/callback", "callback", "https://app.example/callback ",
        " https://app.example/callback", "https://app.example/call\tback", "https://app.example/callback\n",
        "https://аpp.example/callback", "https://app.example/callbac\u{212A}", "javascript:alert(1)",
        "data:text/html,x", "https://app.example/callback&state=x", "http://127.0.0.1/callback",
        "https://app.example/callback%00",
    ]

    /// Everything else that can be wrong with a request at the same time.
    static let otherErrors: [[String: String?]] = [
        [:], ["response_type": nil], ["response_type": "token"], ["scope": "admin"], ["scope": "\""],
        ["code_challenge": nil], ["code_challenge_method": "plain"], ["prompt": "none"], ["prompt": "none login"],
        ["max_age": "x"], ["request": "x"], ["request_uri": "https://evil.example"], ["response_mode": "fragment"],
        ["state": nil],
    ]

    @Test(
        "Authlib 1.6.10, DOT #1719, CVE-2024-8883: an altered redirect URI is a page, whatever else is wrong",
        arguments: mutations)
    func altered(uri: String) async throws {
        let fixture = try await Fixture()
        for changes in Self.otherErrors {
            var changes = changes
            changes["redirect_uri"] = .some(uri)
            await expectPage(fixture, Fixture.request(changes))
        }
    }

    @Test("an unknown or missing client is a page, whatever else is wrong", arguments: ["nobody", "", nil, "APP"])
    func unknownClient(id: String?) async throws {
        let fixture = try await Fixture()
        for changes in Self.otherErrors {
            var changes = changes
            changes["client_id"] = .some(id)
            await expectPage(fixture, Fixture.request(changes))
        }
    }

    @Test("CVE-2026-9689: client_id or redirect_uri sent twice is a page", arguments: ["client_id", "redirect_uri"])
    func doubled(name: String) async throws {
        let fixture = try await Fixture()
        for value in [try #require(Fixture.request()[name]), "https://evil.example/"] {
            var fields = Fixture.request()
            fields.append(name, value)
            await expectPage(fixture, fields)
        }
    }

    @Test("a redirect URI can be left out where just one is registered, and must then be left out again")
    func leftOut() async throws {
        let fixture = try await Fixture()
        let code = try await fixture.code(["redirect_uri": nil])
        #expect(await fixture.redeem(code).diagnostic == "token.redirect-uri-differs")
        #expect(await fixture.redeem(code, ["redirect_uri": nil]).status == 200)
        await expectPage(fixture, Fixture.request(["client_id": "native", "redirect_uri": nil]))
    }

    @Test(
        "RFC 8252 §7.3: the port of a loopback address may be any, and nothing else may differ",
        arguments: [
            ("http://127.0.0.1/callback", true), ("http://127.0.0.1:49152/callback", true),
            ("http://127.0.0.1:1/callback", true), ("com.example.app:/callback", true),
            ("http://localhost:49152/callback", false), ("http://[::1]:49152/callback", false),
            ("http://127.0.0.2/callback", false), ("http://127.0.0.1:0/callback", false),
            ("http://127.0.0.1:65536/callback", false), ("http://127.0.0.1:/callback", false),
            ("http://127.0.0.1:80@evil.example/callback", false), ("http://localhost:80@evil.example", false),
            ("http://127.0.0.1.evil.example/callback", false), ("http://127.0.0.1:49152/callback/", false),
            ("http://127.0.0.1:49152/callback?a=1", false), ("http://127.0.0.1:49152/callback#", false),
            ("https://127.0.0.1:49152/callback", false), ("http://u@127.0.0.1:49152/callback", false),
            ("HTTP://127.0.0.1:49152/callback", false), ("http://127.0.0.1:00080/callback", false),
            ("com.example.app:/callback/", false), ("com.example.app://callback", false),
        ])
    func loopback(uri: String, isAllowed: Bool) async throws {
        let fixture = try await Fixture()
        let fields = Fixture.request(["client_id": "native", "redirect_uri": uri])
        guard isAllowed else { return await expectPage(fixture, fields) }
        let callback = try await fixture.provider.authorize(
            Fixture.issuer + "/authorize?" + fields.encoded(), as: "ann")
        #expect(callback.hasPrefix(uri + "?code=sp_ac_"))
    }

    private func expectPage(
        _ fixture: Fixture, _ fields: FormFields, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let outcome = await fixture.server.authorize(fields, session: nil)
        guard case .refused(let error) = outcome else {
            Issue.record("\(outcome)", sourceLocation: sourceLocation)
            return
        }
        #expect([.invalidRequest, .invalidClient].contains(error.code), sourceLocation: sourceLocation)
        #expect(error.diagnostic.id.hasPrefix("authorize.") || error.diagnostic.id.hasPrefix("request."))
    }
}
