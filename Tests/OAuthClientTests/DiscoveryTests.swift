import HTTPTypes
import OAuthClient
import OAuthCore
import OAuthTesting
import Testing

@Suite("Discovery, RFC 8414 and OpenID Connect Discovery")
struct DiscoveryTests {
    private let fixture = Fixture()

    private func discover(_ issuer: String) async throws(ClientError) -> Provider {
        try await Provider.discover(
            issuer: issuer, clientID: "app", authentication: .none, environment: fixture.environment)
    }

    @Test("finds the OpenID Connect document below the issuer's path")
    func openID() async throws {
        var metadata = Fixture.metadata
        metadata.issuer = "https://as.example/o"
        fixture.transport.on("/o/.well-known/openid-configuration", json: metadata.document())
        let provider = try await discover("https://as.example/o")
        #expect(provider.configuration.metadata.tokenEndpoint == "https://as.example/token")
    }

    @Test("falls back to the RFC 8414 document in front of the issuer's path")
    func authorizationServer() async throws {
        var metadata = Fixture.metadata
        metadata.issuer = "https://as.example/o"
        fixture.transport.on("/o/.well-known/openid-configuration", .response(.text("", status: .notFound)))
        fixture.transport.on("/.well-known/oauth-authorization-server/o", json: metadata.document())
        #expect(try await discover("https://as.example/o").configuration.metadata.issuer == "https://as.example/o")
    }

    @Test("C35: the issuer must match to the last slash, and the error prints both values")
    func issuerMismatch() async {
        var metadata = Fixture.metadata
        metadata.issuer += "/"
        fixture.transport.on("/.well-known/openid-configuration", json: metadata.document())
        let error = await clientError { () async throws(ClientError) in try await discover(Fixture.issuer) }
        #expect(error == .issuerMismatch(expected: "https://as.example", found: "https://as.example/"))
        #expect(error?.description.contains("https://as.example/,") == true)
    }

    @Test(
        "every endpoint is https or on loopback",
        arguments: ["authorization_endpoint", "jwks_uri", "userinfo_endpoint"])
    func insecureEndpoint(member: String) async {
        var document = Fixture.metadata.document()
        document[member] = "http://as.example/x"
        fixture.transport.on("/.well-known/openid-configuration", json: document)
        let error = await clientError { () async throws(ClientError) in try await discover(Fixture.issuer) }
        #expect(error == .insecureURL(member: member))
    }

    @Test("C17: an issuer without TLS is refused before anything is sent")
    func plainIssuer() async {
        let error = await clientError { () async throws(ClientError) in try await discover("http://as.example") }
        #expect(error == .issuer(.notHTTPS))
        #expect(fixture.transport.requests.isEmpty)
    }

    @Test("a page in place of the document, and an error status")
    func notADocument() async {
        let path = "/.well-known/openid-configuration"
        fixture.transport.on(path, .response(.text("<html>", type: "text/html")))
        fixture.transport.on(path, .response(.text("", status: .serviceUnavailable)))
        let page = await clientError { () async throws(ClientError) in try await discover(Fixture.issuer) }
        #expect(page == .metadata(.notJSON(.malformed)))
        let status = await clientError { () async throws(ClientError) in try await discover(Fixture.issuer) }
        #expect(status == .http(HTTPFailure(status: 503)))
        #expect(status?.isTransient == true)
    }
}
