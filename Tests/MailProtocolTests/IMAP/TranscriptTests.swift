import MailProtocol
import OAuthCore
import Testing

@Suite("IMAP transcripts, whole and in pieces")
struct TranscriptTests {
    /// What the client asks, and what the server then says, written with line feeds.
    struct Transcript: Sendable, CustomTestStringConvertible {
        enum Step: Sendable {
            case ask(IMAPCommand, IMAPPipelining = .whenSafe)
            case hear(String)
        }

        var testDescription: String
        var steps: [Step]
    }

    private static func login(_ user: String) -> IMAPCommand {
        // The credentials are valid, so there is always a command.
        guard let command = try? xoauth2(user) else { return .noop }
        return command
    }

    static let exchange = Transcript(
        testDescription: "Exchange",
        steps: [
            .hear("* OK The Microsoft Exchange IMAP4 service is ready. [QQBNADAAUAAxADkA]\n"), .ask(.capability),
            .hear(
                "* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE "
                    + "NAMESPACE LITERAL+\nA1 OK CAPABILITY completed.\n"),
            .ask(login("test@contoso.onmicrosoft.com")), .hear("A2 OK AUTHENTICATE completed.\n"),
            .ask(.select(IMAPSelect(.inbox))),
            .hear(
                """
                * 2 EXISTS
                * 0 RECENT
                * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $MDNSent)
                * OK [PERMANENTFLAGS ()] Permanent flags
                * OK [UIDVALIDITY 14] UIDVALIDITY value
                * OK [UIDNEXT 99] The next unique identifier value
                A3 OK [READ-ONLY] EXAMINE completed.

                """),
            .ask(.fetch(IMAPFetchRequest(.range(1...2), .sequence, IMAPFetchRequest.summary))),
            .hear(
                """
                * 1 FETCH (UID 97 FLAGS (\\Seen) INTERNALDATE "01-Feb-2024 09:00:00 +0000" RFC822.SIZE 12345 ENVELOPE ("Thu, 1 Feb 2024 10:00:00 +0100" {28}
                =?utf-8?B?w5xiZXJzaWNodA==?= (("=?utf-8?Q?J=C3=B6rg?=" NIL "joerg" "contoso.example")) (("J" NIL "joerg" "contoso.example")) NIL ((NIL NIL "test" "contoso.onmicrosoft.com")) NIL NIL NIL "<1@contoso.example>") BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") NIL NIL "base64" 120 2 NIL NIL NIL NIL) ("application" "pdf" ("name" "a.pdf") NIL NIL "base64" 7800 NIL ("attachment" ("filename" "a.pdf")) NIL NIL) "mixed" ("boundary" "b") NIL NIL))
                * 2 FETCH (UID 98 FLAGS () ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1))
                * 3 EXISTS
                A4 OK FETCH completed.

                """),
            .ask(.idle), .hear("+ IDLE accepted, awaiting DONE command.\n* 4 EXISTS\n"),
            .hear("* BYE Session invalidated - AccessTokenExpired\n"),
        ])

    static let gmail = Transcript(
        testDescription: "Gmail",
        steps: [
            .hear("* OK Gimap ready for requests from 203.0.113.7 a1mb3\n"), .ask(.capability),
            .hear(
                "* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR "
                    + "AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER\n"
                    + "A1 OK Thats all she wrote! a1mb3\n"),
            .ask(login("someuser@example.com")),
            .hear(
                "* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS "
                    + "COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- "
                    + "SPECIAL-USE APPENDLIMIT=35651584\nA2 OK someuser@example.com authenticated (Success)\n"),
            .ask(.list(IMAPList(returning: [.specialUse]))),
            .hear(
                """
                * LIST (\\HasNoChildren) "/" "INBOX"
                * LIST (\\HasChildren \\Noselect) "/" "[Gmail]"
                * LIST (\\All \\HasNoChildren) "/" "[Gmail]/Alle Nachrichten"
                * LIST (\\Drafts \\HasNoChildren) "/" "[Gmail]/Entw&APw-rfe"
                A3 OK Success

                """),
            .ask(.select(IMAPSelect(.inbox, access: .readWrite, changes: .numbered))),
            .hear(
                """
                * FLAGS (\\Answered \\Flagged \\Draft \\Deleted \\Seen $Phishing $NotPhishing)
                * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Draft \\Deleted \\Seen \\*)] Flags permitted.
                * OK [UIDVALIDITY 3] UIDs valid.
                * 12 EXISTS
                * 0 RECENT
                * OK [UIDNEXT 40] Predicted next UID.
                * OK [HIGHESTMODSEQ 5531] Selected.
                A4 OK [READ-WRITE] INBOX selected. (Success)

                """),
            .ask(.fetch(IMAPFetchRequest(.one(39), .uid, [.section(IMAPSection())]))),
            .hear(
                "* 12 FETCH (X-GM-MSGID 1278455344230334865 UID 39 MODSEQ (5531) BODY[] {90}\n"
                    + String(repeating: "0123456789", count: 9) + " FLAGS (\\Seen))\nA5 OK Success\n"),
            .ask(.move(.one(39), .uid, to: "[Gmail]/Alle Nachrichten")),
            .hear("* OK [COPYUID 5 39 77]\n* 12 EXPUNGE\nA6 OK [HIGHESTMODSEQ 5532] (Success)\n"), .ask(.logout),
            .hear("* BYE LOGOUT Requested\nA7 OK 73 good day (Success)\n"),
        ])

