public import OAuthCore

/// Asks a server for its metadata.
public struct DiscoveryRequest: Sendable, Hashable {
    /// The issuer that is asked; the document must name the same one.
    public var issuer: Issuer
    /// Which of the two documents.
    public var document: Document

    /// Where the metadata lies.
    public enum Document: Sendable, Hashable, CaseIterable {
        /// `<issuer>/.well-known/openid-configuration` (OpenID Connect Discovery §4).
        case openIDConfiguration
        /// `/.well-known/oauth-authorization-server` in front of the issuer's path (RFC 8414 §3.1).
        case authorizationServer
    }

    /// A request for one of the documents.
    public init(issuer: Issuer, document: Document = .openIDConfiguration) {
        self.issuer = issuer
        self.document = document
    }

    /// The request to send.
    public func request() throws(ClientError) -> ClientRequest {
        let text =
            switch document {
            case .openIDConfiguration: issuer.openIDConfigurationURL
            case .authorizationServer: issuer.authorizationServerMetadataURL
            }
        guard let url = URI(text) else { throw .issuer(.notAURL) }
        return .get(url)
    }
}

/// The metadata that a server answered.
public enum DiscoveryResponse {
    /// Reads the document and checks who speaks.
    ///
    /// - Throws: `ClientError.issuerMismatch` when the issuer differs in any byte (RFC 8414 §3.3), `.insecureURL` when
    ///   an endpoint is neither `https` nor on loopback, `.metadata`, `.http`.
    public static func parse(
        _ response: TransportResponse, issuer: Issuer
    ) throws(ClientError) -> AuthorizationServerMetadata {
        try ErrorResponse.check(response)
        let metadata: AuthorizationServerMetadata
        do { metadata = try AuthorizationServerMetadata.parse(response.body) } catch { throw .metadata(error) }
        guard metadata.issuer == issuer.uri.text else {
            throw .issuerMismatch(
                expected: issuer.uri.text, found: Redaction.excerpt(metadata.issuer, limit: 200) ?? "nothing")
        }
        try checkEndpoints(of: metadata)
        return metadata
    }

    private static func checkEndpoints(of metadata: AuthorizationServerMetadata) throws(ClientError) {
        let endpoints = [
            ("authorization_endpoint", metadata.authorizationEndpoint), ("token_endpoint", metadata.tokenEndpoint),
            ("jwks_uri", metadata.jwksURI), ("userinfo_endpoint", metadata.userinfoEndpoint),
            ("revocation_endpoint", metadata.revocationEndpoint),
            ("introspection_endpoint", metadata.introspectionEndpoint),
            ("end_session_endpoint", metadata.endSessionEndpoint),
        ]
        for (member, text) in endpoints {
            if let text { _ = try ClientConfiguration.secureURL(text, member: member) }
        }
    }
}
