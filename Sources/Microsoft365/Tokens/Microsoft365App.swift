public import OAuthClient
public import OAuthCore
import Synchronization

/// One registered app at one cloud: tokens in its own name for each tenant and resource, the sign-in of administrators,
/// and their consent.
///
/// Made once and shared. Tokens of two tenants, or of two resources, never meet: each pair has a session and a key in
/// the store of its own.
public final class Microsoft365App: Sendable {
    /// The app.
    public let app: RegisteredApp
    let environment: ClientEnvironment
    private let store: any TokenStore
    private let state = Mutex(State())

    private struct State {
        var providers: [ProviderKey: Provider] = [:]
        var sessions: [SessionKey: TokenSession] = [:]
        var domains: [String: TenantID] = [:]
    }

    private struct ProviderKey: Hashable {
        let authority: Authority
        let version: ProtocolVersion
        let keys: ProtocolVersion
    }

    private struct SessionKey: Hashable {
        let tenant: TenantID
        let resource: String
    }

    /// An app.
    ///
    /// - Parameter store: where its own tokens are kept. Default: memory.
    public init(
        _ app: RegisteredApp, environment: ClientEnvironment, store: any TokenStore = InMemoryTokenStore()
    ) {
        self.app = app
        self.store = store
        self.environment = ClientEnvironment(
            transport: ThrottlingTransport(environment.transport, clock: environment.clock), clock: environment.clock,
            random: environment.random)
    }

    /// Tokens in the app's own name for a tenant's data at a resource: asked for at first use, shared by all who ask at
    /// once, and again whenever they end. Errors of the session are read by `Microsoft365Error(_:)`.
    ///
    /// - Parameter resource: as in ``Cloud/graphResource``; the permissions are those that the tenant consented to.
    public func session(tenant: TenantID, resource: String) -> TokenSession {
        let key = SessionKey(tenant: tenant, resource: resource)
        let provider = provider(.tenant(tenant), .v2)
        return state.withLock { state in
            if let session = state.sessions[key] { return session }
            // The provider's issuer names cloud and tenant, the scope names the resource: so does the store's key.
            let session = provider.session(clientCredentials: Self.scope(of: resource), store: store)
            state.sessions[key] = session
            return session
        }
    }

    /// Gets a fresh token of the app's own, to prove that the tenant consented. It proves nothing about who asks.
    ///
    /// A token is issued even where no permission was consented to: one that can be read and has no `roles` is no
    /// proof. The token serves the tenant's session from then on.
    ///
    /// - Throws: ``Microsoft365Error``, among them `.notConsented`.
    public func verifyConsent(tenant: TenantID, resource: String) async throws(Microsoft365Error) {
        let tokens = try await request { [self] () async throws(ClientError) in
            try await provider(.tenant(tenant), .v2).token(.clientCredentials(scope: Self.scope(of: resource)))
        }
        try AppToken.verify(tokens.accessToken, tenant: tenant, resource: resource)
        try await request { [self] () async throws(ClientError) in
            try await session(tenant: tenant, resource: resource).save(tokens)
        }
    }

    /// Runs a request of the client, and reads its error.
    func request<Value>(
        _ work: () async throws(ClientError) -> Value
    ) async throws(Microsoft365Error) -> Value {
        do throws(ClientError) { return try await work() } catch { throw Microsoft365Error(error) }
    }

    static func scope(of resource: String) -> Scope { Scope([resource + "/.default"]) }

    /// The provider of an authority, made once so that its keys are fetched once.
    ///
    /// - Parameter keys: whose document of keys it reads. Default: that of its own version.
    func provider(
        _ authority: Authority, _ version: ProtocolVersion, keys: ProtocolVersion? = nil
    ) -> Provider {
        let keys = keys ?? version
        return state.withLock { state in
            let key = ProviderKey(authority: authority, version: version, keys: keys)
            if let provider = state.providers[key] { return provider }
            var configuration = app.configuration(authority, version)
            configuration.metadata.jwksURI = app.cloud.endpoint(authority, keys.keysPath)
            let provider = Provider(configuration, environment: environment)
            state.providers[key] = provider
            return provider
        }
    }

    func knownTenant(of domain: String) -> TenantID? { state.withLock { $0.domains[domain] } }

    func remember(_ tenant: TenantID, of domain: String) { state.withLock { $0.domains[domain] = tenant } }
}
