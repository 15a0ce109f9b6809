import HTTPTypes
public import OAuthCore

/// One authorization server as this client sees it: what it offers, who the client is there, and the way to it.
///
/// A value to make once and share: it holds no tokens, so that users cannot get into each other's way.
public struct Provider: Sendable {
    /// The server and the client's registration there.
    public let configuration: ClientConfiguration
    /// The way out, the time and random bytes.
    public let environment: ClientEnvironment
    let keySets: KeySetCache<ClientError>

    /// A server whose metadata is known.
    public init(_ configuration: ClientConfiguration, environment: ClientEnvironment) {
        self.configuration = configuration
        self.environment = environment
        keySets = KeySetCache(clock: environment.clock, cancelled: .cancelled) { () async throws(ClientError) in
            try await Self.fetchKeys(configuration, environment)
        }
    }

    /// Fetches a server's metadata: the OpenID Connect document, or where there is none that of RFC 8414.
    ///
    /// - Parameter issuer: as the server writes it, to the last slash.
    /// - Throws: `ClientError`, among them `.issuerMismatch` with both values.
    public static func discover(
        issuer: String, clientID: String, authentication: ClientAuthentication,
        options: ClientOptions = ClientOptions(), environment: ClientEnvironment
    ) async throws(ClientError) -> Provider {
        let expected: Issuer
        do { expected = try Issuer.parse(issuer) } catch { throw .issuer(error) }
        let metadata = try await fetchMetadata(of: expected, environment)
        let configuration = ClientConfiguration(
            metadata: metadata, clientID: clientID, authentication: authentication, options: options)
        return Provider(configuration, environment: environment)
    }

    private static func fetchMetadata(
        of issuer: Issuer, _ environment: ClientEnvironment
    ) async throws(ClientError) -> AuthorizationServerMetadata {
        let openID = try await environment.send(DiscoveryRequest(issuer: issuer).request())
        guard openID.head.status == .notFound else { return try DiscoveryResponse.parse(openID, issuer: issuer) }
        let request = DiscoveryRequest(issuer: issuer, document: .authorizationServer)
        return try DiscoveryResponse.parse(try await environment.send(request.request()), issuer: issuer)
    }

    private static func fetchKeys(
        _ configuration: ClientConfiguration, _ environment: ClientEnvironment
    ) async throws(ClientError) -> JSONWebKeySet {
        let response = try await environment.send(.get(try configuration.endpoint(\.jwksURI, "jwks_uri")))
        try ErrorResponse.check(response)
        do { return try JSONWebKeySet.parse(response.body) } catch { throw .malformed("keys") }
    }
}

extension ClientEnvironment {
    /// Fetches metadata whose issuer the caller checks.
    package func metadata(at address: String) async throws(ClientError) -> AuthorizationServerMetadata {
        let response = try await send(.get(try ClientConfiguration.secureURL(address, member: "metadata")))
        try ErrorResponse.check(response)
        do { return try AuthorizationServerMetadata.parse(response.body) } catch { throw .metadata(error) }
    }

    func send(_ request: ClientRequest) async throws(ClientError) -> TransportResponse {
        do {
            return try await transport.send(request.head, body: request.body)
        } catch {
            throw error == .cancelled ? .cancelled : .transport(error)
        }
    }
}

extension Provider {
    /// Asks the token endpoint; tells what was granted and what was not.
    ///
    /// - Throws: `ClientError`, among them `.missingScope` under `ScopePolicy.requireAll`.
    public func token(_ request: TokenRequest) async throws(ClientError) -> TokenSet {
        let response = try await send { (seeds) throws(ClientError) in
            try request.request(for: configuration, seeds: seeds)
        }
        let tokens = TokenSet(
            try TokenResponse.parse(response, quirks: configuration.options.quirks),
            requestedScope: request.requestedScope, now: environment.clock())
        if configuration.options.scopePolicy == .requireAll, !tokens.missingScope.isEmpty {
            throw .missingScope(tokens.missingScope)
        }
        return tokens
    }

    /// Revokes a token (RFC 7009); a server that does not know it counts as success.
    public func revoke(_ token: Secret, hint: TokenTypeHint? = nil) async throws(ClientError) {
        let request = RevocationRequest(token: token, hint: hint)
        let response = try await send { (seeds) throws(ClientError) in
            try request.request(for: configuration, seeds: seeds)
        }
        try RevocationResponse.parse(response)
    }

    /// Asks what a token is worth (RFC 7662).
    public func introspect(
        _ token: Secret, hint: TokenTypeHint? = nil
    ) async throws(ClientError) -> IntrospectionResponse {
        let request = IntrospectionRequest(token: token, hint: hint)
        let response = try await send { (seeds) throws(ClientError) in
            try request.request(for: configuration, seeds: seeds)
        }
        return try IntrospectionResponse.parse(response)
    }

    /// Makes an authenticated request and sends it.
    func send(
        _ make: @Sendable (RequestSeeds) throws(ClientError) -> ClientRequest
    ) async throws(ClientError) -> TransportResponse {
        let seeds = RequestSeeds(random: environment.random, now: environment.clock())
        guard case .privateKeyJWT = configuration.authentication else {
            return try await environment.send(try make(seeds))
        }
        return try await environment.send(try await Self.signed(seeds, make))
    }

    /// RSA takes about a millisecond: not on the caller's actor.
    @concurrent
    private static func signed(
        _ seeds: RequestSeeds, _ make: @Sendable (RequestSeeds) throws(ClientError) -> ClientRequest
    ) async throws(ClientError) -> ClientRequest {
        try make(seeds)
    }
}
