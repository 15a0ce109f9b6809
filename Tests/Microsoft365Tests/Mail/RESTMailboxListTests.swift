import HTTPTypes
import MailProtocol
import OAuthCore
import OAuthTesting
import Synchronization
import Testing

@testable import Microsoft365

@Suite("Lists of messages over REST")
struct RESTMailboxListTests {
    @Test("asks for the newest messages of the inbox, with no more than a list shows", arguments: Service.allCases)
    func newest(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(fixture.inbox, fixture.list([entry(1, isRead: true), entry(2)]))
        let page = try await fixture.mailbox().newestMessages(10)
        #expect(page.next == nil)
        #expect(page.messages.map(\.id.rawValue) == ["AAMk1=", "AAMk2="])
        #expect(page.messages.map(\.isRead) == [true, false])
        #expect(page.messages[0].from == MailAddress(name: "Grace", address: "grace@contoso.example"))
        #expect(page.messages[0].receivedAt == UnixTime(1_767_323_045))
        let request = try #require(fixture.requests.first)
        let graph = "$select=id,subject,from,receivedDateTime,isRead,hasAttachments&$orderby=receivedDateTime%20desc"
        let outlook = "$select=Id,Subject,From,DateTimeReceived,IsRead,HasAttachments&$orderby=DateTimeReceived%20desc"
        #expect(request.head.path == "\(fixture.inbox)?$top=10&\(service == .graph ? graph : outlook)")
        #expect(request.head.authority == (service == .graph ? "graph.test" : "outlook.test"))
        #expect(request.header("Authorization") == "Bearer \(MailFixture.token)")
        #expect(request.header("Prefer") == (service == .graph ? "IdType=\"ImmutableId\"" : nil))
        #expect(request.header("return-client-request-id") == "true")
        let id = try #require(request.header("client-request-id"))
        #expect(TenantID(id) != nil && Array(id)[14] == "4")
    }

    @Test("a count outside of 1...1000 becomes the nearest end", arguments: [(-3, "1"), (0, "1"), (5_000, "1000")])
    func counts(_ count: Int, _ top: String) async throws {
        let fixture = MailFixture(.graph)
        fixture.on(fixture.inbox, fixture.list([]))
        _ = try await fixture.mailbox().newestMessages(count)
        #expect(fixture.requests.first?.head.path?.contains("?$top=\(top)&") == true)
    }

    @Test("the signed-in person's own mailbox is me", arguments: Service.allCases)
    func own(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on("\(service.version)/me/\(service.folder)/inbox/messages", fixture.list([entry(1)]))
        #expect(try await fixture.mailbox(nil).newestMessages(1).messages.count == 1)
    }

