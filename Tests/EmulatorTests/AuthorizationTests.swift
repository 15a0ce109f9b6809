import OAuthCore
import Testing

@testable import Emulator

@Suite("Signing in to the emulated platform")
struct AuthorizationTests {
    private static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    private func asked(
        _ change: (inout [String: String]) -> Void = { _ in }, authority: String = "common",
        _ version: Cloud.Version = .v2, in cloud: Cloud
    ) throws -> AuthorizationRequest {
        var values = [
            "client_id": Fixture.inbox, "redirect_uri": Fixture.redirectURI, "response_type": "code",
            "scope": "openid offline_access https://graph.microsoft.com/Mail.Read", "state": "s1",
        ]
        change(&values)
        var fields = FormFields()
        for (name, value) in values { fields.append(name, value) }
        return try cloud.parseAuthorization(authority: authority, version, fields)
    }

    private func user(_ name: String, _ cloud: Cloud) throws -> (tenant: Tenant, user: User) {
        try #require(cloud.directory.user(name))
    }

    /// Signs in, consents, and answers.
    private func answer(
        _ request: AuthorizationRequest, as name: String = "megan@contoso.example", in cloud: inout Cloud
    ) throws -> AuthorizationAnswer {
        let (tenant, user) = try user(name, cloud)
        cloud.consent(request, tenant: tenant, user: user)
        return cloud.answer(
            request, tenant: tenant, user: user, signedInAt: Fixture.now, now: Fixture.now, random: Fixture.random())
    }

    private func redeem(
        _ code: String?, _ change: (inout [String: String]) -> Void = { _ in }, authority: String = "common",
        _ version: Cloud.Version = .v2, now: UnixTime = Fixture.now, in cloud: inout Cloud
    ) throws -> TokenAnswer {
        var values = [
            "grant_type": "authorization_code", "client_id": Fixture.inbox, "redirect_uri": Fixture.redirectURI,
            "code": code ?? "", "client_secret": try Fixture.secret(Fixture.inbox),
        ]
        change(&values)
        var fields = FormFields()
        for (name, value) in values { fields.append(name, value) }
        return try cloud.token(
            Fixture.request(fields, authority: authority, version), now: now, random: Fixture.random())
    }

