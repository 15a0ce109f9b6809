import OAuthClient
import OAuthCore
import OAuthTesting
import Testing

@testable import Microsoft365

@Suite("Tokens of an app's own")
struct AppTokenTests {
    let tenants: Tenants

    init() throws { tenants = try Tenants() }

    private func path(_ tenant: TenantID) -> String { "/\(tenant)/oauth2/v2.0/token" }

    /// Answers with a token that names tenant and scope, so that a mix-up shows.
    private func answer(_ tenant: TenantID, expiresIn: JSONValue = 3_599) {
        tenants.transport.on(
            path(tenant),
            .handler { request in
                .json([
                    "token_type": "Bearer", "expires_in": expiresIn, "ext_expires_in": expiresIn,
                    "access_token": .string("\(tenant)|\(request.form["scope"] ?? "")"),
                ])
            })
    }

    private func token(_ app: Microsoft365App, _ tenant: TenantID, _ resource: String) async throws -> String {
        try await app.session(tenant: tenant, resource: resource).accessToken().revealed()
    }

    @Test("are kept apart by tenant and resource, and asked for once each, also after a restart")
    func apart() async throws {
        for tenant in [tenants.contoso, tenants.fabrikam] { answer(tenant) }
        for app in [tenants.app(), tenants.app()] {
            for tenant in [tenants.contoso, tenants.fabrikam] {
                for resource in [Tenants.graph, Tenants.outlook] {
                    for _ in 0..<2 {
                        #expect(try await token(app, tenant, resource) == "\(tenant)|\(resource)/.default")
                    }
                }
            }
        }
        #expect(tenants.transport.requests.count == 4)
    }

    @Test("lie under keys that differ by cloud, client, tenant and resource")
    func keys() throws {
        var keys: Set<TokenKey> = []
        for cloud in [Cloud.worldwide, .china] {
            for client in ["a", "b"] {
                let app = Microsoft365App(
                    RegisteredApp(clientID: client, credential: nil, cloud: cloud), environment: tenants.environment)
                for tenant in [tenants.contoso, tenants.fabrikam] {
                    for resource in [Tenants.graph, Tenants.outlook] {
                        keys.insert(app.session(tenant: tenant, resource: resource).key)
                    }
                }
            }
        }
        #expect(keys.count == 16)
    }

