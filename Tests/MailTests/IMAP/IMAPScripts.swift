import MailProtocol
import OAuthCore

@testable import Mail

/// Pieces of what servers say.
enum IMAPScript {
    typealias Step = ScriptedMailServer.Step

    static let now = UnixTime(1_795_000_000)
    static let fresh = MailToken(Secret("token-that-never-shows"), expiresAt: now + 3_600)

    /// A greeting that tells everything.
    static let greeting = Step.send("* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ IDLE AUTH=XOAUTH2] ready\r\n")

    /// Answers a command with untagged lines and `OK`, under whatever tag it came.
    static func ok(_ untagged: String = "") -> Step {
        .answer { line in "\(untagged)\(tag(line)) OK done\r\n" }
    }

    /// Answers a command with untagged lines and this status.
    static func status(_ status: String, _ untagged: String = "") -> Step {
        .answer { line in "\(untagged)\(tag(line)) \(status)\r\n" }
    }

    static func inbox(exists: Int, validity: Int = 7) -> String {
        "* \(exists) EXISTS\r\n* OK [UIDVALIDITY \(validity)] valid\r\n* OK [UIDNEXT \(exists * 10 + 1)] next\r\n"
    }

    /// What a server says of the message at a position; its UID is ten times that.
    static func summary(_ number: Int) -> String {
        let date = "\"Wed, 18 Nov 2026 10:00:00 +0000\""
        return """
            * \(number) FETCH (UID \(number * 10) FLAGS (\\Seen) INTERNALDATE "18-Nov-2026 10:00:00 +0000" \
            RFC822.SIZE 100 ENVELOPE (\(date) "Message \(number)" (("Ada" NIL "ada" "contoso.example")) NIL NIL NIL NIL \
            NIL NIL "<\(number)@contoso.example>") BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1))\r\n
            """
    }

    static func summaries(_ numbers: ClosedRange<Int>) -> String { numbers.map(summary).joined() }

    static func mailbox(
        _ server: ScriptedMailServer, token: MailToken = fresh, memory: IMAPMailboxMemory = IMAPMailboxMemory(),
        options: IMAPMailboxOptions = IMAPMailboxOptions(), clock: @escaping @Sendable () -> UnixTime = { now }
    ) -> IMAPMailbox {
        IMAPMailbox(
            server: MailServer(host: "127.0.0.1", port: server.port, security: .unsafePlaintext),
            user: "megan@contoso.example", tokens: .fixed(token), options: options, memory: memory, clock: clock)
    }

    private static func tag(_ line: String) -> Substring { line.prefix { $0 != " " } }
}
