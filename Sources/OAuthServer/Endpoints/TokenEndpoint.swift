import HTTPTypes
import OAuthCore

extension AuthorizationServer {
    /// The token endpoint (RFC 6749 §3.2).
    func token(_ request: EndpointRequest) async throws(EndpointFailure) -> EndpointResponse {
        let parsed = try check { () throws(Refusal) in try TokenRequest.parse(request) }
        for _ in 0..<Self.attempts {
            let record = try await load(await clients.client(parsed.client.clientID))
            let client = try check { () throws(Refusal) in try AuthenticatedClient.verify(parsed.client, record) }
            let fresh = FreshValues(random: random)
            switch try await decide(parsed, client, fresh) {
            case .repeatAnswer(let rotation, let presented):
                return try check { () throws(Refusal) in try repeated(rotation, for: presented) }
            case .issue(let issue):
                let signed = try await sign(issue, fresh)
                guard try await load(await grants.commit(signed.changes)) == .committed else { continue }
                return .json(signed.response)
            }
        }
        throw .store(.unavailable(reason: "the same grant is being changed too often"))
    }

    /// Loads what the grant needs and decides.
    private func decide(
        _ request: TokenRequest, _ client: AuthenticatedClient, _ fresh: FreshValues
    ) async throws(EndpointFailure) -> TokenDecision {
        var facts = TokenFacts(client: client, lifetimes: configuration.lifetimes, now: clock())
        switch request.grant {
        case .authorizationCode(let code, let redirectURI, let verifier):
            let record = try await load(await grants.code(TokenDigest(of: code)))
            facts.user = try await user(of: record?.grant)
            let request = AuthorizationCodeGrant.Request(redirectURI: redirectURI, verifier: verifier)
            return try check { () throws(Refusal) in
                try AuthorizationCodeGrant.decide(request, code: record, facts: facts)
            }
        case .clientCredentials(let scope):
            return try check { () throws(Refusal) in
                try ClientCredentialsGrant.decide(scope: scope, familyID: fresh.familyID, facts: facts)
            }
        case .refreshToken(let token, let scope):
            let state = try await load(await grants.refreshToken(TokenDigest(of: token)))
            facts.user = try await user(of: state?.record.grant)
            return try check { () throws(Refusal) in
                try RefreshTokenGrant.decide(token, scope: scope, state: state, facts: facts)
            }
        }
    }

    private func user(of grant: GrantContext?) async throws(EndpointFailure) -> UserRecord? {
        guard let subject = grant?.subject else { return nil }
        return try await load(await users.user(subject: subject))
    }

    private func sign(_ issue: TokenIssue, _ fresh: FreshValues) async throws(EndpointFailure) -> SignedIssue {
        let needsKeys = issue.format == .jwt || issue.idToken != nil
        let keys = SigningKeys(needsKeys ? try await load(await keys.signingKeys()) : [])
        do {
            return try issue.sign(fresh: fresh, keys: keys, configuration: configuration)
        } catch {
            throw .signing(error)
        }
    }

    /// The answer that was lost, with what is left of the token's life.
    private func repeated(
        _ rotation: RefreshTokenRecord.Rotation, for presented: Secret
    ) throws(Refusal) -> EndpointResponse {
        guard var response = SealedAnswer.open(rotation.sealedResponse, with: presented) else {
            throw .invalidGrant("the refresh token was used before", "token.refresh-answer-unreadable")
        }
        let lifetime = response["expires_in"]?.integer ?? 0
        let age = clock().since(rotation.at).count
        response["expires_in"] = .integer(max(0, lifetime - age))
        return .json(response)
    }
}
