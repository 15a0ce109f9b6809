import OAuthCore

extension AuthorizationServer {
    /// The revocation endpoint (RFC 7009 §2): 200 whenever the token is dead afterwards or was none of the client's.
    func revoke(_ request: EndpointRequest) async throws(EndpointFailure) -> EndpointResponse {
        let (token, client) = try await tokenAndClient(request)
        let digest = TokenDigest(of: token)
        if let state = try await load(await grants.refreshToken(digest)) {
            // A refresh token goes with everything that came of it (RFC 7009 §2.1).
            if state.record.grant.clientID == client.record.id {
                try await commit([.revokeFamily(state.record.grant.familyID)])
            }
        } else if let record = try await load(await grants.accessToken(digest)) {
            if record.grant.clientID == client.record.id { try await commit([.revokeAccessToken(digest)]) }
        } else if let information = try await load(await accessToken(token)), information.clientID == client.record.id {
            let expiry = information.expiresAt ?? clock() + configuration.lifetimes.accessToken
            try await commit([.denyAccessToken(digest, until: expiry)])
        }
        return .json([:])
    }

    private func commit(_ changes: [GrantChange]) async throws(EndpointFailure) {
        _ = try await load(await grants.commit(changes))
    }

    /// What revocation and introspection have in common: a token in a form, and a client that proves itself.
    func tokenAndClient(
        _ request: EndpointRequest
    ) async throws(EndpointFailure) -> (token: Secret, client: AuthenticatedClient) {
        let (presented, token) = try check { () throws(Refusal) in
            let fields = try request.form()
            return (try PresentedClient.parse(request.headers, fields), Secret(try fields.required("token")))
        }
        let record = try await load(await clients.client(presented.clientID))
        let client = try check { () throws(Refusal) in try AuthenticatedClient.verify(presented, record) }
        return (token, client)
    }
}
