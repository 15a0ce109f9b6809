import OAuthCore
import Testing

@testable import MailProtocol

@Suite("Reading mail at the server's side of IMAP, RFC 3501")
struct IMAPServerSessionTests {
    static let simple = """
        From: "Megan, M." <megan@contoso.example>
        To: Group: a@x.example, =?utf-8?Q?J=C3=B6rg?= <joerg@x.example>;
        Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=
         folded
        Date: Wed, 17 Jul 1996 23:59:00 -0700
        Message-ID: <1@x.example>

        Hello
        world

        """
    static let mixed = """
        From: a@x.example
        Subject: parts
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64

        R3LDvMOfZQ==
        --b
        Content-Type: message/rfc822
        Content-Disposition: attachment; filename*=utf-8''%C3%BC.eml

        From: b@x.example
        Subject: inner

        inner text
        --b--

        """

    private static func opened(_ persona: IMAPServerPersona = .exchange(host: "h")) -> IMAPConversation {
        .opened(MemoryAccount([simple, mixed, "Subject: third\n\nlast\n"]), persona)
    }

    @Test("opening a folder tells what it holds")
    func select() {
        var conversation = Self.opened()
        let answer = conversation.say("1 SELECT inbox")
        #expect(answer.hasPrefix("* 3 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen "))
        for line in ["* OK [UNSEEN 1]", "* OK [UIDVALIDITY 100]", "* OK [UIDNEXT 4]"] { #expect(answer.contains(line)) }
        #expect(answer.hasSuffix("1 OK [READ-WRITE] SELECT completed.\r\n"))
        #expect(conversation.say("2 EXAMINE INBOX").hasSuffix("2 OK [READ-ONLY] EXAMINE completed.\r\n"))
        #expect(conversation.say("3 SELECT nowhere") == "3 NO Mailbox does not exist.\r\n")
        #expect(conversation.say("4 FETCH 1 FLAGS") == "4 BAD Command received in Invalid state.\r\n")
    }

    @Test("envelopes are rendered from the header, RFC 9051 §7.5.2")
    func envelope() {
        var conversation = Self.opened()
        #expect(
            conversation.say("1 FETCH 1 ENVELOPE")
                == "* 1 FETCH (ENVELOPE (\"Wed, 17 Jul 1996 23:59:00 -0700\" \"=?utf-8?Q?Gr=C3=BC=C3=9Fe?= folded\""
                + " ((\"Megan, M.\" NIL \"megan\" \"contoso.example\"))"
                + " ((\"Megan, M.\" NIL \"megan\" \"contoso.example\"))"
                + " ((\"Megan, M.\" NIL \"megan\" \"contoso.example\"))"
                + " ((NIL NIL \"Group\" NIL)(NIL NIL \"a\" \"x.example\")(\"=?utf-8?B?SsO2cmc=?=\" NIL \"joerg\""
                + " \"x.example\")(NIL NIL NIL NIL)) NIL NIL NIL \"<1@x.example>\"))\r\n1 OK FETCH completed.\r\n")
    }

