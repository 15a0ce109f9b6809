public import OAuthCore

/// What a token is, for the endpoints that take either kind (RFC 7009 §2.1, RFC 7662 §2.1).
public enum TokenTypeHint: String, Sendable, Hashable {
    /// An access token.
    case accessToken = "access_token"
    /// A refresh token.
    case refreshToken = "refresh_token"
}

/// Tells the server that a token is no longer needed (RFC 7009 §2.1).
public struct RevocationRequest: Sendable, Hashable {
    /// The token to revoke.
    public var token: Secret
    /// What it is, which may spare the server a search.
    public var hint: TokenTypeHint?

    /// A request to revoke a token.
    public init(token: Secret, hint: TokenTypeHint? = nil) {
        self.token = token
        self.hint = hint
    }

    /// The request to send; `seeds` are used up by it.
    public func request(
        for client: ClientConfiguration, seeds: RequestSeeds
    ) throws(ClientError) -> ClientRequest {
        let url = try client.endpoint(\.revocationEndpoint, "revocation_endpoint")
        let metadata = client.metadata
        let offered =
            metadata.revocationEndpointAuthMethodsSupported ?? metadata.tokenEndpointAuthMethodsSupported
        return try client.proof(offered: offered, seeds: seeds).post(url, form: .token(token, hint))
    }
}

/// The server's answer to a revocation.
public enum RevocationResponse {
    /// Accepts any success: an unknown token counts as revoked (RFC 7009 §2.2).
    ///
    /// - Throws: `ClientError.server`, `.http`.
    public static func parse(_ response: TransportResponse) throws(ClientError) {
        try ErrorResponse.check(response)
    }
}

/// Asks the server what a token is worth (RFC 7662 §2.1).
public struct IntrospectionRequest: Sendable, Hashable {
    /// The token in question.
    public var token: Secret
    /// What it is, which may spare the server a search.
    public var hint: TokenTypeHint?

    /// A question about a token.
    public init(token: Secret, hint: TokenTypeHint? = nil) {
        self.token = token
        self.hint = hint
    }

    /// The request to send; `seeds` are used up by it.
    public func request(
        for client: ClientConfiguration, seeds: RequestSeeds
    ) throws(ClientError) -> ClientRequest {
        let url = try client.endpoint(\.introspectionEndpoint, "introspection_endpoint")
        let metadata = client.metadata
        let offered =
            metadata.introspectionEndpointAuthMethodsSupported ?? metadata.tokenEndpointAuthMethodsSupported
        return try client.proof(offered: offered, seeds: seeds).post(url, form: .token(token, hint))
    }
}

/// What the server says of a token (RFC 7662 §2.2).
public struct IntrospectionResponse: Sendable, Hashable {
    /// Whether the token can be used now. Where it is false, nothing else is known.
    public var isActive: Bool
    /// What the token is good for.
    public var scope: Scope
    /// The client that got it.
    public var clientID: String?
    /// Who allowed it.
    public var subject: String?
    /// When it expires.
    public var expiresAt: UnixTime?
    /// Every member.
    public var members: JSONObject

    /// Reads the answer.
    ///
    /// - Throws: `ClientError.malformed` naming the member, `.server`, `.http`.
    public static func parse(_ response: TransportResponse) throws(ClientError) -> IntrospectionResponse {
        try ErrorResponse.check(response)
        let members: JSONObject
        do { members = try JSONObject.parse(response.body) } catch { throw .malformed("body") }
        guard let isActive = members["active"]?.bool else { throw .malformed("active") }
        guard isActive else { return IntrospectionResponse(isActive: false, scope: [], members: ["active": false]) }
        return IntrospectionResponse(
            isActive: true, scope: members["scope"]?.string.flatMap(Scope.parse) ?? [],
            clientID: members["client_id"]?.string, subject: members["sub"]?.string,
            expiresAt: members["exp"]?.integer.map { UnixTime($0) }, members: members)
    }
}

extension FormFields {
    fileprivate static func token(_ token: Secret, _ hint: TokenTypeHint?) -> FormFields {
        var form: FormFields = ["token": token.revealed()]
        if let hint { form.append("token_type_hint", hint.rawValue) }
        return form
    }
}
