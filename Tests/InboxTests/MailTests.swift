import Foundation
import HTTPTypes
import HummingbirdTesting
import MailProtocol
import Microsoft365
import NIOCore
import OAuthCore
import OAuthTesting
import Testing

@testable import Inbox

@Suite("Reading mail")
struct MailTests {
    private static let base = "/mail/\(World.contoso)"
    private static let place = "\(base)/\(World.megan)"

    /// Runs a test in a browser in which contoso's administrator has connected.
    private func run(_ body: @escaping @Sendable (World, TestBrowser) async throws -> Void) async throws {
        try await World.run { world in
            let browser = world.browser()
            try await browser.connect(as: ConnectTests.admin)
            try await body(world, browser)
        }
    }

    @Test("the ten newest come first, and older ones by paging, each once")
    func paging() async throws {
        try await run { _, browser in
            var url: String? = Self.place
            var ids: [String] = []
            var pages = 0
            while let next = url, pages < 20 {
                let page = try await browser.get(next)
                #expect(page.status == .ok)
                if pages == 0 { #expect(page.messageIDs.count == 10) }
                ids += page.messageIDs
                url = page.link("older")
                pages += 1
            }
            #expect(url == nil && ids.count >= 40 && Set(ids).count == ids.count)
        }
    }

    @Test("the page script gets the same list, and nothing that could be a token")
    func json() async throws {
        try await run { _, browser in
            let page = try await browser.get(Self.place)
            let response = try await browser.get(
                "\(Self.place)/messages.json", headers: [.accept: "application/json"])
            #expect(response.headers[.contentType] == "application/json")
            let object = try JSONObject.parse(Array(response.body.readableBytesView))
            let messages = try #require(object["messages"]?.array)
            #expect(messages.compactMap { $0.object?["id"]?.string } == page.messageIDs)
            #expect(messages.first?.object?["unread"]?.bool == true)
            #expect(messages.first?.object?["received_at"]?.string?.hasSuffix("Z") == true)
            #expect(object["older"]?.string == page.link("older"))
            #expect(!response.text.contains("eyJ") && !page.text.contains("eyJ"))
        }
    }

    @Test("an address is asked for, and led to its own page")
    func address() async throws {
        try await run { _, browser in
            #expect(try await browser.get(Self.base).text.contains("name=\"address\""))
            let led = try await browser.get("\(Self.base)?address=%20megan@contoso.example")
            #expect(led.status == .seeOther && led.location == "\(Self.base)/megan%40contoso.example")
            for wrong in ["nobody", "a@b@c", "a%20b@c", "@c", "a@", "../x@y", "a@b%0D%0Ax"] {
                let page = try await browser.get("\(Self.base)?address=\(wrong)")
                #expect(page.status == .badRequest && page.text.contains("address-problem"), "\(wrong)")
            }
            let page = try await browser.get("\(Self.base)/nobody")
            #expect(page.status == .badRequest && page.errorID == "inbox.address-malformed")
        }
    }

    @Test("a wrong address, and one of another organisation, are no mailbox of this one")
    func wrongAddress() async throws {
        try await run { world, browser in
            try await world.browser().connect(as: "admin@fabrikam.example")
            for address in ["nobody@contoso.example", "mei@fabrikam.example"] {
                let page = try await browser.get("\(Self.base)/\(address)")
                #expect(page.status == .notFound && page.errorID == "inbox.mailbox-not-found")
                #expect(page.text.contains("<bdi>\(address)</bdi>") && page.link("try-again") == Self.base)
            }
        }
    }

    @Test("a message opens to its text, its HTML in a frame of its own, its attachments as downloads")
    func message() async throws {
        try await run { _, browser in
            let list = try await browser.get(Self.place)
            let id = try #require(list.messageIDs.first)
            let query = FormFields(dictionaryLiteral: ("id", id)).encoded()
            let page = try await browser.get("\(Self.place)/message?\(query)")
            #expect(page.text.contains("<pre class=\"text\" id=\"message-text\""))
            #expect(page.headers[.contentSecurityPolicy]?.contains("frame-src 'self'") == true)
            let unread = try await browser.get(Self.place)
            #expect(Subjects.of(unread.text) == Subjects.of(list.text))
            let gone = try await browser.get("\(Self.place)/message?id=nothing")
            #expect(gone.status == .notFound && gone.errorID == "inbox.message-not-found")
            #expect(gone.link("try-again") == list.link("refresh"))
            #expect(try await browser.get("\(Self.place)/message").errorID == "not-found")
        }
    }

    @Test("what is nothing is a page too, and leads to the start")
    func nothing() async throws {
        try await run { _, browser in
            for path in ["/nothing", "/mail", "/logout", "\(Self.place)/nothing"] {
                let page = try await browser.get(path)
                #expect(page.status == .notFound && page.errorID == "not-found", "\(path)")
                #expect(page.link("try-again") == "/")
            }
        }
    }

    @Test("a position that is not this mailbox's is refused", arguments: ["x", "https://evil.example/?a", "%00"])
    func cursor(_ cursor: String) async throws {
        try await run { _, browser in
            let page = try await browser.get("\(Self.place)?after=\(cursor)")
            #expect(page.status == .badRequest)
            #expect(["inbox.cursor-unknown", "request.malformed"].contains(page.errorID))
        }
    }

    @Test("consent that is withdrawn closes the mailbox while the token lives, and after")
    func withdrawn() async throws {
        try await run { world, browser in
            #expect(try await browser.get(Self.place).status == .ok)
            try await world.control(
                "consents/withdraw",
                ["tenant": "contoso.example", "client_id": .string(world.site.parts.microsoft.app.clientID)])
            let live = try await browser.get(Self.place)
            #expect(live.status == .forbidden && live.errorID == "inbox.mail-refused", "\(live.text)")
            let subject = try await World.subject("ann", world.authorizationServer)
            try await browser.signIn("ann")
            _ = try await world.store.give(try #require(TenantID(World.contoso)), to: subject, now: world.clock.now)
            world.clock.advance(by: .hours(3))
            let later = try await browser.get(Self.place)
            #expect(later.status == .forbidden && later.errorID == "inbox.consent-withdrawn", "\(later.text)")
        }
    }

    @Test("throttling says when to come back, to people and to the page script")
    func throttled() async throws {
        try await run { world, browser in
            try await world.control("faults", ["at": "mail", "kind": "throttle", "retry_after": 7, "count": 1])
            let page = try await browser.get(Self.place)
            #expect(page.status == .serviceUnavailable && page.errorID == "inbox.throttled")
            #expect(page.headers[.retryAfter] == "7" && page.text.contains("<bdi>7</bdi>"))
            #expect(page.link("try-again") == Self.place)
            let script = try await browser.get(
                "\(Self.place)/messages.json", headers: [.accept: "application/json"])
            #expect(script.status == .serviceUnavailable && script.headers[.retryAfter] != nil)
            let object = try JSONObject.parse(Array(script.body.readableBytesView))
            #expect(object["error"] == "inbox.throttled" && object["message"]?.string?.isEmpty == false)
            world.clock.advance(by: 8)
            #expect(try await browser.get(Self.place).status == .ok)
        }
    }

    @Test("a cloud that does not answer is named")
    func silent() async throws {
        try await run { world, browser in
            world.network.cut("localhost:8443")
            let page = try await browser.get(Self.place)
            #expect(page.status == .badGateway && page.errorID == "inbox.cloud-unavailable")
        }
    }

    @Test("an expired certificate is the operator's business, and named")
    func expiredCertificate() async throws {
        try await run { world, browser in
            let subject = try await World.subject("ann", world.authorizationServer)
            world.clock.advance(by: .days(365 * 12))
            try await browser.signIn("ann")
            _ = try await world.store.give(try #require(TenantID(World.contoso)), to: subject, now: world.clock.now)
            let page = try await browser.get(Self.place)
            #expect(page.status == .badGateway && page.errorID == "inbox.credential-refused", "\(page.text)")
        }
    }
}
