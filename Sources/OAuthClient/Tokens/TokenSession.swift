public import HTTPTypes
public import OAuthCore
import Synchronization

/// How a session keeps its tokens.
public struct TokenSessionOptions: Sendable, Hashable {
    /// How long before its end a token is refreshed, in seconds; a short-lived one is used until a tenth of its life is
    /// left. Default 60.
    public var skew: Seconds = 60
    /// After a failed refresh, how long a token that still holds is used before the next try, in seconds, where the
    /// server names no time itself. Default 5.
    public var retryDelay: Seconds = 5

    /// The defaults.
    public init() {}
}

/// Tokens that stay fresh: whoever asks gets an access token that holds, and one refresh serves all who ask at once.
///
/// The store is the truth: a refreshed token is written before it is handed out, and tokens that another process wrote
/// are taken over. A class over two locks rather than an actor, so that a valid token costs no hop and a cancelled
/// caller leaves at once.
public final class TokenSession: Sendable {
    /// Where new tokens come from.
    enum Renewal: Sendable {
        case refreshToken
        case request(TokenRequest)
    }

    /// What a caller needs of a token.
    struct Need: Sendable {
        /// In seconds; `nil` for the session's own margin.
        var minimumLifetime: Seconds?
        /// A token that an API refused although it seemed to hold.
        var rejected: Secret?
    }

    struct State {
        var current: StoredTokens?
        /// Issued, but not yet in the store: handed out only once they are.
        var unsaved: (tokens: TokenSet, expected: Int64?)?
        /// A failed early refresh is not tried again before.
        var retryNotBefore: UnixTime?
    }

    /// Where the tokens are kept.
    public let key: TokenKey
    let provider: Provider
    let store: any TokenStore
    let renewal: Renewal
    let options: TokenSessionOptions
    let state = Mutex(State())
    private let flight = SingleFlight<RenewalOutcome, ClientError>(cancelled: .cancelled)

    init(provider: Provider, key: TokenKey, store: any TokenStore, renewal: Renewal, options: TokenSessionOptions) {
        self.provider = provider
        self.key = key
        self.store = store
        self.renewal = renewal
        self.options = options
    }

    /// How many callers wait for a refresh at the moment.
    package var waiterCount: Int { flight.waiterCount }

    /// Tokens whose access token holds.
    ///
    /// - Parameter minimumLifetime: how long it must hold at least, in seconds. A token that the server makes shorter is
    ///   returned all the same. Default: the session's margin.
    /// - Throws: `ClientError.reauthenticationRequired` when only a new sign-in helps; `.cancelled`; an error with
    ///   `isTransient` when the server cannot be asked and no token holds, the stored ones being kept.
    public func tokens(minimumLifetime: Seconds? = nil) async throws(ClientError) -> TokenSet {
        try await tokens(Need(minimumLifetime: minimumLifetime))
    }

    /// An access token that holds; throws as `tokens(minimumLifetime:)`.
    public func accessToken() async throws(ClientError) -> Secret { try await tokens(Need()).accessToken }

    private func tokens(_ need: Need) async throws(ClientError) -> TokenSet {
        if let tokens = heldTokens(need) { return tokens }
        let renew: @Sendable () async throws(ClientError) -> RenewalOutcome = { [self] () async throws(ClientError) in
            try await renewedTokens(need)
        }
        let shared = try await flight.run(renew)
        guard case .found(let tokens) = shared, !satisfies(tokens, need, now: provider.environment.clock()) else {
            return shared.tokens
        }
        // The flight that was joined was someone's who needed less.
        return try await flight.run(renew).tokens
    }

    /// The fast path: the tokens at hand, if they will do.
    private func heldTokens(_ need: Need) -> TokenSet? {
        let now = provider.environment.clock()
        let (held, retryNotBefore) = state.withLock { state in
            (state.unsaved == nil ? state.current?.tokens : nil, state.retryNotBefore)
        }
        guard let held else { return nil }
        if satisfies(held, need, now: now) { return held }
        let isWaiting = retryNotBefore.map { now < $0 } ?? false
        return isWaiting && held.isValid(at: now) && held.accessToken != need.rejected ? held : nil
    }

    func satisfies(_ tokens: TokenSet, _ need: Need, now: UnixTime) -> Bool {
        let margin = need.minimumLifetime ?? tokens.refreshMargin(skew: options.skew)
        return tokens.isValid(at: now, margin: margin) && tokens.accessToken != need.rejected
    }
}

extension TokenSession {
    /// Sends a request to an API with the access token; when the API refuses the token, refreshes once and sends it once
    /// more (RFC 6750 §3.1).
    ///
    /// - Parameter isRefused: whether an answer refuses the token. Default: 401 with `invalid_token` does, as RFC 6750
    ///   wants it; not every API says so.
    /// - Throws: as `tokens(minimumLifetime:)`; `.insecureURL` for a URL that is neither `https` nor on loopback.
    public func send(
        _ request: HTTPRequest, body: [UInt8] = [],
        isRefused: (TransportResponse) -> Bool = TokenSession.saysInvalidToken
    ) async throws(ClientError) -> TransportResponse {
        let origin = "\(request.scheme ?? "")://\(request.authority ?? "")"
        _ = try ClientConfiguration.secureURL(origin, member: "url")
        let token = try await accessToken()
        let response = try await send(request, body, token)
        guard isRefused(response) else { return response }
        return try await send(request, body, try await tokens(Need(rejected: token)).accessToken)
    }

    /// Whether an answer is a 401 whose Bearer challenge is `invalid_token` (RFC 6750 §3.1).
    public static func saysInvalidToken(_ response: TransportResponse) -> Bool {
        response.head.status == .unauthorized && BearerChallengeReader.error(in: response)?.code == .invalidToken
    }

    private func send(
        _ request: HTTPRequest, _ body: [UInt8], _ token: Secret
    ) async throws(ClientError) -> TransportResponse {
        var request = request
        request.headerFields[.authorization] = "Bearer " + token.revealed()
        do {
            return try await provider.environment.transport.send(request, body: body)
        } catch {
            throw error == .cancelled ? .cancelled : .transport(error)
        }
    }

    /// Keeps the tokens of a new sign-in in place of what is stored.
    ///
    /// - Throws: `ClientError.store`.
    public func save(_ tokens: TokenSet) async throws(ClientError) {
        do throws(TokenStoreError) {
            var expected = try await store.load(key)?.version
            while true {
                switch try await store.compareAndSwap(key, expected: expected, tokens: tokens) {
                case .stored(let version): return adopt(StoredTokens(tokens: tokens, version: version))
                case .conflict(let other): expected = other?.version
                }
            }
        } catch {
            throw .store(error)
        }
    }

    /// Forgets the tokens, then revokes them at the server where it has an endpoint for that (RFC 7009).
    ///
    /// - Throws: `ClientError.store` with nothing forgotten; why the revocation failed, with everything forgotten.
    public func end() async throws(ClientError) {
        let stored: StoredTokens?
        do throws(TokenStoreError) {
            stored = try await store.load(key)
            if let stored { try await store.remove(key, expected: stored.version) }
        } catch {
            throw .store(error)
        }
        adopt(nil)
        guard let tokens = stored?.tokens, provider.configuration.metadata.revocationEndpoint != nil else { return }
        if let refreshToken = tokens.refreshToken {
            try await provider.revoke(refreshToken, hint: .refreshToken)
        } else {
            try await provider.revoke(tokens.accessToken, hint: .accessToken)
        }
    }

    func adopt(_ stored: StoredTokens?) { state.withLock { $0 = State(current: stored) } }
}
