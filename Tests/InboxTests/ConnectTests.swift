import Foundation
import HTTPTypes
import HummingbirdTesting
import Microsoft365
import OAuthCore
import Testing

@testable import Inbox

@Suite("Connecting an organisation")
struct ConnectTests {
    private static let admin = "admin@contoso.example"

    @Test("an administrator connects, and reads any mailbox of the organisation")
    func connects() async throws {
        try await World.run { world in
            let browser = world.browser()
            let done = try await browser.connect(as: Self.admin)
            #expect(done.status == .seeOther && done.location == "/mail/\(World.contoso)")
            let home = try await browser.get("/")
            #expect(home.text.contains("contoso.example"))
            let list = try await browser.get("/mail/\(World.contoso)/\(World.megan)")
            #expect(list.status == .ok, "\(list.text)")
            #expect(list.text.components(separatedBy: "<li class=\"message").count - 2 == 10)
            let tenant = try await world.store.tenants()
            #expect(tenant.map(\.id.description) == [World.contoso] && tenant.first?.name == "contoso.example")
        }
    }
}