    @Test("callers at once share one request")
    func shared() async throws {
        answer(tenants.contoso)
        let app = tenants.app()
        tenants.transport.hold()
        let tokens = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await token(app, tenants.contoso, Tenants.graph) } }
            while app.session(tenant: tenants.contoso, resource: Tenants.graph).waiterCount < 50 { await Task.yield() }
            tenants.transport.release()
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(tokens.count == 1)
        #expect(tenants.transport.requests.count == 1)
    }

    @Test("numbers in an answer may be numbers or texts", arguments: [3_599, "3599"] as [JSONValue])
    func numbers(expiresIn: JSONValue) async throws {
        answer(tenants.contoso, expiresIn: expiresIn)
        let session = tenants.app().session(tenant: tenants.contoso, resource: Tenants.graph)
        #expect(try await session.tokens().expiresAt == tenants.clock.now + 3_599)
    }

    @Test("a certificate signs an assertion for the exact token endpoint", arguments: AssertionStyle.allCases)
    func assertion(style: AssertionStyle) async throws {
        answer(tenants.contoso)
        let certificate = try Tenants.certificate()
        let app = tenants.app(.certificate(certificate, style))
        _ = try await token(app, tenants.contoso, Tenants.graph)
        let form = try #require(tenants.transport.requests.first).form
        #expect(form["client_secret"] == nil)
        let key = try SigningKey(pem: Secret(TestCertificates.reportsKey), algorithm: .init(rawValue: style.rawValue))
        let verified = try CompactJWS.parse(try #require(form["client_assertion"])).verify(with: key.publicKey)
        let claims = try JWTClaims(verified)
        let header: JSONObject =
            switch style {
            case .ps256: ["alg": "PS256", "typ": "JWT", "x5t#S256": .string(TestCertificates.x5tS256)]
            case .rs256: ["alg": "RS256", "typ": "JWT", "x5t": .string(TestCertificates.x5t)]
            }
        #expect(verified.header.parameters == header)
        #expect(claims["aud"] == .string("https://login.microsoftonline.com" + path(tenants.contoso)))
        #expect(claims.issuer == Tenants.clientID)
        #expect(claims.subject == Tenants.clientID)
        #expect(claims.notBefore == tenants.clock.now)
        #expect((claims.expiresAt?.since(tenants.clock.now) ?? 0) <= .minutes(10))
    }

    @Test("an expired certificate is told with its date, and nothing is sent")
    func expired() async throws {
        answer(tenants.contoso)
        let certificate = try Tenants.certificate()
        tenants.clock.advance(by: .days(3_700))
        let app = tenants.app(.certificate(certificate))
        let error = await microsoftError { () async throws(Microsoft365Error) in
            try await app.verifyConsent(tenant: tenants.contoso, resource: Tenants.graph)
        }
        #expect(error?.kind == .credential(.expired(notAfter: certificate.notAfter, now: tenants.clock.now)))
        #expect(error?.description.contains("2036-11-18T06:46:22Z") == true)
        #expect(tenants.transport.requests.isEmpty)
    }

    @Test("Retry-After is kept to, for this tenant's token endpoint alone")
    func throttled() async throws {
        let busy = platformError(50_196, "temporarily_unavailable", status: 429, retryAfter: "30")
        tenants.transport.on(path(tenants.contoso), .response(busy))
        answer(tenants.contoso)
        answer(tenants.fabrikam)
        let app = tenants.app()
        for wait in [Seconds(30), 20, 10] {
            let error = await clientError { () async throws(ClientError) in
                try await app.session(tenant: tenants.contoso, resource: Tenants.graph).accessToken()
            }
            #expect(error.map(Microsoft365Error.init)?.kind == .throttled(retryAfter: wait))
            tenants.clock.advance(by: 10)
        }
        #expect(tenants.transport.requests(to: path(tenants.contoso)).count == 1)
        _ = try await token(app, tenants.fabrikam, Tenants.graph)
        _ = try await token(app, tenants.contoso, Tenants.graph)
    }

    // MARK: Proof of consent

    private func jwt(_ claims: JSONObject) throws -> String {
        try CompactJWS.sign(payload: claims.encoded(), with: tenants.signer)
    }

    private func verify(_ accessToken: String) async throws -> Microsoft365Error? {
        tenants.transport.removeAnswers(for: path(tenants.contoso))
        tenants.transport.on(
            path(tenants.contoso),
            json: ["token_type": "Bearer", "expires_in": 3_599, "access_token": .string(accessToken)])
        return await microsoftError { () async throws(Microsoft365Error) in
            try await tenants.app().verifyConsent(tenant: tenants.contoso, resource: Tenants.graph)
        }
    }

    @Test("a token with roles proves consent, one without does not; one that cannot be read is taken as it is")
    func roles() async throws {
        let tenant = JSONValue.string(tenants.contoso.description)
        #expect(try await verify(jwt(["tid": tenant, "roles": .strings(["Mail.Read"])])) == nil)
        #expect(try await verify("opaque") == nil)
        #expect(try await verify(jwt(["tid": tenant]))?.kind == .notConsented)
        #expect(try await verify(jwt(["tid": tenant, "roles": .strings([])]))?.kind == .notConsented)
        let other = JSONValue.string(tenants.fabrikam.description)
        #expect(
            try await verify(jwt(["tid": other, "roles": .strings(["Mail.Read"])]))?.kind
                == .wrongTenant(expected: tenants.contoso, found: tenants.fabrikam))
    }

    @Test("the proof asks afresh, and its token serves the session from then on")
    func fresh() async throws {
        answer(tenants.contoso)
        let app = tenants.app()
        let old = try await token(app, tenants.contoso, Tenants.graph)
        tenants.transport.removeAnswers(for: path(tenants.contoso))
        tenants.transport.on(
            path(tenants.contoso), json: ["token_type": "Bearer", "expires_in": 3_599, "access_token": "new"])
        try await app.verifyConsent(tenant: tenants.contoso, resource: Tenants.graph)
        #expect(old != "new")
        #expect(try await token(app, tenants.contoso, Tenants.graph) == "new")
        #expect(tenants.transport.requests.count == 2)
    }

    @Test("a tenant that has not consented is told the number, the cause and the fix")
    func notConsented() async throws {
        tenants.transport.on(path(tenants.contoso), .response(platformError(65_001, "invalid_grant")))
        let error = await microsoftError { () async throws(Microsoft365Error) in
            try await tenants.app().verifyConsent(tenant: tenants.contoso, resource: Tenants.graph)
        }
        #expect(error?.kind == .notConsented)
        #expect(error?.code == "AADSTS65001")
        #expect(error?.traceID == "11111111-2222-4333-8444-555555555555")
        #expect(error?.remedy?.isEmpty == false)
        #expect(error?.description.contains("app-secret") == false)
    }
}
