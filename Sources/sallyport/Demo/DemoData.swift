import Emulator
import Foundation
import OAuthCore
import OAuthHTTPClient
import OAuthServer
import OAuthStorage

/// The sample people and applications of a demo, with their secrets: the contents of `demo.json`, the only place where
/// these lie.
struct DemoData {
    struct Person: Codable {
        var username: String
        var password: String
        var administrator: Bool
        var name: String
        var email: String
    }

    struct Application: Codable {
        var clientID: String
        var clientSecret: String?
        var name: String
        var grantTypes: [String]
        var redirectURIs: [String]
        var postLogoutRedirectURIs: [String]?
    }

    var users: [Person]
    var clients: [Application]
    /// The inbox app's registration at the authorization server.
    var inbox: Application
    /// The tenants of the emulated cloud, in the format of its tenants file.
    var tenants: JSONObject

    /// Fresh secrets for the sample people and applications.
    static func make(random: RandomSource) -> DemoData {
        DemoData(
            users: [
                Person(
                    username: "alice", password: password(random), administrator: true, name: "Alice Archer",
                    email: "alice@example.com"),
                Person(
                    username: "bob", password: password(random), administrator: false, name: "Bob Baker",
                    email: "bob@example.com"),
                Person(
                    username: "carol", password: password(random), administrator: false, name: "Carol Clark",
                    email: "carol@example.com"),
            ],
            clients: [
                Application(
                    clientID: "demo-web", clientSecret: random.token(prefix: TokenPrefix.clientSecret),
                    name: "Demo web application",
                    grantTypes: [GrantType.authorizationCode, .refreshToken, .clientCredentials].map(\.rawValue),
                    redirectURIs: ["http://127.0.0.1/callback", "http://localhost:8080/callback"]),
                Application(
                    clientID: "demo-native", clientSecret: nil, name: "Demo native application",
                    grantTypes: [GrantType.authorizationCode, .refreshToken].map(\.rawValue),
                    redirectURIs: ["http://127.0.0.1/callback"]),
            ],
            inbox: inbox(random), tenants: tenants(random))
    }

    private static func inbox(_ random: RandomSource) -> Application {
        Application(
            clientID: "demo-inbox", clientSecret: random.token(prefix: TokenPrefix.clientSecret), name: "Demo inbox",
            grantTypes: [GrantType.authorizationCode.rawValue], redirectURIs: ["http://127.0.0.1/login/callback"],
            postLogoutRedirectURIs: [])
    }

    private static func tenants(_ random: RandomSource) -> JSONObject {
        (try? JSONObject.parse(Microsoft365Emulator.sampleTenants(random: random))) ?? [:]
    }

    /// What the demo's applications may ask for.
    static let scopes = ScopeCatalogue(
        ScopeCatalogue.openID.entries + [
            .init("messages.read", "Read your messages"), .init("messages.write", "Write messages for you"),
        ])

    /// Some letters that can be typed: 60 random bits.
    private static func password(_ random: RandomSource) -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        let picked = random.bytes(12).map { letters[Int($0) % letters.count] }
        return stride(from: 0, to: 12, by: 4).map { String(picked[$0..<($0 + 4)]) }.joined(separator: "-")
    }
}

extension DemoData {
    /// What the file holds besides the tenants, in the order of its members.
    private struct Document: Codable {
        var users: [Person]
        var clients: [Application]
        var inbox: Application?
    }

    /// The data of an earlier start, or fresh ones; what an earlier version did not have is added.
    static func load(_ file: URL) throws -> DemoData {
        let fresh = make(random: .system)
        var data = fresh
        var isComplete = false
        if FileManager.default.fileExists(atPath: file.path) {
            do {
                let bytes = try Data(contentsOf: file)
                let document = try JSONDecoder().decode(Document.self, from: bytes)
                let tenants = try JSONObject.parse(Array(bytes))["tenants"]?.object
                isComplete = document.inbox != nil && tenants != nil
                data = DemoData(
                    users: document.users, clients: document.clients, inbox: document.inbox ?? fresh.inbox,
                    tenants: tenants ?? fresh.tenants)
            } catch {
                throw CommandFailure(
                    "\(file.path) is not what an earlier demo wrote.", next: "Remove its folder to begin afresh.")
            }
        }
        guard !isComplete else { return data }
        do { try write(try data.encoded(), to: file) } catch {
            throw CommandFailure("\(file.path) cannot be written.", next: "Choose another --data-directory.")
        }
        return data
    }

    private func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let document = Document(users: users, clients: clients, inbox: inbox)
        var object = try JSONObject.parse(Array(try encoder.encode(document)))
        object["tenants"] = .object(tenants)
        return Data(object.encoded())
    }

    /// Writes a file whole or not at all, and never where others could read it, not even for a moment.
    private static func write(_ content: Data, to file: URL) throws {
        let fresh = file.appendingPathExtension("new")
        try? FileManager.default.removeItem(at: fresh)
        guard
            FileManager.default.createFile(
                atPath: fresh.path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        let handle = try FileHandle(forWritingTo: fresh)
        try handle.write(contentsOf: content)
        try handle.synchronize()
        try handle.close()
        guard rename(fresh.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Lets the inbox's sign-out lead back to it where it listens now: unlike its callback, this address counts with
    /// its port.
    func allowReturn(to inboxURL: String, in database: Database) async throws {
        guard let old = try await database.store.client(inbox.clientID) else { return }
        var new = old
        new.postLogoutRedirectURIs = [try RedirectURI.parse(inboxURL)]
        guard new != old else { return }
        _ = try await database.store.replace(old, with: new)
    }

    /// Adds what is not there yet; what an earlier start added stays as it has become since.
    func install(in database: Database) async throws {
        let now = UnixTime.systemNow()
        for person in users where try await database.store.credential(username: person.username) == nil {
            let user = try UserRecord.register(
                username: person.username, name: person.name, email: person.email,
                isAdministrator: person.administrator, random: .system, now: now)
            guard let hash = PasswordHash.make(Secret(person.password), random: .system) else {
                throw CommandFailure("The passwords cannot be hashed: not enough memory.")
            }
            _ = try await database.store.insert(user, passwordHash: hash)
        }
        for application in clients + [inbox] where try await database.store.client(application.clientID) == nil {
            var registration = ClientRegistration()
            registration.id = application.clientID
            registration.name = application.name
            registration.isPublic = application.clientSecret == nil
            registration.grantTypes = application.grantTypes
            registration.redirectURIs = application.redirectURIs
            registration.postLogoutRedirectURIs = application.postLogoutRedirectURIs ?? ["http://127.0.0.1:8080/"]
            var client = try registration.decide(id: application.clientID, owner: nil, scopes: Self.scopes, now: now)
            if let secret = application.clientSecret { try client.setSecret(Secret(secret), now: now) }
            _ = try await database.store.insert(client)
        }
    }
}
