import Mail
import MailProtocol
import Microsoft365
import OAuthCore
import OAuthTesting
import Testing

@testable import Inbox

@Suite("Ways of reading")
struct RouteTests {
    @Test("IMAP is offered where the cloud has it, and opens the address with the organisation's own token")
    func imap() async throws {
        #expect(MailRoute.available(in: .worldwide) == [.graph, .outlook, .imap])
        #expect(MailRoute.imap.resource(in: .worldwide) == Cloud.worldwide.outlookResource)
        var cloud = Cloud.worldwide
        cloud.imap = nil
        #expect(MailRoute.available(in: cloud) == [.graph, .outlook])
        let app = Microsoft365App(
            RegisteredApp(clientID: "c", credential: .secret(Secret("s")), cloud: .worldwide),
            environment: ClientEnvironment(
                transport: ScriptedTransport(), clock: VirtualClock().source, random: .repeatable()))
        try await World.run { world in
            var parts = world.site.parts
            parts.microsoft = app
            let contoso = try #require(TenantID(World.contoso))
            let visit = try #require(try MailDoor(parts).mailbox(contoso, World.megan, .imap) as? IMAPVisit)
            let mailbox = visit.open()
            #expect(mailbox.user == World.megan)
            #expect(mailbox.server == MailServer(host: "outlook.office365.com", port: 993))
            let graph = try MailDoor(parts).mailbox(contoso, World.megan, .graph)
            #expect(graph is GraphMailbox)
        }
    }

    @Test(
        "a login that a mail server refuses is not taken for withdrawn consent",
        arguments: [
            (MailRoute.imap, "inbox.login-refused"), (.graph, "inbox.consent-withdrawn"),
            (.outlook, "inbox.consent-withdrawn"),
        ])
    func refusal(route: MailRoute, id: String) throws {
        let error = MailboxError(.notAuthorized, reason: "the server refused the login: no.")
        let failure = InboxFailure(error, place: [:], route: route, way: .again("/mail"))
        #expect(failure.diagnostic.id == id && failure.way == .again("/mail"))
        #expect(failure.parameters["reason"] == "the server refused the login: no")
    }

    @Test("what a mailbox taught is kept, of a thousand mailboxes at most")
    func memories() {
        let memories = IMAPMemories()
        let first = memories.memory(of: "a")
        #expect(memories.memory(of: "a") === first)
        for number in 0..<1_000 { _ = memories.memory(of: "\(number)") }
        #expect(memories.memory(of: "a") !== first)
    }
}
