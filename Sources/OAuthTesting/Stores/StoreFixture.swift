import OAuthCore
import OAuthServer

/// Records for checks, and the words for what is expected of them.
struct StoreFixture: Sendable {
    let check: String
    let stores: StoreCompatibility.Stores

    var grants: any GrantStore { stores.grants }
    var clients: any ClientStore { stores.clients }
    var keys: any KeyStore { stores.keys }
    var users: any UserStore { stores.users }

    /// When everything in a check begins.
    static let now = UnixTime(1_800_000_000)

    // MARK: Expectations

    func expect(_ isMet: Bool, _ expectation: String) throws(StoreCompatibilityFailure) {
        guard isMet else { throw StoreCompatibilityFailure(check: check, expectation: expectation) }
    }

    /// Commits, and expects it to succeed.
    func commit(_ changes: [GrantChange]) async throws {
        try expect(try await grants.commit(changes) == .committed, "a commit without a conflict is made")
    }

    /// Commits, and expects a conflict.
    func expectConflict(_ changes: [GrantChange], _ expectation: String) async throws {
        try expect(try await grants.commit(changes) == .conflict, expectation)
    }

    func expect(_ outcome: CommitOutcome, is expected: CommitOutcome, _ expectation: String) throws {
        try expect(outcome == expected, expectation)
    }

    // MARK: Records

    func digest(_ name: String) -> TokenDigest { TokenDigest(of: Secret(name)) }

    func grant(
        family: String = "family", client: String = "client", subject: String? = "person", session: String? = nil
    ) -> GrantContext {
        GrantContext(
            familyID: family, clientID: client, subject: subject, scope: ["openid", "messages.read"],
            authenticatedAt: subject == nil ? nil : Self.now - 60, session: session.map(digest))
    }

    func code(_ name: String = "code", _ grant: GrantContext? = nil, lifetime: Seconds = 60) -> CodeRecord {
        CodeRecord(
            digest: digest(name), grant: grant ?? self.grant(), redirectURI: "https://client.example/callback",
            challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", nonce: "n-0S6_WzA2Mj",
            expiresAt: Self.now + lifetime)
    }

    func accessToken(
        _ name: String = "access", _ grant: GrantContext? = nil, issuedAt: UnixTime = now, lifetime: Seconds = 3_600
    ) -> AccessTokenRecord {
        AccessTokenRecord(
            digest: digest(name), grant: grant ?? self.grant(), issuedAt: issuedAt, expiresAt: issuedAt + lifetime)
    }

    func refreshToken(
        _ name: String = "refresh", _ grant: GrantContext? = nil, issuedAt: UnixTime = now,
        lifetime: Seconds = .days(30)
    ) -> RefreshTokenRecord {
        RefreshTokenRecord(
            digest: digest(name), grant: grant ?? self.grant(), issuedAt: issuedAt, expiresAt: issuedAt + lifetime,
            familyExpiresAt: issuedAt + .days(365))
    }

    func rotation(to successor: String) -> RefreshTokenRecord.Rotation {
        RefreshTokenRecord.Rotation(
            at: Self.now + 5, successor: digest(successor), sealedResponse: [0, 1, 2, 255])
    }

    func session(_ name: String = "session", subject: String = "person", lifetime: Seconds = 3_600) -> SessionRecord {
        SessionRecord(
            digest: digest(name), subject: subject, authenticatedAt: Self.now - 60, expiresAt: Self.now + lifetime)
    }

    func consent(subject: String = "person", client: String = "client", scope: Scope = ["openid"]) -> ConsentRecord {
        ConsentRecord(subject: subject, clientID: client, scope: scope, grantedAt: Self.now)
    }

    /// A client with something in each field.
    func client(_ id: String = "client", name: String = "Example", owner: String? = nil) throws -> ClientRecord {
        var client = ClientRecord(id: id, name: name, createdAt: Self.now)
        client.owner = owner
        client.secrets = [HashedSecret(of: Secret("client secret"), createdAt: Self.now)]
        client.authenticationMethods = [.clientSecretBasic, .clientSecretPost]
        client.redirectURIs = [try RedirectURI.parse("https://client.example/callback?a=%2F&b=\u{27}")]
        client.postLogoutRedirectURIs = [try RedirectURI.parse("https://client.example/")]
        client.origins = ["https://client.example"]
        client.grantTypes = [.authorizationCode, .refreshToken, .clientCredentials]
        client.scope = ["openid", "messages.read", "offline_access"]
        client.profile = .compatible
        client.idTokenAlgorithm = .rs256
        client.isResourceServer = true
        return client
    }

    func user(_ subject: String = "person", username: String = "Zoë") -> UserRecord {
        UserRecord(
            subject: subject, username: username, name: "Zoë O'Neil", email: "zoe@example.com", emailVerified: true,
            isAdministrator: true, createdAt: Self.now)
    }

    /// A hash that was computed before: what is stored is text, and computing one is slow.
    func passwordHash(_ variant: Character = "A") throws -> PasswordHash {
        let text =
            "$scrypt$ln=14,r=8,p=1$\(String(repeating: "A", count: 22))$\(variant)\(String(repeating: "A", count: 42))"
        guard let hash = PasswordHash.parse(text) else {
            throw StoreCompatibilityFailure(check: check, expectation: "a password hash can be read")
        }
        return hash
    }

    /// How many of these racing tasks say yes.
    func count(of tasks: Int, _ body: @escaping @Sendable (Int) async throws -> Bool) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<tasks { group.addTask { try await body(number) } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }
}
