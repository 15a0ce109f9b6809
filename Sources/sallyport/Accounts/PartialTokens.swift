import OAuthClient
import OAuthCore

/// A person's tokens for one API or for less than was granted, got by the refresh token of the sign-in.
struct PartialTokens {
    let connection: AccountConnection
    /// Where the tokens of the sign-in are kept.
    let main: TokenKey

    private var store: any TokenStore { connection.store }

    func tokens(_ need: TokenNeed) async throws -> TokenSet {
        var key = main
        key.resource = need.resource
        key.scope = need.scope?.tokens.sorted() ?? []
        if let held = try await connection.held(key, need) { return held }
        var fresh = try await renewed(need)
        // The newest refresh token is kept once, with the sign-in.
        fresh.refreshToken = nil
        do {
            let expected = try await store.load(key)?.version
            _ = try await store.compareAndSwap(key, expected: expected, tokens: fresh)
        } catch { throw ClientError.store(error) }
        return fresh
    }

    /// Asks the server; when another process used the same refresh token first, its successor is tried once.
    private func renewed(_ need: TokenNeed) async throws -> TokenSet {
        let provider = try await connection.provider()
        let first = try await signIn()
        do throws(ClientError) {
            return try await refresh(first, need, provider)
        } catch .server(let error) where error.code == .invalidGrant {
            let latest = try await signIn()
            // The sign-in itself may still be good: it is this API, or this scope, that is refused.
            guard latest.version != first.version else { throw ClientError.server(error) }
            return try await refresh(latest, need, provider)
        }
    }

    private func signIn() async throws(ClientError) -> StoredTokens {
        let stored: StoredTokens?
        do { stored = try await store.load(main) } catch { throw .store(error) }
        guard let stored, stored.tokens.refreshToken != nil else { throw .reauthenticationRequired(nil) }
        return stored
    }

    private func refresh(
        _ signIn: StoredTokens, _ need: TokenNeed, _ provider: Provider
    ) async throws(ClientError) -> TokenSet {
        guard let refreshToken = signIn.tokens.refreshToken else { throw .reauthenticationRequired(nil) }
        let fresh = try await provider.token(connection.request(refreshToken, need))
        guard let successor = fresh.refreshToken, successor != refreshToken else { return fresh }
        var kept = signIn.tokens
        kept.refreshToken = successor
        do {
            _ = try await store.compareAndSwap(main, expected: signIn.version, tokens: kept)
        } catch { throw .store(error) }
        return fresh
    }
}

extension AccountConnection {
    /// The refresh that gets tokens for one API. Microsoft names it by a scope, others by `resource` (RFC 8707).
    fileprivate func request(_ refreshToken: Secret, _ need: TokenNeed) -> TokenRequest {
        if case .microsoft365 = account.service, let resource = need.resource {
            let asked = Scope(account.scope.tokens.filter { $0.hasPrefix(resource + "/") })
            let everything: Scope = ["\(resource)/.default"]
            return .refreshToken(refreshToken, scope: need.scope ?? (asked.isEmpty ? everything : asked))
        }
        var parameters = FormFields()
        if let resource = need.resource { parameters.append("resource", resource) }
        return .refreshToken(refreshToken, scope: need.scope ?? [], additionalParameters: parameters)
    }
}
