import OAuthCore
import Synchronization

/// How a renewal ended well.
enum RenewalOutcome: Sendable {
    /// Tokens that someone else had renewed.
    case found(TokenSet)
    /// Fresh from the server.
    case renewed(TokenSet)
    /// The old ones, which still hold: the server could not be asked.
    case kept(TokenSet)

    var tokens: TokenSet {
        switch self {
        case .found(let tokens), .renewed(let tokens), .kept(let tokens): tokens
        }
    }
}

/// What one flight does. Only one runs at a time in a session, so nothing here races with itself; other processes are
/// met at the store.
extension TokenSession {
    func renewedTokens(_ need: Need) async throws(ClientError) -> RenewalOutcome {
        try await saveUnsaved()
        var stored = try await loaded()
        if let stored, satisfies(stored.tokens, need, now: provider.environment.clock()) {
            adopt(stored)
            return .found(stored.tokens)
        }
        do throws(ClientError) {
            return try await renew(stored)
        } catch .server(let error) where error.code == .invalidGrant && stored != nil {
            // Another process may have used the same refresh token first: then its successor is in the store.
            let latest = try await loaded()
            guard let latest, latest.version != stored?.version else { throw try await ended(error, stored) }
            if satisfies(latest.tokens, need, now: provider.environment.clock()) {
                adopt(latest)
                return .found(latest.tokens)
            }
            stored = latest
        } catch {
            return try kept(stored, need, after: error)
        }
        do throws(ClientError) {
            return try await renew(stored)
        } catch .server(let error) where error.code == .invalidGrant {
            throw try await ended(error, stored)
        } catch {
            return try kept(stored, need, after: error)
        }
    }

    private func renew(_ stored: StoredTokens?) async throws(ClientError) -> RenewalOutcome {
        let fresh: TokenSet
        switch renewal {
        case .request(let request): fresh = try await provider.token(request)
        case .refreshToken:
            guard let stored, let refreshToken = stored.tokens.refreshToken else {
                throw .reauthenticationRequired(nil)
            }
            fresh = try await refreshed(stored.tokens, with: refreshToken)
        }
        return try await save(fresh, replacing: stored?.version)
    }

    /// RFC 6749 §6: an answer without a refresh token or scope leaves the old ones in force.
    private func refreshed(_ old: TokenSet, with refreshToken: Secret) async throws(ClientError) -> TokenSet {
        let configuration = provider.configuration
        let response = try await provider.send { (seeds) throws(ClientError) in
            try TokenRequest.refreshToken(refreshToken).request(for: configuration, seeds: seeds)
        }
        let answer = try TokenResponse.parse(response, quirks: configuration.options.quirks)
        var fresh = TokenSet(answer, requestedScope: old.scope, now: provider.environment.clock())
        fresh.requestedScope = old.requestedScope
        fresh.refreshToken = fresh.refreshToken ?? refreshToken
        if let idToken = fresh.idToken {
            try await verify(idToken, accessToken: fresh.accessToken, replacing: old.idToken)
        } else {
            fresh.idToken = old.idToken
        }
        return fresh
    }

    /// OpenID Connect Core §12.2: a refreshed ID token is of the same issuer, about the same person.
    private func verify(
        _ idToken: Secret, accessToken: Secret, replacing old: Secret?
    ) async throws(ClientError) {
        var expectation = IDTokenExpectation(for: provider.configuration)
        expectation.accessToken = accessToken
        // The old one was verified when it came; only these claims are read again.
        let payload = old.flatMap { try? CompactJWS.parse($0.revealed()).unverifiedPayload }
        let claims = payload.flatMap { try? JSONObject.parse($0) }
        expectation.subject = claims?["sub"]?.string
        if provider.configuration.options.quirks.tenantIssuers != nil, let issuer = claims?["iss"]?.string {
            expectation.issuer = issuer
        }
        _ = try await provider.verify(idToken: idToken, expectation)
    }
}

extension TokenSession {
    private func loaded() async throws(ClientError) -> StoredTokens? {
        do { return try await store.load(key) } catch { throw .store(error) }
    }

    /// Writes fresh tokens; they are handed out only when that has succeeded.
    private func save(
        _ fresh: TokenSet, replacing expected: Int64?
    ) async throws(ClientError) -> RenewalOutcome {
        state.withLock { $0.unsaved = (fresh, expected) }
        guard let other = try await saveUnsaved() else { return .renewed(fresh) }
        // Another process renewed at the same moment, and its tokens are in the store.
        return .found(other)
    }

    /// Writes what an earlier flight, or this one, could not write yet.
    ///
    /// - Returns: tokens of another process that were there first and are taken over instead.
    @discardableResult
    private func saveUnsaved() async throws(ClientError) -> TokenSet? {
        guard let (tokens, expected) = state.withLock({ $0.unsaved }) else { return nil }
        let outcome: TokenStoreOutcome
        do {
            outcome = try await store.compareAndSwap(key, expected: expected, tokens: tokens)
        } catch {
            throw .store(error)
        }
        switch outcome {
        case .stored(let version):
            adopt(StoredTokens(tokens: tokens, version: version))
            return nil
        case .conflict(let other?):
            adopt(other)
            return other.tokens
        case .conflict(nil):
            // Removed meanwhile: the person signed out, and stays so.
            adopt(nil)
            guard case .request = renewal else { throw .reauthenticationRequired(nil) }
            state.withLock { $0.unsaved = (tokens, nil) }
            return try await saveUnsaved()
        }
    }

    /// The server has ended the grant: the tokens go, unless someone has replaced them.
    private func ended(_ error: ServerError, _ stored: StoredTokens?) async throws(ClientError) -> ClientError {
        guard case .refreshToken = renewal else { return .server(error) }
        if let stored {
            do { try await store.remove(key, expected: stored.version) } catch { throw .store(error) }
        }
        adopt(nil)
        return .reauthenticationRequired(error)
    }

    /// After a failure that says nothing about the grant, tokens that still hold are used on for a while.
    private func kept(
        _ stored: StoredTokens?, _ need: Need, after error: ClientError
    ) throws(ClientError) -> RenewalOutcome {
        let now = provider.environment.clock()
        guard error.isTransient, let stored, stored.tokens.isValid(at: now),
            stored.tokens.accessToken != need.rejected
        else { throw error.asReauthentication }
        if state.withLock({ $0.unsaved != nil }) { throw error }
        adopt(stored)
        state.withLock { $0.retryNotBefore = now + (error.retryAfter ?? options.retryDelay) }
        return .kept(stored.tokens)
    }
}

extension ClientError {
    /// Errors by which a server says that the person is needed (OpenID Connect Core §3.1.2.6); the tokens stay.
    fileprivate var asReauthentication: ClientError {
        guard case .server(let error) = self,
            [.interactionRequired, .loginRequired, .consentRequired].contains(error.code)
        else { return self }
        return .reauthenticationRequired(error)
    }
}