    static let dovecot = Transcript(
        testDescription: "Dovecot",
        steps: [
            .hear(
                "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=XOAUTH2 "
                    + "AUTH=OAUTHBEARER] Dovecot (Debian) ready.\n"),
            .ask(login("a@b")), .ask(.select(IMAPSelect(.inbox, access: .readWrite)), .behindFreshLogin),
            .hear(
                """
                A1 OK [CAPABILITY IMAP4rev1 SASL-IR ID ENABLE IDLE SORT ESEARCH WITHIN CONDSTORE QRESYNC MOVE NAMESPACE UIDPLUS LIST-STATUS SPECIAL-USE LITERAL+ UNSELECT SEARCHRES] Logged in
                * FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)
                * OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] Flags permitted.
                * 10000 EXISTS
                * 0 RECENT
                * OK [UIDVALIDITY 1700000000] UIDs valid
                * OK [UIDNEXT 10001] Predicted next UID
                * OK [HIGHESTMODSEQ 3] Highest
                A2 OK [READ-WRITE] Select completed (0.001 + 0.000 secs).

                """),
            .ask(.search(IMAPSearch(.subject("ü\u{1}"), returning: [.all, .save]))), .ask(.noop),
            .hear("A4 OK NOOP completed.\n* ESEARCH (TAG \"A3\") UID ALL 1:2,9\nA3 OK Search completed.\n"),
            .ask(.store(IMAPStore(.saved, .uid, .add([.flagged]), unchangedSince: 3))),
            .hear(
                "* 1 FETCH (UID 1 MODSEQ (4) FLAGS (\\Flagged))\n* OK \nA5 OK [MODIFIED 2] Conditional store failed.\n"),
            .ask(.unselect), .hear("A6 OK Unselect completed.\n"), .ask(.enable([.qResync])),
            .hear("* ENABLED QRESYNC\nA7 OK Enabled.\n"),
            .ask(.select(IMAPSelect(.inbox, changes: .since(.init(uidValidity: 1_700_000_000, modSeq: 3))))),
            .hear("* VANISHED (EARLIER) 4,6:9\n* 1 FETCH (UID 1 FLAGS () MODSEQ (9))\nA8 OK [READ-ONLY] done\n"),
        ])

    static let refusal = Transcript(
        testDescription: "a refusal",
        steps: [
            .hear("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] Gimap\n"), .ask(login("a@b")),
            .hear("+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=\nA1 NO [AUTHENTICATIONFAILED] no (Failure)\n"),
            .ask(.logout), .hear("* BYE bye\nA2 OK bye\n"),
        ])

    static let all = [exchange, gmail, dovecot, refusal]

    static var limits: IMAPLimits {
        var limits = IMAPLimits()
        limits.literalBytes = 50
        return limits
    }

