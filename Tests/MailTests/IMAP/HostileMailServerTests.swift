import MailProtocol
import OAuthCore
import Testing

@testable import Mail

/// What a server does, and how that ends.
struct Hostility: Sendable, CustomTestStringConvertible {
    var name: String
    var steps: [ScriptedMailServer.Step]
    var kind: MailboxError.Kind
    /// A part of the error's text.
    var reason: String
    /// How long the client waits, in seconds.
    var patience: Seconds = 60

    var testDescription: String { name }

    private typealias Script = IMAPScript
    private static let open = [Script.greeting, Script.ok(), Script.ok(Script.inbox(exists: 3))]

    static let all = [
        Self(
            name: "a greeting that does not end",
            steps: [.send("* OK "), .flood(String(repeating: "hello ", count: 99))],
            kind: .malformedAnswer, reason: "a line of more than 65536 bytes"),
        Self(
            name: "a greeting of another protocol", steps: [.send("220 mail.example ESMTP\r\n")],
            kind: .malformedAnswer, reason: "a greeting that cannot be read"),
        Self(
            name: "a list of capabilities that does not end",
            steps: [
                .send("* OK hello\r\n"), .line("A1 CAPABILITY"), .send("* CAPABILITY"),
                .flood(String(repeating: " X-MORE", count: 999)),
            ],
            kind: .malformedAnswer, reason: "more than"),
        Self(
            name: "capabilities again and again",
            steps: [
                .send("* OK hello\r\n"), .line("A1 CAPABILITY"),
                .flood(String(repeating: "* CAPABILITY IMAP4rev1\r\n", count: 99)),
            ],
            kind: .malformedAnswer, reason: "more than 1000 responses"),
        Self(
            name: "a challenge that never ends",
            steps: [Script.greeting, .line("A1 AUTHENTICATE XOAUTH2 "), .flood("+ e30=\r\n+ e30=\r\n")],
            kind: .malformedAnswer, reason: "does not stop asking"),
        Self(
            name: "a challenge without an end of its line",
            steps: [
                Script.greeting, .line("A1 AUTHENTICATE XOAUTH2 "), .send("+ "),
                .flood(String(repeating: "QUFB", count: 999)),
            ],
            kind: .malformedAnswer, reason: "more than"),
        Self(
            name: "a question that nobody asked", steps: [.send("* PREAUTH hello\r\n+ what?\r\n")],
            kind: .malformedAnswer, reason: "input where there is none"),
        Self(
            name: "an answer to no command", steps: [.send("* OK hello\r\nA99 OK done\r\n")],
            kind: .malformedAnswer, reason: "a command that was not sent"),
        Self(
            name: "a literal in a place where it has to be kept",
            steps: open + [.send("* LIST () \"/\" {5000000}\r\n"), .flood(String(repeating: "z", count: 999))],
            kind: .malformedAnswer, reason: "5000000 bytes at once"),
        Self(
            name: "a literal larger than any message",
            steps: open + [.send("* 3 FETCH (BODY[] {9000000000000}\r\n"), .flood(String(repeating: "z", count: 999))],
            kind: .malformedAnswer, reason: "9000000000000 bytes at once"),
        Self(
            name: "a literal whose size is none",
            steps: open + [.send("* 3 FETCH (BODY[] {99999999999999999999}\r\n")],
            kind: .malformedAnswer, reason: "whose size makes no sense"),
        Self(
            name: "brackets that do not end",
            steps: open + [.send("* 3 FETCH (BODYSTRUCTURE "), .flood(String(repeating: "(", count: 1_000))],
            kind: .malformedAnswer, reason: "more than"),
        Self(
            name: "a goodbye instead of a greeting", steps: [.send("* BYE go away\r\n"), .close],
            kind: .unavailable, reason: "go away"),
        Self(
            name: "a goodbye instead of an answer", steps: open + [.send("* BYE I am tired\r\n"), .close],
            kind: .unavailable, reason: "I am tired"),
        Self(
            name: "a goodbye in the middle of a literal",
            steps: open + [.send("* 3 FETCH (BODY[] {100}\r\nSubject: H\r\n* BYE out of memory\r\n"), .close],
            kind: .unavailable, reason: "closed the connection"),
        Self(
            name: "a goodbye with the connection left open", steps: open + [.send("* BYE shutting down\r\n")],
            kind: .unavailable, reason: "shutting down"),
        Self(
            name: "a connection that is closed in one direction before the greeting", steps: [.closeOutput],
            kind: .unavailable, reason: "closed the connection"),
        Self(
            name: "a connection that is closed in one direction during the login",
            steps: [Script.greeting, .closeOutput], kind: .unavailable, reason: "closed the connection"),
        Self(
            name: "a connection that is closed in one direction in the middle of a response",
            steps: open + [.send("* 3 FETCH (FLAGS"), .closeOutput], kind: .unavailable,
            reason: "closed the connection"),
        Self(
            name: "silence instead of a greeting", steps: [.line("never")], kind: .unavailable,
            reason: "said nothing for 1 second", patience: 1),
        Self(
            name: "a greeting a letter at a time", steps: [.drip("x", milliseconds: 20)], kind: .unavailable,
            reason: "said nothing for 1 second", patience: 1),
        Self(
            name: "an answer a letter at a time",
            steps: open + [.send("* SEARCH"), .drip(" 1", milliseconds: 20)], kind: .unavailable,
            reason: "said nothing for 1 second", patience: 1),
    ]
}

@Suite("A hostile server, over a socket", .serialized)
struct HostileMailServerTests {
    private static func options(_ patience: Seconds) -> IMAPMailboxOptions {
        var limits = IMAPLimits()
        // The sooner the server has said too much.
        limits.dataLineBytes = 100_000
        return IMAPMailboxOptions(stream: MailStreamOptions(readTimeout: patience), limits: limits)
    }

    @Test("ends in an error that says why, and with the connection closed", arguments: Hostility.all)
    func ends(hostility: Hostility) async throws {
        try await ScriptedMailServer.run([hostility.steps]) { server in
            let mailbox = IMAPScript.mailbox(server, options: Self.options(hostility.patience))
            await #expect { try await mailbox.newestMessages(3) } throws: { error in
                guard let error = error as? MailboxError else { return false }
                return error.kind == hostility.kind && error.reason.contains(hostility.reason)
                    && !"\(error)".contains("token-that-never-shows")
            }
            await server.waitForEnd()
            #expect(server.mismatches.isEmpty)
            #expect(server.lines.count == 1)
        }
    }

    @Test("does not get the token twice, however often it asks")
    func keepsToken() async throws {
        let steps: [ScriptedMailServer.Step] = [IMAPScript.greeting, .flood("+ \r\n")]
        try await ScriptedMailServer.run([steps]) { server in
            _ = try? await IMAPScript.mailbox(server).newestMessages(3)
            await server.waitForEnd()
            let sent = server.lines.flatMap { $0 }.filter { $0.count > 60 }
            #expect(sent.count <= 1)
        }
    }
}