    @Test("structures are rendered with what is inside")
    func structure() {
        var conversation = Self.opened()
        let inner =
            "(NIL \"inner\" ((NIL NIL \"b\" \"x.example\")) ((NIL NIL \"b\" \"x.example\")) ((NIL NIL \"b\" \"x.example\")) NIL NIL NIL NIL NIL)"
        #expect(
            conversation.say("1 FETCH 2 (BODYSTRUCTURE)")
                == "* 2 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"BASE64\" 12 0 NIL NIL NIL NIL)"
                + "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 47 \(inner) (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 10 0 NIL NIL NIL NIL) 3"
                + " NIL (\"ATTACHMENT\" (\"FILENAME*\" \"utf-8''%C3%BC.eml\")) NIL NIL)"
                + " \"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL NIL))\r\n1 OK FETCH completed.\r\n")
        let body = conversation.say("2 FETCH 2 BODY")
        #expect(body.contains("(BODY ((") && body.contains(" \"MIXED\"))") && !body.contains("ATTACHMENT"))
    }

    @Test(
        "sections name pieces of a message",
        arguments: [
            ("BODY.PEEK[]<0.5>", "BODY[]<0>", "From:"), ("BODY.PEEK[]<9999.5>", "BODY[]<9999>", ""),
            ("BODY.PEEK[1]", "BODY[1]", "R3LDvMOfZQ=="),
            ("BODY.PEEK[2]", "BODY[2]", "From: b@x.example\r\nSubject: inner\r\n\r\ninner text"),
            ("BODY.PEEK[2.HEADER]", "BODY[2.HEADER]", "From: b@x.example\r\nSubject: inner\r\n\r\n"),
            ("BODY.PEEK[2.TEXT]", "BODY[2.TEXT]", "inner text"), ("BODY.PEEK[2.1]", "BODY[2.1]", "inner text"),
            (
                "BODY.PEEK[1.MIME]", "BODY[1.MIME]",
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            ),
            (
                "BODY.PEEK[HEADER.FIELDS (subject \"X-None\")]", "BODY[HEADER.FIELDS (SUBJECT X-NONE)]",
                "Subject: parts\r\n\r\n"
            ),
            (
                "BODY.PEEK[HEADER.FIELDS.NOT (From MIME-Version Content-Type)]",
                "BODY[HEADER.FIELDS.NOT (FROM MIME-VERSION CONTENT-TYPE)]", "Subject: parts\r\n\r\n"
            ),
        ])
    func sections(asked: String, name: String, content: String) {
        var conversation = Self.opened()
        #expect(
            conversation.say("1 FETCH 2 (\(asked))")
                == "* 2 FETCH (\(name) {\(content.utf8.count)}\r\n\(content))\r\n1 OK FETCH completed.\r\n")
    }

    @Test("a part that is not there is NIL, and reading marks as read")
    func reading() {
        var conversation = Self.opened()
        #expect(conversation.say("1 FETCH 3 BODY.PEEK[7]").hasPrefix("* 3 FETCH (BODY[7] NIL)\r\n"))
        #expect(
            conversation.say("2 FETCH 3 BODY[TEXT]").hasPrefix("* 3 FETCH (BODY[TEXT] {6}\r\nlast\r\n FLAGS (\\Seen))"))
        #expect(
            conversation.say("3 UID FETCH 3 (RFC822.TEXT)").hasPrefix(
                "* 3 FETCH (UID 3 RFC822.TEXT {6}\r\nlast\r\n)\r\n"))
        #expect(
            conversation.say("4 FETCH 3 FAST")
                == "* 3 FETCH (FLAGS (\\Seen) INTERNALDATE \"17-Jul-1996 02:44:25 +0000\" RFC822.SIZE 24)\r\n4 OK FETCH completed.\r\n"
        )
        _ = conversation.say("5 EXAMINE INBOX")
        #expect(!conversation.say("6 FETCH 1 RFC822").contains("\\Seen"))
    }

    @Test(
        "numbers count or name messages, in any order and beyond the end",
        arguments: [
            ("FETCH 1:2,2 UID", [1, 2]), ("FETCH *:2 UID", [2, 3]), ("FETCH 4:9 UID", []), ("UID FETCH 9:* UID", [3]),
            ("UID FETCH 1,3 (UID)", [1, 3]),
        ])
    func numbers(command: String, found: [Int]) {
        var conversation = Self.opened()
        let answer = conversation.say("1 \(command)")
        #expect(answer.split(separator: "\r\n").dropLast() == found.map { "* \($0) FETCH (UID \($0))" }[...])
    }

    @Test(
        "searches find what they ask for",
        arguments: [
            ("ALL", "1 2 3"), ("UNSEEN", "1 2 3"), ("SEEN", ""), ("NEW", ""), ("OLD 2", "2"), ("RECENT", ""),
            ("FROM megan", "1"), ("FROM MEGAN NOT SUBJECT parts", "1"), ("OR FROM b@ SUBJECT third", "3"),
            ("SUBJECT \"grüße\"", "1"), ("CHARSET UTF-8 SUBJECT \"Grüße\"", "1"), ("TO \"jörg\"", "1"),
            ("BODY \"grüße\"", "2"),
            ("TEXT inner", "2"), ("HEADER Message-ID \"\"", "1"), ("HEADER X-None x", ""), ("SMALLER 25", "3"),
            ("LARGER 24", "1 2"), ("ON 17-Jul-1996", "1 2 3"), ("BEFORE 17-Jul-1996", ""),
            ("SINCE \"17-Jul-1996\"", "1 2 3"),
            ("SENTON 17-Jul-1996", "1"), ("SENTSINCE 18-Jul-1996", ""), ("SENTBEFORE 1-Aug-1996", "1"),
            ("UID 2:* (OR UID 3 UID 1)", "3"), ("1:2 UNKEYWORD $Junk", "1 2"), ("KEYWORD $Junk", ""), ("CC x", ""),
            ("BCC x", ""), ("UNANSWERED UNDELETED UNDRAFT UNFLAGGED", "1 2 3"), ("(ANSWERED)", ""),
        ])
    func search(query: String, found: String) {
        var conversation = Self.opened()
        let list = found.isEmpty ? "" : " " + found
        #expect(conversation.say("1 SEARCH \(query)") == "* SEARCH\(list)\r\n1 OK SEARCH completed.\r\n")
        #expect(conversation.say("2 UID SEARCH \(query)") == "* SEARCH\(list)\r\n2 OK SEARCH completed.\r\n")
    }

    @Test("searches answer in brief where that was asked for, RFC 4731, and refuse other charsets")
    func extendedSearch() {
        var conversation = Self.opened(.gmail)
        #expect(
            conversation.say("1 UID SEARCH RETURN (MIN MAX COUNT ALL) ALL")
                == "* ESEARCH (TAG \"1\") UID MIN 1 MAX 3 COUNT 3 ALL 1:3\r\n1 OK Success\r\n")
        #expect(conversation.say("2 SEARCH RETURN () SEEN") == "* ESEARCH (TAG \"2\")\r\n2 OK Success\r\n")
        #expect(conversation.say("3 SEARCH CHARSET KOI8-R TEXT x").hasPrefix("3 NO [BADCHARSET (US-ASCII UTF-8)]"))
    }

    @Test("flags change, and others' changes are told")
    func flags() {
        let account = MemoryAccount([Self.simple, Self.mixed])
        var conversation = IMAPConversation.opened(account)
        #expect(
            conversation.say("1 STORE 1 +FLAGS (\\seen $Junk)")
                == "* 1 FETCH (FLAGS ($Junk \\Seen))\r\n1 OK STORE completed.\r\n")
        #expect(
            conversation.say("2 UID STORE 1 -FLAGS $Junk")
                == "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n2 OK STORE completed.\r\n")
        #expect(conversation.say("3 STORE 1:2 FLAGS.SILENT ()") == "3 OK STORE completed.\r\n")
        account.change(.add(["\\Flagged"]), of: [2], in: "INBOX")
        #expect(conversation.say("4 NOOP") == "* 2 FETCH (FLAGS (\\Flagged))\r\n4 OK NOOP completed.\r\n")
        _ = conversation.say("5 EXAMINE INBOX")
        #expect(conversation.say("6 STORE 1 FLAGS (\\Seen)").hasPrefix("6 NO [READ-ONLY]"))
    }

    @Test("messages are copied, moved, removed and added, RFC 4315 and RFC 6851")
    func changes() {
        var conversation = Self.opened()
        #expect(
            conversation.say("1 COPY 1:2 \"Sent Items\"") == "1 OK [COPYUID 101 1:2 1:2] COPY completed.\r\n")
        #expect(conversation.say("2 COPY 1 nowhere").hasPrefix("2 NO [TRYCREATE]"))
        #expect(
            conversation.say("3 UID MOVE 1 \"Sent Items\"")
                == "* OK [COPYUID 101 1 3] Moved\r\n* 1 EXPUNGE\r\n3 OK MOVE completed.\r\n")
        _ = conversation.say("4 STORE 1:2 +FLAGS.SILENT (\\Deleted)")
        #expect(conversation.say("5 UID EXPUNGE 3") == "* 2 EXPUNGE\r\n5 OK EXPUNGE completed.\r\n")
        #expect(conversation.say("6 EXPUNGE") == "* 1 EXPUNGE\r\n6 OK EXPUNGE completed.\r\n")
        #expect(
            conversation.say("7 APPEND INBOX (\\Seen) \" 1-Jan-2026 00:00:00 +0000\" {14}")
                == "+ Ready for additional command text.\r\n")
        #expect(
            conversation.say("Subject: x\r\n\r\n")
                == "* 1 EXISTS\r\n7 OK [APPENDUID 100 4] APPEND completed.\r\n")
        #expect(conversation.say("8 FETCH 1 (FLAGS INTERNALDATE)").contains("\" 1-Jan-2026 00:00:00 +0000\""))
        #expect(conversation.say("9 APPEND nowhere {1+}", "x").hasPrefix("9 NO [TRYCREATE]"))
    }

    @Test("closing removes what is marked, and leaving does not")
    func closing() {
        let account = MemoryAccount([Self.simple, Self.mixed])
        var conversation = IMAPConversation.opened(account)
        _ = conversation.say("1 STORE 1 +FLAGS (\\Deleted)")
        #expect(conversation.say("2 UNSELECT") == "2 OK UNSELECT completed.\r\n")
        #expect(account.contents(of: "INBOX")?.messages.count == 2)
        _ = conversation.say("3 EXAMINE INBOX", "4 CLOSE")
        #expect(account.contents(of: "INBOX")?.messages.count == 2)
        #expect(conversation.say("5 SELECT INBOX", "6 CLOSE").hasSuffix("6 OK CLOSE completed.\r\n"))
        #expect(account.contents(of: "INBOX")?.messages.map(\.uid) == [2])
        #expect(conversation.say("7 FETCH 1 UID") == "7 BAD Command received in Invalid state.\r\n")
    }

    @Test("what every client asks for has an answer")
    func small() {
        var conversation = Self.opened()
        #expect(conversation.say("1 NAMESPACE").hasPrefix("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n1 OK"))
        #expect(conversation.say("2 ID NIL").hasPrefix("* ID (\"name\" \"Microsoft.Exchange.Imap4.Imap4Server\""))
        #expect(conversation.say("3 LSUB \"\" %").contains("* LSUB (\\HasNoChildren) \"/\" \"INBOX\"\r\n"))
        #expect(conversation.say("4 CHECK") == "4 OK CHECK completed.\r\n")
        #expect(conversation.say("5 SUBSCRIBE a/b", "6 UNSUBSCRIBE a/b").contains("6 OK UNSUBSCRIBE completed."))
        #expect(conversation.say("7 STARTTLS") == "7 BAD Command Error. 12\r\n")
        #expect(conversation.say("8 FETCH 3 ALL").contains("ENVELOPE (NIL \"third\" NIL NIL NIL NIL NIL NIL NIL NIL)"))
        #expect(conversation.say("9 FETCH 3 FULL").contains("BODY (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 6 1)"))
    }

    @Test("a client that idles hears at once, RFC 2177")
    func idle() {
        let account = MemoryAccount([Self.simple])
        var conversation = IMAPConversation.opened(account)
        #expect(conversation.say("1 IDLE").hasPrefix("+ "))
        #expect(conversation.carryOut(conversation.session.refresh()).isEmpty)
        _ = account.append(Array("x".utf8), flags: [], date: nil, to: "INBOX")
        #expect(conversation.carryOut(conversation.session.refresh()) == "* 2 EXISTS\r\n")
        account.remove([1], from: "INBOX")
        #expect(conversation.say("done") == "* 1 EXPUNGE\r\n1 OK IDLE completed.\r\n")
    }

    @Test("numbers stay what they are while a command uses them")
    func numbersStay() {
        let account = MemoryAccount([Self.simple, Self.mixed])
        var conversation = IMAPConversation.opened(account)
        account.remove([1], from: "INBOX")
        #expect(conversation.say("1 FETCH 1:2 UID") == "* 2 FETCH (UID 2)\r\n1 OK FETCH completed.\r\n")
        #expect(conversation.say("2 NOOP") == "* 1 EXPUNGE\r\n2 OK NOOP completed.\r\n")
    }

    @Test("folders are listed by pattern, with names in modified UTF-7")
    func folders() {
        var conversation = Self.opened()
        let list = conversation.say("1 LIST \"\" \"*\"")
        #expect(list.contains("* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent Items\"\r\n"))
        #expect(list.contains("\"Entw&APw-rfe &- mehr\""))
        #expect(
            conversation.say("2 LIST \"\" %").contains("INBOX") && !conversation.say("3 LIST \"\" %").contains("a/b"))
        #expect(conversation.say("4 LIST \"a/\" \"%\"").contains("\"a/b\""))
        #expect(conversation.say("5 LIST \"\" \"\"").hasPrefix("* LIST (\\Noselect) \"/\" \"\"\r\n"))
        #expect(conversation.say("6 XLIST \"\" INBOX").contains("(\\HasNoChildren \\Inbox)"))
        #expect(conversation.say("7 LIST (SPECIAL-USE) \"\" *").split(separator: "\r\n").count == 2)
        #expect(
            conversation.say("8 LIST \"\" INBOX RETURN (SPECIAL-USE STATUS (MESSAGES UNSEEN))")
                .contains("* STATUS \"INBOX\" (MESSAGES 3 UNSEEN 3)\r\n"))
        #expect(
            conversation.say("9 STATUS \"Entw&APw-rfe &- mehr\" (MESSAGES UIDVALIDITY)")
                == "* STATUS \"Entw&APw-rfe &- mehr\" (MESSAGES 0 UIDVALIDITY 102)\r\n9 OK STATUS completed.\r\n")
        #expect(
            conversation.say("10 CREATE \"neu\"").hasPrefix("10 OK")
                && conversation.say("11 SELECT neu").contains("11 OK"))
    }

    @Test("names that are no modified UTF-7 stay as they are", arguments: ["&", "&AA-", "&2D0-", "a&b-", "&*-"])
    func notModifiedUTF7(name: String) { #expect(IMAPServerParser.decodedName(Array(name.utf8)) == name) }

    @Test("pipelined commands are answered in their order, in pieces of any size", arguments: [1, 2, 7, 1_000])
    func pieces(step: Int) {
        var whole = Self.opened()
        var pieces = Self.opened()
        pieces.step = step
        let lines =
            "1 FETCH 1:* (UID BODY.PEEK[])\r\n2 SEARCH SUBJECT {7+}\r\nGr\u{FC}\u{DF}e\r\n3 ID (\"name\" \"x\" \"os\" NIL)\r\n"
            + "4 SEARCH SUBJECT {5}\r\nparts\r\n5 LIST \"\" {1+}\r\n*\r\n6 LOGOUT\r\n"
        let answer = whole.send(Array(lines.utf8))
        #expect(pieces.send(Array(lines.utf8)) == answer)
        #expect(answer.contains("* SEARCH 1\r\n2 OK") && answer.contains("* SEARCH 2\r\n4 OK"))
        #expect(answer.hasSuffix("6 OK LOGOUT completed.\r\n") && whole.isClosed)
    }
}
