import MailProtocol
import OAuthCore
import Testing

@Suite("IMAP: reading messages")
struct ReadingTests {
    /// What one FETCH tells; the text is what stands in its parentheses.
    private func fetch(_ text: String, _ limits: IMAPLimits = IMAPLimits()) throws -> IMAPFetch {
        var talk = try Talk.selected(limits: limits)
        let caused = talk.hear("* 12 FETCH (\(text))\n")
        return try #require(caused.fetched.first, "\(caused)")
    }

    @Test("the envelope of RFC 3501 §8 and RFC 9051 §8")
    func envelope() throws {
        let message = try fetch(
            #"""
            FLAGS (\Seen) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 4286 ENVELOPE ("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) ((NIL NIL "minutes" "CNRI.Reston.VA.US") ("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL "<B27397-0100000@cac.washington.edu>") BODY ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 3028 92)
            """#)
        #expect(message.sequenceNumber == 12)
        #expect(message.flags == [.seen])
        #expect(message.internalDate == UnixTime(837_596_665))
        #expect(message.size == 4_286)
        let envelope = try #require(message.envelope)
        let terry = MailAddress(name: "Terry Gray", address: "gray@cac.washington.edu")
        #expect(envelope.subject == "IMAP4rev1 WG mtg summary and minutes")
        #expect(envelope.date == UnixTime(837_595_405))
        #expect(envelope.from == [terry])
        #expect(envelope.sender == [terry])
        #expect(envelope.to == [MailAddress(address: "imap@cac.washington.edu")])
        #expect(envelope.cc.map(\.address) == ["minutes@CNRI.Reston.VA.US", "KLENSIN@MIT.EDU"])
        #expect(envelope.bcc.isEmpty)
        #expect(envelope.messageID == "B27397-0100000@cac.washington.edu")
        let structure = try #require(message.structure)
        #expect(structure.section == "1")
        #expect(structure.contentType.description == "text/plain")
        #expect(structure.contentType.parameters == ["charset": "US-ASCII"])
        #expect(structure.size == 3_028)
        #expect(structure.lines == 92)
    }

    @Test("literals stand wherever strings do")
    func literals() throws {
        let message = try fetch(
            """
            UID 7 ENVELOPE ({3}
            now {7}
            a "b\\c" (({4}
            Name NIL {1}
            u ~{1}
            h)) NIL () "" NIL NIL NIL {0}
            ) FLAGS ()
            """)
        let envelope = try #require(message.envelope)
        #expect(envelope.subject == #"a "b\c""#)
        #expect(envelope.from == [MailAddress(name: "Name", address: "u@h")])
        #expect(envelope.rawMessageID == [])
        #expect(message.flags == [])
        #expect(message.uid == 7)
    }

    @Test("names and subjects are decoded, RFC 2047")
    func encodedWords() throws {
        let message = try fetch(
            #"""
            ENVELOPE (NIL "=?utf-8?q?Gr=C3=BC=C3=9Fe?= =?utf-8?q?_aus_K=C3=B6ln?=" (("=?iso-8859-1?q?J=F6rg?= \"J\"" NIL "j" "x.example")) NIL NIL ((NIL NIL "team" NIL)("A" NIL "a" "x.example")(NIL NIL NIL NIL)) NIL NIL NIL NIL)
            """#)
        #expect(message.envelope?.subject == "Grüße aus Köln")
        #expect(message.envelope?.from == [MailAddress(name: "Jörg \"J\"", address: "j@x.example")])
        #expect(message.envelope?.to == [MailAddress(name: "A", address: "a@x.example")])
    }

    @Test("a summary of what a server says")
    func summary() throws {
        let message = try fetch(
            #"""
            UID 9 FLAGS (\Seen) INTERNALDATE " 1-Feb-2024 10:00:00 +0100" ENVELOPE (NIL "Hi" (("A" NIL "a" "b")) NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE (("TEXT" "PLAIN" NIL NIL NIL "7BIT" 3 1)("APPLICATION" "PDF" ("NAME" "x.pdf") NIL NIL "BASE64" 78) "MIXED")
            """#)
        #expect(
            MessageSummary(message, id: MessageID("9"))
                == MessageSummary(
                    id: MessageID("9"), from: MailAddress(name: "A", address: "a@b"), subject: "Hi",
                    receivedAt: UnixTime(1_706_778_000), isRead: true, hasAttachments: true))
        #expect(message.structure?.attachments.first?.name == "x.pdf")
        #expect(message.structure?.attachments.first?.id == AttachmentID("2"))
    }

    @Test("a message from its bytes and flags")
    func message() throws {
        let fetched = try fetch(
            """
            UID 9 FLAGS (\\Seen) INTERNALDATE "01-Feb-2024 10:00:00 +0100" BODY[] {27}
            From: a@b
            Subject: x

            Hi
            """)
        let bytes = try #require(fetched.content(of: .message)?.bytes)
        let message = Message(bytes, fetched, id: MessageID("9"))
        #expect(message.summary.isRead)
        #expect(message.summary.receivedAt == UnixTime(1_706_778_000))
        #expect(message.body.text == "Hi")
    }

    @Test("the structure of RFC 3501 §7.4.2, and messages inside messages")
    func structures() throws {
        let message = try fetch(
            #"""
            BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 1152 23)("TEXT" "PLAIN" ("CHARSET" "US-ASCII" "NAME" "cc.diff") "<960723163407.20117h@cac.washington.edu>" "Compiler diff" "BASE64" 4554 73)("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 400 (NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) (("TEXT" "HTML" NIL NIL NIL "8BIT" 10 1 NIL NIL NIL NIL)("IMAGE" "PNG" NIL "<i>" NIL "BASE64" 78 NIL ("INLINE" ("FILENAME*" "utf-8''%C3%A9.png")) ("de" "en") NIL 5 (6)) "RELATED" ("BOUNDARY" "x;y")) 12 NIL ("ATTACHMENT" NIL)) "MIXED" ("BOUNDARY" "b") NIL "de")
            """#)
        let structure = try #require(message.structure)
        #expect(structure.section == "")
        #expect(structure.contentType.description == "multipart/mixed")
        #expect(structure.languages == ["de"])
        #expect(structure.part(section: "2")?.contentID == "960723163407.20117h@cac.washington.edu")
        #expect(structure.part(section: "2")?.description == "Compiler diff")
        #expect(structure.part(section: "3")?.disposition?.isInline == false)
        #expect(structure.part(section: "3")?.lines == 12)
        #expect(structure.part(section: "3.1")?.contentType.description == "text/html")
        let image = try #require(structure.part(section: "3.2"))
        #expect(image.disposition?.parameters == ["filename": "é.png"])
        #expect(image.languages == ["de", "en"])
        #expect(structure.hasAttachments)
        #expect(structure.attachments.map(\.name) == ["inner.eml"])
        #expect(image.attachments.first?.contentID == "i")
    }

    @Test("a message of one part has it numbered 1, RFC 9051 §6.4.5.1")
    func onlyPart() throws {
        let message = try fetch(
            #"""
            BODYSTRUCTURE ("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 400 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1) 12)
            """#)
        #expect(message.structure?.section == "1")
        #expect(message.structure?.children.first?.section == "1.1")
    }

    @Test(
        "structures that servers get wrong",
        arguments: [
            (#"("TEXT" "PLAIN" NIL NIL NIL NIL NIL NIL)"#, "text/plain"),
            (#"("TEXT" NIL NIL NIL NIL "7BIT" 5 1)"#, "application/octet-stream"),
            (#"(NIL "MIXED" ("BOUNDARY" "x"))"#, "multipart/mixed"),
            (#"(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1))"#, "multipart/mixed"),
            (
                #"(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)("TEXT" "HTML" NIL NIL NIL "7BIT" 5 1)"ALTERNATIVE")"#,
                "multipart/alternative"
            ),
            (#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 5 NIL NIL NIL)"#, "message/rfc822"),
            (#"("TEXT" "PLAIN" ("CHARSET") NIL NIL "7BIT" -1 1 ATOM (X Y))"#, "text/plain"),
        ])
    func wrongStructures(_ text: String, _ type: String) throws {
        #expect(try fetch("BODYSTRUCTURE \(text)").structure?.contentType.description == type)
    }

    @Test("pieces of the text, by whatever name")
    func sections() throws {
        let message = try fetch(
            """
            BODY[HEADER.FIELDS (FROM "to")] {6}
            From: BODY[1.2.MIME] NIL BODY[]<10> "x" RFC822.TEXT "body" BINARY[3] ~{2}
            \u{0}! BINARY.SIZE[3] 2 X-GM-MSGID 1278455344230334865 MODSEQ (12345) X-NEW (a (b) "c")
            """)
        #expect(message.content(of: IMAPSection(.headerFields(["from", "To"])))?.bytes == bytes("From: "))
        #expect(message.content(of: IMAPSection(part: [1, 2], .mime)) == .missing)
        #expect(message.sections[2].origin == 10)
        #expect(message.content(of: IMAPSection(.text))?.bytes == bytes("body"))
        #expect(message.content(of: IMAPSection(part: [3]))?.bytes == [0, UInt8(ascii: "!")])
        #expect(message.emailID == "1278455344230334865")
        #expect(message.modSeq == 12_345)
    }

    @Test("large literals are handed out while they come")
    func streaming() throws {
        var limits = IMAPLimits()
        limits.literalBytes = 10
        var talk = try Talk.selected(limits: limits)
        let start = talk.hear("* 3 FETCH (UID 5 BODY[TEXT] {20}\n01234")
        guard case .event(.literalStarted(let literal)) = start.first else {
            Issue.record("no literal")
            return
        }
        #expect(literal.message.sequenceNumber == 3)
        #expect(literal.message.uid == 5)
        #expect(literal.section == IMAPSection(.text))
        #expect(literal.count == 20)
        #expect(start.last == .event(.literalBytes(literal.id, Array("01234".utf8))))
        let end = talk.hear("567890123456789 BODY[1] {11}\nabcdefghijk FLAGS ())\n* 4 EXISTS\n").joined
        #expect(end.first == .event(.literalBytes(literal.id, Array("567890123456789".utf8))))
        #expect(end.dropFirst().first == .event(.literalEnded(literal.id)))
        let message = try #require(end.fetched.first)
        #expect(message.content(of: IMAPSection(.text)) == .streamed(literal.id, count: 20))
        guard case .streamed(_, 11) = message.content(of: IMAPSection(part: [1])) else {
            Issue.record("the second literal is missing")
            return
        }
        #expect(message.flags == [])
        #expect(end.responses.last == .exists(4))
    }

    @Test("what cannot be read is told, and the next response is read")
    func unreadable() throws {
        var talk = try Talk.selected()
        let caused = talk.hear("* 1 FETCH (ENVELOPE (1 2))\n* 2 FETCH (FLAGS\n* STATUS\n* 3 EXISTS\n")
        #expect(
            caused.responses == [
                .unreadable(.malformed(.envelope)), .unreadable(.malformed(.fetch)), .unreadable(.malformed(.mailbox)),
                .exists(3),
            ])
    }

    @Test("braces at the end of a text are only text")
    func braces() throws {
        var talk = try Talk.selected()
        let id = try talk.session.submit(.noop).id
        let caused = talk.hear("* OK size {5}\n\(id.tag) OK done {12345678}\n")
        #expect(caused.completions == [IMAPStatus(.ok, text: "done {12345678}")])
    }
}
