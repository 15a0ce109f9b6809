import MailProtocol
import OAuthCore
import Testing

@Suite("IMAP commands, RFC 9051 §6")
struct CommandTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var command: IMAPCommand
        var line: String

        init(_ command: IMAPCommand, _ line: String) {
            self.command = command
            self.line = line
        }

        var testDescription: String { line }
    }

    static let samples: [Sample] = [
        Sample(.capability, "CAPABILITY"), Sample(.noop, "NOOP"), Sample(.logout, "LOGOUT"),
        Sample(.namespace, "NAMESPACE"), Sample(.close, "CLOSE"), Sample(.unselect, "UNSELECT"),
        Sample(.compress, "COMPRESS DEFLATE"), Sample(.idle, "IDLE"),
        Sample(.id([:]), "ID NIL"),
        Sample(.id(["version": "1", "name": "a\"b"]), #"ID ("name" "a\"b" "version" "1")"#),
        Sample(.enable([.utf8Accept, .qResync]), "ENABLE UTF8=ACCEPT QRESYNC"),
        Sample(.list(IMAPList()), #"LIST "" "*""#),
        Sample(
            .list(
                IMAPList(
                    patterns: ["INBOX", "Entwürfe/%"], only: [.subscribed],
                    returning: [.children, .specialUse, .status([.messages, .unseen])])),
            #"LIST (SUBSCRIBED) "" ("INBOX" "Entw&APw-rfe/%") RETURN (CHILDREN SPECIAL-USE STATUS (MESSAGES UNSEEN))"#),
        Sample(.status("a b", [.messages, .uidNext]), #"STATUS "a b" (MESSAGES UIDNEXT)"#),
        Sample(.select(IMAPSelect(.inbox)), "EXAMINE INBOX"),
        Sample(.select(IMAPSelect("R&D", access: .readWrite, changes: .numbered)), "SELECT R&-D (CONDSTORE)"),
        Sample(
            .select(
                IMAPSelect(
                    .inbox, access: .readWrite,
                    changes: .since(
                        .init(
                            uidValidity: 67_890_007, modSeq: 90_060_115_194_045_000,
                            knownUIDs: IMAPNumberSet([41...211, 214...541]))))),
            "SELECT INBOX (QRESYNC (67890007 90060115194045000 41:211,214:541))"),
        Sample(.create("x"), "CREATE x"), Sample(.delete("x"), "DELETE x"),
        Sample(.rename("x", to: "y z"), #"RENAME x "y z""#), Sample(.subscribe("x"), "SUBSCRIBE x"),
        Sample(.unsubscribe("x"), "UNSUBSCRIBE x"),
        Sample(
            .append(
                IMAPAppend(
                    to: "Sent", flags: [.seen, IMAPFlag("$x")], internalDate: UnixTime(760_000_000),
                    message: Array("a\r\nb".utf8))),
            "APPEND Sent (\\Seen $x) \"31-Jan-1994 07:06:40 +0000\" {4+}\na\nb"),
        Sample(.expunge(uids: nil), "EXPUNGE"), Sample(.expunge(uids: .range(1...3)), "UID EXPUNGE 1:3"),
        Sample(
            .fetch(IMAPFetchRequest(.range(1...10), .sequence, IMAPFetchRequest.summary)),
            "FETCH 1:10 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"),
        Sample(
            .fetch(
                IMAPFetchRequest(
                    .from(7), .uid,
                    [
                        .section(IMAPSection()), .section(IMAPSection(part: [1, 2], .mime)),
                        .section(IMAPSection(.text)),
                        .section(IMAPSection(.headerFields(["From", "To"]))),
                        .partial(IMAPSection(part: [3]), offset: 0, count: 2_048),
                    ])),
            "UID FETCH 7:* (BODY.PEEK[] BODY.PEEK[1.2.MIME] BODY.PEEK[TEXT] "
                + "BODY.PEEK[HEADER.FIELDS (From To)] BODY.PEEK[3]<0.2048>)"),
        Sample(
            .fetch(IMAPFetchRequest(.all, .uid, [.flags], changedSince: 12_345, reportsVanished: true)),
            "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 12345 VANISHED)"),
        Sample(.store(IMAPStore(.one(2), .uid, .add([.seen]))), "UID STORE 2 +FLAGS (\\Seen)"),
        Sample(
            .store(IMAPStore(.last, .sequence, .replace([]), tellsResult: false, unchangedSince: 5)),
            "STORE * (UNCHANGEDSINCE 5) FLAGS.SILENT ()"),
        Sample(.copy(.saved, .uid, to: "Archive"), "UID COPY $ Archive"),
        Sample(.move(.numbers(IMAPNumberSet([3, 5] as [UInt32])), .sequence, to: "a"), "MOVE 3,5 a"),
        Sample(.search(IMAPSearch(.everything, .sequence)), "SEARCH ALL"),
        Sample(
            .search(
                IMAPSearch(
                    .and([.notFlag(.seen), .from("Smith"), .since(UnixTime(760_000_000))]),
                    returning: [.minimum, .maximum, .count])),
            "UID SEARCH RETURN (MIN MAX COUNT) UNSEEN FROM \"Smith\" SINCE 31-Jan-1994"),
        Sample(
            .search(
                IMAPSearch(
                    .or(.not(.subject("x")), .and([.flag(IMAPFlag("$x")), .notFlag(.recent), .header("X-A", "")])),
                    returning: [.save])),
            #"UID SEARCH RETURN (SAVE) OR NOT SUBJECT "x" (KEYWORD $x OLD HEADER X-A "")"#),
        Sample(
            .search(IMAPSearch(.and([.body("тест"), .larger(10), .modSeq(7), .uid(.from(4))]))),
            "UID SEARCH CHARSET UTF-8 BODY {8+}\nтест LARGER 10 MODSEQ 7 UID 4:*"),
    ]

    @Test("are written so", arguments: samples)
    func written(_ sample: Sample) throws {
        var talk = try Talk.selected("IMAP4rev2 ID UTF8=ACCEPT QRESYNC COMPRESS=DEFLATE LITERAL+")
        try talk.say(.enable([.qResync]))
        talk.hear("* ENABLED QRESYNC\nA2 OK\n")
        #expect(try talk.say(sample.command).sent == "A3 \(sample.line)\n")
    }

    @Test("UTF-8 once it is on, RFC 6855 §3")
    func utf8() throws {
        var talk = Talk.authenticated("IMAP4rev1 ENABLE UTF8=ACCEPT LITERAL+")
        try talk.say(.enable([.utf8Accept]))
        #expect(try talk.say(.create("Entwürfe")).isEmpty)
        #expect(talk.hear("* ENABLED UTF8=ACCEPT\nA1 OK\n").sent == "A2 CREATE \"Entwürfe\"\n")
        talk.hear("A2 OK\n")
        let caused = talk.hear("* LIST () \"/\" \"日本\"\n* LIST () NIL {2}\né\n")
        #expect(
            caused.responses == [
                .list(IMAPListEntry(name: "日本", separator: "/")), .list(IMAPListEntry(name: "é")),
            ])
    }

    static let refusals: [(IMAPCommand, IMAPCommandError)] = [
        (.fetch(IMAPFetchRequest(.numbers(IMAPNumberSet([UInt32]())), .uid, [.uid])), .empty),
        (.fetch(IMAPFetchRequest(.all, .uid, [])), .empty),
        (.fetch(IMAPFetchRequest(.all, .uid, [.section(IMAPSection(.headerFields(["a b"])))])), .notWritable),
        (
            .fetch(IMAPFetchRequest(.all, .uid, [.section(IMAPSection(.headerFields(["a\r\nA9 LOGOUT"])))])),
            .notWritable
        ),
        (.fetch(IMAPFetchRequest(.all, .uid, [.partial(.message, offset: 0, count: 0)])), .notWritable),
        (.fetch(IMAPFetchRequest(.all, .sequence, [.uid], changedSince: 1, reportsVanished: true)), .notWritable),
        (.store(IMAPStore(.all, .uid, .add([]))), .empty),
        (.store(IMAPStore(.all, .uid, .add([IMAPFlag("x) y")]))), .notWritable),
        (.search(IMAPSearch(.flag(IMAPFlag("\\Odd")))), .notWritable),
        (.search(IMAPSearch(.text("a\0b"))), .notWritable),
        (.create(""), .empty), (.create("a\0"), .notWritable),
        (.append(IMAPAppend(to: .inbox, message: [])), .empty),
        (.append(IMAPAppend(to: .inbox, message: [0])), .notWritable),
        (.list(IMAPList(patterns: [])), .empty), (.enable([]), .empty),
        (.enable([IMAPCapability("a b")]), .notWritable),
        (.status(.inbox, []), .empty), (.copy(.numbers(IMAPNumberSet([UInt32]())), .uid, to: .inbox), .empty),
        (.expunge(uids: .one(1)), .unsupported(.uidPlus)), (.move(.all, .uid, to: "x"), .unsupported(.move)),
        (.select(IMAPSelect(.inbox, changes: .numbered)), .unsupported(.condStore)),
        (.search(IMAPSearch(.everything, returning: [.count])), .unsupported(.eSearch)), (.startTLS, .wrongState),
    ]

    @Test("what cannot be written, or not be done, is refused before anything is sent", arguments: refusals)
    func refused(_ command: IMAPCommand, _ error: IMAPCommandError) throws {
        var talk = try Talk.selected()
        #expect(throws: error) { try talk.say(command) }
        #expect(talk.session.pending.isEmpty)
    }

    @Test("nothing but the login before the login, and messages in an open mailbox alone")
    func stages() throws {
        var talk = Talk.greeted()
        #expect(throws: IMAPCommandError.wrongState) { try talk.say(.select(IMAPSelect(.inbox))) }
        var other = Talk.authenticated()
        #expect(throws: IMAPCommandError.wrongState) {
            try other.say(.fetch(IMAPFetchRequest(.all, .uid, [.uid])))
        }
        #expect(throws: IMAPCommandError.wrongState) { try other.say(try xoauth2()) }
    }

    @Test("line breaks in names and texts cannot become commands")
    func injection() throws {
        var talk = try Talk.selected("IMAP4rev1")
        #expect(try talk.say(.search(IMAPSearch(.subject("x\r\nA9 LOGOUT")))).sent == "A2 UID SEARCH SUBJECT {12}\n")
        #expect(talk.hear("+ go\n").sent == "x\nA9 LOGOUT\n")
        var other = try Talk.selected()
        #expect(try other.say(.create("x\r\ny")).sent == "A2 CREATE x&AA0ACg-y\n")
    }
}
