import Foundation
import HTTPTypes
import OAuthCore
import OAuthHTTPClient
import Testing

@Suite("The transport on AsyncHTTPClient")
struct AsyncHTTPClientTransportTests {
    private func get(_ authority: String, _ path: String = "/ok", scheme: String = "http") -> HTTPRequest {
        HTTPRequest(method: .get, scheme: scheme, authority: authority, path: path)
    }

    /// The error that a request ends with; `nil` when it is answered.
    private func failure(
        _ request: HTTPRequest, _ configuration: TransportConfiguration = TransportConfiguration()
    ) async throws -> TransportError? {
        let transport = try AsyncHTTPClientTransport(configuration)
        do {
            _ = try await transport.send(request, body: [])
            await transport.shutdown()
            return nil
        } catch {
            await transport.shutdown()
            return error
        }
    }

    @Test("sends method, fields and body, and brings back the whole answer")
    func exchange() async throws {
        try await LoopbackServer.run { server in
            let transport = try AsyncHTTPClientTransport()
            var request = get("127.0.0.1:\(server.port)")
            request.method = .post
            let response = try await transport.send(request, body: Array("a=b".utf8))
            #expect(response.head.status == .ok)
            #expect(String(decoding: response.body, as: UTF8.self) == "POST 3")
        }
    }

    @Test("follows no redirect")
    func redirect() async throws {
        try await LoopbackServer.run { server in
            let response = try await AsyncHTTPClientTransport().send(
                get("127.0.0.1:\(server.port)", "/redirect"), body: [])
            #expect(response.head.status == .found && response.head.headerFields[.location] == "/ok")
        }
    }

    @Test("C8: refuses an answer over the limit, announced or not", arguments: ["/announced", "/endless"])
    func bodyLimit(path: String) async throws {
        try await LoopbackServer.run { server in
            let error = try await failure(get("127.0.0.1:\(server.port)", path))
            #expect(error == .bodyTooLarge(host: "127.0.0.1", limit: 1 << 20))
        }
    }

    @Test(
        "gives up on an answer that does not come, or does not end", arguments: ["/silent?code=secret", "/slow-body"])
    func timeout(path: String) async throws {
        try await LoopbackServer.run { server in
            var configuration = TransportConfiguration()
            configuration.timeout = 1
            let error = try await failure(get("127.0.0.1:\(server.port)", path), configuration)
            #expect(error == .timedOut(host: "127.0.0.1", after: 1))
        }
    }

    @Test("a cancelled task ends at once")
    func cancellation() async throws {
        try await LoopbackServer.run { server in
            let task = Task { try await failure(get("127.0.0.1:\(server.port)", "/silent")) }
            task.cancel()
            let error = try await task.value
            #expect(error == .cancelled)
        }
    }

