import Foundation
import HTTPTypes
import OAuthCore
import OAuthTesting
import Testing

@testable import OAuthClient

@Suite("Requests and client authentication, RFC 6749 §2.3")
struct ClientRequestTests {
    @Test("C12: id and secret are form-encoded before base64, and raw only by a quirk")
    func basic() throws {
        var client = Fixture.configuration
        client.clientID = "1PpG/Q 1"
        client.authentication = .secret(Secret("z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw="))
        let encoded = try TokenRequest.clientCredentials().request(for: client, seeds: Fixture.seeds).head.headerFields[
            .authorization]
        #expect(
            encoded == "Basic MVBwRyUyRlErMTp6JTJGdFo5VndGWnFBcG1JUSUyQlpIMUk1cExrJTJGdUI0dWQlM0FYMiUyRjhiTCUyQndmRlR0"
                + "MXJGdyUzRA==")
        client.options.quirks.basicEncoding = .raw
        let raw = try TokenRequest.clientCredentials().request(for: client, seeds: Fixture.seeds).head.headerFields[
            .authorization]
        let decoded = Data(base64Encoded: raw?.dropFirst("Basic ".count).description ?? "")
        #expect(
            decoded.map { String(decoding: $0, as: UTF8.self) }
                == "1PpG/Q 1:z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw=")
    }

    struct Choice: Sendable {
        var offered: [String]?
        var expected: ClientAuthentication
    }

    @Test(
        "C13: the way of authentication is chosen from the metadata, else Basic",
        arguments: [
            Choice(offered: nil, expected: .basic(Secret("s"))), Choice(offered: [], expected: .basic(Secret("s"))),
            Choice(offered: ["client_secret_post", "client_secret_basic"], expected: .basic(Secret("s"))),
            Choice(offered: ["private_key_jwt", "client_secret_post"], expected: .post(Secret("s"))),
        ])
    func choice(_ choice: Choice) throws {
        #expect(try ClientAuthentication.secret(Secret("s")).resolved(offered: choice.offered) == choice.expected)
    }

    @Test("C13: a server that takes no secret is named before the code is spent")
    func noWayToAuthenticate() async throws {
        let fixture = Fixture()
        var client = Fixture.configuration
        client.metadata.tokenEndpointAuthMethodsSupported = ["private_key_jwt"]
        let callback = try LoginFixture.callback(fixture.provider())
        let offered = ClientError.unsupportedAuthentication(offered: ["private_key_jwt"])
        #expect(throws: offered) {
            try TokenRequest.authorizationCode(callback).request(for: client, seeds: Fixture.seeds)
        }
        _ = try TokenRequest.authorizationCode(callback).request(for: Fixture.configuration, seeds: Fixture.seeds)
    }

    @Test("C13: a rejected client is told once; the code is never sent again")
    func codeIsSentOnce() async throws {
        let fixture = Fixture()
        fixture.transport.on("/token", status: .unauthorized, json: ["error": "invalid_client"])
        let callback = try LoginFixture.callback(fixture.provider())
        for expected in [
            ClientError.server(ServerError(.invalidClient, status: 401)), ClientError.callback(.alreadyRedeemed),
        ] {
            let error = await clientError { () async throws(ClientError) in
                try await fixture.provider().login(callback)
            }
            #expect(error == expected)
        }
        #expect(fixture.transport.requests.count == 1)
    }

    @Test("a public client and a secret in the body")
    func publicAndPost() throws {
        var client = Fixture.configuration
        client.authentication = .none
        let open = try TokenRequest.clientCredentials(scope: ["a", "b"]).request(for: client, seeds: Fixture.seeds)
        #expect(String(decoding: open.body, as: UTF8.self) == "grant_type=client_credentials&scope=a+b&client_id=app")
        #expect(open.head.headerFields[.authorization] == nil)
        client.authentication = .post(Secret("s&s"))
        let post = try TokenRequest.clientCredentials().request(for: client, seeds: Fixture.seeds)
        #expect(
            String(decoding: post.body, as: UTF8.self)
                == "grant_type=client_credentials&client_id=app&client_secret=s%26s")
    }

    @Test("C14: a code is decoded once from the callback and encoded once in the body")
    func codeEncoding() throws {
        let provider = Fixture().provider()
        let callback = try LoginFixture.callback(provider, code: "4%2F0Ab%2B")
        let body = try TokenRequest.authorizationCode(callback).request(
            for: Fixture.configuration, seeds: Fixture.seeds
        ).body
        #expect(String(decoding: body, as: UTF8.self).contains("code=4%2F0Ab%2B&"))
    }

    @Test("C17: plain http is refused, loopback is not", arguments: ["http://as.example/t", "ftp://as.example/t"])
    func plainHTTP(url: String) throws {
        var client = Fixture.configuration
        client.metadata.tokenEndpoint = url
        let error = ClientError.insecureURL(member: "token_endpoint")
        #expect(throws: error) { try TokenRequest.clientCredentials().request(for: client, seeds: Fixture.seeds) }
        #expect(error.description.contains("loopback"))
        client.metadata.tokenEndpoint = "http://127.0.0.1:8000/t"
        #expect(
            try TokenRequest.clientCredentials().request(for: client, seeds: Fixture.seeds).head.authority
                == "127.0.0.1:8000")
    }

    @Test("a missing endpoint is named")
    func missingEndpoint() {
        var client = Fixture.configuration
        client.metadata.revocationEndpoint = nil
        #expect(throws: ClientError.missingEndpoint("revocation_endpoint")) {
            try RevocationRequest(token: Secret("t")).request(for: client, seeds: Fixture.seeds)
        }
    }

    @Test("additional parameters cannot replace the protocol's own")
    func reservedParameters() {
        #expect(throws: ClientError.reservedParameter("client_id")) {
            try TokenRequest.clientCredentials(additionalParameters: ["client_id": "other"])
                .request(for: Fixture.configuration, seeds: Fixture.seeds)
        }
    }

    @Test("a request prints neither its query nor its fields nor its body")
    func redactedPrinting() throws {
        var client = Fixture.configuration
        client.authentication = .basic(Secret("canary"))
        let request = try RevocationRequest(token: Secret("canary")).request(for: client, seeds: Fixture.seeds)
        var text = "\(request)" + String(reflecting: request)
        dump(request, to: &text)
        #expect(!text.contains("canary"))
        #expect(request.description == "POST https://as.example/revoke")
    }

    @Test("revocation, introspection and their answers")
    func revocationAndIntrospection() async throws {
        let fixture = Fixture()
        fixture.transport.on("/revoke", .response(.text("")))
        fixture.transport.on("/introspect", json: ["active": true, "scope": "a b", "sub": "alice", "exp": 9])
        fixture.transport.on("/introspect", json: ["active": false, "sub": "alice"])
        fixture.transport.on("/introspect", json: ["active": "true"])
        let provider = fixture.provider()
        try await provider.revoke(Secret("rt"), hint: .refreshToken)
        let form = fixture.transport.requests[0].form
        #expect(form["token"] == "rt" && form["token_type_hint"] == "refresh_token")
        let active = try await provider.introspect(Secret("at"))
        #expect(active.isActive && active.scope == ["a", "b"] && active.expiresAt == UnixTime(9))
        let inactive = try await provider.introspect(Secret("at"))
        #expect(!inactive.isActive && inactive.subject == nil && inactive.members["sub"] == nil)
        let error = await clientError { () async throws(ClientError) in try await provider.introspect(Secret("at")) }
        #expect(error == .malformed("active"))
    }
}
