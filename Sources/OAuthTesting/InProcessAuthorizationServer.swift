public import HTTPTypes
public import OAuthCore
public import OAuthResourceServer
public import OAuthServer
import Synchronization

/// The whole authorization server without sockets: its own clients, people, keys, store and clock.
///
/// As a transport it answers what a client sends below its issuer; ``authorize(_:as:answering:)`` plays the browser and
/// the person in it; as a verifier it tells an API what a token says.
///
/// ```swift
/// let provider = try await InProcessAuthorizationServer(
///     clients: [.init(id: "app", secret: "a secret", redirectURIs: ["https://app.example/callback"])],
///     users: [.init("ann", password: "correct horse")])
/// let callback = try await provider.authorize(url, as: "ann")
/// ```
public final class InProcessAuthorizationServer: Sendable {
    /// The server itself, to be asked directly.
    public let server: AuthorizationServer
    /// Everything that the server keeps, to be looked at or changed.
    public let store: InMemoryStore
    /// What time the server thinks it is.
    public let clock: VirtualClock

    private let passwords: [String: Secret]
    private let browsers = Mutex<[String: Secret]>([:])

    /// A server that answers at once.
    ///
    /// - Parameters:
    ///   - issuer: its identifier. Default `https://as.example`.
    ///   - clients: the applications; the scopes that they name are added to the server's.
    ///   - users: the people.
    ///   - clock: what time it is.
    ///   - random: where its secrets come from. Default: the same ones in each run.
    ///   - configure: changes what an operator decides, such as lifetimes.
    public init(
        issuer: String = "https://as.example", clients: [Client], users: [User] = [], clock: VirtualClock = .init(),
        random: RandomSource = .repeatable(seed: 2), configure: (inout ServerConfiguration) -> Void = { _ in }
    ) async throws(InProcessError) {
        let store = InMemoryStore()
        var configuration = try Self.configuration(issuer, clients, random)
        configure(&configuration)
        self.store = store
        self.clock = clock
        passwords = Dictionary(users.map { ($0.username, $0.password) }) { $1 }
        server = AuthorizationServer(
            configuration: configuration, grants: store, clients: store, keys: store,
            users: StoredUsers(store: store), clock: clock.source, random: random)
        for algorithm in Set(clients.map(\.registration.idTokenAlgorithm) + [JWSAlgorithm.es256.rawValue]) {
            try await addKey(JWSAlgorithm(rawValue: algorithm))
        }
        for client in clients { try await add(client) }
        for user in users { try await add(user) }
    }

    private static func configuration(
        _ issuer: String, _ clients: [Client], _ random: RandomSource
    ) throws(InProcessError) -> ServerConfiguration {
        guard let issuer = try? Issuer.parse(issuer) else { throw .notAnIssuer }
        var configuration = ServerConfiguration(issuer: issuer, secret: Secret(bytes: random.bytes(32)))
        let named = clients.reduce(Scope()) { $0.union(Scope.parse($1.registration.scope) ?? Scope()) }
        configuration.scopes.entries += named.subtracting(configuration.scopes.scope).tokens.map { .init($0, $0) }
        return configuration
    }

    /// Registers one more application.
    public func add(_ client: Client) async throws(InProcessError) {
        var record: ClientRecord
        do throws(RegistrationError) {
            record = try client.registration.decide(
                id: client.registration.id ?? client.registration.name, owner: nil,
                scopes: server.configuration.scopes, now: clock.now)
        } catch {
            throw .registration(error)
        }
        // Whatever a test likes to use, however short.
        record.secrets = client.secret.map { [HashedSecret(of: $0, createdAt: clock.now)] } ?? []
        guard try await stored(await store.insert(record)) == .committed else { throw .taken(record.id) }
    }

    private func add(_ user: User) async throws(InProcessError) {
        let record: UserRecord
        do throws(UserRegistrationError) {
            try UserRegistrationError.check(password: user.password)
            record = try UserRecord.register(
                username: user.username, name: user.name, email: user.email, isAdministrator: false,
                random: server.random, now: clock.now)
        } catch {
            throw .userRegistration(error)
        }
        let cheap = PasswordHash.Parameters(logarithmicCost: 10)
        guard let hash = PasswordHash.make(user.password, parameters: cheap, random: server.random) else {
            throw .userRegistration(.password)
        }
        guard try await stored(await store.insert(record, passwordHash: hash)) == .committed else {
            throw .taken(user.username)
        }
    }

    /// Makes a signing key, in place of the one that signs with this algorithm until now.
    public func addKey(_ algorithm: JWSAlgorithm) async throws(InProcessError) {
        guard let key = try? SigningKey.generate(algorithm) else { throw .unsupportedAlgorithm(algorithm) }
        let now = clock.now
        let published = server.configuration.lifetimes.keyPublication
        try await stored(
            await store.rotate(
                to: SigningKeyRecord(key: key, algorithm: algorithm, createdAt: now), publishedUntil: now + published))
    }

