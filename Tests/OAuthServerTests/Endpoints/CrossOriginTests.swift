import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("Which scripts may call, RFC 9700 §2.6")
struct CrossOriginTests {
    private static let published: [Endpoint] = [.jwks, .openIDConfiguration, .authorizationServerMetadata]

    private func preflight(_ fixture: Fixture, _ endpoint: Endpoint, _ origin: String?) async -> HTTPFields {
        var headers: HTTPFields = [.accessControlRequestMethod: "POST"]
        headers[.origin] = origin
        let response = await fixture.server.preflight(endpoint, headers: headers)
        #expect(response.head.status == .noContent)
        return response.head.headerFields
    }

    @Test("preflights: documents for anyone, tokens for registered origins, introspection for nobody")
    func preflights() async throws {
        let fixture = try await Fixture()
        for endpoint in Endpoint.allCases {
            for (origin, isRegistered) in [
                ("https://app.example", true), ("https://other.example", true), ("https://evil.example", false),
                ("null", false), ("https://app.example.evil.example", false), ("http://app.example", false),
                ("https://app.example:8443", false), ("https://app.example/", false), ("HTTPS://app.example", false),
            ] {
                let allowed = await preflight(fixture, endpoint, origin)[.accessControlAllowOrigin]
                switch endpoint {
                case .introspection: #expect(allowed == nil)
                case .token, .revocation, .userinfo: #expect(allowed == (isRegistered ? origin : nil), "\(origin)")
                case .jwks, .openIDConfiguration, .authorizationServerMetadata: #expect(allowed == "*")
                }
            }
            #expect(await preflight(fixture, endpoint, nil)[.accessControlAllowOrigin] == nil)
        }
    }

    @Test("a preflight's answer says which methods and header fields, and is kept for ten minutes")
    func details() async throws {
        let headers = await preflight(try await Fixture(), .userinfo, "https://app.example")
        #expect(headers[.accessControlAllowMethods] == "GET, POST")
        #expect(headers[.accessControlAllowHeaders] == "Authorization, Content-Type")
        #expect(headers[.accessControlMaxAge] == "600")
        #expect(headers[.vary] == "Origin")
        #expect(headers[.accessControlAllowCredentials] == nil)
    }

    @Test("an answer is shared with its own client's origins alone, errors too")
    func answers() async throws {
        let fixture = try await Fixture()
        let grant: [String: String?] = ["grant_type": "client_credentials"]
        for (origin, client, isShared) in [
            ("https://app.example", "app", true), ("https://other.example", "app", false),
            ("https://evil.example", "app", false), ("null", "app", false), ("https://other.example", "other", true),
        ] {
            for fields in [grant, ["grant_type": "password"]] {
                let answer = await fixture.post(.token, fields, client: client, headers: [.origin: origin])
                #expect(answer.headers[.accessControlAllowOrigin] == (isShared ? origin : nil))
                #expect(answer.headers[.vary] == "Origin")
            }
        }
        let posted = await fixture.post(
            .token, ["client_id": "app", "client_secret": "x"], client: nil, headers: [.origin: "https://app.example"])
        #expect(posted.headers[.accessControlAllowOrigin] == "https://app.example")
        let introspected = await fixture.post(
            .introspection, ["token": "x"], headers: [.origin: "https://app.example"])
        #expect(introspected.headers[.accessControlAllowOrigin] == nil)
        #expect(await fixture.post(.token, grant).headers[.accessControlAllowOrigin] == nil)
    }
}
