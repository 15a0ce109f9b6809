/// What an authorization server says of itself (RFC 8414 §2, OpenID Connect Discovery §3).
///
/// Members that are not named here are kept in `raw`.
public struct AuthorizationServerMetadata: Sendable, Hashable {
    /// The server's identifier, compared by text.
    public var issuer: String
    /// Where a browser is sent to ask for authorization.
    public var authorizationEndpoint: String?
    /// Where grants become tokens.
    public var tokenEndpoint: String?
    /// Where the public keys are.
    public var jwksURI: String?
    /// Claims about the person (OpenID Connect Core §5.3).
    public var userinfoEndpoint: String?
    /// Token revocation (RFC 7009).
    public var revocationEndpoint: String?
    /// Token introspection (RFC 7662).
    public var introspectionEndpoint: String?
    /// RP-initiated logout (OpenID Connect RP-Initiated Logout §2.1).
    public var endSessionEndpoint: String?
    /// The scopes that may be asked for.
    public var scopesSupported: [String]?
    /// The response types, such as `code`.
    public var responseTypesSupported: [String]?
    /// The response modes, such as `query`.
    public var responseModesSupported: [String]?
    /// The grants that the token endpoint takes.
    public var grantTypesSupported: [String]?
    /// How clients may authenticate at the token endpoint.
    public var tokenEndpointAuthMethodsSupported: [String]?
    /// How clients may authenticate for revocation.
    public var revocationEndpointAuthMethodsSupported: [String]?
    /// How clients may authenticate for introspection.
    public var introspectionEndpointAuthMethodsSupported: [String]?
    /// PKCE methods (RFC 7636).
    public var codeChallengeMethodsSupported: [String]?
    /// Subject types, such as `public`.
    public var subjectTypesSupported: [String]?
    /// Signatures of ID tokens.
    public var idTokenSigningAlgValuesSupported: [String]?
    /// Claims that may be had.
    public var claimsSupported: [String]?
    /// Values of `prompt`.
    public var promptValuesSupported: [String]?
    /// Whether authorization responses carry `iss` (RFC 9207 §3).
    public var authorizationResponseIssParameterSupported: Bool?
    /// Whether the `request` parameter is understood.
    public var requestParameterSupported: Bool?
    /// Whether the `request_uri` parameter is understood; the default of the specification is true.
    public var requestURIParameterSupported: Bool?
    /// Whether the `claims` parameter is understood.
    public var claimsParameterSupported: Bool?
    /// The whole document as it came; empty for one that is being made.
    public var raw = JSONObject()

    /// A document that says nothing but who speaks.
    public init(issuer: String) { self.issuer = issuer }
}

/// Why a document is not an authorization server's metadata.
public enum MetadataError: Error, Hashable, Sendable {
    /// Not a JSON object.
    case notJSON(JSONError)
    /// A member that must be there is not.
    case missing(String)
    /// A member of another type than the specification says.
    case wrongType(String)
}

extension AuthorizationServerMetadata {
    private static var texts: [(String, WritableKeyPath<Self, String?>)] {
        [
            ("authorization_endpoint", \.authorizationEndpoint), ("token_endpoint", \.tokenEndpoint),
            ("jwks_uri", \.jwksURI), ("userinfo_endpoint", \.userinfoEndpoint),
            ("revocation_endpoint", \.revocationEndpoint), ("introspection_endpoint", \.introspectionEndpoint),
            ("end_session_endpoint", \.endSessionEndpoint),
        ]
    }

    private static var lists: [(String, WritableKeyPath<Self, [String]?>)] {
        [
            ("scopes_supported", \.scopesSupported), ("response_types_supported", \.responseTypesSupported),
            ("response_modes_supported", \.responseModesSupported), ("grant_types_supported", \.grantTypesSupported),
            ("token_endpoint_auth_methods_supported", \.tokenEndpointAuthMethodsSupported),
            ("revocation_endpoint_auth_methods_supported", \.revocationEndpointAuthMethodsSupported),
            ("introspection_endpoint_auth_methods_supported", \.introspectionEndpointAuthMethodsSupported),
            ("code_challenge_methods_supported", \.codeChallengeMethodsSupported),
            ("subject_types_supported", \.subjectTypesSupported),
            ("id_token_signing_alg_values_supported", \.idTokenSigningAlgValuesSupported),
            ("claims_supported", \.claimsSupported), ("prompt_values_supported", \.promptValuesSupported),
        ]
    }

    private static var flags: [(String, WritableKeyPath<Self, Bool?>)] {
        [
            ("authorization_response_iss_parameter_supported", \.authorizationResponseIssParameterSupported),
            ("request_parameter_supported", \.requestParameterSupported),
            ("request_uri_parameter_supported", \.requestURIParameterSupported),
            ("claims_parameter_supported", \.claimsParameterSupported),
        ]
    }

    /// Reads a document. A member of the wrong type is an error; members that are not known are kept in `raw`.
    public static func parse(_ body: [UInt8]) throws(MetadataError) -> AuthorizationServerMetadata {
        let object: JSONObject
        do { object = try JSONObject.parse(body) } catch { throw .notJSON(error) }
        guard let issuer = object["issuer"] else { throw .missing("issuer") }
        guard let issuer = issuer.string else { throw .wrongType("issuer") }
        var metadata = Self(issuer: issuer)
        for (name, path) in texts { metadata[keyPath: path] = try read(object, name, \.string) }
        for (name, path) in lists { metadata[keyPath: path] = try read(object, name, \.strings) }
        for (name, path) in flags { metadata[keyPath: path] = try read(object, name, \.bool) }
        metadata.raw = object
        return metadata
    }

    private static func read<Value>(
        _ object: JSONObject, _ name: String, _ value: (JSONValue) -> Value?
    ) throws(MetadataError) -> Value? {
        guard let member = object[name], member != .null else { return nil }
        guard let value = value(member) else { throw .wrongType(name) }
        return value
    }

    /// The document to publish.
    public func document() -> JSONObject {
        var object: JSONObject = ["issuer": .string(issuer)]
        for (name, path) in Self.texts { object[name] = self[keyPath: path].map(JSONValue.string) }
        for (name, path) in Self.lists { object[name] = self[keyPath: path].map(JSONValue.strings) }
        for (name, path) in Self.flags { object[name] = self[keyPath: path].map(JSONValue.bool) }
        return object
    }
}
