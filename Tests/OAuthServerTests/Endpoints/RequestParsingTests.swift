import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("Bad input is the RFC's error and never a 5xx")
struct RequestParsingTests {
    private static let posted: [Endpoint] = [.token, .revocation, .introspection]
    private static let good = "grant_type=client_credentials&client_id=app&client_secret=app-secret&token=x"

    private func respond(
        _ fixture: Fixture, _ endpoint: Endpoint, body: [UInt8]?,
        contentType: String? = "application/x-www-form-urlencoded"
    ) async -> Answer {
        var headers = HTTPFields()
        headers[.contentType] = contentType
        return Answer(
            await fixture.server.respond(
                endpoint, to: EndpointRequest(method: .post, headers: headers, body: body)))
    }

    @Test(
        "Doorkeeper #1876, DOT #1006: what cannot be read is refused",
        arguments: [
            "&scope[a]=b", "&scope%5B%5D=b", "&x=%00", "&x=a\u{0}b", "&x=%ff", "&x=%c3%28", "&x=%", "&x=%4",
            "&x=%zz", "&x=%1b", "&grant_type=client_credentials", "&token=y", "&client_id=app", "&client_secret=",
            "&x=1&x=2", "&" + (0..<100).map { "p\($0)=1" }.joined(separator: "&"),
        ])
    func malformed(suffix: String) async throws {
        let fixture = try await Fixture()
        for endpoint in Self.posted {
            let answer = await respond(fixture, endpoint, body: Array((Self.good + suffix).utf8))
            #expect(answer.status == 400)
            #expect(answer.error == "invalid_request")
        }
    }

    @Test("raw bytes that are not UTF-8 are refused")
    func invalidUTF8() async throws {
        let fixture = try await Fixture()
        for endpoint in Self.posted {
            let answer = await respond(fixture, endpoint, body: Array((Self.good + "&x=").utf8) + [0xC3, 0x28])
            #expect(answer.error == "invalid_request")
        }
    }

    @Test(
        "only forms are read",
        arguments: [
            nil, "", "application/json", "multipart/form-data; boundary=x", "text/plain",
            "application/x-www-form-urlencodedx",
        ])
    func contentType(type: String?) async throws {
        let fixture = try await Fixture()
        for endpoint in Self.posted {
            let answer = await respond(fixture, endpoint, body: Array(Self.good.utf8), contentType: type)
            #expect(answer.status == 400)
            #expect(answer.error == "invalid_request")
        }
    }

    @Test(
        "a form may say its charset and write its type in any case",
        arguments: ["application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-Form-URLencoded ;a=b"])
    func contentTypeParameters(type: String) async throws {
        let fixture = try await Fixture()
        #expect(await respond(fixture, .token, body: Array(Self.good.utf8), contentType: type).status == 200)
    }

    @Test("a body over 64 KiB is refused")
    func tooLarge() async throws {
        let fixture = try await Fixture()
        let padding = String(repeating: "a", count: FormFields.sizeLimit)
        for body in [nil, Array((Self.good + "&x=" + padding).utf8)] as [[UInt8]?] {
            for endpoint in Self.posted {
                let answer = await respond(fixture, endpoint, body: body)
                #expect(answer.status == 400)
                #expect(answer.error == "invalid_request")
            }
        }
    }

    @Test("an empty parameter counts as absent (RFC 6749 §3.2)")
    func empty() async throws {
        let fixture = try await Fixture()
        let scope = await fixture.post(.token, ["grant_type": "client_credentials", "scope": ""])
        #expect(scope["scope"] == "messages.read messages.write")
        let incomplete: [[String: String?]] = [
            ["grant_type": ""], [:], ["grant_type": "authorization_code", "code": ""],
        ]
        for fields in incomplete {
            let answer = await fixture.post(.token, fields)
            #expect(answer.status == 400)
            #expect(answer.error == "invalid_request")
        }
        #expect(await fixture.post(.revocation, ["token": ""]).error == "invalid_request")
        #expect(await fixture.post(.introspection, [:]).error == "invalid_request")
    }

    @Test(
        "RFC 9700 §2.4: the password grant and everything else that is not here is unsupported_grant_type",
        arguments: [
            "password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "AUTHORIZATION_CODE", "\"\\é",
        ])
    func grantTypes(type: String) async throws {
        let fixture = try await Fixture()
        let answer = await fixture.post(
            .token, ["grant_type": type, "username": "ann", "password": "correct horse"])
        #expect(answer.status == 400)
        #expect(answer.error == "unsupported_grant_type")
    }

    @Test("parameters that nobody knows do no harm")
    func unknown() async throws {
        let fixture = try await Fixture()
        #expect(await fixture.post(.token, ["grant_type": "client_credentials", "foo": "bar"]).status == 200)
    }

    @Test("an endpoint answers its methods and no others, and says which", arguments: Endpoint.allCases)
    func methods(endpoint: Endpoint) async throws {
        let fixture = try await Fixture()
        for method in [HTTPRequest.Method.get, .post, .put, .delete, .patch]
        where !endpoint.methods.contains(method) {
            let response = await fixture.server.respond(endpoint, to: EndpointRequest(method: method))
            #expect(response.head.status == .methodNotAllowed)
            #expect(response.head.headerFields[.allow] == endpoint.methods.map(\.rawValue).joined(separator: ", "))
        }
    }

    @Test("error descriptions hold only what RFC 6749 §5.2 allows")
    func descriptions() async throws {
        let fixture = try await Fixture()
        let answer = await respond(fixture, .token, body: Array((Self.good + "&%22%5C%C3%A9=1&%22%5C%C3%A9=2").utf8))
        let description = try #require(answer["error_description"])
        #expect(description.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C })
    }

    @Test("noise never ends in a 5xx")
    func noise() async throws {
        let fixture = try await Fixture()
        let random = RandomSource.repeatable(seed: 99)
        for _ in 0..<300 {
            let body = random.bytes(Int(random.bytes(1)[0]))
            for endpoint in Self.posted { #expect(await respond(fixture, endpoint, body: body).status < 500) }
            let fields = (try? FormFields.parse(body)) ?? FormFields()
            if case .unavailable = await fixture.server.authorize(fields, session: nil) { Issue.record("unavailable") }
        }
    }
}
