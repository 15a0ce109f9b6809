import HTTPTypes
import OAuthCore
import OAuthServer

extension StoreCompatibility {
    /// The same promises, as an application sees them: a whole server over the stores.
    static let serverChecks = [
        Check("of 100 requests that redeem one code, one gets tokens, which the replays revoke") { fixture in
            let server = try await fixture.server()
            let code = fixture.code("sp_ac_code", fixture.grant(client: "app"))
            try await fixture.commit([.insertCode(code)])
            let answers = await fixture.answers(of: server, to: 100) { _ in
                [
                    "grant_type": "authorization_code", "code": "sp_ac_code", "redirect_uri": code.redirectURI ?? "",
                    // RFC 7636 appendix B.
                    "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                ]
            }
            let winners = answers.filter { $0.head.status == .ok }
            try fixture.expect(winners.count == 1, "one gets tokens, not \(winners.count)")
            for answer in answers where answer.head.status != .ok {
                let error = try JSONObject.parse(answer.body)["error"]?.string
                try fixture.expect(error == "invalid_grant", "the others get invalid_grant")
            }
            let token = try JSONObject.parse(winners[0].body)["access_token"]?.string ?? ""
            try fixture.expect(
                try await server.accessToken(Secret(token)) == nil, "a replay revokes what the code gave")
        },
        Check("50 requests that refresh with one token all get the same successor") { fixture in
            let server = try await fixture.server()
            try await fixture.commit([
                .insertRefreshToken(fixture.refreshToken("sp_rt_first", fixture.grant(client: "app")))
            ])
            let answers = await fixture.answers(of: server, to: 50) { _ in
                ["grant_type": "refresh_token", "refresh_token": "sp_rt_first"]
            }
            try fixture.expect(answers.allSatisfy { $0.head.status == .ok }, "every request gets tokens")
            let successors = try Set(answers.map { try JSONObject.parse($0.body)["refresh_token"]?.string })
            try fixture.expect(successors.count == 1, "all get the same refresh token")
            let accessTokens = try Set(answers.map { try JSONObject.parse($0.body)["access_token"]?.string })
            try fixture.expect(accessTokens.count == 1, "all get the same access token")
            let token = accessTokens.first.flatMap { $0 } ?? ""
            try fixture.expect(try await server.accessToken(Secret(token)) != nil, "the access token is good")
        },
        Check("100 requests with tokens of their own all get what they ask for") { fixture in
            let server = try await fixture.server()
            try await fixture.commit(
                (0..<100).map {
                    .insertRefreshToken(
                        fixture.refreshToken("sp_rt_\($0)", fixture.grant(family: "\($0)", client: "app")))
                })
            let answers = await fixture.answers(of: server, to: 100) { number in
                ["grant_type": "refresh_token", "refresh_token": "sp_rt_\(number)"]
            }
            try fixture.expect(answers.allSatisfy { $0.head.status == .ok }, "every request gets tokens")
            let successors = try Set(answers.map { try JSONObject.parse($0.body)["refresh_token"]?.string })
            try fixture.expect(successors.count == 100, "each gets its own")
        },
    ]
}

extension StoreFixture {
    private static let secret = "a client secret of more than thirty-two bytes"

    /// A server with a client `app` and the person `person`.
    fileprivate func server() async throws -> AuthorizationServer {
        var app = try client("app")
        app.secrets = [HashedSecret(of: Secret(Self.secret), createdAt: Self.now)]
        app.redirectURIs = [try RedirectURI.parse("https://client.example/callback")]
        app.idTokenAlgorithm = .es256
        _ = try await clients.insert(app)
        _ = try await users.insert(user(), passwordHash: try passwordHash())
        let key = SigningKeyRecord(key: try SigningKey.generate(.es256), algorithm: .es256, createdAt: Self.now)
        try await keys.rotate(to: key, publishedUntil: Self.now)
        return AuthorizationServer(
            configuration: ServerConfiguration(
                issuer: try Issuer.parse("https://server.example"), secret: Secret("a secret of the server")),
            grants: grants, clients: clients, keys: keys, users: PeopleWithoutPasswords(users: users),
            clock: { Self.now }, random: .system)
    }

    /// The answers to so many requests of `app` at once.
    fileprivate func answers(
        of server: AuthorizationServer, to count: Int, _ fields: @escaping @Sendable (Int) -> [String: String]
    ) async -> [EndpointResponse] {
        await withTaskGroup(of: EndpointResponse.self) { group in
            for number in 0..<count {
                group.addTask {
                    var form = FormFields()
                    for (name, value) in fields(number) { form.append(name, value) }
                    form.append("client_id", "app")
                    form.append("client_secret", Self.secret)
                    return await server.respond(.token, to: .post(form))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}

extension RandomSource {
    /// The operating system's.
    fileprivate static let system = RandomSource { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// The people of a store, where nobody signs in.
private struct PeopleWithoutPasswords: UserDirectory {
    let users: any UserStore

    func user(subject: String) async throws(StoreError) -> UserRecord? { try await users.user(subject: subject) }
    func user(username: String, password: Secret) async throws(StoreError) -> UserRecord? { nil }
}
