import Foundation
import OAuthCore
import OAuthHTTPClient
import OAuthServer
import OAuthStorage

/// The sample people and applications of a demo, with their secrets: the contents of `demo.json`, the only place where
/// these lie.
struct DemoData: Codable {
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
    }

    var users: [Person]
    var clients: [Application]

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
            ])
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
    /// The data of an earlier start, or fresh ones.
    static func load(_ file: URL) throws -> DemoData {
        if FileManager.default.fileExists(atPath: file.path) {
            do {
                return try JSONDecoder().decode(DemoData.self, from: try Data(contentsOf: file))
            } catch {
                throw CommandFailure(
                    "\(file.path) is not what an earlier demo wrote.", next: "Remove its folder to begin afresh.")
            }
        }
        let data = make(random: .system)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        do {
            try write(try encoder.encode(data), to: file)
        } catch {
            throw CommandFailure("\(file.path) cannot be written.", next: "Choose another --data-directory.")
        }
        return data
    }

    /// Writes a file whole or not at all, and never where others could read it, not even for a moment.
    private static func write(_ content: Data, to file: URL) throws {
        let fresh = file.appendingPathExtension("new")
        guard
            FileManager.default.createFile(
                atPath: fresh.path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        let handle = try FileHandle(forWritingTo: fresh)
        try handle.write(contentsOf: content)
        try handle.synchronize()
        try handle.close()
        try FileManager.default.moveItem(at: fresh, to: file)
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
        for application in clients where try await database.store.client(application.clientID) == nil {
            var registration = ClientRegistration()
            registration.id = application.clientID
            registration.name = application.name
            registration.isPublic = application.clientSecret == nil
            registration.grantTypes = application.grantTypes
            registration.redirectURIs = application.redirectURIs
            registration.postLogoutRedirectURIs = ["http://127.0.0.1:8080/"]
            var client = try registration.decide(id: application.clientID, owner: nil, scopes: Self.scopes, now: now)
            if let secret = application.clientSecret { try client.setSecret(Secret(secret), now: now) }
            _ = try await database.store.insert(client)
        }
    }
}
