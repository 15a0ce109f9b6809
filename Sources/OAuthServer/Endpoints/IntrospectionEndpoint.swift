import OAuthCore

extension AuthorizationServer {
    /// The introspection endpoint (RFC 7662 §2). A confidential client may ask about its own tokens, a resource server
    /// about all access tokens; about any other, and about what is no token, the answer is the same.
    func introspect(_ request: EndpointRequest) async throws(EndpointFailure) -> EndpointResponse {
        let (token, client) = try await tokenAndClient(request)
        guard !client.record.isPublic else {
            throw .refused(
                Refusal(
                    .invalidClient, "introspection needs client authentication",
                    Diagnostic("introspection.public-client", expected: "a confidential client", found: "public")))
        }
        if let information = try await load(await accessToken(token)) {
            return .json(Self.introspection(of: information, for: client.record))
        }
        if let state = try await load(await grants.refreshToken(TokenDigest(of: token))) {
            return .json(introspection(of: state.record, for: client.record))
        }
        return .json(Self.inactive)
    }

    private static let inactive: JSONObject = ["active": false]

    private static func mayKnow(_ client: ClientRecord, of tokenClientID: String) -> Bool {
        client.isResourceServer || client.id == tokenClientID
    }

    private static func introspection(of token: AccessTokenInformation, for client: ClientRecord) -> JSONObject {
        guard mayKnow(client, of: token.clientID) else { return inactive }
        var answer: JSONObject = [
            "active": true, "scope": .string(token.scope.description), "client_id": .string(token.clientID),
            "token_type": "Bearer", "iss": .string(token.issuer), "sub": .string(token.subject),
            "aud": token.audiences.count == 1 ? .string(token.audiences[0]) : .strings(token.audiences),
        ]
        // A client that acts for itself has a name too: some resource servers require one.
        answer["username"] = .string(token.username ?? token.clientID)
        answer["exp"] = token.expiresAt.map { .integer($0.seconds) }
        answer["iat"] = token.issuedAt.map { .integer($0.seconds) }
        return answer
    }

    private func introspection(of token: RefreshTokenRecord, for client: ClientRecord) -> JSONObject {
        let isAlive = token.rotation == nil && clock() < min(token.expiresAt, token.familyExpiresAt)
        // No API is to take a refresh token for an access token because it lives.
        guard isAlive, token.grant.clientID == client.id else { return Self.inactive }
        return [
            "active": true, "scope": .string(token.grant.scope.description), "client_id": .string(token.grant.clientID),
            "iss": .string(configuration.issuer.description),
            "sub": .string(token.grant.subject ?? token.grant.clientID),
            "exp": .integer(min(token.expiresAt, token.familyExpiresAt).seconds),
            "iat": .integer(token.issuedAt.seconds),
        ]
    }
}
