import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import OAuthCore
import Testing

@testable import Emulator

@Suite("The emulator over HTTP", .serialized)
struct RouterTests {
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "emulator-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    private func emulator(_ folder: URL) throws -> Microsoft365Emulator {
        let random = RandomSource { count in (0..<count).map { _ in UInt8.random(in: .min ... .max) } }
        return try Microsoft365Emulator(
            .init(port: 8443, dataDirectory: folder, clock: { Fixture.now }, random: random))
    }

    private func json(_ response: TestResponse) throws -> JSONObject {
        try JSONObject.parse(Array(response.body.readableBytesView))
    }

    private func token(_ emulator: Microsoft365Emulator, _ client: some TestClientProtocol) async throws -> JSONObject {
        let app = try #require(emulator.directory.app(Fixture.reports))
        let secret = try #require(app.secrets.first).value.revealed()
        let fields: FormFields = [
            "grant_type": "client_credentials", "client_id": app.clientID, "client_secret": secret,
            "scope": Fixture.graph,
        ]
        return try await client.execute(
            uri: "/contoso.example/oauth2/v2.0/token", method: .post,
            headers: [.contentType: "application/x-www-form-urlencoded"], body: ByteBuffer(string: fields.encoded())
        ) { try json($0) }
    }

    private func accessToken(
        _ emulator: Microsoft365Emulator, _ client: some TestClientProtocol
    ) async throws -> String {
        let answer = try await token(emulator, client)
        return try #require(answer["access_token"]?.string)
    }

    private func read(
        _ token: String, _ client: some TestClientProtocol, user: String = "megan@contoso.example"
    ) async throws -> TestResponse {
        try await client.execute(
            uri: "/graph/v1.0/users/\(user)/mailFolders/inbox/messages?$top=10&$select=subject", method: .get,
            headers: [.authorization: "Bearer \(token)"])
    }

    @Test("keys, consents and tokens outlive a restart, and a withdrawn consent stays withdrawn")
    func restart() async throws {
        try await withFolder { folder in
            let first = try emulator(folder)
            let authority = try String(contentsOf: first.authorityFile, encoding: .utf8)
            let text = try await Application(router: first.router()).test(.router) { client in
                try await accessToken(first, client)
            }
            let second = try emulator(folder)
            #expect(try String(contentsOf: second.authorityFile, encoding: .utf8) == authority)
            try await Application(router: second.router()).test(.router) { client in
                let status1 = try await read(text, client).status
                #expect(status1 == .ok)
                let withdrawn: JSONObject = ["tenant": "contoso.example", "client_id": .string(Fixture.reports)]
                try await client.execute(
                    uri: "/emulator/consents/withdraw", method: .post, headers: [.contentType: "application/json"],
                    body: ByteBuffer(bytes: withdrawn.encoded())
                ) { #expect($0.status == .ok) }
                let status2 = try await read(text, client).status
                #expect(status2 == .forbidden)
            }
            let third = try emulator(folder)
            try await Application(router: third.router()).test(.router) { client in
                let status3 = try await read(text, client).status
                #expect(status3 == .forbidden)
            }
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path: "state.json").path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test(
        "every answer says that it is an emulator's",
        arguments: [
            "/cloud.json", "/nowhere", "/common/v2.0/.well-known/openid-configuration", "/nobody/discovery/keys",
            "/common/oauth2/token", "/graph/v1.0/me/messages", "/common/oauth2/authorize", "/emulator.css",
        ])
    func header(uri: String) async throws {
        try await withFolder { folder in
            try await Application(router: try emulator(folder).router()).test(.router) { client in
                try await client.execute(uri: uri, method: .get) { #expect($0.headers[.emulator] != nil) }
            }
        }
    }

    @Test("mail is refused without a token, with another audience, and to another tenant")
    func mailRefusals() async throws {
        try await withFolder { folder in
            let emulator = try emulator(folder)
            try await Application(router: emulator.router()).test(.router) { client in
                let text = try await accessToken(emulator, client)
                let status4 = try await read("nothing", client).status
                #expect(status4 == .unauthorized)
                let status5 = try await read(text, client, user: "mei@fabrikam.example").status
                #expect(status5 == .notFound)
                try await client.execute(
                    uri: "/outlook/api/v1.0/Users('megan@contoso.example')/Messages", method: .get,
                    headers: [.authorization: "Bearer \(text)"]
                ) { #expect($0.status == .unauthorized) }
            }
        }
    }

    @Test("faults come on demand, as often as asked, and only by JSON")
    func faults() async throws {
        try await withFolder { folder in
            let emulator = try emulator(folder)
            try await Application(router: emulator.router()).test(.router) { client in
                for (type, status) in [
                    ("text/plain", HTTPResponse.Status.unsupportedMediaType), ("application/json", .ok),
                ] {
                    try await client.execute(
                        uri: "/emulator/faults", method: .post, headers: [.contentType: type],
                        body: ByteBuffer(string: #"{"at":"token","kind":"error","code":7000222,"count":1}"#)
                    ) { #expect($0.status == status) }
                }
                let refused = try await token(emulator, client)
                #expect(refused["error_codes"] == .array([7_000_222]))
                let text = try await accessToken(emulator, client)
                try await client.execute(
                    uri: "/emulator/faults", method: .post, headers: [.contentType: "application/json"],
                    body: ByteBuffer(string: #"{"at":"mail","kind":"throttle","retry_after":7}"#)
                ) { #expect($0.status == .ok) }
                let throttled = try await read(text, client)
                #expect(throttled.status == .tooManyRequests && throttled.headers[.retryAfter] == "7")
                try await client.execute(
                    uri: "/emulator/clock", method: .post, headers: [.contentType: "application/json"],
                    body: ByteBuffer(string: #"{"offset_seconds":7200}"#)
                ) { #expect($0.status == .ok) }
                let status6 = try await read(text, client).status
                #expect(status6 == .unauthorized)
            }
        }
    }

    @Test("a fifth request at once to one mailbox is too many")
    func concurrency() async throws {
        try await withFolder { folder in
            let emulator = try emulator(folder)
            try await Application(router: emulator.router()).test(.router) { client in
                let text = try await accessToken(emulator, client)
                try await client.execute(
                    uri: "/emulator/faults", method: .post, headers: [.contentType: "application/json"],
                    body: ByteBuffer(string: #"{"at":"mail","kind":"slow","milliseconds":3000,"count":4}"#)
                ) { #expect($0.status == .ok) }
                let statuses = try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
                    for _ in 0..<5 { group.addTask { try await read(text, client).status } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses.filter { $0 == .tooManyRequests }.count == 1)
            }
        }
    }

    @Test("the sample apps' certificates and keys lie in the data directory")
    func sampleFiles() async throws {
        try await withFolder { folder in
            let emulator = try emulator(folder)
            for app in [Microsoft365Emulator.SampleApp.reports, .inbox] {
                let files = try #require(emulator.certificateFiles(of: app))
                let pem = try String(contentsOf: files.certificate, encoding: .utf8)
                let known = try #require(emulator.directory.app(app.clientID)?.certificates.first)
                #expect(try AppCertificate(pem: pem).thumbprintSHA256 == known.thumbprintSHA256)
                #expect(FileManager.default.fileExists(atPath: files.key.path))
            }
            #expect(emulator.certificateFiles(of: .desktop) == nil)
        }
    }

    @Test("the sign-in page has its fields, runs no script, and escapes what it is given")
    func signInPage() async throws {
        try await withFolder { folder in
            let fields: FormFields = [
                "client_id": Fixture.inbox, "redirect_uri": Fixture.redirectURI, "response_type": "code",
                "scope": "openid", "login_hint": "\"><script>x</script>",
            ]
            try await Application(router: try emulator(folder).router()).test(.router) { client in
                try await client.execute(
                    uri: "/common/oauth2/v2.0/authorize?\(fields.encoded())", method: .get
                ) { response in
                    let page = String(buffer: response.body)
                    for part in ["name=\"username\"", "name=\"password\"", "id=\"sign-in\"", "Emulator, not Microsoft"]
                    {
                        #expect(page.contains(part), "\(part)")
                    }
                    #expect(!page.contains("<script"))
                    #expect(response.headers[.contentSecurityPolicy]?.contains("script-src") == false)
                }
            }
        }
    }
}
