import Foundation
import OAuthClient
import OAuthCore
import OAuthTesting
import Testing

@testable import Microsoft365

@Suite("The sign-in of an administrator")
struct SignInTests {
    let tenants: Tenants
    let app: Microsoft365App

    init() throws {
        tenants = try Tenants()
        app = tenants.app()
    }

    private func connect(_ authority: Authority = .common) -> ConnectAttempt {
        app.connect(redirectURI: Tenants.redirectURI, resource: Tenants.outlook, authority: authority).attempt
    }

    private func failure(
        _ changes: JSONObject, key: SigningKey? = nil, authority: Authority = .common
    ) async throws -> Microsoft365Error.Kind? {
        let attempt = connect(authority)
        let answer = try tenants.answer(attempt, changes, key: key)
        return await microsoftError { () async throws(Microsoft365Error) in
            try await app.finish(answer, for: attempt)
        }?.kind
    }

    @Test("connecting asks for sign-in and consent in one trip, by the v1 hybrid request")
    func connectURL() throws {
        let request = app.connect(redirectURI: Tenants.redirectURI, resource: Tenants.outlook)
        let url = try #require(URI(request.url))
        let query = try FormFields.parse(query: url.query ?? "")
        #expect(url.origin + url.path == "https://login.microsoftonline.com/common/oauth2/authorize")
        #expect(query["client_id"] == Tenants.clientID)
        #expect(query["response_type"] == "code id_token")
        #expect(query["response_mode"] == "form_post")
        #expect(query["prompt"] == "admin_consent")
        #expect(query["resource"] == Tenants.outlook)
        #expect(query["redirect_uri"] == Tenants.redirectURI)
        #expect(query["state"].map { Secret($0) } == request.attempt.state)
        #expect(query["nonce"].map { Secret($0) } == request.attempt.nonce)
        #expect(request.attempt.state != request.attempt.nonce)
    }

