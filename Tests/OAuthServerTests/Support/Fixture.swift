import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

/// A server with a few applications and two people, and the requests that tests send it.
struct Fixture {
    static let issuer = "https://as.example/o"
    static let callback = "https://app.example/callback"
    /// RFC 7636 appendix B.
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    let provider: InProcessAuthorizationServer
    var server: AuthorizationServer { provider.server }
    var clock: VirtualClock { provider.clock }
    var store: InMemoryStore { provider.store }

    /// - Parameter change: changes the application `app`.
    init(
        _ change: (inout ClientRegistration) -> Void = { _ in },
        configure: (inout ServerConfiguration) -> Void = { _ in }
    ) async throws {
        let scope = "openid profile email offline_access messages.read messages.write"
        var app = InProcessAuthorizationServer.Client(
            id: "app", secret: "app-secret", redirectURIs: [Self.callback], scope: scope)
        app.registration.origins = ["https://app.example"]
        app.registration.postLogoutRedirectURIs = ["https://app.example/bye"]
        change(&app.registration)
        var other = InProcessAuthorizationServer.Client(
            id: "other", secret: "other-secret", redirectURIs: ["https://other.example/callback"])
        other.registration.origins = ["https://other.example"]
        provider = try await InProcessAuthorizationServer(
            issuer: Self.issuer,
            clients: [
                app, other,
                .init(id: "native", redirectURIs: ["http://127.0.0.1/callback", "com.example.app:/callback"]),
                .resourceServer(id: "api", secret: "api-secret"),
            ],
            users: [
                .init("ann", password: "correct horse", name: "Ann Example", email: "ann@example.com"),
                .init("bob", password: "battery staple"),
            ], configure: configure)
    }

    /// A whole authorization request; `nil` leaves a parameter out.
    static func request(_ changes: [String: String?] = [:]) -> FormFields {
        var values: [(String, String?)] = [
            ("client_id", "app"), ("redirect_uri", callback), ("response_type", "code"), ("scope", "openid"),
            ("state", "s t&t"), ("nonce", "n1"), ("code_challenge", challenge), ("code_challenge_method", "S256"),
        ]
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            values.removeAll { $0.0 == name }
            values.append((name, value))
        }
        var fields = FormFields()
        for (name, value) in values { if let value { fields.append(name, value) } }
        return fields
    }

    /// Lets a person allow a request, and answers the code.
    func code(_ changes: [String: String?] = [:], as username: String = "ann") async throws -> String {
        let url = Self.issuer + "/authorize?" + Self.request(changes).encoded()
        let callback = try await provider.authorize(url, as: username)
        return try #require(Callback(callback).fields["code"], "\(callback)")
    }

    /// Posts a form to an endpoint, authenticated by HTTP Basic unless `client` is `nil`.
    func post(
        _ endpoint: Endpoint, _ fields: [String: String?], client: String? = "app", headers: HTTPFields = [:]
    ) async -> Answer {
        var headers = headers
        if let client {
            headers[.authorization] =
                BasicCredentials(clientID: client, clientSecret: Secret(client + "-secret")).headerValue()
        }
        var form = FormFields()
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { if let value { form.append(name, value) } }
        return Answer(await server.respond(endpoint, to: .post(form, headers: headers)))
    }

    /// Redeems a code.
    func redeem(_ code: String, _ changes: [String: String?] = [:], client: String? = "app") async -> Answer {
        var fields: [String: String?] = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": Self.callback,
            "code_verifier": Self.verifier,
        ]
        for (name, value) in changes { fields[name] = .some(value) }
        return await post(.token, fields, client: client)
    }

    /// The tokens of a new code.
    func tokens(_ changes: [String: String?] = [:]) async throws -> Answer {
        let answer = await redeem(try await code(changes))
        try #require(answer.status == 200, "\(answer)")
        return answer
    }

    func refresh(_ token: String, scope: String? = nil, client: String? = "app") async -> Answer {
        await post(
            .token, ["grant_type": "refresh_token", "refresh_token": token, "scope": scope], client: client)
    }

    /// Whether an access token is good.
    func isActive(_ token: String) async -> Bool {
        let answer = await post(.introspection, ["token": token], client: "api")
        return answer.body["active"] == true
    }

    /// Changes a client as an operator would.
    func change(_ id: String, _ change: (inout ClientRecord) -> Void) async throws {
        let old = try #require(try await store.client(id))
        var new = old
        change(&new)
        #expect(try await store.replace(old, with: new) == .committed)
    }

    func subject(of username: String) async throws -> String {
        try #require(try await store.credential(username: username)).user.subject
    }
}

/// An endpoint's answer, taken apart.
struct Answer: CustomStringConvertible {
    let status: Int
    let headers: HTTPFields
    let body: JSONObject
    let diagnostic: String?

    init(_ response: EndpointResponse) {
        status = response.head.status.code
        headers = response.head.headerFields
        body = (try? JSONObject.parse(response.body)) ?? [:]
        diagnostic = response.diagnostic?.id
    }

    subscript(name: String) -> String? { body[name]?.string }
    var error: String? { self["error"] }
    var accessToken: String { self["access_token"] ?? "none" }
    var refreshToken: String { self["refresh_token"] ?? "none" }
    var description: String { "\(status) \(error ?? "ok") \(diagnostic ?? "")" }
}

/// A callback's URL, taken apart.
struct Callback {
    let address: Substring
    let fields: FormFields

    init(_ url: String) {
        address = url.prefix { $0 != "?" }
        fields = (try? FormFields.parse(query: String(url.dropFirst(address.count + 1)))) ?? FormFields()
    }
}
