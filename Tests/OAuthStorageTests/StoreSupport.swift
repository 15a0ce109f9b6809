import OAuthCore
import OAuthServer
import Synchronization

@testable import OAuthStorage

/// The SQL statements of a store, without those that begin and end transactions.
final class StatementLog: Sendable {
    private let statements = Mutex<[String]>([])

    var seams: SQLiteStore.Seams {
        var seams = SQLiteStore.Seams()
        seams.trace = { statement in self.statements.withLock { $0.append(statement) } }
        // Time stands still: what is answered from memory does not depend on how busy the machine is.
        seams.monotonicTime = { 1 }
        return seams
    }

    var all: [String] { statements.withLock { $0 } }

    /// Those that read or write rows.
    var queries: [String] {
        all.filter { statement in
            ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"].contains { statement.hasPrefix($0) }
        }
    }

    func clear() { statements.withLock { $0 = [] } }
}

/// A clock that moves when it is told to.
final class ManualTime: Sendable {
    private let nanoseconds = Mutex<UInt64>(1)

    var seams: SQLiteStore.Seams {
        var seams = SQLiteStore.Seams()
        seams.monotonicTime = { self.nanoseconds.withLock { $0 } }
        return seams
    }

    func advance(milliseconds: UInt64) { nanoseconds.withLock { $0 += milliseconds * 1_000_000 } }
}

/// Records for tests.
enum Sample {
    static let now = UnixTime(1_800_000_000)
    static let clientSecret = "a client secret of more than thirty-two bytes"
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let callback = "https://client.example/callback"

    static func digest(_ name: String) -> TokenDigest { TokenDigest(of: Secret(name)) }

    static func grant(_ family: String = "family") -> GrantContext {
        GrantContext(familyID: family, clientID: "client", subject: "person", scope: ["openid"])
    }

    static func accessToken(_ name: String) -> AccessTokenRecord {
        AccessTokenRecord(digest: digest(name), grant: grant(), issuedAt: now, expiresAt: now + .hours(1))
    }

    static func refreshToken(_ name: String) -> RefreshTokenRecord {
        RefreshTokenRecord(
            digest: digest(name), grant: grant(), issuedAt: now, expiresAt: now + .days(30),
            familyExpiresAt: now + .days(365))
    }

    static func code(_ name: String) -> CodeRecord {
        CodeRecord(
            digest: digest(name), grant: grant(), redirectURI: nil, challenge: nil, nonce: nil, expiresAt: now + 60)
    }

    static func client(_ id: String = "client") throws -> ClientRecord {
        var client = ClientRecord(id: id, name: "Example", createdAt: now)
        client.secrets = [HashedSecret(of: Secret(clientSecret), createdAt: now)]
        client.authenticationMethods = [.clientSecretPost]
        client.redirectURIs = [try RedirectURI.parse(callback)]
        client.grantTypes = [.authorizationCode, .refreshToken]
        client.scope = ["openid", "offline_access"]
        return client
    }

    static let user = UserRecord(subject: "person", username: "alice", createdAt: now)
}

/// A server over a store, with one client, one person and their consent.
struct SampleServer {
    let server: AuthorizationServer
    let store: SQLiteStore

    static let password = "correct horse battery staple"

    /// - Parameter isNew: whether the store is empty and must be filled.
    init(_ store: SQLiteStore, isNew: Bool = true) async throws {
        self.store = store
        let random = RandomSource { count in
            var generator = SystemRandomNumberGenerator()
            return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        }
        server = AuthorizationServer(
            configuration: ServerConfiguration(
                issuer: try Issuer.parse("https://server.example"), secret: store.serverSecret),
            grants: store, clients: store, keys: store, users: Directory(store: store), clock: { Sample.now },
            random: random)
        guard isNew else { return }
        let parameters = PasswordHash.Parameters(logarithmicCost: 10)
        guard let hash = PasswordHash.make(Secret(Self.password), parameters: parameters, random: random) else {
            throw StoreError.unreadable(what: "password")
        }
        _ = try await store.insert(try Sample.client())
        _ = try await store.insert(Sample.user, passwordHash: hash)
        let key = SigningKeyRecord(key: try SigningKey.generate(.es256), algorithm: .es256, createdAt: Sample.now)
        try await store.rotate(to: key, publishedUntil: Sample.now)
        let consent = ConsentRecord(
            subject: "person", clientID: "client", scope: ["openid", "offline_access"], grantedAt: Sample.now)
        _ = try await store.commit([.saveConsent(consent)])
    }

    /// An authorization code for a browser that is signed in.
    func authorize(_ cookie: Secret) async throws -> String? {
        let challenge = try CodeVerifier.parse(Sample.verifier).challenge.value
        let fields = Self.fields([
            "response_type": "code", "client_id": "client", "redirect_uri": Sample.callback, "scope": "openid",
            "code_challenge": challenge, "code_challenge_method": "S256",
        ])
        guard case .redirect(let target, _) = await server.authorize(fields, session: cookie) else { return nil }
        return try FormFields.parse(Array((URI(target)?.query ?? "").utf8))["code"]
    }

    func redeem(_ code: String) async -> EndpointResponse {
        await token([
            "grant_type": "authorization_code", "code": code, "redirect_uri": Sample.callback,
            "code_verifier": Sample.verifier,
        ])
    }

    func refresh(_ token: String) async -> EndpointResponse {
        await self.token(["grant_type": "refresh_token", "refresh_token": token])
    }

    private func token(_ fields: [String: String]) async -> EndpointResponse {
        let all = fields.merging(["client_id": "client", "client_secret": Sample.clientSecret]) { $1 }
        return await server.respond(.token, to: .post(Self.fields(all)))
    }

    private static func fields(_ values: [String: String]) -> FormFields {
        var fields = FormFields()
        for (name, value) in values { fields.append(name, value) }
        return fields
    }

    private struct Directory: UserDirectory {
        let store: SQLiteStore

        func user(subject: String) async throws(StoreError) -> UserRecord? { try await store.user(subject: subject) }
        func user(username: String, password: Secret) async throws(StoreError) -> UserRecord? { nil }
    }
}

extension EndpointResponse {
    /// A text member of the JSON in the body.
    subscript(member: String) -> String? { (try? JSONObject.parse(body))?[member]?.string }
}
