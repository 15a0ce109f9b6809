import HTTPTypes
import MailProtocol
import OAuthClient
import OAuthCore
import OAuthTesting
import Testing

@testable import Microsoft365

/// The two services.
enum Service: CaseIterable, CustomTestStringConvertible, Sendable {
    case graph
    case outlook

    var testDescription: String { self == .graph ? "Graph" : "Outlook" }
    var base: String { self == .graph ? "https://graph.test" : "https://outlook.test" }
    var version: String { self == .graph ? "/v1.0" : "/api/v1.0" }
    var folder: String { self == .graph ? "mailFolders" : "folders" }
    var dialect: MailDialect { self == .graph ? .graph : .outlook }
}

/// A mailbox on a scripted transport.
struct MailFixture {
    static let address = "ada@contoso.example"
    static let token = "app-token-1"

    let service: Service
    let transport = ScriptedTransport()
    let clock = VirtualClock()
    let environment: ClientEnvironment
    let session: TokenSession

    init(_ service: Service) {
        self.service = service
        var metadata = AuthorizationServerMetadata(issuer: "https://login.test")
        metadata.tokenEndpoint = "https://login.test/token"
        environment = ClientEnvironment(transport: transport, clock: clock.source, random: .repeatable())
        let provider = Provider(
            ClientConfiguration(metadata: metadata, clientID: "app", authentication: .secret(Secret("app-secret"))),
            environment: environment)
        session = provider.session(clientCredentials: Scope(["\(service.base)/.default"]))
        transport.on(
            "/token", json: ["access_token": .string(Self.token), "token_type": "Bearer", "expires_in": 3_600])
    }

    func mailbox(
        _ address: String? = MailFixture.address, base: String? = nil, options: RESTMailboxOptions? = nil
    ) -> any Mailbox {
        let options = options ?? RESTMailboxOptions(traffic: MailTraffic(environment: environment))
        return switch service {
        case .graph:
            GraphMailbox(address: address, base: base ?? service.base, session: session, options: options)
        case .outlook:
            OutlookMailbox(address: address, base: base ?? service.base, session: session, options: options)
        }
    }

    /// The path of the mailbox with this escaped address.
    func root(_ escaped: String = "ada%40contoso.example") -> String { "\(service.version)/users('\(escaped)')" }
    var inbox: String { "\(root())/\(service.folder)/inbox/messages" }
    var inboxURL: String { service.base + inbox }
    func path(_ message: String, _ rest: String = "") -> String { "\(root())/messages/\(message)\(rest)" }

    /// Queues an answer whose members are named as in Graph.
    func on(_ path: String, _ members: JSONObject) { transport.on(path, json: spelled(members)) }

    /// A list of messages, and where it goes on.
    func list(_ values: [JSONValue], next: String? = nil) -> JSONObject {
        var list: JSONObject = ["value": .array(values)]
        if let next { list["@odata.nextLink"] = .string(next) }
        return list
    }

    /// Requests to the service itself.
    var requests: [RecordedRequest] { transport.requests.filter { $0.path != "/token" } }

    /// The members under the names of the service.
    func spelled(_ object: JSONObject) -> JSONObject {
        guard service == .outlook else { return object }
        var spelled = JSONObject()
        for (name, value) in object.members {
            let known = MailProperty(rawValue: name).map(service.dialect.name)
            spelled[known ?? name] = self.spelled(value)
        }
        return spelled
    }

    private func spelled(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object): .object(spelled(object))
        case .array(let values): .array(values.map { self.spelled($0) })
        default: value
        }
    }
}

/// A message of a list, by the names of Graph.
func entry(_ id: Int, subject: JSONValue = "Hello", isRead: Bool = false) -> JSONValue {
    .object([
        "@odata.etag": "W/\"CQ\"", "id": .string("AAMk\(id)="), "subject": subject, "isRead": .bool(isRead),
        "from": recipient("Grace", "grace@contoso.example"), "receivedDateTime": "2026-01-02T03:04:05Z",
        "hasAttachments": false,
    ])
}

func recipient(_ name: JSONValue, _ address: JSONValue) -> JSONValue {
    .object(["emailAddress": .object(["name": name, "address": address])])
}

/// The error that a call ends with.
func mailError<Value>(
    _ work: () async throws(MailboxError) -> Value, sourceLocation: SourceLocation = #_sourceLocation
) async -> MailboxError? {
    do throws(MailboxError) {
        _ = try await work()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}

extension RecordedRequest {
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { head.headerFields[$0] } }
}
