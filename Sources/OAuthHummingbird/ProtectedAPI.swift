import HTTPTypes
public import Hummingbird
import NIOCore
public import OAuthCore
public import OAuthResourceServer
public import OAuthServer

/// Routes behind access tokens (RFC 6750), with the CORS headers of the clients that registered an origin.
public struct ProtectedAPI: Sendable {
    /// Answers a request whose token was checked.
    public typealias Handler = @Sendable (Request, AccessTokenInformation) async throws -> Response

    private let verifier: any AccessTokenVerifier
    private let realm: String
    private let allowsOrigin: @Sendable (String, _ clientID: String?) async -> Bool

    /// An API beside the authorization server whose tokens it takes: they are looked up, not fetched.
    public init(server: AuthorizationServer) {
        self.init(
            verifier: LocalAccessTokenVerifier(server: server), realm: server.configuration.audience,
            allowsOrigin: { await server.isRegistered(origin: $0, clientID: $1) })
    }

    /// An API anywhere.
    ///
    /// - Parameters:
    ///   - realm: what challenges name.
    ///   - allowsOrigin: whether scripts of an origin may read answers; the client is `nil` for a preflight and for a
    ///     request that was refused. Default: none may.
    public init(
        verifier: any AccessTokenVerifier, realm: String,
        allowsOrigin: @escaping @Sendable (String, _ clientID: String?) async -> Bool = { _, _ in false }
    ) {
        self.verifier = verifier
        self.realm = realm
        self.allowsOrigin = allowsOrigin
    }

    /// Adds a route that reads.
    public func get(
        _ path: RouterPath, scope: Scope, on router: Router<ServerRequestContext>, handler: @escaping Handler
    ) {
        on(path, method: .get, scope: scope, router: router, handler: handler)
        router.on(path, method: .options) { request, _ in await preflight(request) }
    }

    /// Adds a route that writes.
    public func post(
        _ path: RouterPath, scope: Scope, on router: Router<ServerRequestContext>, handler: @escaping Handler
    ) {
        on(path, method: .post, scope: scope, router: router, handler: handler)
    }

    private func on(
        _ path: RouterPath, method: HTTPRequest.Method, scope: Scope, router: Router<ServerRequestContext>,
        handler: @escaping Handler
    ) {
        let resource = ProtectedResource(realm: realm, requiredScope: scope)
        router.on(path, method: method) { request, context in
            switch await resource.check(request.headers, query: request.rawQuery, with: verifier) {
            case .allow(let token):
                return await share(try await handler(request, token), with: request, clientID: token.clientID)
            case .refuse(let refusal):
                context.report(refusal.diagnostic, status: refusal.status)
                let body = ResponseBody(byteBuffer: ByteBuffer(bytes: refusal.body))
                let response = Response(status: refusal.status, headers: refusal.headers, body: body)
                return await share(response, with: request, clientID: nil)
            }
        }
    }

    private func share(_ response: Response, with request: Request, clientID: String?) async -> Response {
        guard let origin = request.headers[.origin] else { return response }
        var response = response
        response.headers[.vary] = "Origin"
        guard await allowsOrigin(origin, clientID) else { return response }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = "WWW-Authenticate"
        return response
    }

    private func preflight(_ request: Request) async -> Response {
        var response = await share(Response(status: .noContent), with: request, clientID: nil)
        guard response.headers[.accessControlAllowOrigin] != nil else { return response }
        response.headers[.accessControlAllowMethods] = "GET, POST"
        response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type"
        response.headers[.accessControlMaxAge] = "600"
        return response
    }
}

/// Looks tokens up where they were issued.
private struct LocalAccessTokenVerifier: AccessTokenVerifier {
    let server: AuthorizationServer

    func verify(_ token: Secret) async throws(AccessTokenFailure) -> AccessTokenInformation {
        do throws(StoreError) {
            if let information = try await server.accessToken(token) { return information }
        } catch {
            throw .unavailable(Diagnostic("store.unavailable", found: "\(error)"))
        }
        throw .invalid(Diagnostic("token.invalid"))
    }
}
