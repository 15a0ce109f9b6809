import Foundation
import HTTPTypes
import OAuthCore
import OAuthHTTPClient
import OAuthServer
import OAuthStorage
import Synchronization

/// The code flow of someone who is signed in and has consented before, on the store that the server uses.
struct CodeFlow {
    private let server: AuthorizationServer
    private let user: UserRecord
    private let session: Secret

    /// How many SQL statements read or write rows for one flow: the authorization, and the redemption of its code.
    static func countStatements(in folder: URL) async throws -> Int {
        StatementCounter.install()
        let flow = try await CodeFlow(store: SQLiteStore(path: folder.appending(path: "statements.sqlite").path))
        // The first one loads the client and the keys, which are then remembered, and is where the person consents.
        try await flow.run()
        StatementCounter.count.store(0, ordering: .sequentiallyConsistent)
        try await flow.run()
        return StatementCounter.count.load(ordering: .sequentiallyConsistent)
    }

    private init(store: SQLiteStore) async throws {
        user = try await Self.prepare(store)
        server = AuthorizationServer(
            configuration: ServerConfiguration(
                issuer: try Issuer.parse("https://auth.example"), secret: store.serverSecret),
            grants: store, clients: store, keys: store, users: People(store: store), clock: UnixTime.systemNow,
            random: .system)
        session = try await server.beginSession(for: user, replacing: nil)
    }

    private static let redirectURI = "https://app.example/callback"

    /// Adds a person, a public client and a signing key.
    private static func prepare(_ store: SQLiteStore) async throws -> UserRecord {
        let now = UnixTime.systemNow()
        let user = try UserRecord.register(
            username: "person", name: nil, email: nil, isAdministrator: true, random: .system, now: now)
        _ = try await store.insert(user, passwordHash: .decoy(random: .system))
        var registration = ClientRegistration()
        registration.name = "Application"
        registration.isPublic = true
        registration.grantTypes = [GrantType.authorizationCode.rawValue, GrantType.refreshToken.rawValue]
        registration.redirectURIs = [redirectURI]
        _ = try await store.insert(try registration.decide(id: "application", owner: nil, scopes: .openID, now: now))
        let key = SigningKeyRecord(key: try SigningKey.generate(.es256), algorithm: .es256, createdAt: now)
        try await store.rotate(to: key, publishedUntil: now)
        return user
    }

    private func run() async throws {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        let scope: Scope = ["openid", "profile", "offline_access"]
        let request: FormFields = [
            "response_type": "code", "client_id": "application", "redirect_uri": Self.redirectURI, "state": "state",
            "scope": scope.description, "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256",
        ]
        var outcome = await server.authorize(request, session: session)
        if case .consent = outcome {
            let answer = ConsentAnswer(isAllowed: true, subject: user.subject, scope: scope)
            outcome = await server.authorize(request, session: session, answer: answer)
        }
        guard case .redirect(let location, nil) = outcome,
            let query = location.split(separator: "?").last,
            let code = try FormFields.parse(query: String(query))["code"]
        else { throw CodeFlowFailure(step: "authorization") }
        let redemption: FormFields = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": Self.redirectURI,
            "client_id": "application", "code_verifier": verifier,
        ]
        guard await server.respond(.token, to: .post(redemption)).head.status == .ok else {
            throw CodeFlowFailure(step: "redemption")
        }
    }
}

/// That a step was not answered as it must be.
struct CodeFlowFailure: Error {
    var step: String
}

/// The people of a store, where nobody types a password.
private struct People: UserDirectory {
    let store: SQLiteStore

    func user(subject: String) async throws(StoreError) -> UserRecord? { try await store.user(subject: subject) }
    func user(username: String, password: Secret) async throws(StoreError) -> UserRecord? { nil }
}
