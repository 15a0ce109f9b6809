import HTTPTypes
import MailProtocol
import OAuthCore
import OAuthTesting
import Testing

@testable import Microsoft365

@Suite("Addresses and links over REST")
struct RESTMailboxAddressTests {
    @Test(
        "an address is one quoted key, whatever it holds",
        arguments: [
            ("o'brien@contoso.example", "o%27%27brien%40contoso.example"), ("a/b@x.example", "a%2Fb%40x.example"),
            ("a?b#c@x.example", "a%3Fb%23c%40x.example"), ("100%25@x.example", "100%2525%40x.example"),
            ("a+b c@x.example", "a%2Bb%20c%40x.example"), ("jürgen@x.example", "j%C3%BCrgen%40x.example"),
            ("..", ".."), ("../admin", "..%2Fadmin"), ("delta", "delta"), ("$count", "%24count"),
            ("')/x('", "%27%27%29%2Fx%28%27%27"),
            ("a\\b", "a%5Cb"), ("3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e10", "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e10"),
        ])
    func escapes(_ address: String, _ escaped: String) async throws {
        for service in Service.allCases {
            let fixture = MailFixture(service)
            let inbox = "\(fixture.root(escaped))/\(service.folder)/inbox/messages"
            fixture.on(inbox, fixture.list([entry(1)], next: "\(service.base)\(inbox)?$skip=1"))
            fixture.on(inbox, fixture.list([]))
            let page = try await fixture.mailbox(address).newestMessages(1)
            // Its own links lead back to it.
            let next = try #require(page.next)
            _ = try await fixture.mailbox(address).messages(after: next)
            #expect(fixture.requests.last?.head.path == inbox + "?$skip=1")
        }
    }

    @Test(
        "what can be no address is not asked for",
        arguments: ["", "a\nb@x.example", "a\u{0}@x.example", "\u{7F}", String(repeating: "a", count: 513)])
    func refusesAddresses(_ address: String) async {
        let fixture = MailFixture(.graph)
        let mailbox = fixture.mailbox(address)
        let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
        #expect(error?.kind == .mailboxNotFound)
        #expect(fixture.transport.requests.isEmpty)
    }

    @Test(
        "a cloud whose base is no URL is not asked",
        arguments: ["", "graph.test", "https://u:p@graph.test", "https://"])
    func refusesBases(_ base: String) async {
        let fixture = MailFixture(.graph)
        let mailbox = fixture.mailbox(base: base)
        let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
        #expect(error?.kind == .unavailable)
        #expect(fixture.transport.requests.isEmpty)
    }

    @Test("each mailbox is where its cloud says", arguments: Service.allCases)
    func clouds(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(fixture.inbox, fixture.list([]))
        let address = MailFixture.address
        let mailbox: any Mailbox =
            switch service {
            case .graph: GraphMailbox(address: address, cloud: .china, session: fixture.session)
            case .outlook: OutlookMailbox(address: address, cloud: .china, session: fixture.session)
            }
        _ = try await mailbox.newestMessages(1)
        let host = service == .graph ? "microsoftgraph.chinacloudapi.cn" : "partner.outlook.cn"
        #expect(fixture.requests.map(\.head.authority) == [host])
    }

    @Test("a base may have a path and a port, as the emulated cloud's has")
    func basePath() async throws {
        let fixture = MailFixture(.graph)
        let inbox = "/graph\(fixture.inbox)"
        fixture.on(inbox, fixture.list([entry(1)], next: "https://localhost:8443\(inbox)?$skip=1"))
        let page = try await fixture.mailbox(base: "https://localhost:8443/graph/").newestMessages(1)
        #expect(page.next != nil)
        #expect(fixture.requests.first?.head.authority == "localhost:8443")
    }

