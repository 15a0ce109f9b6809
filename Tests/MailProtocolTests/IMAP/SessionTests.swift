import MailProtocol
import OAuthCore
import Testing

@Suite("IMAP sessions")
struct SessionTests {
    @Test("a mailbox is opened, and what changes in it is kept in mind")
    func select() throws {
        var talk = Talk.authenticated()
        try talk.say(.select(IMAPSelect(.inbox, access: .readWrite)))
        // RFC 3501 §6.3.1, with a change number.
        talk.hear(
            #"""
            * 172 EXISTS
            * 1 RECENT
            * OK [UNSEEN 12] Message 12 is first unseen
            * OK [UIDVALIDITY 3857529045] UIDs valid
            * OK [UIDNEXT 4392] Predicted next UID
            * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
            * OK [PERMANENTFLAGS (\Deleted \Seen \*)] Limited
            * OK [HIGHESTMODSEQ 715194045007]
            A1 OK [READ-ONLY] SELECT completed

            """#)
        var mailbox = IMAPSelectedMailbox(name: .inbox, access: .readOnly)
        mailbox.exists = 172
        mailbox.uidValidity = 3_857_529_045
        mailbox.uidNext = 4_392
        mailbox.flags = [.answered, .flagged, .deleted, .seen, .draft]
        mailbox.permanentFlags = [.deleted, .seen, .any]
        mailbox.highestModSeq = 715_194_045_007
        #expect(talk.session.state == .selected(mailbox))
        talk.hear("* 3 EXPUNGE\n* VANISHED 5:6\n* VANISHED (EARLIER) 1:4\n* 175 EXISTS\n* 1 EXPUNGE\n")
        mailbox.exists = 174
        #expect(talk.session.state == .selected(mailbox))
    }

    @Test("a mailbox that cannot be opened leaves none open, and what waited for it is dropped")
    func selectFails() throws {
        var talk = try Talk.selected("IMAP4rev1 IDLE")
        try talk.say(.select(IMAPSelect("x")))
        try talk.say(.idle)
        let waiting = try talk.session.submit(.expunge(uids: nil)).id
        let caused = talk.hear("A2 NO [NONEXISTENT] no such mailbox\n")
        #expect(caused.suffix(2) == [.write(Array("A3 IDLE\r\n".utf8)), .event(.dropped(waiting))])
        #expect(talk.session.state == .authenticated)
    }

    @Test("data before CLOSED is about the mailbox before, RFC 7162 §3.2.11")
    func closed() throws {
        var talk = try Talk.selected("IMAP4rev1 QRESYNC CONDSTORE ENABLE")
        try talk.say(.select(IMAPSelect("x")))
        talk.hear("* 99 EXISTS\n* OK [CLOSED] closed\n* OK [UIDNEXT 7] x\n* 3 EXISTS\nA2 OK done\n")
        var mailbox = IMAPSelectedMailbox(name: "x", access: .readOnly)
        mailbox.exists = 3
        mailbox.uidNext = 7
        #expect(talk.session.state == .selected(mailbox))
    }

    @Test("answers may come in another order than the commands")
    func outOfOrder() throws {
        var talk = try Talk.selected()
        let first = try talk.session.submit(.fetch(IMAPFetchRequest(.all, .uid, [.uid])))
        let second = try talk.session.submit(.noop)
        #expect((first.actions + second.actions).sent == "A2 UID FETCH 1:* (UID)\nA3 NOOP\n")
        #expect(talk.session.pending == [first.id, second.id])
        let caused = talk.hear("A3 BAD no\nA2 OK yes\n")
        #expect(
            caused == [
                .event(.completed(second.id, IMAPStatus(.bad, text: "no"))),
                .event(.completed(first.id, IMAPStatus(.ok, text: "yes"))),
            ])
        #expect(talk.session.pending.isEmpty)
    }

    @Test("positions wait for what might move them, RFC 9051 §5.5")
    func ambiguity() throws {
        var talk = try Talk.selected()
        try talk.say(.noop)
        #expect(try talk.say(.store(IMAPStore(.one(3), .sequence, .add([.deleted])))).isEmpty)
        #expect(talk.hear("* 1 EXPUNGE\nA2 OK\n").sent == "A3 STORE 3 +FLAGS (\\Deleted)\n")
        #expect(try talk.say(.fetch(IMAPFetchRequest(.one(3), .sequence, [.uid]))).sent == "A4 FETCH 3 (UID)\n")
    }

    @Test("literals wait where LITERAL+ is missing")
    func literals() throws {
        var talk = Talk.authenticated("IMAP4rev1")
        let append = IMAPCommand.append(IMAPAppend(to: "Entwürfe\"", message: Array("hello".utf8)))
        #expect(try talk.say(append).sent == "A1 APPEND \"Entw&APw-rfe\\\"\" {5}\n")
        #expect(try talk.say(.noop).isEmpty)
        talk.hear("* 3 EXISTS\n")
        #expect(talk.hear("+ Ready\n").sent == "hello\nA2 NOOP\n")
        let caused = talk.hear("A1 OK [APPENDUID 38505 3955] APPEND completed\nA2 OK\n")
        #expect(
            caused.completions.first?.code
                == .appendUID(uidValidity: 38_505, uids: IMAPNumberSet([3_955...3_955])))
    }

    @Test("a refused literal is not sent")
    func refusedLiteral() throws {
        var talk = Talk.authenticated("IMAP4rev1")
        try talk.say(.append(IMAPAppend(to: .inbox, message: Array("hello".utf8))))
        try talk.say(.noop)
        #expect(talk.hear("A1 NO [OVERQUOTA] full\n").sent == "A2 NOOP\n")
        #expect(!talk.actions.sent.contains("hello"))
    }

    @Test("LITERAL- sends 4,096 bytes at once and waits for more, RFC 7888 §5", arguments: [4_096, 4_097])
    func literalMinus(_ count: Int) throws {
        var talk = Talk.authenticated("IMAP4rev1 LITERAL-")
        let message = [UInt8](repeating: 65, count: count)
        let sent = try talk.say(.append(IMAPAppend(to: .inbox, message: message))).sent
        #expect(sent.hasPrefix("A1 APPEND INBOX {\(count)\(count == 4_096 ? "+" : "")}\n"))
        #expect((sent.utf8.count > 4_096) == (count == 4_096))
    }

    @Test("several literals wait one after the other")
    func severalLiterals() throws {
        var talk = try Talk.selected("IMAP4rev1")
        try talk.say(.search(IMAPSearch(.and([.from("é"), .to("ü")]))))
        #expect(talk.actions.suffix(1).sent == "A2 UID SEARCH CHARSET UTF-8 FROM {2}\n")
        #expect(talk.hear("+ \n").sent == "é TO {2}\n")
        #expect(talk.hear("+ \n").sent == "ü\n")
        #expect(talk.hear("+ \n").closing == .failed(.unexpectedContinuation))
    }

    @Test("IDLE begins with the server's consent and ends for the next command, RFC 2177")
    func idle() throws {
        var talk = try Talk.selected("IMAP4rev1 IDLE")
        #expect(try talk.say(.idle).sent == "A2 IDLE\n")
        let id = talk.session.pending[0]
        #expect(talk.hear("+ idling\n") == [.event(.idling(id))])
        #expect(talk.session.idling == id)
        #expect(talk.hear("* 11 EXISTS\n").responses == [.exists(11)])
        #expect(try talk.say(.noop).sent == "DONE\n")
        #expect(try talk.say(.noop).isEmpty)
        #expect(talk.session.idling == nil)
        #expect(talk.session.endIdle().isEmpty)
        #expect(talk.hear("A2 OK IDLE terminated\n").sent == "A3 NOOP\nA4 NOOP\n")
    }

    @Test("IDLE that is to end before it began ends as soon as it begins")
    func earlyEnd() throws {
        var talk = try Talk.selected("IMAP4rev1 IDLE")
        try talk.say(.idle)
        #expect(talk.session.endIdle().isEmpty)
        #expect(talk.hear("+ idling\n").sent == "DONE\n")
    }

    @Test("goodbyes")
    func goodbye() throws {
        var talk = try Talk.selected()
        try talk.say(.logout)
        #expect(throws: IMAPCommandError.closed) { try talk.say(.noop) }
        #expect(talk.hear("* BYE see you\n").closing == nil)
        #expect(talk.hear("A2 OK\n").closing == .loggedOut)
        #expect(talk.session.receiveEnd().isEmpty)
        #expect(talk.hear("* 1 EXISTS\n").isEmpty)

        var other = try Talk.selected()
        let status = IMAPStatus(.bye, text: "Session invalidated - AccessTokenExpired")
        #expect(
            other.hear("* BYE Session invalidated - AccessTokenExpired\n* 3 EXISTS\n")
                == [.event(.response(.status(status))), .close(.bye(status))])
        var third = try Talk.selected()
        #expect(third.session.receiveEnd() == [.close(.endOfStream)])
    }

    @Test("compression begins right behind the answer, RFC 4978")
    func compression() throws {
        var talk = Talk.authenticated("IMAP4rev1 COMPRESS=DEFLATE")
        try talk.say(.compress)
        #expect(try talk.say(.noop).isEmpty)
        let deflater = try Deflater()
        let compressed = deflater.compress(Array("* 3 EXISTS\r\n".utf8))
        let caused = talk.hear(Array("A1 OK active\r\n".utf8) + compressed)
        #expect(caused.dropFirst().first == .startCompression(received: compressed))
        #expect(caused.last == .write(Array("A2 NOOP\r\n".utf8)))
        let inflater = try Inflater()
        inflater.append(compressed)
        let piece = try #require(try inflater.next())
        #expect(talk.hear(piece).responses == [.exists(3)])
    }

    @Test("Exchange, half logged in, then goodbye")
    func halfAuthenticated() throws {
        var talk = Talk.greeted("IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT LITERAL+")
        try talk.say(try xoauth2())
        talk.hear("A1 OK AUTHENTICATE completed.\n")
        try talk.say(.select(IMAPSelect(.inbox)))
        let caused = talk.hear("A2 BAD User is authenticated but not connected.\n* BYE Connection closed. 14\n")
        #expect(caused.completions == [IMAPStatus(.bad, text: "User is authenticated but not connected.")])
        #expect(caused.closing == .bye(IMAPStatus(.bye, text: "Connection closed. 14")))
    }

    struct Data: Sendable, CustomTestStringConvertible {
        var line: String
        var response: IMAPResponse

        init(_ line: String, _ response: IMAPResponse) {
            self.line = line
            self.response = response
        }

        var testDescription: String { line }
    }

    static let data: [Data] = [
        Data(
            #"LIST (\Noselect \HasChildren) "/" ~/Mail/foo"#,
            .list(
                IMAPListEntry(
                    name: "~/Mail/foo", separator: "/", attributes: [IMAPFlag("\\Noselect"), IMAPFlag("\\haschildren")])
            )),
        Data(
            #"LIST (\Sent) "\\" "Entw&APw-rfe" ("CHILDINFO" ("SUBSCRIBED") OLDNAME ("x"))"#,
            .list(IMAPListEntry(name: "Entwürfe", separator: "\\", attributes: [IMAPFlag("\\Sent")], oldName: "x"))),
        Data("ID NIL", .id([:])),
        Data(#"ID ("name" "Cyrus" "version" NIL "os" "sunos")"#, .id(["name": "Cyrus", "os": "sunos"])),
        Data(
            ##"NAMESPACE (("" "/")) NIL (("#shared/" "/" "X-PARAM" ("a" "b"))("&APw-" NIL))"##,
            .namespace(
                IMAPNamespaces(
                    personal: [.init(prefix: "", separator: "/")],
                    shared: [.init(prefix: "#shared/", separator: "/"), .init(prefix: "ü", separator: nil)]))),
        Data("SEARCH", .search([], highestModSeq: nil)),
        Data("SEARCH 2 84 882", .search([2, 84, 882], highestModSeq: nil)),
        Data("SEARCH 2 5 (MODSEQ 917162500)", .search([2, 5], highestModSeq: 917_162_500)),
        Data("FLAGS (\\Seen $x)", .flags([.seen, IMAPFlag("$X")])), Data("5 RECENT", .recent(5)),
        Data("VANISHED (EARLIER) 41,43:116", .vanished(IMAPNumberSet([41...41, 43...116]), earlier: true)),
        Data("CAPABILITY IMAP4rev1 auth=xoauth2", .capabilities(IMAPCapabilities([.imap4rev1, .auth(.xoauth2)]))),
        Data("XYZZY (a {3}\nfoo) b", .other("XYZZY")), Data("12 X-THING a", .other("X")),
        Data("OK [X-CODE a (b) c] text", .status(IMAPStatus(.ok, code: .other("X-CODE", "a (b) c"), text: "text"))),
        Data(
            "NO [BADCHARSET (UTF-8 \"x\")] no", .status(IMAPStatus(.no, code: .badCharset(["UTF-8", "x"]), text: "no"))),
        Data(
            "OK [COPYUID 38505 304,319:320 3956:3958] done",
            .status(
                IMAPStatus(
                    .ok,
                    code: .copyUID(
                        uidValidity: 38_505, from: IMAPNumberSet([304...304, 319...320]),
                        to: IMAPNumberSet([3_956...3_958])), text: "done"))),
        Data(
            "OK [MODIFIED 7,9] failed",
            .status(IMAPStatus(.ok, code: .modified(IMAPNumberSet([7, 9] as [UInt32])), text: "failed"))),
        Data("OK [UIDNEXT x] odd", .status(IMAPStatus(.ok, code: .other("UIDNEXT", "x"), text: "odd"))),
        Data("OK [", .status(IMAPStatus(.ok, text: "["))), Data("OK", .status(IMAPStatus(.ok))),
    ]

    @Test("data is read", arguments: data)
    func reads(_ data: Data) throws {
        var talk = try Talk.selected()
        #expect(talk.hear("* \(data.line)\n").responses == [data.response])
    }

    @Test("counts of mailboxes and results of searches")
    func counts() throws {
        var talk = try Talk.selected("IMAP4rev2")
        let id = try talk.session.submit(.search(IMAPSearch(.everything, returning: [.all]))).id
        var result = IMAPSearchResult(numbering: .uid, command: id)
        result.minimum = 1
        result.maximum = 4_294_967_295
        result.count = 3
        result.all = IMAPNumberSet([1...2, 4_294_967_295...4_294_967_295])
        result.highestModSeq = 9
        var status = IMAPMailboxStatus(name: "blurdybloop")
        status.messages = 231
        status.uidNext = 44_292
        status.size = 4_294_967_296
        status.mailboxID = "F1"
        let caused = talk.hear(
            """
            * ESEARCH (TAG "A2") UID MIN 1 MAX 4294967295 COUNT 3 ALL 1:2,4294967295 X (1 2) MODSEQ 9
            * STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292 SIZE 4294967296 MAILBOXID (F1) X-NEW (a))

            """)
        #expect(caused.responses == [.eSearch(result), .mailboxStatus(status)])
    }
}
