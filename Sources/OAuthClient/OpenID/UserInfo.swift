import HTTPTypes
public import OAuthCore

/// Asks for claims about the person who signed in (OpenID Connect Core §5.3).
public struct UserInfoRequest: Sendable, Hashable {
    /// The access token of the sign-in.
    public var accessToken: Secret

    /// A request with this token.
    public init(accessToken: Secret) { self.accessToken = accessToken }

    /// The request to send: a GET with the token in the `Authorization` field.
    public func request(for client: ClientConfiguration) throws(ClientError) -> ClientRequest {
        var request = ClientRequest.get(try client.endpoint(\.userinfoEndpoint, "userinfo_endpoint"))
        request.head.headerFields[.authorization] = "Bearer " + accessToken.revealed()
        return request
    }
}

/// Claims about a person.
public struct UserInfo: Sendable, Hashable {
    /// Who it is; the same as in the ID token.
    public let subject: String
    /// Every claim.
    public let claims: JSONObject

    /// Reads the answer.
    ///
    /// - Parameter subject: the subject of the verified ID token; claims about anyone else are refused (§5.3.2).
    /// - Throws: `ClientError.subjectMismatch`, `.malformed`, `.server`, `.http`.
    public static func parse(_ response: TransportResponse, subject: String) throws(ClientError) -> UserInfo {
        if let error = BearerChallengeReader.error(in: response) { throw .server(error) }
        try ErrorResponse.check(response)
        let claims: JSONObject
        do { claims = try JSONObject.parse(response.body) } catch { throw .malformed("body") }
        guard let found = claims["sub"]?.string else { throw .malformed("sub") }
        guard found.isIdentical(to: subject) else { throw .subjectMismatch }
        return UserInfo(subject: found, claims: claims)
    }
}