    @Test("signing in asks for no consent and no code")
    func signInURL() throws {
        let request = app.signIn(redirectURI: Tenants.redirectURI, authority: .tenant(tenants.contoso))
        let query = try FormFields.parse(query: try #require(URI(request.url)).query ?? "")
        #expect(request.url.contains("/\(tenants.contoso)/oauth2/authorize?"))
        #expect(query["response_type"] == "id_token")
        #expect(query["prompt"] == "select_account")
        #expect(query["resource"] == nil)
    }

    @Test("an administrator connects the tenant of the ID token, whatever else the answer says")
    func connects() async throws {
        let attempt = connect()
        var answer = try tenants.answer(attempt)
        answer.append("tenant", tenants.fabrikam.description)
        let person = try await app.finish(answer, for: attempt)
        #expect(person.tenant == tenants.contoso)
        #expect(person.objectID == "a0000000-0000-4000-8000-000000000001")
        #expect(person.name == "Megan Bowen")
        #expect(person.userPrincipalName == "megan@contoso.example")
        #expect(person.isGlobalAdministrator)
        #expect(person.consented)
    }

    @Test("a returning administrator signs in with an ID token alone, and has consented to nothing by that")
    func signsIn() async throws {
        let attempt = app.signIn(redirectURI: Tenants.redirectURI, authority: .tenant(tenants.contoso)).attempt
        let token = try CompactJWS.sign(
            payload: try tenants.claims(attempt, code: nil).encoded(), with: tenants.signer)
        let person = try await app.finish(["id_token": token, "state": attempt.state.revealed()], for: attempt)
        #expect(!person.consented)
        #expect(person.tenant == tenants.contoso)
    }

    @Test("a token of the second generation is verified by its own issuer and keys")
    func version2() async throws {
        let attempt = connect()
        let issuer = JSONValue.string("https://login.microsoftonline.com/\(tenants.contoso)/v2.0")
        let answer = try tenants.answer(
            attempt,
            [
                "ver": "2.0", "iss": issuer, "upn": .null, "preferred_username": "megan@contoso.example",
            ])
        let person = try await app.finish(answer, for: attempt)
        #expect(person.userPrincipalName == "megan@contoso.example")
        #expect(tenants.transport.requests.map(\.path) == ["/common/discovery/v2.0/keys"])
    }

    @Test(
        "only wids with the role's GUID make a Global Administrator",
        arguments: [
            (.strings(["62E90394-69F5-4237-9190-012177145E10"]), true), (.strings([]), false), (.null, false),
            (.strings(["b79fbf4d-3ef9-4689-8143-76b194e85509"]), false),
            ("62e90394-69f5-4237-9190-012177145e10", false),
            (.strings(["Global Administrator"]), false),
        ] as [(JSONValue, Bool)])
    func administrators(wids: JSONValue, expected: Bool) async throws {
        let attempt = connect()
        let answer = try tenants.answer(attempt, ["wids": wids, "roles": .strings(["admin"])])
        #expect(try await app.finish(answer, for: attempt).isGlobalAdministrator == expected)
    }

    @Test(
        "claims that are not right are refused",
        arguments: [
            (["aud": "another-app"], "aud"), (["aud": .null], "aud"), (["nonce": "replayed"], "nonce"),
            (["nonce": .null], "nonce"), (["exp": 1], "exp"), (["exp": .null], "exp"),
            (["nbf": 4_000_000_000], "nbf"), (["iat": 4_000_000_000], "iat"), (["oid": .null], "oid"),
            (["ver": .null], "ver"), (["ver": "3.0"], "ver"), (["tid": .null], "tid"),
            (["tid": "contoso.example"], "tid"),
            (["tid": .string(Tenants.fabrikamText)], "iss"),
            (["iss": .string("https://sts.windows.net/\(Tenants.fabrikamText)/")], "iss"),
            (["iss": .string("https://sts.windows.net/\(Tenants.contosoText)")], "iss"),
            (["iss": "https://sts.windows.net/{tenantid}/"], "iss"),
            (["iss": .string("https://login.microsoftonline.com/\(Tenants.contosoText)/v2.0")], "iss"),
            (["c_hash": .null], "c_hash"), (["c_hash": "AAAAAAAAAAAAAAAAAAAAAA"], "c_hash"),
            (["azp": "another-app"], "azp"),
        ] as [(JSONObject, String)])
    func claims(changes: JSONObject, name: String) async throws {
        guard case .idToken(let error) = try await failure(changes) else {
            Issue.record("\(name) was not refused")
            return
        }
        #expect(error.description.contains(name) || name == "exp" || name == "nbf" || name == "iat")
    }

    @Test("a token that somebody else signed is refused, though its key id is right")
    func forged() async throws {
        #expect(try await failure([:], key: Tenants.stranger) == .idToken(.signature(.invalidSignature)))
    }

    @Test("an unsigned token is refused, and so is one under the public key as a shared one")
    func unsigned() async throws {
        let attempt = connect()
        let claims = try tenants.claims(attempt)
        let header: JSONObject = ["alg": "none", "typ": "JWT"]
        let unsigned = "\(Base64URL.encode(header.encoded())).\(Base64URL.encode(claims.encoded()))."
        let shared = try HMACKey(Secret(bytes: tenants.signer.publicKey.json.encoded()), algorithm: .hs256)
        let hashed = try CompactJWS.sign(payload: claims.encoded(), header: ["kid": "k1"], with: shared)
        for (token, expected) in [(unsigned, JOSEError.unsecured), (hashed, .algorithmNotAllowed(.hs256))] {
            let answer: FormFields = ["code": "code-1", "id_token": token, "state": attempt.state.revealed()]
            let error = await microsoftError { () async throws(Microsoft365Error) in
                try await app.finish(answer, for: attempt)
            }
            #expect(error?.kind == .idToken(.signature(expected)))
        }
        #expect(tenants.transport.requests.isEmpty)
    }

    struct KeyIssuer: Sendable {
        let issuer: JSONValue?
        let accepted: Bool
    }

    @Test(
        "a key verifies tokens of the issuer that it names, and of no other",
        arguments: [
            KeyIssuer(issuer: "https://sts.windows.net/{tenantid}/", accepted: true),
            KeyIssuer(issuer: "https://login.microsoftonline.com/{tenantid}/v2.0", accepted: true),
            KeyIssuer(issuer: .string("https://sts.windows.net/\(Tenants.contosoText)/"), accepted: true),
            KeyIssuer(issuer: .string("https://sts.windows.net/\(Tenants.fabrikamText)/"), accepted: false),
            KeyIssuer(
                issuer: "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", accepted: false),
            KeyIssuer(issuer: "https://login.evil.example/{tenantid}/v2.0", accepted: false),
            KeyIssuer(issuer: 7, accepted: false), KeyIssuer(issuer: nil, accepted: false),
        ])
    func keyIssuers(_ key: KeyIssuer) async throws {
        tenants.publish(v1: key.issuer, v2: key.issuer)
        let kind = try await failure([:])
        #expect(kind == (key.accepted ? nil : .idToken(.keyIssuer(found: key.issuer?.string))))
    }

    @Test("a key that names no issuer in the older document is looked up in the newer one")
    func keyIssuerInNewerDocument() async throws {
        tenants.publish(v1: nil)
        #expect(try await failure([:]) == nil)
        #expect(
            tenants.transport.requests.map(\.path) == ["/common/discovery/keys", "/common/discovery/v2.0/keys"])
    }

