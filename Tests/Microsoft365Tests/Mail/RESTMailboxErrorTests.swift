import HTTPTypes
import MailProtocol
import OAuthCore
import OAuthTesting
import Testing

@testable import Microsoft365

@Suite("Refusals over REST")
struct RESTMailboxErrorTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        var status: Int
        var code: String?
        var kind: MailboxError.Kind
        var retryAfter: String?
        /// What the same answer means for a message.
        var messageKind: MailboxError.Kind?

        init(
            _ status: Int, _ code: String?, _ kind: MailboxError.Kind, retryAfter: String? = nil,
            message: MailboxError.Kind? = nil
        ) {
            (self.status, self.code, self.kind, self.retryAfter, messageKind) = (
                status, code, kind, retryAfter, message
            )
        }

        var testDescription: String { "\(status) \(code ?? "")" }

        func response() -> TransportResponse {
            let error: JSONObject = [
                "code": code.map(JSONValue.string) ?? .null,
                "message": .string("The user 'ada@contoso.example' has \(MailFixture.token)"),
            ]
            var response = TransportResponse.json(["error": .object(error)], status: .init(code: status))
            if let retryAfter { response.head.headerFields[.retryAfter] = retryAfter }
            return response
        }
    }

    static let refusals = [
        Refusal(401, "InvalidAuthenticationToken", .notAuthorized), Refusal(401, nil, .notAuthorized),
        Refusal(403, "ErrorAccessDenied", .accessDenied), Refusal(403, "Unheard", .accessDenied),
        Refusal(403, "Authorization_RequestDenied", .accessDenied),
        Refusal(404, "MailboxNotEnabledForRESTAPI", .mailboxNotFound),
        Refusal(400, "MailboxNotEnabledForRESTAPI", .mailboxNotFound),
        Refusal(404, "ErrorInvalidUser", .mailboxNotFound), Refusal(404, "Request_ResourceNotFound", .mailboxNotFound),
        Refusal(404, "ErrorNonExistentMailbox", .mailboxNotFound),
        Refusal(404, "ErrorItemNotFound", .mailboxNotFound, message: .messageNotFound),
        Refusal(404, "ResourceNotFound", .mailboxNotFound, message: .messageNotFound),
        Refusal(404, nil, .mailboxNotFound, message: .messageNotFound),
        Refusal(410, nil, .mailboxNotFound, message: .messageNotFound),
        Refusal(400, "ErrorInvalidIdMalformed", .mailboxNotFound, message: .messageNotFound),
        Refusal(400, "BadRequest", .malformedAnswer), Refusal(405, nil, .malformedAnswer),
        Refusal(302, nil, .malformedAnswer), Refusal(204, nil, .malformedAnswer),
        Refusal(429, "ApplicationThrottled", .throttled(retryAfter: 7), retryAfter: "7"),
        Refusal(429, "ApplicationThrottled", .throttled(retryAfter: nil)),
        Refusal(429, nil, .throttled(retryAfter: nil), retryAfter: "soon"),
        Refusal(429, nil, .throttled(retryAfter: nil), retryAfter: "-7"),
        Refusal(429, nil, .throttled(retryAfter: 86_400), retryAfter: "99999999999"),
        Refusal(429, nil, .throttled(retryAfter: 90), retryAfter: "Thu, 01 Jan 2026 00:01:30 GMT"),
        Refusal(429, nil, .throttled(retryAfter: 0), retryAfter: "Thu, 01 Jan 1998 00:01:30 GMT"),
        Refusal(503, "ServiceUnavailable", .throttled(retryAfter: 5), retryAfter: "5"),
        Refusal(503, "ServiceUnavailable", .unavailable), Refusal(500, nil, .unavailable),
        Refusal(504, "UnknownError", .unavailable), Refusal(408, nil, .unavailable),
        Refusal(409, "ErrorMailboxMoveInProgress", .unavailable),
    ]

    @Test("each refusal is told apart, and says what to do without quoting the service", arguments: refusals)
    func refused(_ refusal: Refusal) async throws {
        for service in Service.allCases {
            let fixture = MailFixture(service)
            fixture.transport.on(fixture.inbox, .response(refusal.response()))
            fixture.transport.on(fixture.path("AAMk1%3D"), .response(refusal.response()))
            let list = await mailError { () async throws(MailboxError) in try await fixture.mailbox().newestMessages(1)
            }
            #expect(list?.kind == refusal.kind)
            #expect(list?.code == refusal.code)
            let message = await mailError { () async throws(MailboxError) in
                try await fixture.mailbox().message(MessageID("AAMk1="))
            }
            #expect(message?.kind == refusal.messageKind ?? refusal.kind)
            for error in [list, message].compactMap(\.self) {
                #expect(!error.description.contains(MailFixture.token) && !error.description.contains("ada@"))
                #expect(!error.reason.isEmpty && !error.reason.contains("\n"))
            }
        }
    }

    @Test(
        "codes that are no names are not repeated",
        arguments: ["a b", "<script>", "", String(repeating: "a", count: 81), "ä"])
    func codes(_ code: String) async {
        let fixture = MailFixture(.graph)
        fixture.transport.on(fixture.inbox, .response(Refusal(403, code, .accessDenied).response()))
        let mailbox = fixture.mailbox()
        let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
        #expect(error?.kind == .accessDenied && error?.code == nil)
    }

    @Test("a position that the service refuses is a bad cursor", arguments: Service.allCases)
    func refusedCursor(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(fixture.inbox, fixture.list([entry(1)], next: "\(fixture.inboxURL)?$skip=1"))
        fixture.transport.on(fixture.inbox, .response(Refusal(400, "ErrorInvalidUrlQuery", .badCursor).response()))
        let mailbox = fixture.mailbox()
        let cursor = try #require(try await mailbox.newestMessages(1).next)
        let error = await mailError { () async throws(MailboxError) in try await mailbox.messages(after: cursor) }
        #expect(error?.kind == .badCursor)
    }

    @Test("an app without a person is told to name a mailbox", arguments: Service.allCases)
    func meWithoutPerson(_ service: Service) async {
        let fixture = MailFixture(service)
        let path = "\(service.version)/me/\(service.folder)/inbox/messages"
        fixture.transport.on(path, .response(Refusal(400, "BadRequest", .malformedAnswer).response()))
        let mailbox = fixture.mailbox(nil)
        let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
        #expect(error?.remedy?.contains("name the mailbox") == true)
    }

    static let transportErrors: [(TransportError, MailboxError.Kind)] = [
        (.unreachable(host: "graph.test", reason: "refused"), .unavailable),
        (.tls(host: "graph.test", reason: "expired"), .unavailable),
        (.timedOut(host: "graph.test", after: 30), .unavailable),
        (.bodyTooLarge(host: "graph.test", limit: 9), .tooLarge), (.refusedURL(reason: "no"), .unavailable),
        (.cancelled, .cancelled),
    ]

    @Test("no answer is told apart from a refusal", arguments: transportErrors)
    func transport(_ error: TransportError, _ kind: MailboxError.Kind) async {
        for service in Service.allCases {
            let fixture = MailFixture(service)
            fixture.transport.on(fixture.inbox, .failure(error))
            let mailbox = fixture.mailbox()
            let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
            #expect(error?.kind == kind)
        }
    }

    static let tokenAnswers: [(Int, JSONObject, MailboxError.Kind, String?)] = [
        (
            401, ["error": "invalid_client", "error_description": "AADSTS700027: The certificate is not registered."],
            .notAuthorized, "AADSTS700027"
        ),
        (400, ["error": "invalid_grant"], .notAuthorized, "invalid_grant"),
        (400, ["error": "interaction_required", "error_description": "AADSTS50076: x"], .notAuthorized, "AADSTS50076"),
        (400, ["error": "invalid_client", "error_description": "AADSTS: none"], .notAuthorized, "invalid_client"),
        (503, ["error": "temporarily_unavailable"], .unavailable, "temporarily_unavailable"),
        (502, [:], .unavailable, nil),
        (429, [:], .throttled(retryAfter: nil), nil), (200, [:], .malformedAnswer, nil),
    ]

    @Test("without a token there is no mail, and the cause is named", arguments: tokenAnswers)
    func noToken(_ status: Int, _ body: JSONObject, _ kind: MailboxError.Kind, _ code: String?) async {
        let fixture = MailFixture(.graph)
        fixture.transport.removeAnswers(for: "/token")
        fixture.transport.on("/token", status: .init(code: status), json: body)
        let mailbox = fixture.mailbox()
        let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
        #expect(error?.kind == kind && error?.code == code)
        #expect(fixture.requests.isEmpty)
    }

    @Test(
        "a token that ended early is renewed once, whatever the challenge says", arguments: Service.allCases,
        ["Bearer realm=\"\", error=\"invalid_token\"", "Bearer realm=\"\"", nil])
    func renewal(_ service: Service, challenge: String?) async throws {
        let fixture = MailFixture(service)
        var refusal = Refusal(401, "InvalidAuthenticationToken", .notAuthorized).response()
        refusal.head.headerFields[.wwwAuthenticate] = challenge
        fixture.transport.on(fixture.inbox, .response(refusal))
        fixture.on(fixture.inbox, fixture.list([entry(1)]))
        #expect(try await fixture.mailbox().newestMessages(1).messages.count == 1)
        #expect(fixture.transport.requests(to: "/token").count == 2)
    }

    @Test("an answer beyond the limit is too large", arguments: Service.allCases)
    func tooLarge(_ service: Service) async {
        let fixture = MailFixture(service)
        fixture.on(fixture.inbox, fixture.list([entry(1)]))
        let mailbox = fixture.mailbox(options: RESTMailboxOptions(answerBytes: 100))
        let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
        #expect(error?.kind == .tooLarge)
    }
}
