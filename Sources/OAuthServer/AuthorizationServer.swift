import HTTPTypes
public import OAuthCore

/// An authorization server (RFC 6749 §1.1) over its stores, without sockets.
///
/// Each endpoint is one sequence, which lives here: parse → load → verify → decide → sign → commit → render. A commit
/// that meets another one's changes begins again at `load`, and then decides about what it finds.
public struct AuthorizationServer: Sendable {
    /// What the operator decided.
    public let configuration: ServerConfiguration
    /// Codes, tokens, consents and sign-ins.
    public let grants: any GrantStore
    /// Registered applications.
    public let clients: any ClientStore
    /// The signing keys.
    public let keys: any KeyStore
    /// The people.
    public let users: any UserDirectory
    /// What time it is.
    public let clock: @Sendable () -> UnixTime
    /// Where fresh secrets come from.
    public let random: RandomSource

    /// A server over its stores.
    public init(
        configuration: ServerConfiguration, grants: any GrantStore, clients: any ClientStore, keys: any KeyStore,
        users: any UserDirectory, clock: @escaping @Sendable () -> UnixTime, random: RandomSource
    ) {
        self.configuration = configuration
        self.grants = grants
        self.clients = clients
        self.keys = keys
        self.users = users
        self.clock = clock
        self.random = random
    }

    /// Answers a request to an endpoint. Every failure is an answer too, with the RFC's error.
    public func respond(_ endpoint: Endpoint, to request: EndpointRequest) async -> EndpointResponse {
        await share(await outcome(endpoint, request), of: endpoint, with: request)
    }

    private func outcome(_ endpoint: Endpoint, _ request: EndpointRequest) async -> EndpointResponse {
        guard endpoint.methods.contains(request.method) else { return .methodNotAllowed(endpoint) }
        do throws(EndpointFailure) {
            return try await answer(endpoint, request)
        } catch {
            return .failure(await settle(error), realm: configuration.issuer.description)
        }
    }

    /// Makes the changes that a refusal asks for before it is sent: a revocation that was not stored is no answer.
    func settle(_ failure: EndpointFailure) async -> EndpointFailure {
        guard case .refused(let refusal) = failure, !refusal.changes.isEmpty else { return failure }
        do {
            _ = try await grants.commit(refusal.changes)
            return failure
        } catch {
            return .store(error)
        }
    }

    private func answer(
        _ endpoint: Endpoint, _ request: EndpointRequest
    ) async throws(EndpointFailure) -> EndpointResponse {
        switch endpoint {
        case .token: try await token(request)
        case .revocation: try await revoke(request)
        case .introspection: try await introspect(request)
        case .userinfo: try await userinfo(request)
        case .jwks: .published(SigningKeys(try await load(await keys.signingKeys())).published(at: clock()).json)
        case .openIDConfiguration, .authorizationServerMetadata: .published(try await metadata().document())
        }
    }

    /// How often a request begins again when another changes what it read.
    static let attempts = 4

    /// Turns a store's error into an endpoint's.
    func load<Value>(_ value: @autoclosure () async throws(StoreError) -> Value) async throws(EndpointFailure) -> Value
    {
        do { return try await value() } catch { throw .store(error) }
    }

    /// Turns a refusal into an endpoint's failure.
    func check<Value>(_ value: () throws(Refusal) -> Value) throws(EndpointFailure) -> Value {
        do { return try value() } catch { throw .refused(error) }
    }
}

extension EndpointResponse {
    static func methodNotAllowed(_ endpoint: Endpoint) -> EndpointResponse {
        let allowed = endpoint.methods.map(\.rawValue).joined(separator: ", ")
        let error = OAuthError(
            .invalidRequest, "this endpoint answers \(allowed)",
            diagnostic: Diagnostic("request.method", expected: allowed, found: "another"))
        var response = EndpointResponse.json(error.document, status: .methodNotAllowed, diagnostic: error.diagnostic)
        response.head.headerFields[.allow] = allowed
        return response
    }

    static func failure(_ failure: EndpointFailure, realm: String) -> EndpointResponse {
        switch failure {
        case .refused(let refusal): refused(refusal, realm: realm)
        case .store(let error): unavailable(error)
        case .signing(let error):
            .json(
                ["error": .string(ErrorCode.serverError.rawValue)], status: .internalServerError,
                diagnostic: Diagnostic("server.signing-failed", found: "\(error)"))
        }
    }

    private static func refused(_ refusal: Refusal, realm: String) -> EndpointResponse {
        var response = EndpointResponse.json(
            refusal.error.document, status: refusal.status, diagnostic: refusal.error.diagnostic)
        if var challenge = refusal.challenge {
            challenge.realm = realm
            response.head.headerFields[.wwwAuthenticate] = challenge.headerValue()
        } else if refusal.status == .unauthorized {
            response.head.headerFields[.wwwAuthenticate] = "Basic realm=\"\(OAuthError.sanitise(realm))\""
        }
        return response
    }

    /// 503: nothing was done, and it may work in a moment (RFC 9110 §15.6.4).
    static func unavailable(_ error: StoreError) -> EndpointResponse {
        let error = OAuthError(
            .temporarilyUnavailable, "the server cannot reach its database",
            diagnostic: Diagnostic("store.unavailable", found: "\(error)"))
        var response = EndpointResponse.json(error.document, status: .serviceUnavailable, diagnostic: error.diagnostic)
        response.head.headerFields[.retryAfter] = "5"
        return response
    }
}

extension OAuthError {
    /// The JSON that the peer is sent (RFC 6749 §5.2).
    var document: JSONObject {
        ["error": .string(code.rawValue), "error_description": .string(description)]
    }
}
