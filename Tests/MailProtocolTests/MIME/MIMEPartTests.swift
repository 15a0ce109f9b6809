import MailProtocol
import Testing

@Suite("Structure of messages, RFC 2046")
struct MIMEPartTests {
    /// The positions and types of all parts, in order.
    private func outline(_ part: MIMEPart) -> [String] {
        ["\(part.section) \(part.contentType)"] + part.children.flatMap(outline)
    }

    @Test("reads the example of §5.1.1: two parts, preamble and epilogue left out")
    func simpleMultipart() {
        let part = parse(
            """
            From: Nathaniel Borenstein <nsb@bellcore.com>
            MIME-Version: 1.0
            Content-type: multipart/mixed; boundary="simple boundary"

            This is the preamble.
            --simple boundary

            This is implicitly typed plain US-ASCII text.
            It does NOT end with a linebreak.
            --simple boundary
            Content-type: text/plain; charset=us-ascii

            This is explicitly typed plain US-ASCII text.
            It DOES end with a linebreak.

            --simple boundary--

            This is the epilogue.  It is also to be ignored.
            """)
        #expect(outline(part) == [" multipart/mixed", "1 text/plain", "2 text/plain"])
        #expect(text(part.children[0].body).hasSuffix("It does NOT end with a linebreak."))
        #expect(text(part.children[1].body).hasSuffix("linebreak.\r\n"))
        #expect(part.allDefects.isEmpty)
    }

    @Test("numbers nested parts as IMAP does, RFC 9051 §6.4.5.1")
    func numbering() {
        let part = parse(
            """
            Content-Type: multipart/mixed; boundary=a

            --a
            Content-Type: text/plain

            1
            --a
            Content-Type: message/rfc822

            Subject: single

            2.1
            --a
            Content-Type: message/rfc822

            Content-Type: multipart/alternative; boundary=b

            --b

            3.1
            --b
            Content-Type: text/html

            3.2
            --b--
            --a
            Content-Type: multipart/mixed; boundary=c

            --c
            Content-Type: image/gif

            4.1
            --c--
            --a--
            """)
        #expect(
            outline(part) == [
                " multipart/mixed", "1 text/plain", "2 message/rfc822", "2.1 text/plain", "3 message/rfc822",
                "3 multipart/alternative", "3.1 text/plain", "3.2 text/html", "4 multipart/mixed", "4.1 image/gif",
            ])
        for section in ["1", "2.1", "3.1", "3.2", "4.1"] {
            #expect(part.part(section: section).map { text($0.body) } == section)
        }
        #expect(part.allDefects.isEmpty)
        #expect(parse("Subject: x\n\nbody").section == "1")
        #expect(
            outline(parse("Content-Type: message/rfc822\n\nSubject: x\n\nb")) == ["1 message/rfc822", "1.1 text/plain"])
    }

    @Test("a digest's parts are messages, RFC 2046 §5.1.5")
    func digest() {
        let part = parse(
            "Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: one\n\nx\n--d\n\nSubject: two\n\ny\n--d--")
        #expect(part.children.map { $0.children.first?.header.first("Subject")?.text } == ["one", "two"])
    }

    @Test(
        "boundaries are lines of their own",
        arguments: [
            ("--b \t", true), ("--bb", false), ("--b-", false), ("--b--x", false), (" --b", false), ("-- b", false),
            ("--B", false), ("--b", true), ("---b", false),
        ])
    func boundaries(_ line: String, _ separates: Bool) {
        let part = parse("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n\(line)\n\ntwo\n--b--")
        #expect(part.children.count == (separates ? 2 : 1))
    }

    @Test("a boundary that begins like the outer one is another")
    func prefix() {
        let part = parse(
            """
            Content-Type: multipart/mixed; boundary=foo

            --foo
            Content-Type: multipart/alternative; boundary=foo-bar

            --foo-bar

            x
            --foo-bar--
            --foo

            y
            --foo--
            """)
        #expect(outline(part) == [" multipart/mixed", "1 multipart/alternative", "1.1 text/plain", "2 text/plain"])
    }

    @Test("an unterminated inner multipart ends at the outer boundary, or at the end")
    func unterminated() {
        let part = parse(
            "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--a\n\ny"
        )
        #expect(outline(part) == [" multipart/mixed", "1 multipart/mixed", "1.1 text/plain", "2 text/plain"])
        #expect(part.children[0].defects == [.unterminatedMultipart])
        #expect(part.defects == [.unterminatedMultipart])
        #expect(text(part.children[1].body) == "y")
    }

    @Test("a multipart without a boundary takes the first line that looks like one")
    func missingBoundary() {
        let part = parse("Content-Type: multipart/mixed\n\n--x\n\none\n--x\n\ntwo\n--x--")
        #expect(part.children.map { text($0.body) } == ["one", "two"])
        #expect(part.defects == [.missingBoundary])
    }

    @Test("a multipart whose boundary never comes is text")
    func boundaryNotFound() {
        #expect(parse("Content-Type: multipart/mixed; boundary=b\n\njust text").defects == [.boundaryNotFound])
        #expect(read("Content-Type: multipart/mixed; boundary=b\n\njust text").body.text == "just text")
        #expect(read("Content-Type: multipart/mixed\n\njust text").body.text == "just text")
    }

    @Test("a part's header may end at a boundary or at the end")
    func headerWithoutBody() {
        let part = parse("Content-Type: multipart/mixed; boundary=b\n\n--b\nX-A: 1\n--b\nX-B: 2")
        #expect(part.children.map { text($0.body) } == ["", ""])
        #expect(part.children[1].header.first("x-b")?.text == "2")
    }

    @Test("headers are read as they are sent")
    func headers() {
        let part = parse(
            "From sender Fri Nov 21\nSubject : obsolete\nX-Folded: a\n\tb\n c\nno field here\nEmpty:\nsubject: second\n\nbody"
        )
        #expect(part.header.map(\.name) == ["Subject", "X-Folded", "Empty", "subject"])
        #expect(part.header.first("SUBJECT")?.text == "obsolete")
        #expect(part.header.all("Subject").count == 2)
        #expect(part.header.first("X-Folded")?.text == "a b c")
        #expect(part.header.first("Empty")?.text == "")
        #expect(part.defects == [.malformedHeaderLine])
        #expect(text(part.body) == "body")
    }

    @Test("a body that no empty line separates is found")
    func missingSeparator() {
        let part = parse("Subject: x\nHello Bob,\nhow are you?")
        #expect(text(part.body) == "Hello Bob,\r\nhow are you?")
        #expect(part.defects == [.malformedHeaderLine])
    }

    @Test("line feeds alone, and nothing at all, are messages too")
    func lineEnds() {
        #expect(text(MIMEPart.parse(bytes("Subject: x\n\nbody\n")).body) == "body\n")
        for odd in ["", "\n", "\r\n", ":", " ", "\0", "--", "a:", "\r", "Subject: x\r\n"] {
            #expect(MIMEPart.parse(bytes(odd)).children.isEmpty)
        }
    }

    @Test("every prefix of a message is a message")
    func prefixes() {
        let whole = message(Fixture.everything)
        for length in 0...whole.count {
            let part = MIMEPart.parse(whole.prefix(length))
            _ = Message(part, id: MessageID("1"), isRead: true)
        }
    }
}
