import HTTPTypes
public import Hummingbird
import Logging
import NIOCore
import OAuthCore
public import OAuthServer

/// An authorization server as a site: its endpoints for programs, and its pages for people, on a Hummingbird router.
public struct AuthorizationServerSite: Sendable {
    /// What the site is made of.
    public struct Parts: Sendable {
        /// The protocol.
        public var server: AuthorizationServer
        /// The pages.
        public var pages: PageRenderer
        /// How much guessing at passwords is free.
        public var signInLimits: SignInThrottle.Limits
        /// Whether the site can serve: for `/health/ready`. Throws what is missing.
        public var isReady: @Sendable () async throws(StoreError) -> Void

        /// A site of these parts.
        public init(
            server: AuthorizationServer, pages: PageRenderer, signInLimits: SignInThrottle.Limits = .init(),
            isReady: @escaping @Sendable () async throws(StoreError) -> Void = { () throws(StoreError) in }
        ) {
            self.server = server
            self.pages = pages
            self.signInLimits = signInLimits
            self.isReady = isReady
        }
    }

    let server: AuthorizationServer
    let pages: PageRenderer
    let trust: BrowserTrust
    let gate: SignInGate
    private let isReady: @Sendable () async throws(StoreError) -> Void

    /// A site.
    public init(_ parts: Parts) {
        server = parts.server
        pages = parts.pages
        isReady = parts.isReady
        trust = BrowserTrust(
            site: parts.server.configuration.issuer, secret: parts.server.configuration.secret,
            random: parts.server.random)
        gate = SignInGate(users: parts.server.users, limits: parts.signInLimits, clock: parts.server.clock)
    }

    var issuer: Issuer { server.configuration.issuer }

    /// The path of something below the issuer; `path` begins with a slash.
    func path(_ path: String) -> String { issuer.basePath + path }

    /// Adds the endpoints, the pages and the health checks to a router.
    public func addRoutes(to router: Router<ServerRequestContext>) {
        addEndpoints(to: router)
        addAssets(to: router)
        addSignIn(to: router)
        addAuthorization(to: router)
        addApplications(to: router)
        addConnectedApps(to: router)
        addLogout(to: router)
        addHealth(to: router)
    }

    private func addAssets(to router: Router<ServerRequestContext>) {
        for asset in PageAsset.all {
            router.get(RouterPath(path("/assets/\(asset.name)"))) { _, _ in
                var headers = HTTPFields()
                headers[.contentType] = asset.contentType
                headers[.cacheControl] = "public, max-age=3600"
                headers[.xContentTypeOptions] = "nosniff"
                return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: asset.bytes)))
            }
        }
    }

    private func addHealth(to router: Router<ServerRequestContext>) {
        router.get("/health/live") { _, _ in Response.health("live") }
        router.get("/health/ready") { _, context in
            do throws(StoreError) {
                try await isReady()
                return Response.health("ready")
            } catch {
                context.logger.info("not ready", metadata: ["store.error": "\(error)"])
                return Response.health("unavailable", status: .serviceUnavailable)
            }
        }
    }
}

extension Response {
    fileprivate static func health(_ word: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        let body = JSONObject(dictionaryLiteral: ("status", .string(word))).encoded()
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
