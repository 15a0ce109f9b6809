import Foundation
import MailProtocol
import OAuthCore
import Testing

@testable import Mail

@Suite("An inbox over IMAP")
struct IMAPMailboxTests {
    private typealias Script = IMAPScript

    @Test("the newest messages take two flights, and one where an earlier connection is remembered")
    func countsFlights() async throws {
        let first: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 40)), Script.ok(Script.summaries(31...40)),
        ]
        let second: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 41)), Script.ok(Script.summaries(31...41)),
        ]
        try await ScriptedMailServer.run([first, second]) { server in
            let memory = IMAPMailboxMemory()
            let mailbox = Script.mailbox(server, memory: memory)
            let page = try await mailbox.newestMessages(10)
            #expect(page.messages.map(\.subject) == (31...40).reversed().map { "Message \($0)" })
            #expect(page.messages.allSatisfy { $0.isRead && !$0.hasAttachments })
            #expect(await mailbox.flights == 2)

            let again = Script.mailbox(server, memory: memory)
            let newer = try await again.newestMessages(10)
            #expect(newer.messages.map(\.subject) == (32...41).reversed().map { "Message \($0)" })
            #expect(await again.flights == 1)
            #expect(
                server.lines[1][2].hasSuffix(
                    "UID FETCH 310:* (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"))
        }
    }

    @Test("a token that may have ended is not followed by anything before its answer", arguments: [nil, Int64(30)])
    func waitsForLogin(lifetime: Int64?) async throws {
        let script: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 1)), Script.ok(Script.summary(1)),
        ]
        try await ScriptedMailServer.run([script]) { server in
            let token = MailToken(Secret("t"), expiresAt: lifetime.map { Script.now + Seconds($0) })
            let mailbox = Script.mailbox(server, token: token)
            let page = try await mailbox.newestMessages(10)
            #expect(page.messages.count == 1)
            #expect(await mailbox.flights == 3)
        }
    }

    @Test("a server whose greeting says nothing is asked once, or never where it is known")
    func assumesCapabilities() async throws {
        let silent = Script.Step.send("* OK The Microsoft Exchange IMAP4 service is ready. [QQBCAA==]\r\n")
        let told = "* CAPABILITY IMAP4 IMAP4rev1 AUTH=XOAUTH2 SASL-IR IDLE\r\n"
        let rest = [Script.ok(), Script.ok(Script.inbox(exists: 1)), Script.ok(Script.summary(1))]
        try await ScriptedMailServer.run([[silent, Script.ok(told)] + rest, [silent] + rest]) { server in
            let asking = Script.mailbox(server)
            _ = try await asking.newestMessages(1)
            #expect(await asking.flights == 3)
            let knowing = Script.mailbox(
                server, options: IMAPMailboxOptions(assumedCapabilities: IMAPMailboxOptions.exchangeOnline))
            _ = try await knowing.newestMessages(1)
            #expect(await knowing.flights == 2)
        }
    }

    @Test("a mailbox that was numbered anew is read anew")
    func noticesNewNumbers() async throws {
        let first: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 2)), Script.ok(Script.summaries(1...2)),
        ]
        let second: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 3, validity: 8)),
            Script.ok(Script.summary(3)), Script.ok(Script.summaries(2...3)),
        ]
        try await ScriptedMailServer.run([first, second]) { server in
            let memory = IMAPMailboxMemory()
            _ = try await Script.mailbox(server, memory: memory).newestMessages(2)
            let page = try await Script.mailbox(server, memory: memory).newestMessages(2)
            #expect(page.messages.map(\.id.rawValue) == ["8.30", "8.20"])
        }
    }

    @Test("older messages follow page by page, whatever was expunged meanwhile")
    func pages() async throws {
        let script: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 5)), Script.ok(Script.summaries(4...5)),
            // Message 3 is gone, so that 4 stands in its place.
            Script.ok("* 3 EXPUNGE\r\n"),
            Script.ok(Script.summary(3).replacing("UID 30", with: "UID 40") + Script.summary(2)),
            Script.ok(Script.summary(1)),
        ]
        try await ScriptedMailServer.run([script]) { server in
            let mailbox = Script.mailbox(server)
            let newest = try await mailbox.newestMessages(2)
            let next = try #require(newest.next)
            let older = try await mailbox.messages(after: next)
            #expect(older.messages.map(\.id.rawValue) == ["7.20", "7.10"])
            #expect(older.next == nil)
        }
    }

    @Test(
        "what is no position is refused before anything is sent",
        arguments: ["", "1.2.3", "7.0.1.10", "a.b.c.d", "7.10.3.5000"])
    func refusesCursors(text: String) async throws {
        try await ScriptedMailServer.run([]) { server in
            await #expect { try await Script.mailbox(server).messages(after: PageCursor(text)) } throws: { error in
                (error as? MailboxError)?.kind == .badCursor
            }
            #expect(server.lines.isEmpty)
        }
    }

    @Test("a refused login is an error that names the next step and no token")
    func reportsRefusedLogin() async throws {
        let script: [Script.Step] = [Script.greeting, Script.status("NO AUTHENTICATE failed."), .close]
        try await ScriptedMailServer.run([script]) { server in
            await #expect { try await Script.mailbox(server).newestMessages(10) } throws: { error in
                let error = error as? MailboxError
                let text = error?.description ?? ""
                return error?.kind == .notAuthorized && text.contains("AUTHENTICATE failed")
                    && text.contains("diagnose") && !text.contains("token-that-never-shows")
            }
        }
    }

    @Test("a token without rights on the mailbox is told from a bad one")
    func reportsHalfLogin() async throws {
        let script: [Script.Step] = [
            Script.greeting, Script.ok(), Script.status("BAD User is authenticated but not connected."),
        ]
        try await ScriptedMailServer.run([script]) { server in
            await #expect { try await Script.mailbox(server).newestMessages(10) } throws: { error in
                (error as? MailboxError)?.kind == .accessDenied
            }
        }
    }

    @Test("a server without a way to take tokens is named")
    func reportsMissingMechanism() async throws {
        let script: [Script.Step] = [.send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")]
        try await ScriptedMailServer.run([script]) { server in
            await #expect { try await Script.mailbox(server).newestMessages(10) } throws: { error in
                (error as? MailboxError)?.reason.contains("XOAUTH2") ?? false
            }
            #expect(server.mismatches.isEmpty)
        }
    }

    @Test("a session that the server ended is followed by another")
    func reconnects() async throws {
        let first: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 1)), Script.ok(Script.summary(1)),
            .send("* BYE Session invalidated - AccessTokenExpired\r\n"), .close,
        ]
        let second: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 1)), Script.ok(Script.summary(1)),
        ]
        try await ScriptedMailServer.run([first, second]) { server in
            let mailbox = Script.mailbox(server)
            _ = try await mailbox.newestMessages(1)
            let page = try await mailbox.newestMessages(1)
            #expect(page.messages.count == 1)
            #expect(server.lines.count == 2)
        }
    }

    @Test("a message is read whole and stays unread")
    func readsMessage() async throws {
        let text = "Subject: Hi\r\nFrom: ada@contoso.example\r\n\r\nHello\r\n"
        let script: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 1)),
            .answer { line in
                #expect(line.contains("BODY.PEEK[]"))
                return
                    "* 1 FETCH (UID 10 FLAGS () BODY[]<0> {\(text.utf8.count)}\r\n\(text))\r\n\(line.prefix { $0 != " " }) OK\r\n"
            },
            Script.ok(),
        ]
        try await ScriptedMailServer.run([script]) { server in
            let mailbox = Script.mailbox(server)
            let message = try await mailbox.message(MessageID("7.10"))
            #expect(message.summary.subject == "Hi")
            #expect(message.body.text.trimmingCharacters(in: .whitespacesAndNewlines) == "Hello")
            await #expect { try await mailbox.message(MessageID("8.10")) } throws: { error in
                (error as? MailboxError)?.kind == .messageNotFound
            }
        }
    }

    @Test("a server that tells of nothing in a huge mailbox is not asked for ever")
    func endsWithNothing() async throws {
        let inbox = "* 4294967295 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n"
        let script = [Script.greeting, Script.ok(), Script.ok(inbox)] + Array(repeating: Script.ok(), count: 40)
        try await ScriptedMailServer.run([script]) { server in
            let mailbox = Script.mailbox(server)
            let page = try await mailbox.newestMessages(3)
            #expect(page == MessagePage(messages: []))
            #expect(server.lines[0].filter { $0.contains("FETCH") }.count < 36)
        }
    }

    @Test("calls at the same time take turns")
    func takesTurns() async throws {
        let listing = Script.ok(Script.summary(1))
        let script: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 1)), listing, Script.ok(), listing,
            Script.ok(), listing,
        ]
        try await ScriptedMailServer.run([script]) { server in
            let mailbox = Script.mailbox(server)
            async let one = mailbox.newestMessages(2)
            async let two = mailbox.newestMessages(2)
            async let three = mailbox.newestMessages(2)
            let counts = try await [one, two, three].map(\.messages.count)
            #expect(counts == [1, 1, 1])
            #expect(server.lines.count == 1)
        }
    }
}