    /// Links to elsewhere: what stands in them for the service's base, its version and the mailbox.
    static func hostileLinks(_ service: Service) -> [String] {
        let (base, version, folder) = (service.base, service.version, service.folder)
        let host = base.dropFirst("https://".count)
        let rest = "\(folder)/inbox/messages?$skip=1"
        let path = "\(version)/users('ada%40contoso.example')/\(rest)"
        return [
            "https://evil.test\(path)", "\(base)@evil.test\(path)", "\(base):pw@evil.test\(path)",
            "https://u@\(host)\(path)", "http://\(host)\(path)", "\(base):8443\(path)", "\(base):80\(path)",
            "\(base).evil.test\(path)", "\(base).\(path)", "//\(host)\(path)", path, "\(base)\\@evil.test\(path)",
            "https:\(host)\(path)", "ftp://\(host)\(path)", "\(base)%2eevil.test\(path)", "\(base)#\(path)",
            "\(base)?\(path)", "\(base)\(version)/users('eve%40contoso.example')/\(rest)",
            "\(base)\(version)/users/eve@contoso.example/\(rest)", "\(base)\(version)/me/\(rest)",
            "\(base)\(version)/users('ada%40contoso.example')/../users('eve%40contoso.example')/\(rest)",
            "\(base)\(version)/users('ada%40contoso.example')/%2e%2e/\(rest)",
            "\(base)\(version)/users('ada%40contoso.example')%2F\(rest)",
            "\(base)\(version)/users('ada%2540contoso.example')/\(rest)",
            "\(base)\(version)/users('ada%40contoso.example')//\(rest)",
            "\(base)\(version)/users('ada%40contoso.example')/\(folder)/inbox%2Fmessages?$skip=1",
            "\(base)\(version)/users('ada%40contoso.example')/\(folder)/drafts/messages?$skip=1",
            "\(base)\(version)/users('ada%40contoso.example')/\(folder)/inbox/messages/AAMk1?$skip=1",
            "\(base)\(version)/users('ada%40contoso.example')/messages?$skip=1",
            "\(base)/beta/users('ada%40contoso.example')/\(rest)", "\(base)\(path) HTTP/1.1",
            "\(base)\(path)\r\nX: y", "\(base)\(path)ü", "\(base)\(path)#f",
            "\(base)\(path)" + String(repeating: "a", count: 9_000),
            "\(base)\(version)/users('ada%40contoso.example')/\(folder)/inbox/messages",
            "\(base)\(version)/users('ada%40contoso.example')/\(folder)/inbox/messages?", "", "?", "#",
            "javascript:alert(1)",
        ]
    }

    @Test("a link to anywhere else is not followed, and no token is sent there", arguments: Service.allCases)
    func hostileAnswers(_ service: Service) async {
        for link in Self.hostileLinks(service) {
            let fixture = MailFixture(service)
            fixture.on(fixture.inbox, fixture.list([entry(1)], next: link))
            let mailbox = fixture.mailbox()
            let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
            #expect(error?.kind == .malformedAnswer, "\(link)")
            #expect(fixture.requests.count == 1)
        }
    }

    @Test("a cursor from elsewhere is refused before anything is sent", arguments: Service.allCases)
    func hostileCursors(_ service: Service) async {
        let fixture = MailFixture(service)
        let mailbox = fixture.mailbox()
        let good = "\(fixture.inboxURL)?$skip=1"
        let numbers = ["", "#", "#10", "#0-0", "#1001-0", "#10--1", "#10-100001", "#10-0-0", "#a-0", "#10-0#10-0"]
        for cursor in Self.hostileLinks(service).map({ $0 + "#10-0" }) + numbers.map({ good + $0 }) {
            let error = await mailError { () async throws(MailboxError) in
                try await mailbox.messages(after: PageCursor(cursor))
            }
            #expect(error?.kind == .badCursor, "\(cursor)")
        }
        #expect(fixture.transport.requests.isEmpty)
    }

    @Test(
        "a cursor of one mailbox is none of another, of the other service, or of one's own", arguments: Service.allCases
    )
    func foreignCursors(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(fixture.inbox, fixture.list([entry(1)], next: "\(fixture.inboxURL)?$skip=1"))
        let cursor = try #require(try await fixture.mailbox().newestMessages(1).next)
        let other = MailFixture(service == .graph ? .outlook : .graph)
        for mailbox in [fixture.mailbox("eve@contoso.example"), fixture.mailbox(nil), other.mailbox()] {
            let error = await mailError { () async throws(MailboxError) in try await mailbox.messages(after: cursor) }
            #expect(error?.kind == .badCursor)
        }
        #expect(fixture.requests.count == 1 && other.transport.requests.isEmpty)
    }

    @Test("a link that leads back to itself makes no sense", arguments: Service.allCases)
    func circles(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(fixture.inbox, fixture.list([entry(1)], next: "\(fixture.inboxURL)?$skip=1"))
        let mailbox = fixture.mailbox()
        let cursor = try #require(try await mailbox.newestMessages(1).next)
        let error = await mailError { () async throws(MailboxError) in try await mailbox.messages(after: cursor) }
        #expect(error?.kind == .malformedAnswer)
    }
}