    @Test("goes on where the service says, to the end", arguments: Service.allCases)
    func paging(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(fixture.inbox, fixture.list([entry(1), entry(2)], next: "\(fixture.inboxURL)?$top=2&$skip=2"))
        fixture.on(fixture.inbox, fixture.list([entry(3)]))
        let mailbox = fixture.mailbox()
        let first = try await mailbox.newestMessages(2)
        let second = try await mailbox.messages(after: try #require(first.next))
        #expect(second.messages.map(\.id.rawValue) == ["AAMk3="])
        #expect(second.next == nil)
        #expect(fixture.requests.last?.head.path == "\(fixture.inbox)?$top=2&$skip=2")
    }

    @Test("a link may spell the mailbox as the service likes", arguments: Service.allCases)
    func spellings(_ service: Service) async throws {
        let names = [
            "Users('ADA@contoso.example')/\(service.folder)('Inbox')/Messages",
            "users/ada%40contoso.example/\(service.folder)/inbox/messages/",
            "users('ada%40contoso%2Eexample')/\(service.folder.uppercased())/inbox/messages",
        ]
        for name in names {
            let fixture = MailFixture(service)
            let link = "\(service.base):443\(service.version)/\(name)?%24skip=1"
            fixture.on(fixture.inbox, fixture.list([entry(1)], next: link))
            fixture.on(fixture.inbox, fixture.list([entry(2)]))
            let next = try #require(try await fixture.mailbox().newestMessages(1).next, "\(name)")
            _ = try await fixture.mailbox().messages(after: next)
            // The path is always of our own making.
            #expect(fixture.requests.last?.head.path == "\(fixture.inbox)?%24skip=1")
        }
    }

    @Test("fills a page from a service that gives fewer messages at once", arguments: Service.allCases)
    func fills(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.transport.on(fixture.inbox, .handler { Self.answer($0, fixture, total: 200, atOnce: 30) })
        let mailbox = fixture.mailbox()
        let first = try await mailbox.newestMessages(70)
        #expect(first.messages.map(\.id.rawValue) == (0..<70).map { "AAMk\($0)=" })
        let second = try await mailbox.messages(after: try #require(first.next))
        #expect(second.messages.map(\.id.rawValue) == (70..<140).map { "AAMk\($0)=" })
        let third = try await mailbox.messages(after: try #require(second.next))
        #expect(third.messages.map(\.id.rawValue) == (140..<200).map { "AAMk\($0)=" })
        #expect(third.next == nil)
    }

    @Test("takes no more than it asked for from a service that gives more", arguments: Service.allCases)
    func overfull(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(fixture.inbox, fixture.list((0..<5).map { entry($0) }))
        let mailbox = fixture.mailbox()
        var page = try await mailbox.newestMessages(2)
        var ids = page.messages.map(\.id.rawValue)
        while let next = page.next {
            page = try await mailbox.messages(after: next)
            ids += page.messages.map(\.id.rawValue)
            #expect(page.messages.count <= 2)
        }
        #expect(ids == (0..<5).map { "AAMk\($0)=" })
    }

    @Test("pages through 50,000 messages, holding a position and nothing else")
    func large() async throws {
        let fixture = MailFixture(.graph)
        fixture.transport.on(fixture.inbox, .handler { Self.answer($0, fixture, total: 50_000, atOnce: 1_000) })
        let traffic = MailTraffic()
        let mailbox = fixture.mailbox(options: RESTMailboxOptions(traffic: traffic))
        var page = try await mailbox.newestMessages(1_000)
        var (count, pages) = (page.messages.count, 1)
        while let next = page.next {
            #expect(next.rawValue.utf8.count < 200)
            page = try await mailbox.messages(after: next)
            count += page.messages.count
            pages += 1
        }
        #expect(count == 50_000 && pages == 50)
        #expect(fixture.requests.count == 50)
        #expect(traffic.laneCount == 0)
    }

    @Test("a service whose pages stay empty ends neither the list nor the program", arguments: Service.allCases)
    func emptyPages(_ service: Service) async throws {
        let fixture = MailFixture(service)
        let calls = Mutex(0)
        fixture.transport.on(
            fixture.inbox,
            .handler { _ in
                let call = calls.withLock { count in
                    count += 1
                    return count
                }
                return .json(fixture.list([], next: "\(fixture.inboxURL)?$skip=\(call)"))
            })
        let page = try await fixture.mailbox().newestMessages(10)
        #expect(page.messages.isEmpty && page.next != nil)
        #expect(fixture.requests.count == 30)
    }

    @Test("broken values are left out, and nothing breaks", arguments: Service.allCases)
    func brokenValues(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(
            fixture.inbox,
            fixture.list([
                .null, "text", .object([:]), .object(["id": 7]), .object(["id": ""]), .object(["id": "bare"]),
                .object([
                    "id": "odd", "subject": 5, "from": .null, "isRead": "yes", "hasAttachments": .array([]),
                    "receivedDateTime": "0001-01-01T00:00:00Z",
                ]),
                .object(["id": "nulls", "from": recipient(.null, .null), "receivedDateTime": "9999-99-99T99:99:99Z"]),
                .object(["id": "name", "from": recipient("a@b.example", "a@b.example"), "subject": "a\u{202E}b\nc"]),
            ]))
        let messages = try await fixture.mailbox().newestMessages(50).messages
        #expect(messages.map(\.id.rawValue) == ["bare", "odd", "nulls", "name"])
        #expect(messages.allSatisfy { $0.receivedAt == nil && !$0.isRead && !$0.hasAttachments })
        #expect(messages.map(\.from) == [nil, nil, nil, MailAddress(address: "a@b.example")])
        #expect(messages[3].subject.unicodeScalars.allSatisfy { $0 != "\u{202E}" && $0 != "\n" })
    }

    @Test(
        "what is no list makes no sense",
        arguments: [
            "", "[]", "{", "{}", #"{"value":{}}"#, #"{"value":null}"#, #"{"value":[],"@odata.nextLink":7}"#, "<html>",
            #"{"value":[],"value":[]}"#,
        ])
    func malformed(_ body: String) async {
        let fixture = MailFixture(.graph)
        fixture.transport.on(fixture.inbox, .response(.text(body, type: "application/json")))
        let mailbox = fixture.mailbox()
        let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
        #expect(error?.kind == .malformedAnswer)
    }

    /// Answers as a service with so many messages that gives so many at once.
    private static func answer(
        _ request: RecordedRequest, _ fixture: MailFixture, total: Int, atOnce: Int
    ) -> TransportResponse {
        let path = request.head.path ?? ""
        let skip = path.firstRange(of: "$skip=").flatMap { Int(path[$0.upperBound...]) } ?? 0
        let end = min(skip + atOnce, total)
        let name = fixture.service.dialect.name(.id)
        let values = (skip..<end).map { #"{"\#(name)":"AAMk\#($0)="}"# }
        let next = end < total ? #","@odata.nextLink":"\#(fixture.inboxURL)?$skip=\#(end)""# : ""
        return .text(#"{"value":[\#(values.joined(separator: ","))]\#(next)}"#, type: "application/json")
    }
}
