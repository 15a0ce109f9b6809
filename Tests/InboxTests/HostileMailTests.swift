import Foundation
import HTTPTypes
import HummingbirdTesting
import MailProtocol
import NIOCore
import OAuthCore
import OAuthHummingbird
import Testing

@testable import Inbox

@Suite("Hostile mail")
struct HostileMailTests {
    private static let place = "/mail/\(World.contoso)/\(World.megan)"

    private func run(_ body: @escaping @Sendable (TestBrowser) async throws -> Void) async throws {
        var options = World.Options()
        options.change = { parts in
            parts.mailbox = { _, _, _ in FakeMailbox() }
        }
        try await World.run(options) { world in
            let browser = world.browser()
            try await browser.connect(as: ConnectTests.admin)
            try await body(browser)
        }
    }

    @Test("what a sender wrote is text on our pages, and nothing of it breaks a link")
    func pages() async throws {
        try await run { browser in
            let list = try await browser.get(Self.place)
            #expect(!list.text.contains("<script>alert") && !list.text.contains("<b>Mallory"))
            let older = try #require(list.link("older"))
            #expect(try await browser.get(older).status == .ok)
            let query = FormFields(dictionaryLiteral: ("id", FakeMailbox.id.rawValue)).encoded()
            let page = try await browser.get("\(Self.place)/message?\(query)")
            #expect(page.status == .ok && !page.text.contains("<script>alert"))
            #expect(page.text.contains("Hello &lt;script&gt;"))
            let framed = try await browser.get(try #require(page.link("view-html")))
            #expect(framed.text.contains("sandbox=\"\"") && framed.text.contains("id=\"message-html\""))
            #expect(!framed.text.contains("evil.example/seen"))
        }
    }

    @Test("HTML comes under a policy that runs and loads nothing, without what the policy does not reach")
    func html() async throws {
        try await run { browser in
            let query = FormFields(dictionaryLiteral: ("id", FakeMailbox.id.rawValue)).encoded()
            let response = try await browser.get("\(Self.place)/html?\(query)")
            let policy = response.headers[.contentSecurityPolicy] ?? ""
            for part in [
                "sandbox;", "default-src 'none'", "img-src data:", "style-src 'unsafe-inline'", "form-action 'none'",
                "base-uri 'none'", "frame-ancestors 'self'",
            ] { #expect(policy.contains(part)) }
            #expect(!policy.contains("allow-") && !policy.contains("script-src"))
            #expect(response.headers[.contentType] == "text/html; charset=utf-8")
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            #expect(response.headers[.frameOptions] == "SAMEORIGIN")
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(response.headers[.dnsPrefetchControl] == "off")
            for element in ["<base", "<link", "<meta"] { #expect(!response.text.lowercased().contains(element)) }
            let data = Data(FakeMailbox.picture).base64EncodedString()
            #expect(response.text.contains("<img src=\"data:image/png;base64,\(data)\">"))
            #expect(response.text.contains("cid:page@1"), "a picture that can run scripts stays out")
        }
    }

    @Test("an attachment is a download of a harmless type under a harmless name")
    func attachment() async throws {
        try await run { browser in
            let fields: FormFields = ["id": FakeMailbox.id.rawValue, "attachment": "2"]
            let response = try await browser.get("\(Self.place)/attachment?\(fields.encoded())")
            #expect(response.status == .ok && response.text == "<script>")
            #expect(response.headers[.contentType] == "application/octet-stream")
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            #expect(response.headers[.contentSecurityPolicy]?.hasPrefix("sandbox; default-src 'none'") == true)
            let disposition = response.headers[.contentDisposition] ?? ""
            #expect(disposition.hasPrefix("attachment; filename=\"") && disposition.contains("filename*=UTF-8''"))
            #expect(!disposition.contains("/") && disposition.utf8.allSatisfy { $0 < 0x80 })
            let none: FormFields = ["id": FakeMailbox.id.rawValue, "attachment": "9"]
            let gone = try await browser.get("\(Self.place)/attachment?\(none.encoded())")
            #expect(gone.status == .notFound && gone.errorID == "inbox.message-not-found")
        }
    }

    @Test(
        "nothing of a mailbox is for those who may not read it, whatever the path",
        arguments: [
            "", "/messages.json", "/message?id=1", "/html?id=1", "/attachment?id=1&attachment=2",
        ])
    func everyPath(_ path: String) async throws {
        try await run { browser in
            let stranger = browser.world.browser()
            let page = try await stranger.get(Self.place + path)
            #expect(page.status == .forbidden && page.errorID == "inbox.signed-out")
            let other = browser.world.browser()
            try await other.signIn("ben")
            #expect(try await other.get(Self.place + path).errorID == "inbox.not-allowed")
        }
    }
}
