public import HTTPTypes
public import OAuthCore

/// A request to an endpoint, free of any HTTP library: what `parse` reads.
public struct EndpointRequest: Sendable {
    /// The method.
    public var method: HTTPRequest.Method
    /// What follows `?`, as it was sent.
    public var query: String
    /// The header fields.
    public var headers: HTTPFields
    /// The body, at most `FormFields.sizeLimit` bytes; `nil` when it was longer.
    public var body: [UInt8]?

    /// A request.
    public init(
        method: HTTPRequest.Method = .get, query: String = "", headers: HTTPFields = [:], body: [UInt8]? = []
    ) {
        self.method = method
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// A form, posted.
    public static func post(_ fields: FormFields, headers: HTTPFields = [:]) -> EndpointRequest {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return EndpointRequest(method: .post, headers: headers, body: Array(fields.encoded().utf8))
    }
}

/// An endpoint's answer.
public struct EndpointResponse: Sendable, Hashable {
    /// Status and header fields.
    public var head: HTTPResponse
    /// The body.
    public var body: [UInt8]
    /// What the operator should read about it, where something went wrong.
    public var diagnostic: Diagnostic?

    /// An answer.
    public init(
        status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = [], diagnostic: Diagnostic? = nil
    ) {
        head = HTTPResponse(status: status, headerFields: headers)
        self.body = body
        self.diagnostic = diagnostic
    }

    private static let notKept: HTTPFields = [
        .contentType: "application/json", .cacheControl: "no-store", .pragma: "no-cache",
    ]

    /// A JSON object that no cache may keep (RFC 6749 §5.1).
    static func json(
        _ object: JSONObject, status: HTTPResponse.Status = .ok, diagnostic: Diagnostic? = nil
    ) -> EndpointResponse {
        EndpointResponse(status: status, headers: notKept, body: object.encoded(), diagnostic: diagnostic)
    }

    /// A document that anyone may fetch and keep for a while, from any origin.
    static func published(_ object: JSONObject) -> EndpointResponse {
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "public, max-age=300"
        headers[.accessControlAllowOrigin] = "*"
        return EndpointResponse(status: .ok, headers: headers, body: object.encoded())
    }
}

extension HTTPField.Name {
    /// `Pragma`, for caches older than `Cache-Control` (RFC 6749 §5.1 shows it).
    static let pragma = HTTPField.Name("Pragma") ?? .cacheControl
}

/// The endpoints that programs call. The pages that people see belong to whoever serves them.
public enum Endpoint: String, Sendable, CaseIterable {
    /// RFC 6749 §3.2.
    case token
    /// RFC 7009 §2.
    case revocation
    /// RFC 7662 §2.
    case introspection
    /// OpenID Connect Core §5.3.
    case userinfo
    /// The public signing keys (RFC 7517 §5).
    case jwks
    /// OpenID Connect Discovery §4.
    case openIDConfiguration
    /// RFC 8414 §3.
    case authorizationServerMetadata

    /// The path below the issuer; for the last of the cases, below the host (RFC 8414 §3.1).
    public func path(below issuer: Issuer) -> String {
        switch self {
        case .token: "/token"
        case .revocation: "/revoke"
        case .introspection: "/introspect"
        case .userinfo: "/userinfo"
        case .jwks: "/jwks.json"
        case .openIDConfiguration: "/.well-known/openid-configuration"
        case .authorizationServerMetadata: issuer.authorizationServerMetadataPath
        }
    }

    /// The methods it answers.
    public var methods: [HTTPRequest.Method] {
        switch self {
        case .token, .revocation, .introspection: [.post]
        case .userinfo: [.get, .post]
        case .jwks, .openIDConfiguration, .authorizationServerMetadata: [.get]
        }
    }

    /// Whether a script on a page of another origin may call it (RFC 9700 §2.6 says which not).
    var crossOrigin: CrossOrigin {
        switch self {
        case .jwks, .openIDConfiguration, .authorizationServerMetadata: .anyone
        case .token, .revocation, .userinfo: .registeredOrigins
        case .introspection: .nobody
        }
    }

    enum CrossOrigin { case anyone, registeredOrigins, nobody }
}

/// Why an endpoint refused: the peer's part, the HTTP status, and changes that must be made all the same.
struct Refusal: Error {
    var error: OAuthError
    var status: HTTPResponse.Status = .badRequest
    var changes: [GrantChange] = []
    /// For a protected resource's refusals (RFC 6750 §3).
    var challenge: BearerChallenge?

    init(_ error: OAuthError, changes: [GrantChange] = []) {
        self.error = error
        self.changes = changes
        if error.code == .invalidClient { status = .unauthorized }
    }

    init(_ code: ErrorCode, _ description: String, _ diagnostic: Diagnostic, changes: [GrantChange] = []) {
        self.init(OAuthError(code, description, diagnostic: diagnostic), changes: changes)
    }

    /// Refused by a protected resource, with its challenge (RFC 6750 §3).
    init(_ refusal: BearerRefusal) {
        self.init(refusal.error)
        challenge = refusal.challenge
        status = refusal.status
    }
}

/// Anything that ends a request early.
enum EndpointFailure: Error {
    case refused(Refusal)
    case store(StoreError)
    case signing(JOSEError)
}
