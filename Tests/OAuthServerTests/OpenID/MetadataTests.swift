import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("What the server says of itself, RFC 8414, OpenID Connect Discovery")
struct MetadataTests {
    private func metadata(_ fixture: Fixture, _ endpoint: Endpoint) async throws -> AuthorizationServerMetadata {
        let response = await fixture.server.respond(endpoint, to: EndpointRequest())
        #expect(response.head.status == .ok)
        #expect(response.head.headerFields[.contentType] == "application/json")
        #expect(response.head.headerFields[.accessControlAllowOrigin] == "*")
        return try AuthorizationServerMetadata.parse(response.body)
    }

    @Test("both documents say the same, and every URL derives from the issuer")
    func documents() async throws {
        let fixture = try await Fixture()
        let document = try await metadata(fixture, .openIDConfiguration)
        #expect(try await metadata(fixture, .authorizationServerMetadata) == document)
        #expect(document.issuer == Fixture.issuer)
        for url in [
            document.authorizationEndpoint, document.tokenEndpoint, document.jwksURI, document.userinfoEndpoint,
            document.revocationEndpoint, document.introspectionEndpoint, document.endSessionEndpoint,
        ] {
            #expect(try #require(url).hasPrefix(Fixture.issuer + "/"))
        }
        let issuer = fixture.server.configuration.issuer
        #expect(Endpoint.authorizationServerMetadata.path(below: issuer) == "/.well-known/oauth-authorization-server/o")
    }

    @Test("RFC 9700: it lists what is enforced and nothing that does not exist")
    func lists() async throws {
        let document = try await metadata(try await Fixture(), .openIDConfiguration)
        #expect(document.responseTypesSupported == ["code"])
        #expect(document.responseModesSupported == ["query"])
        #expect(document.grantTypesSupported == ["authorization_code", "refresh_token", "client_credentials"])
        #expect(document.codeChallengeMethodsSupported == ["S256"])
        #expect(document.idTokenSigningAlgValuesSupported == ["ES256"])
        #expect(document.tokenEndpointAuthMethodsSupported == ["client_secret_basic", "client_secret_post", "none"])
        #expect(document.introspectionEndpointAuthMethodsSupported == ["client_secret_basic", "client_secret_post"])
        #expect(document.authorizationResponseIssParameterSupported == true)
        #expect(document.requestParameterSupported == false)
        #expect(document.requestURIParameterSupported == false)
        #expect(document.promptValuesSupported == ["none", "login", "consent"])
        let absent = [
            "registration_endpoint", "device_authorization_endpoint", "pushed_authorization_request_endpoint",
            "check_session_iframe", "dpop_signing_alg_values_supported", "mtls_endpoint_aliases",
        ]
        for name in absent { #expect(document.raw[name] == nil) }
    }

    @Test("RS256 is listed where there is such a key")
    func algorithms() async throws {
        let document = try await metadata(try await Fixture { $0.idTokenAlgorithm = "RS256" }, .openIDConfiguration)
        #expect(document.idTokenSigningAlgValuesSupported == ["ES256", "RS256"])
    }

    @Test("every endpoint that is listed answers, by way of a client's transport")
    func transport() async throws {
        let fixture = try await Fixture()
        let document = try await metadata(fixture, .openIDConfiguration)
        for url in [document.tokenEndpoint, document.jwksURI, document.userinfoEndpoint, document.revocationEndpoint] {
            let text = try #require(url)
            let uri = try #require(URI(text))
            let request = HTTPRequest(method: .get, scheme: uri.scheme, authority: uri.host, path: uri.path)
            #expect(try await fixture.provider.send(request, body: []).head.status != .notFound)
        }
        let absent = HTTPRequest(method: .get, scheme: "https", authority: "as.example", path: "/o/par")
        #expect(try await fixture.provider.send(absent, body: []).head.status == .notFound)
        let elsewhere = HTTPRequest(method: .get, scheme: "https", authority: "evil.example", path: "/o/token")
        await #expect(throws: TransportError.self) { _ = try await fixture.provider.send(elsewhere, body: []) }
    }
}
