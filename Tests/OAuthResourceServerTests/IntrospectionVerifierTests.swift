import HTTPTypes
import OAuthCore
import OAuthResourceServer
import Testing

@Suite("Introspection by an API, RFC 7662")
struct IntrospectionVerifierTests {
    private static let good: JSONObject = [
        "active": true, "iss": "https://as.example", "sub": "u1", "username": "ann", "client_id": "c1", "scope": "a",
        "aud": "https://api.example", "token_type": "Bearer", "exp": 2_000, "iat": 1_000,
    ]

    private func verifier(_ transport: StubTransport, audience: String? = "https://api.example") throws
        -> IntrospectionVerifier
    {
        IntrospectionVerifier(
            endpoint: try #require(URI("https://as.example/introspect")),
            credentials: BasicCredentials(clientID: "api 1", clientSecret: Secret("s:1")),
            issuer: try Issuer.parse("https://as.example"), audience: audience, transport: transport
        ) { UnixTime(1_500) }
    }

    @Test("an active token says who, for whom and what, and the question carries the API's own credentials")
    func accepts() async throws {
        let transport = StubTransport(Self.good)
        let token = try await verifier(transport).verify(Secret("sp_at_1+2"))
        #expect(
            token
                == AccessTokenInformation(
                    issuer: "https://as.example", subject: "u1", username: "ann", clientID: "c1", scope: ["a"],
                    audiences: ["https://api.example"], issuedAt: UnixTime(1_000), expiresAt: UnixTime(2_000)))
        let sent = try #require(transport.sent.first)
        #expect(sent.request.method == .post)
        #expect(sent.request.path == "/introspect")
        #expect(sent.request.headerFields[.authorization] == "Basic YXBpKzE6cyUzQTE=")
        #expect(String(decoding: sent.body, as: UTF8.self) == "token=sp_at_1%2B2&token_type_hint=access_token")
    }

    @Test("what RFC 7662 §2.2 leaves optional may be absent")
    func sparse() async throws {
        let token = try await verifier(StubTransport(["active": true, "client_id": "c1"]), audience: nil)
            .verify(Secret("t"))
        #expect(token == AccessTokenInformation(issuer: "https://as.example", subject: "c1", clientID: "c1", scope: []))
    }

    @Test(
        "a token that is not for this API, or not what it must be, is refused",
        arguments: [
            ("active", false), ("iss", "https://evil.example"), ("iss", 1), ("aud", "https://other.example"),
            ("aud", nil), ("aud", 1), ("exp", 1_500), ("exp", "2000"), ("scope", "a\u{7}"), ("scope", 1),
            ("token_type", "DPoP"), ("token_type", "refresh_token"), ("cnf", .object(["jkt": "x"])), ("sub", 1),
        ] as [(String, JSONValue?)])
    func refuses(name: String, value: JSONValue?) async throws {
        var answer = Self.good
        answer[name] = value
        await #expect {
            _ = try await verifier(StubTransport(answer)).verify(Secret("t"))
        } throws: { error in
            if case .invalid = error as? AccessTokenFailure { true } else { false }
        }
    }

    @Test("an answer that speaks of nobody is refused")
    func nobody() async throws {
        await #expect(throws: AccessTokenFailure.self) {
            _ = try await verifier(StubTransport(["active": true]), audience: nil).verify(Secret("t"))
        }
    }

    @Test("an issuer that does not answer is no word about the token")
    func unavailable() async throws {
        let answers: [Result<TransportResponse, TransportError>] = [
            .failure(.unreachable(host: "as.example", reason: "refused")),
            .success(.json(["error": "invalid_client"], status: .unauthorized)),
            .success(.json(Self.good, status: .internalServerError)), .success(.json([:])),
            .success(.json(["active": "true"])), .success(TransportResponse(head: HTTPResponse(status: .ok), body: [])),
        ]
        for answer in answers {
            await #expect {
                _ = try await verifier(StubTransport { _ in answer }).verify(Secret("t"))
            } throws: { error in
                if case .unavailable = error as? AccessTokenFailure { true } else { false }
            }
        }
    }
}
