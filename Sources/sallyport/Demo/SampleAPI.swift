import HTTPTypes
import Hummingbird
import NIOCore
import OAuthCore
import OAuthHummingbird
import OAuthResourceServer
import OAuthServer
import Synchronization

/// The demo's API: three calls behind access tokens, so that a token has something to open.
final class SampleAPI: Sendable {
    private struct Message {
        var author: String
        var text: String
    }

    private let guardian: ProtectedAPI
    private let messages = Mutex([
        Message(author: "demo-web", text: "Welcome to the sample API."),
        Message(author: "demo-web", text: "POST a text of your own here with the scope messages.write."),
    ])
    /// The longest text, in bytes, and the most messages that are kept.
    private static let limits = (text: 1_000, count: 100)

    init(server: AuthorizationServer) {
        guardian = ProtectedAPI(server: server)
    }

    func addRoutes(to router: Router<ServerRequestContext>) {
        guardian.get("/api/me", scope: [], on: router) { _, token in
            var answer: JSONObject = ["sub": .string(token.subject), "client_id": .string(token.clientID)]
            answer["username"] = token.username.map(JSONValue.string)
            answer["scope"] = .string(token.scope.description)
            return .json(.object(answer))
        }
        guardian.get("/api/messages", scope: ["messages.read"], on: router) { _, _ in
            .json(.object(["messages": .array(self.messages.withLock { $0.map(Self.json) })]))
        }
        guardian.post("/api/messages", scope: ["messages.write"], on: router) { request, token in
            try await self.post(request, token)
        }
    }

    private func post(_ request: Request, _ token: AccessTokenInformation) async throws -> Response {
        guard let body = try? await request.body.collect(upTo: 16 * 1_024),
            let object = try? JSONObject.parse(Array(body.readableBytesView)), let text = object["text"]?.string,
            !text.isEmpty, text.utf8.count <= Self.limits.text
        else {
            let problem = "send {\"text\": \"…\"} of at most \(Self.limits.text) bytes"
            return .json(
                .object(["error": "invalid_message", "error_description": .string(problem)]), status: .badRequest)
        }
        let message = Message(author: token.username ?? token.clientID, text: text)
        messages.withLock { messages in
            messages.append(message)
            if messages.count > Self.limits.count { messages.removeFirst() }
        }
        return .json(Self.json(message), status: .created)
    }

    private static func json(_ message: Message) -> JSONValue {
        .object(["author": .string(message.author), "text": .string(message.text)])
    }
}

extension Response {
    fileprivate static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        let headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: value.encoded())))
    }
}
