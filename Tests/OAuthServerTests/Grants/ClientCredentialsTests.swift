import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("A client for itself, RFC 6749 §4.4")
struct ClientCredentialsTests {
    private func ask(_ fixture: Fixture, scope: String? = nil) async -> Answer {
        await fixture.post(.token, ["grant_type": "client_credentials", "scope": scope])
    }

    @Test("it gets what it is registered for, and neither refresh nor ID token (§4.4.3)")
    func issue() async throws {
        let fixture = try await Fixture()
        let answer = await ask(fixture)
        #expect(answer.status == 200)
        #expect(answer["scope"] == "messages.read messages.write")
        #expect(answer.body["refresh_token"] == nil)
        #expect(answer.body["id_token"] == nil)
        #expect(await ask(fixture, scope: "messages.read")["scope"] == "messages.read")
    }

    @Test(
        "scope of a person, of others, or with characters that no scope has is refused",
        arguments: ["openid", "messages.read email", "offline_access", "admin", "a\"b", "é"])
    func scope(scope: String) async throws {
        let answer = await ask(try await Fixture(), scope: scope)
        #expect(answer.status == 400)
        #expect(answer.error == "invalid_scope")
    }

    @Test("a client that is not registered for it gets nothing")
    func unregistered() async throws {
        let fixture = try await Fixture { $0.grantTypes = ["authorization_code"] }
        #expect(await ask(fixture).error == "unauthorized_client")
    }

    @Test("RFC 9700 §4.15: its subject is its id, which no person can have")
    func subject() async throws {
        let fixture = try await Fixture()
        let token = await ask(fixture).accessToken
        let answer = await fixture.post(.introspection, ["token": token], client: "api")
        #expect(answer["sub"] == "app")
        #expect(answer["client_id"] == "app")
        #expect(try await fixture.subject(of: "ann").hasPrefix(UserRecord.subjectPrefix))
        var registration = ClientRegistration()
        registration.name = "x"
        registration.grantTypes = ["client_credentials"]
        #expect(throws: RegistrationError.self) {
            try registration.decide(id: "usr_1", owner: nil, scopes: .openID, now: UnixTime(0))
        }
    }
}