    @Test("a port where nobody listens, a broken connection, and a closed transport")
    func unreachable() async throws {
        var port = 0
        try await LoopbackServer.run { server in
            port = server.port
            guard case .unreachable(host: "127.0.0.1", _) = try await failure(get("127.0.0.1:\(port)", "/hang-up"))
            else {
                Issue.record("a broken connection is not an answer")
                return
            }
            let transport = try AsyncHTTPClientTransport()
            await transport.shutdown()
            await #expect(throws: TransportError.self) { try await transport.send(get("127.0.0.1:\(port)"), body: []) }
        }
        #expect(
            try await failure(get("127.0.0.1:\(port)"))
                == .unreachable(host: "127.0.0.1", reason: "Connection refused"))
    }

    @Test("C17: plain http leaves only for loopback", arguments: ["as.example", "192.0.2.1", "127.0.0.1.example"])
    func plainHTTP(host: String) async throws {
        guard case .refusedURL(let reason) = try await failure(get(host)) else {
            Issue.record("it was sent")
            return
        }
        #expect(reason.contains("loopback"))
    }

    @Test("C17: plain http to others is named unsafe")
    func unsafePlainHTTP() async throws {
        var configuration = TransportConfiguration()
        configuration.plainHTTP = .unsafeAllowPlainHTTP
        try await LoopbackServer.run { server in
            // Any address in 127/8 is this machine, but only one is taken for loopback.
            let error = try await failure(get("127.0.0.2:\(server.port)"), configuration)
            #expect(error == .unreachable(host: "127.0.0.2", reason: "Connection refused"))
        }
    }

    @Test("a certificate of a trusted authority for the right name is accepted, others are refused")
    func certificates() async throws {
        var trusting = TransportConfiguration()
        trusting.trustedAuthorities = .pem(Array(TestCertificates.authority.utf8))
        let right = try LoopbackServer.tls(TestCertificates.localhost, TestCertificates.localhostKey)
        try await LoopbackServer.run(tls: right) { server in
            let request = get("localhost:\(server.port)", scheme: "https")
            let trusted = try await failure(request, trusting)
            #expect(trusted == nil)
            let untrusted = try await failure(request)
            #expect(untrusted == .tls(host: "localhost", reason: "its certificate is not trusted"))
        }
        let wrong = try LoopbackServer.tls(TestCertificates.otherName, TestCertificates.otherNameKey)
        try await LoopbackServer.run(tls: wrong) { server in
            let error = try await failure(get("localhost:\(server.port)", scheme: "https"), trusting)
            #expect(error == .tls(host: "localhost", reason: "the certificate is for another name"))
        }
    }

    @Test("shows a client certificate from PEM or PKCS#12 (RFC 8705 §2)")
    func clientCertificate() async throws {
        let bundle = try #require(Data(base64Encoded: TestCertificates.clientPKCS12, options: .ignoreUnknownCharacters))
        let certificates: [ClientCertificate] = [
            .pem(chain: Array(TestCertificates.client.utf8), key: Secret(TestCertificates.clientKey)),
            .pkcs12(bundle: Secret(bytes: bundle), passphrase: Secret("phrase")),
        ]
        let tls = try LoopbackServer.tls(
            TestCertificates.localhost, TestCertificates.localhostKey, clientAuthority: TestCertificates.authority)
        try await LoopbackServer.run(tls: tls) { server in
            let request = get("localhost:\(server.port)", scheme: "https")
            var configuration = TransportConfiguration()
            configuration.trustedAuthorities = .pem(Array(TestCertificates.authority.utf8))
            let without = try await failure(request, configuration)
            #expect(without != nil)
            for certificate in certificates {
                configuration.clientCertificate = certificate
                let with = try await failure(request, configuration)
                #expect(with == nil)
            }
        }
    }

    @Test("names what of the configuration cannot be read")
    func badConfiguration() {
        var configuration = TransportConfiguration()
        configuration.trustedAuthorities = .pem(Array("no certificate".utf8))
        #expect(throws: TransportConfigurationError.trustedAuthorities) { try AsyncHTTPClientTransport(configuration) }
        configuration = TransportConfiguration()
        configuration.clientCertificate = .pkcs12(bundle: Secret("x"), passphrase: Secret("y"))
        #expect(throws: TransportConfigurationError.pkcs12) { try AsyncHTTPClientTransport(configuration) }
        configuration.clientCertificate = .pem(chain: Array(TestCertificates.client.utf8), key: Secret("x"))
        #expect(throws: TransportConfigurationError.clientKey) { try AsyncHTTPClientTransport(configuration) }
        configuration.clientCertificate = .pem(chain: [], key: Secret(TestCertificates.clientKey))
        #expect(throws: TransportConfigurationError.clientCertificate) { try AsyncHTTPClientTransport(configuration) }
    }

    @Test("the system's clock and generator")
    func system() {
        #expect(UnixTime.systemNow() > UnixTime(1_767_225_600))
        let random = RandomSource.system
        #expect(random.bytes(32).count == 32 && random.bytes(32) != random.bytes(32))
    }
}
