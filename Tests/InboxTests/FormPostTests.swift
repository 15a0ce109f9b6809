import HTTPTypes
import HummingbirdTesting
import OAuthCore
import OAuthTesting
import Testing

@testable import Inbox

@Suite("Answers that come by form post")
struct FormPostTests {
    private static let admin = ConnectTests.admin

    @Test("the post itself signs nobody in and sets nothing; the page after it does both")
    func post() async throws {
        try await World.run { world in
            let browser = world.browser()
            let kept = try await browser.deliver(try await browser.ask(as: Self.admin))
            #expect(kept.status == .seeOther && kept.location.hasPrefix("/connect/finish?state="))
            #expect(kept.headers[values: .setCookie].isEmpty)
            #expect(try await world.store.tenants().isEmpty)
            #expect(try await browser.get(kept.location).status == .seeOther)
            #expect(browser.cookies[InboxCookies.Name.administrator.rawValue] != nil)
        }
    }

    @Test("another browser cannot finish, and the right one still can")
    func otherBrowser() async throws {
        try await World.run { world in
            let browser = world.browser()
            let finish = try await browser.deliver(try await browser.ask(as: Self.admin)).location
            let other = world.browser()
            let bare = try await other.get(finish)
            #expect(bare.status == .forbidden && bare.errorID == "inbox.other-browser")
            let again = try await other.get(finish)
            #expect(again.errorID == "inbox.other-browser")
            #expect(other.cookies[InboxCookies.Name.administrator.rawValue] == nil)
            #expect(try await browser.get(finish).status == .seeOther)
        }
    }

    @Test("an answer counts once: the same again goes on, another is refused, and a finished one is over")
    func twice() async throws {
        try await World.run { world in
            let browser = world.browser()
            let answer = try await browser.ask(as: Self.admin)
            let first = try await browser.deliver(answer)
            #expect(try await browser.deliver(answer).location == first.location)
            var other = answer
            other.fields.append("more", "1")
            let refused = try await browser.deliver(other)
            #expect(refused.status == .conflict && refused.errorID == "inbox.answer-repeated")
            #expect(try await browser.get(first.location).status == .seeOther)
            for late in [try await browser.deliver(answer), try await browser.get(first.location)] {
                #expect(late.status == .badRequest && late.errorID == "inbox.sign-in-expired")
            }
        }
    }

    @Test("an attempt is open for ten minutes, and an answer waits for five")
    func expiry() async throws {
        try await World.run { world in
            let browser = world.browser()
            let slow = try await browser.ask(as: Self.admin)
            world.clock.advance(by: .minutes(10))
            let late = try await browser.finish(slow)
            #expect(late.status == .badRequest && late.errorID == "inbox.sign-in-expired")
            let finish = try await browser.deliver(try await browser.ask(as: Self.admin)).location
            world.clock.advance(by: .minutes(5))
            let gone = try await browser.get(finish)
            #expect(gone.status == .badRequest && gone.errorID == "inbox.answer-missing")
            _ = try await world.store.removeExpired(before: world.clock.now + .days(1), limit: 100)
            #expect(try await browser.get(finish).errorID == "inbox.sign-in-expired")
        }
    }

    @Test(
        "an answer that nobody waits for is refused and not kept",
        arguments: [["state": "made up", "id_token": "a.b.c"], ["id_token": "a.b.c"], [:]])
    func unknown(_ values: [String: String]) async throws {
        try await World.run { world in
            var fields = FormFields()
            for (name, value) in values { fields.append(name, value) }
            let browser = world.browser()
            let page = try await browser.deliver(.init(action: World.base + "/connect/callback", fields: fields))
            #expect(page.status == .badRequest && page.errorID == "inbox.sign-in-expired")
            #expect(try await browser.get("/connect/callback").errorID == "inbox.answer-missing")
            #expect(try await browser.get("/connect/finish").errorID == "inbox.sign-in-expired")
        }
    }
}
