import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OAuthCore
import OAuthHTTPClient
import OAuthServer
import OAuthStorage

/// Three handlers that do the least that any server must which does the same kind of work: answer, answer with a
/// signature, and answer once a row is on disk.
struct BareHandlers {
    private let store: SQLiteStore
    private let key = P256.Signing.PrivateKey()

    init(folder: URL) throws {
        store = try SQLiteStore(path: folder.appending(path: "baseline.sqlite").path)
    }

    /// Serves on a free port of the loopback interface, which Hummingbird logs, until it is interrupted.
    func serve() async throws {
        let router = Router(context: BasicRequestContext.self)
        router.get("/fixed") { _, _ in Self.answer("active") }
        router.post("/sign") { request, _ in
            let fields = try await Self.form(of: request)
            let signature = try key.signature(for: Data((fields["grant_type"] ?? "").utf8))
            return Self.answer(Base64URL.encode(signature.rawRepresentation))
        }
        router.post("/insert") { request, _ in
            let fields = try await Self.form(of: request)
            _ = try await store.commit([.insertAccessToken(Self.record(for: fields["grant_type"] ?? ""))])
            return Self.answer("committed")
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0), backlog: 1_024),
            logger: Logger(label: "baseline"))
        try await application.runService()
    }

    /// Read by the same parser as the server's, so that the ratio does not depend on who parses forms faster.
    private static func form(of request: Request) async throws -> FormFields {
        let body = try await request.body.collect(upTo: FormFields.sizeLimit)
        return try FormFields.parse(body.readableBytesView)
    }

    /// The row of an opaque access token, with a random digest.
    private static func record(for grantType: String) -> AccessTokenRecord {
        let now = UnixTime.systemNow()
        let digest = RandomSource.system.bytes(32)
        return AccessTokenRecord(
            digest: TokenDigest(bytes: digest),
            grant: GrantContext(
                familyID: Base64URL.encode(digest.prefix(16)), clientID: "baseline", subject: nil, scope: [grantType]),
            issuedAt: now, expiresAt: UnixTime(now.seconds + 3_600))
    }

    private static func answer(_ word: String) -> Response {
        let body = ByteBuffer(string: "{\"answer\":\"\(word)\"}")
        return Response(
            status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
    }
}
