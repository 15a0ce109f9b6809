import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("Who a client is, RFC 6749 §2.3")
struct ClientAuthenticationTests {
    private static let grant: [String: String?] = ["grant_type": "client_credentials", "scope": "messages.read"]

    private static func basic(_ id: String, _ secret: String) -> String {
        BasicCredentials(clientID: id, clientSecret: Secret(secret)).headerValue()
    }

    private func ask(_ fixture: Fixture, _ fields: [String: String?] = [:], _ authorization: String...) async -> Answer
    {
        var headers = HTTPFields()
        headers[values: .authorization] = authorization
        return await fixture.post(
            .token, Self.grant.merging(fields) { $1 }, client: nil, headers: headers)
    }

    @Test("the secret comes in the header or in the body")
    func methods() async throws {
        let fixture = try await Fixture()
        #expect(await ask(fixture, [:], Self.basic("app", "app-secret")).status == 200)
        #expect(await ask(fixture, ["client_id": "app", "client_secret": "app-secret"]).status == 200)
        // Repeating the id in the body, or an empty secret, is no second way.
        #expect(
            await ask(fixture, ["client_id": "app", "client_secret": ""], Self.basic("app", "app-secret")).status == 200
        )
    }

    @Test("every failure is the same invalid_client, 401 with a Basic challenge (§5.2)")
    func failures() async throws {
        let fixture = try await Fixture()
        let answers = [
            await ask(fixture, [:], Self.basic("app", "wrong")), await ask(fixture, [:], Self.basic("app", "")),
            await ask(fixture, [:], Self.basic("nobody", "app-secret")),
            await ask(fixture, ["client_id": "app", "client_secret": "wrong"]),
            await ask(fixture, ["client_id": "app"]), await ask(fixture),
            await ask(fixture, ["client_secret": "app-secret"]), await ask(fixture, [:], "Bearer x"),
            await ask(fixture, [:], "Basic"), await ask(fixture, [:], "Basic !!!"),
            await ask(fixture, [:], "Basic YXBw"), await ask(fixture, [:], "Basic  YXBwOmFwcC1zZWNyZXQ="),
            await ask(fixture, [:], "Basic " + "app%2:x".base64), await ask(fixture, [:], "Basic " + ":x".base64),
            await ask(fixture, [:], Self.basic("native", "")), await ask(fixture, [:], Self.basic("native", "x")),
        ]
        for answer in answers {
            #expect(answer.status == 401)
            #expect(answer.error == "invalid_client")
            #expect(answer.headers[.wwwAuthenticate] == #"Basic realm="https://as.example/o""#)
            #expect(answer.body["access_token"] == nil)
        }
        let unknown = await ask(fixture, [:], Self.basic("nobody", "x"))
        let wrong = await ask(fixture, [:], Self.basic("app", "x"))
        #expect(unknown.body == wrong.body)
    }

    @Test("Doorkeeper #1841: two ways at once are invalid_request")
    func twoWays() async throws {
        let fixture = try await Fixture()
        let basic = Self.basic("app", "app-secret")
        for answer in [
            await ask(fixture, ["client_secret": "app-secret"], basic),
            await ask(fixture, ["client_id": "app", "client_secret": "app-secret"], basic),
            await ask(fixture, ["client_id": "other"], basic), await ask(fixture, [:], basic, basic),
        ] {
            #expect(answer.status == 400)
            #expect(answer.error == "invalid_request")
        }
    }

    @Test("both halves of Basic credentials are form-encoded (§2.3.1)")
    func encoding() async throws {
        let fixture = try await Fixture()
        let (id, secret) = ("1PpG/Q 1", "z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw=")
        // Such an id is not registered here, but one may have come from elsewhere.
        var record = ClientRecord(id: id, name: "odd", createdAt: fixture.clock.now)
        record.authenticationMethods = [.clientSecretBasic]
        record.grantTypes = [.clientCredentials]
        record.scope = ["messages.read"]
        record.secrets = [HashedSecret(of: Secret(secret), createdAt: fixture.clock.now)]
        #expect(try await fixture.store.insert(record) == .committed)
        #expect(await ask(fixture, [:], Self.basic(id, secret)).status == 200)
        #expect(await ask(fixture, [:], "Basic " + "\(id):\(secret)".base64).status == 401)
    }

    @Test("only the registered methods work", arguments: ["client_secret_basic", "client_secret_post"])
    func registered(method: String) async throws {
        let fixture = try await Fixture { $0.authenticationMethods = [method] }
        let isBasic = method == "client_secret_basic"
        #expect(await ask(fixture, [:], Self.basic("app", "app-secret")).status == (isBasic ? 200 : 401))
        let posted = await ask(fixture, ["client_id": "app", "client_secret": "app-secret"])
        #expect(posted.status == (isBasic ? 401 : 200))
    }

    @Test("Doorkeeper #1840: a secret in the query is not read")
    func query() async throws {
        let fixture = try await Fixture()
        var request = EndpointRequest.post(["grant_type": "client_credentials"])
        request.query = "client_id=app&client_secret=app-secret"
        #expect(await fixture.server.respond(.token, to: request).head.status == .unauthorized)
    }

    @Test("DOT #1077: the stored hash is no secret")
    func hash() async throws {
        let fixture = try await Fixture()
        let digest = TokenDigest(of: Secret("app-secret")).bytes
        for secret in [Base64URL.encode(digest), digest.map { String($0, radix: 16) }.joined()] {
            #expect(await ask(fixture, [:], Self.basic("app", secret)).status == 401)
        }
    }

    @Test("several live secrets work beside each other")
    func overlap() async throws {
        let fixture = try await Fixture()
        try await fixture.change("app") { $0.secrets.append(HashedSecret(of: Secret("new"), createdAt: UnixTime(0))) }
        #expect(await ask(fixture, [:], Self.basic("app", "app-secret")).status == 200)
        #expect(await ask(fixture, [:], Self.basic("app", "new")).status == 200)
        try await fixture.change("app") { $0.secrets.removeFirst() }
        #expect(await ask(fixture, [:], Self.basic("app", "app-secret")).status == 401)
    }

    @Test("a public client names itself and proves itself by PKCE")
    func publicClient() async throws {
        let fixture = try await Fixture()
        let uri = "http://127.0.0.1:5000/callback"
        let code = try await fixture.code(["client_id": "native", "redirect_uri": uri])
        let fields: [String: String?] = ["client_id": "native", "redirect_uri": uri]
        let tokens = await fixture.redeem(code, fields, client: nil)
        #expect(tokens.status == 200)
        let refreshed = await fixture.post(
            .token,
            ["grant_type": "refresh_token", "refresh_token": tokens.refreshToken, "client_id": "native"], client: nil)
        #expect(refreshed.status == 200)
        let own = await fixture.post(
            .token, ["grant_type": "client_credentials", "client_id": "native"], client: nil)
        #expect(own.error == "unauthorized_client")
    }
}

extension String {
    /// The text in base64.
    var base64: String {
        let url = Base64URL.encode(Array(utf8)).replacing("-", with: "+").replacing("_", with: "/")
        return url + String(repeating: "=", count: (4 - url.count % 4) % 4)
    }
}
