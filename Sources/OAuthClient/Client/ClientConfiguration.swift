public import OAuthCore

/// Who this client is, at which server: all that a request is made of besides its own parameters.
public struct ClientConfiguration: Sendable, Hashable {
    /// What the server says of itself.
    public var metadata: AuthorizationServerMetadata
    /// The client's id, as registered.
    public var clientID: String
    /// How the client proves who it is.
    public var authentication: ClientAuthentication
    /// What may be chosen.
    public var options: ClientOptions

    /// A client.
    public init(
        metadata: AuthorizationServerMetadata, clientID: String, authentication: ClientAuthentication,
        options: ClientOptions = ClientOptions()
    ) {
        self.metadata = metadata
        self.clientID = clientID
        self.authentication = authentication
        self.options = options
    }
}

/// What a client may choose; the defaults are safe.
public struct ClientOptions: Sendable, Hashable {
    /// How far the server's clock may differ, in seconds. Default 30; values outside of 0...300 become the nearest end.
    public var clockTolerance: Seconds {
        didSet { clockTolerance = Self.clamped(clockTolerance) }
    }
    /// The signatures of ID tokens that are accepted. Default `nil`: those of the metadata, and RS256 if it names none
    /// (OpenID Connect Core §3.1.3.7). `none` and HMAC are never accepted.
    public var idTokenAlgorithms: [JWSAlgorithm]?
    /// Whether fewer scopes than asked for are an error. Default `.acceptGranted`.
    public var scopePolicy: ScopePolicy
    /// Where the server differs from the specification. Default: nowhere.
    public var quirks: ProviderQuirks

    /// Options.
    public init(
        clockTolerance: Seconds = 30, idTokenAlgorithms: [JWSAlgorithm]? = nil,
        scopePolicy: ScopePolicy = .acceptGranted, quirks: ProviderQuirks = ProviderQuirks()
    ) {
        self.clockTolerance = Self.clamped(clockTolerance)
        self.idTokenAlgorithms = idTokenAlgorithms
        self.scopePolicy = scopePolicy
        self.quirks = quirks
    }

    private static func clamped(_ tolerance: Seconds) -> Seconds { min(max(tolerance, 0), 300) }
}

/// What it means when a server grants fewer scopes than were asked for (RFC 6749 §3.3 lets it).
public enum ScopePolicy: Sendable, Hashable {
    /// The tokens are taken, and say which scopes are missing.
    case acceptGranted
    /// `ClientError.missingScope` is thrown.
    case requireAll
}

extension ClientConfiguration {
    /// The URL of an endpoint; names the metadata member when it is absent or not safe.
    func endpoint(
        _ path: KeyPath<AuthorizationServerMetadata, String?>, _ member: String
    ) throws(ClientError) -> URI {
        guard let text = metadata[keyPath: path] else { throw .missingEndpoint(member) }
        return try Self.secureURL(text, member: member)
    }

    /// Reads the URL of a metadata member: `https`, or `http` on loopback, without fragment and user name.
    static func secureURL(_ text: String, member: String) throws(ClientError) -> URI {
        guard let url = URI(text), !url.host.isEmpty, url.fragment == nil, url.userInfo == nil else {
            throw .metadata(.wrongType(member))
        }
        guard url.scheme == "https" || (url.scheme == "http" && url.hostIsLoopback) else {
            throw .insecureURL(member: member)
        }
        return url
    }

    /// What a request carries so that the server knows who asks.
    func proof(offered: [String]?, seeds: RequestSeeds) throws(ClientError) -> ClientProof {
        switch try authentication.resolved(offered: offered) {
        case .basic(let secret): return ClientProof(authorization: basicHeader(secret))
        case .post(let secret), .secret(let secret):
            return ClientProof(fields: ["client_id": clientID, "client_secret": secret.revealed()])
        case .privateKeyJWT(let assertion):
            let signed = try assertion.signed(for: self, seeds: seeds)
            // RFC 7521 §4.2: the id may be there as well, and some servers look for it first.
            return ClientProof(fields: [
                "client_id": clientID, "client_assertion_type": ClientAssertion.type,
                "client_assertion": signed.revealed(),
            ])
        case .none: return ClientProof(fields: ["client_id": clientID])
        }
    }

    private func basicHeader(_ secret: Secret) -> String {
        switch options.quirks.basicEncoding {
        case .formEncoded: BasicCredentials(clientID: clientID, clientSecret: secret).headerValue()
        case .raw: BasicCredentials.rawHeaderValue(clientID: clientID, clientSecret: secret)
        }
    }
}

/// Who asks, in a header field or in form fields.
struct ClientProof: Sendable {
    var authorization: String?
    var fields = FormFields()

    /// A POST of form fields with the proof on it.
    func post(_ url: URI, form: FormFields) -> ClientRequest {
        var form = form
        form.append(contentsOf: fields)
        return .post(url, form: form, authorization: authorization)
    }
}
