import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("What an authorization request may say, RFC 6749 §4.1.1")
struct AuthorizationRequestTests {
    /// The error that the application is sent; `nil` when a page is shown.
    private func error(_ fixture: Fixture, _ fields: FormFields) async throws -> String? {
        guard case .redirect(let url, let diagnostic) = await fixture.server.authorize(fields, session: nil) else {
            return nil
        }
        let callback = Callback(url)
        #expect(callback.address == Fixture.callback)
        // RFC 6749 §4.1.2.1 and RFC 9207 §2: each error says which request and which server it belongs to.
        #expect(callback.fields["state"] == fields["state"])
        #expect(callback.fields["iss"] == Fixture.issuer)
        #expect(callback.fields["code"] == nil)
        #expect(diagnostic != nil)
        return callback.fields["error"]
    }

    @Test(
        "what is wrong is told to the application, with its state and the issuer",
        arguments: [
            (["response_type": nil], "invalid_request"), (["response_type": ""], "invalid_request"),
            (["response_type": "token"], "unsupported_response_type"),
            (["response_type": "code id_token"], "unsupported_response_type"),
            (["response_type": "id_token"], "unsupported_response_type"),
            (["response_mode": "fragment"], "invalid_request"), (["response_mode": "form_post"], "invalid_request"),
            (["scope": "openid admin"], "invalid_scope"), (["scope": "OPENID"], "invalid_scope"),
            (["scope": "a\"b"], "invalid_scope"), (["code_challenge": nil], "invalid_request"),
            (["code_challenge": nil, "code_challenge_method": nil], "invalid_request"),
            (["code_challenge_method": nil], "invalid_request"),
            (["code_challenge_method": "plain"], "invalid_request"),
            (["code_challenge_method": "s256"], "invalid_request"), (["code_challenge": "short"], "invalid_request"),
            (["code_challenge": Fixture.challenge + "="], "invalid_request"), (["prompt": "create"], "invalid_request"),
            (["prompt": "none login"], "invalid_request"), (["max_age": "-1"], "invalid_request"),
            (["max_age": "1.5"], "invalid_request"), (["max_age": "+1"], "invalid_request"),
            (["max_age": "99999999999999999999"], "invalid_request"), (["request": "x"], "request_not_supported"),
            (["request_uri": "urn:x"], "request_uri_not_supported"),
            (["registration": "{}"], "registration_not_supported"), (["prompt": "none"], "login_required"),
        ] as [([String: String?], String)])
    func refused(changes: [String: String?], expected: String) async throws {
        let fixture = try await Fixture()
        #expect(try await error(fixture, Fixture.request(changes)) == expected)
    }

    @Test(
        "what is not known, or says nothing here, does no harm",
        arguments: [
            ["foo": "bar"], ["display": "popup"], ["ui_locales": "de"], ["claims_locales": "de"], ["acr_values": "1"],
            ["login_hint": "ann"], ["response_mode": "query"], ["prompt": ""], ["max_age": ""], ["state": nil],
            ["nonce": nil], ["scope": nil], ["scope": "messages.read openid"], ["audience": "x"],
            ["client_secret": "x"],
        ] as [[String: String?]])
    func accepted(changes: [String: String?]) async throws {
        let fixture = try await Fixture()
        #expect(try await error(fixture, Fixture.request(changes)) == nil)
        #expect(try await fixture.code(changes).hasPrefix("sp_ac_"))
    }

    @Test(
        "RFC 6749 §3.1: a parameter sent twice is refused",
        arguments: ["state", "scope", "response_type", "nonce", "code_challenge", "prompt", "foo"])
    func doubled(name: String) async throws {
        let fixture = try await Fixture()
        var fields = Fixture.request(["foo": "1", "prompt": "login"])
        fields.append(name, fields[name] ?? "1")
        #expect(try await error(fixture, fields) == "invalid_request")
    }

    @Test("RFC 9700 §2.1.1: PKCE is needed by profile, and by every public client", arguments: SecurityProfile.allCases)
    func profiles(profile: SecurityProfile) async throws {
        let fixture = try await Fixture { $0.profile = profile.rawValue }
        let bare: [String: String?] = ["code_challenge": nil, "code_challenge_method": nil]
        let error = try await error(fixture, Fixture.request(bare))
        #expect(error == (profile == .compatible ? nil : "invalid_request"))
        // Half of it is no PKCE in any profile.
        for name in ["code_challenge", "code_challenge_method"] {
            #expect(try await self.error(fixture, Fixture.request([name: nil])) == "invalid_request")
        }
        #expect(profile.requiresPKCE(isPublic: true))
    }

    @Test("a client that is not registered for codes gets none")
    func unregistered() async throws {
        let fixture = try await Fixture()
        try await fixture.change("app") { $0.grantTypes = [.clientCredentials] }
        #expect(try await error(fixture, Fixture.request()) == "unauthorized_client")
    }

    @Test("without a scope the client gets what it is registered for, but not offline_access (RFC 6749 §3.3)")
    func defaultScope() async throws {
        let fixture = try await Fixture { $0.scope = "messages.read offline_access" }
        #expect(try await fixture.tokens(["scope": nil])["scope"] == "messages.read")
    }

    @Test("RFC 9207: the answer names the issuer, so that a client of several servers cannot be mixed up")
    func mixUp() async throws {
        let fixture = try await Fixture()
        let url = Fixture.issuer + "/authorize?" + Fixture.request().encoded()
        let callback = Callback(try await fixture.provider.authorize(url, as: "ann"))
        #expect(callback.fields["iss"] == Fixture.issuer)
        #expect(callback.fields["state"] == "s t&t")
        #expect(callback.fields["code"]?.hasPrefix("sp_ac_") == true)
        let refused = Callback(
            try await fixture.provider.authorize(
                Fixture.issuer + "/authorize?" + Fixture.request(["scope": "email", "state": "2"]).encoded(), as: "ann",
                answering: .refuse))
        #expect(refused.fields["error"] == "access_denied")
        #expect(refused.fields["state"] == "2")
        #expect(refused.fields["iss"] == Fixture.issuer)
    }

    @Test("a registered query stays, and the answer's parameters come behind it")
    func query() async throws {
        let fixture = try await Fixture { $0.redirectURIs = ["https://app.example/cb?tenant=1"] }
        let url =
            Fixture.issuer + "/authorize?"
            + Fixture.request(["redirect_uri": "https://app.example/cb?tenant=1"]).encoded()
        #expect(
            try await fixture.provider.authorize(url, as: "ann").hasPrefix(
                "https://app.example/cb?tenant=1&code=sp_ac_"))
    }
}