    func stored<Value>(_ value: @autoclosure () async throws(StoreError) -> Value) async throws(InProcessError) -> Value
    {
        do { return try await value() } catch { throw .unavailable(error) }
    }
}

extension InProcessAuthorizationServer {
    /// Follows an authorization request as a browser with a person in it: signs in where it is asked to, answers the
    /// consent page, and stops where the application would be called back.
    ///
    /// Each person has a browser of their own, which stays signed in until ``signOut(_:)``.
    ///
    /// - Parameters:
    ///   - url: the authorization request, as the client made it.
    ///   - username: who sits at the browser.
    ///   - answer: what they say when they are asked for consent. Default: they allow it.
    /// - Returns: the callback's URL, with a code or an error.
    /// - Throws: ``InProcessError/refused(_:)`` where a page with an error is shown instead.
    public func authorize(
        _ url: String, as username: String, answering answer: Consent = .allow
    ) async throws(InProcessError) -> String {
        guard let uri = URI(url), url.hasPrefix(server.configuration.issuer.url("/authorize") + "?") else {
            throw .notAnAuthorizationRequest
        }
        var query = uri.query ?? ""
        var said: ConsentAnswer?
        // A page each for signing in and consent, and the request itself.
        for _ in 0..<3 {
            guard let fields = try? FormFields.parse(query: query) else { throw .notAnAuthorizationRequest }
            let session = browsers.withLock { $0[username] }
            switch await server.authorize(fields, session: session, answer: said) {
            case .redirect(let callback, _): return callback
            case .refused(let error): throw .refused(error)
            case .unavailable(let error): throw .unavailable(error)
            case .signIn(let interaction):
                try await signIn(username)
                query = interaction.continuation
            case .consent(let interaction):
                said = ConsentAnswer(
                    isAllowed: answer == .allow, subject: interaction.user.subject,
                    scope: Scope(interaction.newScopes.map(\.token)))
                query = interaction.continuation
            }
        }
        throw .tooManyPages
    }

    /// Signs a person in, in their browser.
    public func signIn(_ username: String) async throws(InProcessError) {
        guard let password = passwords[username],
            let user = try await stored(await server.users.user(username: username, password: password))
        else { throw .unknownUser(username) }
        let old = browsers.withLock { $0[username] }
        let session = try await stored(await server.beginSession(for: user, replacing: old))
        browsers.withLock { $0[username] = session }
    }

    /// Signs a person out, in their browser.
    public func signOut(_ username: String) async throws(InProcessError) {
        guard let session = browsers.withLock({ $0.removeValue(forKey: username) }) else { return }
        try await stored(await server.endSession(session))
    }
}

extension InProcessAuthorizationServer: HTTPTransport {
    /// Answers a request below the issuer; any other host is unreachable, any other path 404.
    public func send(_ request: HTTPRequest, body: [UInt8]) async throws(TransportError) -> TransportResponse {
        let issuer = server.configuration.issuer
        let authority = request.authority ?? ""
        guard let url = URI("\(request.scheme ?? "")://\(authority)\(request.path ?? "/")"),
            url.origin == issuer.uri.origin
        else { throw .unreachable(host: authority, reason: "only \(issuer) is served here") }
        guard let endpoint = Self.endpoint(at: url.path, below: issuer) else {
            return TransportResponse(head: HTTPResponse(status: .notFound), body: [])
        }
        if request.method == .options {
            let response = await server.preflight(endpoint, headers: request.headerFields)
            return TransportResponse(head: response.head, body: response.body)
        }
        let response = await server.respond(
            endpoint,
            to: EndpointRequest(
                method: request.method, query: url.query ?? "", headers: request.headerFields,
                body: body.count > FormFields.sizeLimit ? nil : body))
        return TransportResponse(head: response.head, body: response.body)
    }

    private static func endpoint(at path: String, below issuer: Issuer) -> Endpoint? {
        Endpoint.allCases.first { endpoint in
            let expected = endpoint.path(below: issuer)
            return path == (endpoint == .authorizationServerMetadata ? expected : issuer.basePath + expected)
        }
    }
}

extension InProcessAuthorizationServer: AccessTokenVerifier {
    /// What one of this server's own tokens says.
    public func verify(_ token: Secret) async throws(AccessTokenFailure) -> AccessTokenInformation {
        do throws(StoreError) {
            if let information = try await server.accessToken(token) { return information }
        } catch {
            throw .unavailable(Diagnostic("store.unavailable", found: "\(error)"))
        }
        throw .invalid(Diagnostic("token.invalid"))
    }
}
