import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import OAuthCore
import OAuthServer
import OAuthTesting

@testable import OAuthHummingbird

/// A site on a router, without sockets, over a store in memory, with one person and one application.
struct SiteFixture {
    static let username = "ann"
    static let other = "ben"
    static let password = "correct horse"
    static let callback = "https://app.example/callback"
    static let origin = "https://app.example"

    let provider: InProcessAuthorizationServer
    let site: AuthorizationServerSite

    /// A site at an issuer, whose store may be another than the provider's.
    init(
        issuer: String = "https://as.example/o", grants: (any GrantStore)? = nil,
        isReady: @escaping @Sendable () async throws(StoreError) -> Void = { () throws(StoreError) in }
    ) async throws {
        var client = InProcessAuthorizationServer.Client(
            id: "app", secret: "a secret", redirectURIs: [Self.callback])
        client.registration.origins = [Self.origin]
        provider = try await InProcessAuthorizationServer(
            issuer: issuer, clients: [client],
            users: [
                .init(Self.username, password: Self.password), .init(Self.other, password: Self.password),
            ])
        let inner = provider.server
        let server = AuthorizationServer(
            configuration: inner.configuration, grants: grants ?? inner.grants, clients: inner.clients,
            keys: inner.keys, users: inner.users, clock: inner.clock, random: inner.random)
        site = AuthorizationServerSite(.init(server: server, pages: try PageRenderer(), isReady: isReady))
    }

    /// Runs a test against the router.
    func test(_ body: @escaping @Sendable (Visitor) async throws -> Void) async throws {
        let router = Router(context: ServerRequestContext.self, options: .autoGenerateHeadEndpoints)
        site.addRoutes(to: router)
        try await Application(responder: router.buildResponder()).test(.router) { client in
            try await body(Visitor(client: client))
        }
    }
}

/// A browser with its cookies, which follows nothing by itself.
final class Visitor {
    let client: any TestClientProtocol
    var cookies: [String: String] = [:]

    init(client: any TestClientProtocol) { self.client = client }

    func get(_ path: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        try await send(.get, path, headers: headers)
    }

    /// Posts a form.
    func post(_ path: String, _ fields: [String: String], headers: HTTPFields = [:]) async throws -> TestResponse {
        var form = FormFields()
        for (name, value) in fields { form.append(name, value) }
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await send(.post, path, headers: headers, body: form.encoded())
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: String? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if !cookies.isEmpty { headers[.cookie] = cookies.map { "\($0)=\($1)" }.joined(separator: "; ") }
        let response = try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        for cookie in response.headers[values: .setCookie] {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = cookie.contains("Max-Age=0") ? nil : String(pair[1])
        }
        return response
    }

    /// Signs in by the form, and answers the response to the post.
    @discardableResult
    func signIn(_ username: String = SiteFixture.username, continuing: String? = nil) async throws -> TestResponse {
        let page = try await get("/o/login")
        var fields = [
            "username": username, "password": SiteFixture.password, "csrf": page.formToken,
        ]
        fields["continue"] = continuing
        return try await post("/o/login", fields)
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    /// The token of the last form on the page, which is the page's own.
    var formToken: String { hidden("csrf") }

    /// The value of the last hidden field of this name.
    func hidden(_ name: String) -> String {
        let opening = "<input type=\"hidden\" name=\"\(name)\" value=\""
        guard let start = text.range(of: opening, options: .backwards) else { return "" }
        return String(text[start.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
    }

    /// The whole `Set-Cookie` value of a cookie.
    func setCookie(_ name: String) -> String? {
        headers[values: .setCookie].first { $0.hasPrefix(name + "=") }
    }
}

/// A store whose database is gone.
struct UnavailableGrants: GrantStore {
    private var gone: StoreError { .unavailable(reason: "gone") }

    func commit(_ changes: [GrantChange]) async throws(StoreError) -> CommitOutcome { throw gone }
    func code(_ digest: TokenDigest) async throws(StoreError) -> CodeRecord? { throw gone }
    func accessToken(_ digest: TokenDigest) async throws(StoreError) -> AccessTokenRecord? { throw gone }
    func refreshToken(_ digest: TokenDigest) async throws(StoreError) -> RefreshTokenState? { throw gone }
    func isDenied(_ digest: TokenDigest) async throws(StoreError) -> Bool { throw gone }
    func session(_ digest: TokenDigest) async throws(StoreError) -> SessionRecord? { throw gone }
    func consent(subject: String, clientID: String) async throws(StoreError) -> ConsentRecord? { throw gone }
    func connectedClients(of subject: String) async throws(StoreError) -> [ConnectedClient] { throw gone }
    func removeExpired(before now: UnixTime, limit: Int) async throws(StoreError) -> Int { throw gone }
}
