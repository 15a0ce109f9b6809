import HTTPTypes
import HummingbirdTesting
import Microsoft365
import OAuthClient
import Testing

@testable import Inbox

@Suite("Why a mailbox does not open")
struct DiagnosisTests {
    private static let place = "/mail/\(World.contoso)/\(World.megan)"

    /// Runs a test where mail is read by IMAP, of a server that is not there.
    private func run(_ body: @escaping @Sendable (World, TestBrowser) async throws -> Void) async throws {
        var options = World.Options()
        options.change = { parts in
            var app = parts.microsoft.app
            app.cloud.imap = Cloud.MailHost(host: "127.0.0.1", port: 1)
            parts.microsoft = Microsoft365App(app, environment: parts.signIn.environment)
            parts.route = .imap
        }
        try await World.run(options) { world in
            let browser = world.browser()
            try await browser.connect(as: ConnectTests.admin)
            try await body(world, browser)
        }
    }

    @Test("the page of a failure over IMAP leads to a report, which names the cause and nobody")
    func report() async throws {
        try await run { _, browser in
            let failure = try await browser.get(Self.place)
            #expect(failure.errorID == "inbox.cloud-unavailable" && failure.link("try-again") != nil)
            let page = try await browser.get(try #require(failure.link("diagnose")))
            #expect(page.status == .ok && page.text.contains("server-unreachable"))
            #expect(!page.text.contains("eyJ"))
            let report = page.text.split(separator: "<pre").last?.split(separator: "</pre>").first ?? ""
            #expect(report.contains("Evidence") && !report.contains(World.megan))
            let named = try await browser.get(try #require(page.link("view-named")))
            #expect(named.text.contains("mailbox: \(World.megan)") && !named.text.contains("eyJ"))
        }
    }

    @Test("who may not read the mailbox gets no login made")
    func strangers() async throws {
        try await run { world, _ in
            let page = try await world.browser().get(Self.place + "/diagnose")
            #expect(page.status == .forbidden && page.errorID == "inbox.signed-out")
        }
    }
}
