import Foundation
import MailProtocol
import OAuthCore
import Testing

@testable import Mail

@Suite("Downloading and watching an inbox over IMAP")
struct IMAPDownloadTests {
    private typealias Script = IMAPScript

    private func message(_ number: Int, _ text: String) -> String {
        "* \(number) FETCH (UID \(number * 10) BODY[] {\(text.utf8.count)}\r\n\(text))\r\n"
    }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "download-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    @Test("goes on with the next message when the session ends in the middle of one")
    func resumes() async throws {
        let large = String(repeating: "x", count: 200_000)
        let first: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 3)), .line("A"),
            .send(message(1, "one") + "* 2 FETCH (UID 20 BODY[] {200000}\r\n" + large.prefix(150_000)), .close,
        ]
        let second: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 3)), Script.ok("* SEARCH 10 20 30\r\n"),
            .answer { line in
                #expect(line.contains("UID FETCH 20:*"))
                return message(2, large) + message(3, "three") + "\(line.prefix { $0 != " " }) OK\r\n"
            },
        ]
        try await withFolder { folder in
            try await ScriptedMailServer.run([first, second]) { server in
                let progress = try await Script.mailbox(server).download(into: folder)
                #expect(progress.messages == 3)
                #expect(progress.reconnections == 1)
                #expect(progress.bytes == UInt64(3 + large.utf8.count + 5))
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            #expect(names == ["7.10.eml", "7.20.eml", "7.30.eml"])
            #expect(try String(contentsOf: folder.appending(path: "7.20.eml"), encoding: .utf8) == large)
        }
    }

    @Test("gives up on a server that ends every session")
    func givesUp() async throws {
        let script: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 3)), .line("A"), .close,
        ]
        try await withFolder { folder in
            try await ScriptedMailServer.run([script, script, script, script]) { server in
                await #expect(throws: MailboxError.self) { try await Script.mailbox(server).download(into: folder) }
                #expect(server.lines.count < 4)
            }
        }
    }

    @Test("says that a file cannot be written, and asks no server again")
    func reportsFullDisk() async throws {
        try await withFolder { folder in
            try Data().write(to: folder)
            try await ScriptedMailServer.run([]) { server in
                await #expect(throws: MailboxError.self) { try await Script.mailbox(server).download(into: folder) }
                #expect(server.lines.isEmpty)
            }
        }
    }

    @Test("waiting ends when a message comes")
    func watches() async throws {
        let script: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 3)),
            .answer { _ in "+ idling\r\n* 4 EXISTS\r\n" },
            .line("DONE"), .send("A3 OK done\r\n"),
        ]
        try await ScriptedMailServer.run([script]) { server in
            let hasChanged = try await Script.mailbox(server).waitForChange(atMost: 600)
            #expect(hasChanged)
            #expect(server.mismatches.isEmpty)
        }
    }
    @Test("waiting ends when its time is over, and the connection serves on")
    func stopsWatching() async throws {
        let script: [Script.Step] = [
            Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 1)), .answer { _ in "+ idling\r\n" },
            .line("DONE"), .send("A3 OK done\r\n"), Script.ok(), Script.ok(Script.summary(1)),
        ]
        try await ScriptedMailServer.run([script]) { server in
            let start = ContinuousClock.now
            let mailbox = Script.mailbox(server) {
                Script.now + Seconds((ContinuousClock.now - start).components.seconds)
            }
            let hasChanged = try await mailbox.waitForChange(atMost: 1)
            #expect(!hasChanged)
            let page = try await mailbox.newestMessages(1)
            #expect(page.messages.count == 1)
            #expect(server.mismatches.isEmpty)
        }
    }
}
