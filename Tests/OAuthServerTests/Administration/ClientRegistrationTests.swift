import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("What may be registered")
struct ClientRegistrationTests {
    private func decide(_ change: (inout ClientRegistration) -> Void = { _ in }) throws(RegistrationError)
        -> ClientRecord
    {
        var registration = ClientRegistration()
        registration.name = "App"
        registration.grantTypes = ["authorization_code", "refresh_token"]
        registration.redirectURIs = ["https://app.example/callback"]
        change(&registration)
        return try registration.decide(id: "generated", owner: nil, scopes: .openID, now: UnixTime(0))
    }

    private func fields(_ change: (inout ClientRegistration) -> Void) -> [RegistrationError.Field] {
        do throws(RegistrationError) {
            _ = try decide(change)
            return []
        } catch {
            return error.problems.map(\.field)
        }
    }

    @Test("the defaults are the safe ones")
    func defaults() throws {
        let client = try decide()
        #expect(client.id == "generated")
        #expect(client.profile == .oauth21)
        #expect(client.authenticationMethods == [.clientSecretBasic, .clientSecretPost])
        #expect(client.accessTokenFormat == .opaque)
        #expect(!client.isResourceServer)
        #expect(client.scope == ScopeCatalogue.openID.scope)
    }

    @Test("an application described and read again is the same")
    func roundTrip() throws {
        let client = try decide { $0.isPublic = true }
        let again = try ClientRegistration(of: client).decide(
            id: "other", owner: nil, scopes: .openID, now: UnixTime(0))
        #expect(again == client)
    }

    @Test(
        "CVE-2026-22752: an address that no application owns is refused",
        arguments: [
            "javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "about:blank", "app:/cb",
            "http://app.example/cb", "https://app.example/cb#x", "https://app.example/cb#",
            "https://u:p@app.example/cb",
            "https://app.example/../cb", "https://app.example/%2e%2E/cb", "/cb", "cb", "https:///cb", "https://",
            "https://app.example/c b", "https://app.example\\cb", "https://*.example/cb", "https://аpp.example/cb", "",
            "http://127.0.0.1.evil.example/cb", "http://localhost@evil.example/cb", "https://[::1/cb",
        ])
    func redirectURIs(uri: String) {
        #expect(fields { $0.redirectURIs = [uri] } == [.redirectURIs])
        #expect(fields { $0.postLogoutRedirectURIs = [uri] } == [.postLogoutRedirectURIs])
    }

    @Test(
        "what an application may own",
        arguments: [
            "https://app.example/cb", "https://app.example/cb?tenant=1", "https://app.example", "http://127.0.0.1/cb",
            "http://[::1]:3000/cb", "http://localhost:3000/cb", "com.example.app:/cb",
        ])
    func goodURIs(uri: String) throws {
        #expect(try decide { $0.redirectURIs = [uri] }.redirectURIs.map(\.description) == [uri])
    }

    @Test("each mistake is named with its field")
    func mistakes() {
        #expect(fields { $0.name = "  " } == [.name])
        #expect(fields { $0.name = String(repeating: "a", count: 201) } == [.name])
        #expect(fields { $0.id = "ä" } == [.id])
        #expect(fields { $0.id = "usr_1" } == [.id])
        #expect(fields { $0.grantTypes = ["password"] } == [.grantTypes])
        #expect(fields { $0.grantTypes = [] } == [.grantTypes])
        #expect(fields { $0.grantTypes = ["refresh_token"] } == [.grantTypes])
        #expect(fields { $0.redirectURIs = [] } == [.redirectURIs])
        #expect(fields { $0.origins = ["https://app.example/"] } == [.origins])
        #expect(fields { $0.origins = ["null"] } == [.origins])
        #expect(fields { $0.origins = ["*"] } == [.origins])
        #expect(fields { $0.scope = "admin" } == [.scope])
        #expect(fields { $0.scope = "a\"b" } == [.scope])
        #expect(fields { $0.profile = "lax" } == [.profile])
        #expect(fields { $0.accessTokenFormat = "x" } == [.accessTokenFormat])
        #expect(fields { $0.idTokenAlgorithm = "none" } == [.idTokenAlgorithm])
        #expect(fields { $0.idTokenAlgorithm = "HS256" } == [.idTokenAlgorithm])
        #expect(fields { $0.authenticationMethods = ["none"] } == [.authenticationMethods])
        #expect(fields { $0.authenticationMethods = ["private_key_jwt"] } == [.authenticationMethods])
        let several = fields { registration in
            registration.name = ""
            registration.scope = "admin"
        }
        #expect(several == [.name, .scope])
    }

    @Test("a public client has no grant of its own and no method but none")
    func publicClients() {
        #expect(
            fields { registration in
                registration.isPublic = true
                registration.grantTypes = ["client_credentials"]
                registration.redirectURIs = []
            } == [.grantTypes])
        #expect(
            fields { registration in
                registration.isPublic = true
                registration.authenticationMethods = ["client_secret_basic"]
            } == [.authenticationMethods])
    }

    @Test("a generated id is fresh, may be a client's, and is no command line's option")
    func generatedID() throws {
        let random = RandomSource.repeatable()
        let ids = (0..<200).map { _ in ClientRegistration.freshID(random: random) }
        #expect(Set(ids).count == ids.count && ids.allSatisfy { $0.hasPrefix("app_") && $0.count == 26 })
        #expect(try decide { registration in registration.id = ids[0] }.id == ids[0])
    }

    @Test("a generated secret carries 256 bits and a prefix; one that is brought has 32 characters")
    func secrets() throws {
        var client = try decide()
        let secret = client.replaceSecret(random: .repeatable(), now: UnixTime(0))
        #expect(secret.revealed().hasPrefix("sp_cs_"))
        #expect(secret.count == "sp_cs_".count + 43)
        #expect(client.secrets.map { $0.matches(secret) } == [true])
        for bad in [String(repeating: "a", count: 31), String(repeating: "a", count: 31) + "\u{7F}", ""] {
            #expect(throws: RegistrationError.self) { try client.setSecret(Secret(bad), now: UnixTime(0)) }
        }
        try client.setSecret(Secret(String(repeating: "a", count: 32)), now: UnixTime(0))
        #expect(client.secrets.count == 1)
        #expect(!client.secrets[0].matches(secret))
    }

    @Test("CVE-2026-27946: nobody verifies their own mail address by registering it")
    func users() throws {
        for name in ["", "a b", "a\u{0}", "a\u{202E}b", String(repeating: "a", count: 65)] {
            #expect(throws: UserRegistrationError.username) { try register(name, email: nil) }
        }
        for email in ["ann", "@example.com", "ann@", "ann@example", "a@b@example.com", "ann @example.com"] {
            #expect(throws: UserRegistrationError.email) { try register("ann", email: email) }
        }
        #expect(try !register("ann", email: nil).emailVerified)
        #expect(throws: UserRegistrationError.password) { try UserRegistrationError.check(password: Secret("short")) }
    }

    private func register(_ username: String, email: String?) throws(UserRegistrationError) -> UserRecord {
        try UserRecord.register(
            username: username, name: nil, email: email, isAdministrator: false, random: .repeatable(),
            now: UnixTime(0))
    }
}
