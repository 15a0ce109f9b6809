import Foundation
import MailProtocol
import OAuthCore
import Testing

@Suite("Messages")
struct MessageTests {
    @Test("shows a person what was written", arguments: Fixture.languages + Fixture.structures)
    func shows(_ fixture: Fixture) {
        let message = read(fixture.source)
        #expect(message.summary.subject == fixture.subject)
        #expect(message.summary.from?.address == fixture.from)
        #expect(message.body.text == fixture.text)
        #expect(message.attachments.map(\.name) == fixture.attachments)
        #expect(!message.body.isTruncated)
    }

    @Test("has everything that a page shows")
    func everything() throws {
        let part = parse(Fixture.everything)
        let message = Message(part, id: MessageID("7"), isRead: true)
        #expect(message.summary.id == MessageID("7"))
        #expect(message.summary.from == MailAddress(name: "Jürgen", address: "j@x.example"))
        #expect(message.summary.subject == "你好日本")
        #expect(message.summary.receivedAt == UnixTime(1_704_161_045))
        #expect(message.summary.isRead && message.summary.hasAttachments)
        #expect(message.to.map(\.address) == ["a@x.example", "b@x.example"])
        #expect(message.body == MessageBody(text: "Grüße und mehr", html: "<p>Привет</p>"))
        #expect(message.attachments.map(\.name) == ["inside.eml", "grü.bin"])
        #expect(message.attachments.map(\.size) == [23, 10])
        let content = try part.attachment(message.attachments[1].id)
        #expect(content.bytes == Array(0...9))
        #expect(content.attachment == message.attachments[1])
        #expect(text(try part.attachment(message.attachments[0].id).bytes[...]).hasPrefix("Subject: inside"))
    }

    @Test(
        "tells how large a file is without decoding it",
        arguments: [(76, "\r\n"), (76, "\n"), (64, "\r\n"), (4_000, "\r\n")], [1, 2, 3, 57, 58, 1_000])
    func attachedSize(_ lines: (width: Int, end: String), size: Int) throws {
        let text = Data(repeating: 7, count: size).base64EncodedString()
        var folded = ""
        for (index, character) in text.enumerated() {
            if index > 0, index % lines.width == 0 { folded += lines.end }
            folded.append(character)
        }
        let head = "Content-Type: application/pdf; name=x\nContent-Transfer-Encoding: base64\n\n"
        let part = MIMEPart.parse(Array((head + folded).utf8)[...])
        let message = Message(part, id: MessageID("1"), isRead: true)
        #expect(message.attachments.first?.size == size)
    }

    @Test("a picture inside the text is no attachment to speak of")
    func inlinePicture() {
        let related = """
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: text/html

            <img src="cid:x@y">
            --r
            Content-Type: image/png
            Content-ID: <x@y>

            ...
            --r--
            """
        let message = read(related)
        #expect(message.attachments.map(\.isInline) == [true])
        #expect(message.attachments[0].contentID == "x@y")
        #expect(message.attachments[0].name == "attachment.png")
        #expect(!message.summary.hasAttachments)
        #expect(throws: Never.self) {
            let content = try parse(related).attachment(message.attachments[0].id)
            #expect(content.attachment == message.attachments[0])
        }
    }

    @Test("the start parameter names the root, RFC 2387 §3.2")
    func relatedStart() {
        let message = read(
            "Content-Type: multipart/related; boundary=r; start=\"<root>\"\n\n--r\nContent-Type: image/png\n\nx\n"
                + "--r\nContent-Type: text/html\nContent-ID: <root>\n\n<p>root</p>\n--r--")
        #expect(message.body.html == "<p>root</p>")
        #expect(message.attachments.count == 1)
    }

    @Test("text around a picture stays in its order, and plain text among HTML is escaped")
    func mixedText() {
        let message = read(
            "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/html\n\n<p>one</p>\n"
                + "--m\n\n1 < 2 & 3\n--m--")
        #expect(message.body.text == "one\n\n1 < 2 & 3")
        #expect(message.body.html == "<p>one</p>\n<pre>1 &lt; 2 &amp; 3</pre>")
    }

    @Test("text sent as a file is attached")
    func textFiles() {
        let message = read(
            "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nhello\n--m\n"
                + "Content-Type: text/html; name=page.html\nContent-Disposition: attachment\n\n<p>\n"
                + "--m\nContent-Type: text/plain\nContent-Disposition: inline; filename=log.txt\n\nlog\n--m--")
        #expect(message.body == MessageBody(text: "hello"))
        #expect(message.attachments.map(\.name) == ["page.html", "log.txt"])
    }

    @Test("the time of receipt is the mailbox's, the topmost Received's, or the writer's")
    func receivedAt() {
        let source = """
            Received: from a by b; Wed, 3 Jan 2024 00:00:00 +0000
            Received: from c by a; Mon, 1 Jan 2024 00:00:00 +0000
            Date: Tue, 2 Jan 2024 00:00:00 +0000

            x
            """
        #expect(read(source).summary.receivedAt == UnixTime(1_704_240_000))
        #expect(read(source).sentAt == UnixTime(1_704_153_600))
        let given = Message(parse(source), id: MessageID("1"), receivedAt: UnixTime(5), isRead: false)
        #expect(given.summary.receivedAt == UnixTime(5))
        #expect(read("Subject: x\n\n").summary.receivedAt == nil)
    }

    @Test("control characters reach neither text nor subject")
    func controls() {
        let message = read("Subject: a\u{1B}[31mb\u{7}\u{202E}\n\nbell\u{7} \u{1B}[2J\u{0}end\u{9B}1m\u{A0}\n")
        #expect(message.summary.subject == "a [31mb ")
        #expect(message.body.text == "bell [2Jend1m\u{A0}\n")
        #expect(MessageBody(text: "a\r\nb\rc\u{1B}").text == "a\nb\nc")
        #expect(MailAddress(name: "a\nb\u{2066}", address: "x\0@y").description == "a b <x@y>")
        #expect(HTMLText.convert("a&#27;&#x9b;b\u{1B}c") == "a ›bc")
    }

    @Test("an attachment of an interface is made as safe as one of a message")
    func suggestedNames() {
        let attachment = Attachment(
            id: AttachmentID("x"), suggestedName: "..\\evil\u{202E}gpj.exe", contentType: "TEXT/HTML; charset=x")
        #expect(attachment.name == "evilgpj.exe")
        #expect(attachment.contentType.description == "text/html")
        #expect(attachment.contentType.safeForDownload == .octetStream)
        let odd = Attachment(id: AttachmentID("x"), suggestedName: nil, contentType: "nonsense\r\nX: y")
        #expect(odd.name == "attachment")
        #expect(odd.contentType == .octetStream)
    }

    @Test("an error says what happened and what to do")
    func errors() {
        let error = MailboxError(
            .throttled(retryAfter: 10), code: "ApplicationThrottled", reason: "too many requests",
            remedy: "come back in 10 s")
        #expect(error.description == "too many requests (ApplicationThrottled): come back in 10 s")
    }
}