    @Test("a code with PKCE gets tokens once")
    func code() throws {
        var cloud = try Fixture.cloud()
        let request = try asked(
            {
                $0["code_challenge"] = Self.challenge
                $0["code_challenge_method"] = "S256"
            }, in: cloud)
        let code = try answer(request, in: &cloud).fields["code"]
        let wrong = #expect(throws: AADSTSError.self) {
            try redeem(code, { $0["code_verifier"] = String(repeating: "x", count: 43) }, in: &cloud)
        }
        #expect(wrong?.code == 501_481)
        let answer = try redeem(code, { $0["code_verifier"] = Self.verifier }, in: &cloud)
        #expect(answer.accessToken.claims["scp"]?.string?.contains("Mail.Read") == true)
        #expect(answer.accessToken.claims["upn"] == "megan@contoso.example")
        #expect(answer.idToken?.claims["preferred_username"] == "megan@contoso.example")
        #expect(answer.refreshToken != nil)
        let again = #expect(throws: AADSTSError.self) {
            try redeem(code, { $0["code_verifier"] = Self.verifier }, in: &cloud)
        }
        #expect(again?.code == 54_005)
    }

    @Test("a code is refused with its number where something does not fit")
    func codeRefusals() throws {
        var cloud = try Fixture.cloud()
        let code = try answer(try asked(in: cloud), in: &cloud).fields["code"]
        let late = Fixture.now + .minutes(11)
        let attempts: [(Int, (inout Cloud) throws -> TokenAnswer)] = [
            (70_000, { try redeem("0.unknown", in: &$0) }),
            (500_112, { try redeem(code, { $0["redirect_uri"] = "http://localhost:8400/callback" }, in: &$0) }),
            (700_005, { try redeem(code, authority: Fixture.fabrikam, in: &$0) }),
            (70_008, { try redeem(code, now: late, in: &$0) }),
            (501_481, { try redeem(code, { $0["code_verifier"] = Self.verifier }, in: &$0) }),
            (900_144, { try redeem(nil, in: &$0) }),
        ]
        for (code, attempt) in attempts {
            let error = #expect(throws: AADSTSError.self, "\(code)") { try attempt(&cloud) }
            #expect(error?.code == code)
        }
    }

    @Test("one refresh token serves every resource that there is consent for")
    func multipleResources() throws {
        var cloud = try Fixture.cloud()
        let app = try #require(cloud.directory.app(Fixture.inbox))
        cloud.grantEverything(of: app, tenantID: Fixture.contoso)
        let code = try answer(try asked(in: cloud), in: &cloud).fields["code"]
        let first = try redeem(code, in: &cloud)
        let refresh = try #require(first.refreshToken).revealed()
        for (version, name, value, audience) in [
            (Cloud.Version.v1, "resource", "https://outlook.office365.com/", "https://outlook.office365.com/"),
            (.v2, "scope", "https://outlook.office365.com/.default", "https://outlook.office365.com"),
            (
                .v2, "scope", "https://graph.microsoft.com/Mail.Read https://outlook.office365.com/Mail.Read",
                "https://graph.microsoft.com"
            ),
        ] {
            let answer = try redeem(
                nil,
                {
                    $0["grant_type"] = "refresh_token"
                    $0["refresh_token"] = refresh
                    $0[name] = value
                }, version, in: &cloud)
            #expect(answer.accessToken.claims["aud"]?.string == audience)
        }
        cloud.withdrawConsent(tenantID: Fixture.contoso, clientID: Fixture.inbox)
        let error = #expect(throws: AADSTSError.self) {
            try redeem(
                nil,
                {
                    $0["grant_type"] = "refresh_token"
                    $0["refresh_token"] = refresh
                }, in: &cloud)
        }
        #expect(error?.code == 70_000)
    }

    @Test("the v1 hybrid request for an organisation's consent answers with code, ID token and the flag")
    func hybridAdminConsent() throws {
        var cloud = try Fixture.cloud()
        let request = try asked(
            {
                $0["response_type"] = "code id_token"
                $0["response_mode"] = "form_post"
                $0["prompt"] = "admin_consent"
                $0["scope"] = "openid"
                $0["nonce"] = "n1"
                $0["resource"] = "https://outlook.office365.com/"
            }, .v1, in: cloud)
        #expect(request.purpose == .adminConsentWithSignIn && request.responseMode == .formPost)
        let (tenant, member) = try user("megan@contoso.example", cloud)
        guard case .refuse(let error) = cloud.step(request, tenant: tenant, user: member, hasJustSignedIn: true) else {
            Issue.record("a member may not consent for everybody")
            return
        }
        #expect(error.code == 90_093)
        let answer = try answer(request, as: "admin@contoso.example", in: &cloud)
        #expect(answer.fields["admin_consent"] == "True")
        #expect(answer.fields["state"] == "s1")
        let claims = try #require(answer.idToken).claims
        let code = try #require(answer.fields["code"])
        #expect(claims["c_hash"]?.string == (try TokenHash.cHash(Secret(code), algorithm: .rs256)))
        #expect(claims["nonce"] == "n1" && claims["tid"]?.string == Fixture.contoso)
        #expect(claims["upn"] == "admin@contoso.example" && claims["ver"] == "1.0")
        #expect(claims["iss"]?.string == "\(Fixture.base)/\(Fixture.contoso)/")
        #expect(claims["wids"]?.strings?.contains(User.globalAdministratorRole) == true)
        #expect(cloud.roles(of: Fixture.inbox, in: Fixture.contoso, at: .exchange).contains("Mail.Read"))
    }

    @Test("admin consent answers in the forms of v1 and of v2, and carries the flag on v2's failure too")
    func adminConsent() throws {
        var cloud = try Fixture.cloud()
        var fields: FormFields = [
            "client_id": Fixture.inbox, "redirect_uri": Fixture.redirectURI, "state": "s",
            "scope": "https://graph.microsoft.com/.default",
        ]
        let second = try cloud.parseAdminConsent(authority: "organizations", .v2, fields)
        let occasion = AADSTSError.Occasion(traceID: "t", correlationID: "c", time: Fixture.now)
        let declined = cloud.declined(second, occasion).fields
        #expect(declined["admin_consent"] == "True" && declined["error"] == "consent_required")
        #expect(declined["error_description"]?.hasPrefix("AADSTS65004") == true)
        let granted = try answer(second, as: "admin@fabrikam.example", in: &cloud).fields
        #expect(granted["tenant"] == Fixture.fabrikam && granted["admin_consent"] == "True")
        #expect(cloud.roles(of: Fixture.inbox, in: Fixture.fabrikam, at: .graph) == ["Mail.Read"])
        #expect(cloud.roles(of: Fixture.inbox, in: Fixture.fabrikam, at: .exchange) == [])
        fields = ["client_id": Fixture.inbox, "redirect_uri": Fixture.redirectURI]
        let first = try cloud.parseAdminConsent(authority: "common", .v1, fields)
        #expect(cloud.declined(first, occasion).fields["error"] == "permission_denied")
        #expect(throws: AuthorizationFailure.self) { try cloud.parseAdminConsent(authority: "common", .v2, fields) }
    }

    @Test(
        "what is wrong with an application or its redirect URI is told on a page, and nobody is redirected",
        arguments: [
            (700_016, "client_id", "00000000-0000-0000-0000-000000000001"),
            (50_011, "redirect_uri", "http://127.0.0.1:8400/callback/"),
            (50_011, "redirect_uri", "http://127.0.0.1:8401/callback"),
            (50_194, "client_id", Fixture.reports),
        ])
    func pages(code: Int, name: String, value: String) throws {
        let cloud = try Fixture.cloud()
        let failure = #expect(throws: AuthorizationFailure.self) { try asked({ $0[name] = value }, in: cloud) }
        guard case .page(let error)? = failure else {
            Issue.record("not a page")
            return
        }
        #expect(error.code == code)
    }

    @Test(
        "other mistakes are told to the application",
        arguments: [
            (700_051, "response_type", "token"), (90_014, "response_type", "id_token"),
            (650_053, "scope", "https://graph.microsoft.com/Nothing.Read"), (501_491, "code_challenge", "short"),
            (901_002, "resource", "https://graph.microsoft.com"), (500_011, "scope", "https://nothing.example/Read"),
        ])
    func answers(code: Int, name: String, value: String) throws {
        let cloud = try Fixture.cloud()
        let failure = #expect(throws: AuthorizationFailure.self) { try asked({ $0[name] = value }, in: cloud) }
        guard case .answer(let error, let target)? = failure else {
            Issue.record("not an answer")
            return
        }
        #expect(error.code == code && target.redirectURI == Fixture.redirectURI && target.state == "s1")
    }

    @Test(
        "accounts that cannot sign in say why",
        arguments: [
            (50_126, User.Condition.active), (50_057, .disabled), (50_053, .locked), (50_055, .passwordExpired),
            (50_076, .secondFactorRequired),
        ])
    func conditions(code: Int, condition: User.Condition) throws {
        var cloud = try Fixture.cloud { directory in directory.tenants[0].users[1].condition = condition }
        let request = try asked(in: cloud)
        let user = cloud.directory.tenants[0].users[1]
        let password = condition == .active ? "wrong" : user.password.revealed()
        let error = #expect(throws: AADSTSError.self) {
            try cloud.signIn(
                user.userPrincipalName, password, for: request, now: Fixture.now, random: Fixture.random())
        }
        #expect(error?.code == code)
    }

    @Test("nobody, and members of another tenant, are refused by name")
    func strangers() throws {
        var cloud = try Fixture.cloud()
        let request = try asked(authority: Fixture.contoso, in: cloud)
        for (code, name) in [(50_034, "nobody@contoso.example"), (50_020, "mei@fabrikam.example")] {
            let error = #expect(throws: AADSTSError.self) {
                try cloud.signIn(name, "x", for: request, now: Fixture.now, random: Fixture.random())
            }
            #expect(error?.code == code)
        }
    }

    @Test("metadata of shared authorities has an issuer template, and every key names its issuer")
    func documents() throws {
        let cloud = try Fixture.cloud()
        let shared = try cloud.authority("common")
        let tenant = try cloud.authority("contoso.example")
        #expect(cloud.metadata(shared, .v2)["issuer"]?.string == "\(Fixture.base)/{tenantid}/v2.0")
        #expect(cloud.metadata(tenant, .v1)["issuer"]?.string == "\(Fixture.base)/\(Fixture.contoso)/")
        #expect(cloud.metadata(tenant, .v2)["token_endpoint"]?.string == Fixture.tokenURL)
        for (authority, version) in [(shared, Cloud.Version.v1), (shared, .v2), (tenant, .v1), (tenant, .v2)] {
            let issuer = cloud.metadata(authority, version)["issuer"]
            let keys = try #require(cloud.keySet(authority, version)["keys"]?.array)
            #expect(!keys.isEmpty && keys.allSatisfy { $0.object?["issuer"] == issuer })
            #expect(keys.first?.object?["kid"]?.string == cloud.keys[0].keyID)
        }
    }

    @Test("the state survives being written and read")
    func state() throws {
        var cloud = try Fixture.cloud()
        let code = try answer(try asked(in: cloud), in: &cloud).fields["code"]
        _ = try redeem(code, in: &cloud)
        let read = CloudState(try JSONObject.parse(cloud.state.json.encoded()))
        #expect(read == cloud.state)
    }
}