    @Test("the tenant that was asked for is the only one that comes in, also when it was asked for by a domain")
    func wrongTenant() async throws {
        let expected = Microsoft365Error.Kind.wrongTenant(expected: tenants.fabrikam, found: tenants.contoso)
        #expect(try await failure([:], authority: .tenant(tenants.fabrikam)) == expected)
        #expect(try await failure([:], authority: .tenant(tenants.contoso)) == nil)
        tenants.transport.on(
            "/fabrikam.example/v2.0/.well-known/openid-configuration",
            json: ["issuer": .string("https://login.microsoftonline.com/\(tenants.fabrikam)/v2.0")])
        #expect(try await failure([:], authority: .domain("fabrikam.example")) == expected)
    }

    @Test("a personal account belongs to no organisation")
    func personalAccount() async throws {
        let tenant = TenantID.personalAccounts
        let changes: JSONObject = [
            "tid": .string(tenant.description), "iss": .string("https://sts.windows.net/\(tenant)/"),
        ]
        #expect(try await failure(changes) == .personalAccount)
    }

    @Test("state binds the answer to the attempt, and the attempt ends after ten minutes")
    func state() async throws {
        let attempt = connect()
        let answer = try tenants.answer(attempt)
        let other = try tenants.answer(connect())
        var without = FormFields()
        for name in answer.names where name != "state" { without.append(name, answer[name] ?? "") }
        var twice = answer
        twice.append("state", attempt.state.revealed())
        for forged in [other, without, twice] {
            let error = await microsoftError { () async throws(Microsoft365Error) in
                try await app.finish(forged, for: attempt)
            }
            #expect(error?.kind == .state)
        }
        tenants.clock.advance(by: .minutes(10))
        let error = await microsoftError { () async throws(Microsoft365Error) in
            try await app.finish(answer, for: attempt)
        }
        #expect(error?.kind == .attemptExpired)
    }

    @Test("an error is looked at before anything that looks like success")
    func errorFirst() async throws {
        let attempt = connect()
        var answer = try tenants.answer(attempt)
        answer.append("error", "access_denied")
        answer.append("error_description", "AADSTS65004: User declined to consent to access the app 'Inbox'.")
        let error = await microsoftError { () async throws(Microsoft365Error) in
            try await app.finish(answer, for: attempt)
        }
        #expect(error?.kind == .declined)
        #expect(error?.code == "AADSTS65004")
        #expect(tenants.transport.requests.isEmpty)
    }

    @Test("an answer that lacks its code or its token, or says something twice, is refused")
    func malformed() async throws {
        let attempt = connect()
        let whole = try tenants.answer(attempt)
        for missing in ["code", "id_token"] {
            var answer = FormFields()
            for name in whole.names where name != missing { answer.append(name, whole[name] ?? "") }
            let error = await microsoftError { () async throws(Microsoft365Error) in
                try await app.finish(answer, for: attempt)
            }
            #expect(error?.kind == (missing == "code" ? .malformedAnswer("code") : .idToken(.missing)))
        }
        var twice = whole
        twice.append("code", "code-2")
        let error = await microsoftError { () async throws(Microsoft365Error) in
            try await app.finish(twice, for: attempt)
        }
        #expect(error?.kind == .malformedAnswer("code"))
    }

    @Test("an attempt of another app is not finished by this one")
    func anotherApp() async throws {
        let attempt = connect()
        let other = Microsoft365App(
            RegisteredApp(clientID: "other", credential: nil, cloud: .worldwide), environment: tenants.environment)
        let answer = try tenants.answer(attempt)
        let error = await microsoftError { () async throws(Microsoft365Error) in
            try await other.finish(answer, for: attempt)
        }
        #expect(error?.kind == .state)
    }

    @Test("an attempt survives being stored, and prints none of its secrets")
    func coding() throws {
        for authority in [Authority.common, .tenant(tenants.contoso), .domain("contoso.example")] {
            let attempt = connect(authority)
            let decoded = try JSONDecoder().decode(ConnectAttempt.self, from: JSONEncoder().encode(attempt))
            #expect(decoded == attempt)
            #expect(!String(reflecting: attempt).contains(attempt.state.revealed()))
            #expect(!"\(attempt)".contains(attempt.nonce.revealed()))
        }
    }
}