    /// Runs a transcript; what the server says is cut into the pieces that `cut` makes of it.
    private func run(_ transcript: Transcript, _ cut: ([UInt8], Int) -> [[UInt8]]) throws -> (Talk, [IMAPAction]) {
        var talk = Talk(limits: Self.limits)
        var position = 0
        for step in transcript.steps {
            switch step {
            case .ask(let command, let pipelining): try talk.say(command, pipelining)
            case .hear(let text):
                let bytes = Array(text.replacing("\n", with: "\r\n").utf8)
                for piece in cut(bytes, position) { talk.hear(piece) }
                position += bytes.count
            }
        }
        return (talk, talk.actions.joined)
    }

    @Test("ends as it should", arguments: all)
    func whole(_ transcript: Transcript) throws {
        let (talk, actions) = try run(transcript) { bytes, _ in [bytes] }
        #expect(!actions.responses.contains { if case .unreadable = $0 { true } else { false } })
        switch transcript.testDescription {
        case "Exchange":
            #expect(actions.closing == .bye(IMAPStatus(.bye, text: "Session invalidated - AccessTokenExpired")))
            let summary = MessageSummary(try #require(actions.fetched.first), id: MessageID("97"))
            #expect(summary.subject == "Übersicht")
            #expect(summary.from == MailAddress(name: "Jörg", address: "joerg@contoso.example"))
            #expect(summary.hasAttachments)
        case "Gmail":
            #expect(actions.closing == .loggedOut)
            #expect(actions.fetched.first?.flags == [.seen])
            let uses = actions.responses.compactMap { if case .list(let entry) = $0 { entry.use } else { nil } }
            #expect(uses == [.inbox, .all, .drafts])
        case "Dovecot":
            #expect(talk.session.pending.isEmpty)
            #expect(talk.session.isSelected(.inbox))
        default: #expect(actions.closing == .loggedOut)
        }
    }

    @Test("byte by byte it is the same", arguments: all)
    func byteByByte(_ transcript: Transcript) throws {
        let (_, whole) = try run(transcript) { bytes, _ in [bytes] }
        let (_, slow) = try run(transcript) { bytes, _ in bytes.map { [$0] } }
        #expect(slow == whole)
    }

    @Test("cut in two at every point it is the same", arguments: all)
    func everySplit(_ transcript: Transcript) throws {
        let (_, whole) = try run(transcript) { bytes, _ in [bytes] }
        var count = 0
        for case .hear(let text) in transcript.steps { count += text.replacing("\n", with: "\r\n").utf8.count }
        for point in 0..<count {
            let (_, actions) = try run(transcript) { bytes, position in
                let cut = min(max(0, point - position), bytes.count)
                return [Array(bytes[..<cut]), Array(bytes[cut...])]
            }
            #expect(actions == whole, "cut at \(point)")
            if actions != whole { return }
        }
    }

    @Test("bytes changed, lost, doubled and moved never trap, and always end in order", arguments: all)
    func mutations(_ transcript: Transcript) {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            // xorshift: the same in every run.
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(max(1, bound)))
        }
        let syntax = Array("(){}[]<>\"\\*%+~ \r\n0919:,-NIL".utf8) + [0, 0x80, 0xFF]
        for _ in 0..<300 {
            var talk = Talk(limits: Self.limits)
            for step in transcript.steps {
                switch step {
                case .ask(let command, let pipelining): _ = try? talk.say(command, pipelining)
                case .hear(let text):
                    var bytes = Array(text.replacing("\n", with: "\r\n").utf8)
                    for _ in 0..<next(4) where !bytes.isEmpty {
                        let position = next(bytes.count)
                        switch next(5) {
                        case 0: bytes[position] = UInt8(next(256))
                        case 1: bytes[position] = syntax[next(syntax.count)]
                        case 2: bytes.remove(at: position)
                        case 3: bytes.insert(syntax[next(syntax.count)], at: position)
                        default: bytes.swapAt(position, next(bytes.count))
                        }
                    }
                    talk.hear(bytes)
                }
            }
            // Nothing follows the end, and everything fetched can be shown.
            let closings = talk.actions.count { if case .close = $0 { true } else { false } }
            #expect(closings <= 1)
            for message in talk.actions.fetched { _ = MessageSummary(message, id: MessageID("1")) }
        }
    }
}

extension IMAPSession {
    /// Whether this mailbox is open.
    func isSelected(_ name: IMAPMailboxName) -> Bool {
        if case .selected(let mailbox) = state { mailbox.name == name } else { false }
    }
}
