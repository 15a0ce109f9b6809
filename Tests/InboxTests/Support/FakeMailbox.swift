import MailProtocol
import OAuthCore

/// A mailbox of one message with the worst in it, and with nothing wrong besides.
struct FakeMailbox: Mailbox {
    static let id = MessageID("one/+=&\"<")
    static let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47]
    /// What the message tries.
    static let html = """
        <html><head><base href="https://evil.example/"><LINK rel=preconnect href="https://evil.example">
        <meta http-equiv="refresh" content="0;url=https://evil.example/gone"><script>document.title = "run"</script>
        </head><body onload="alert(1)"><p>Hello</p><img src="cid:logo@1"><img src="https://evil.example/seen.png">
        <img src="cid:page@1"><form action="/logout"><button>Win</button></form></body></html>
        """

    private static let files: [(attachment: Attachment, bytes: [UInt8])] = [
        (
            Attachment(
                id: AttachmentID("1"), suggestedName: "logo.png", contentType: "image/png", size: picture.count,
                isInline: true, contentID: "logo@1"), picture
        ),
        (
            Attachment(
                id: AttachmentID("2"), suggestedName: "../../\"évil\".html", contentType: "text/html", size: 8),
            Array("<script>".utf8)
        ),
        (
            Attachment(
                id: AttachmentID("3"), suggestedName: "page.svg", contentType: "image/svg+xml", size: 5, isInline: true,
                contentID: "page@1"), Array("<svg>".utf8)
        ),
    ]

    private static let summary = MessageSummary(
        id: id, from: MailAddress(name: "<b>Mallory</b>", address: "mallory@evil.example"),
        subject: "</title><script>alert(1)</script>", receivedAt: World.start, isRead: false, hasAttachments: true)

    func newestMessages(_ count: Int) async throws(MailboxError) -> MessagePage {
        MessagePage(messages: [Self.summary], next: PageCursor("a&b=\"c"))
    }

    func messages(after cursor: PageCursor) async throws(MailboxError) -> MessagePage {
        guard cursor.rawValue == "a&b=\"c" else { throw MailboxError(.badCursor, reason: "not mine") }
        return MessagePage(messages: [])
    }

    func message(_ id: MessageID) async throws(MailboxError) -> Message {
        guard id == Self.id else { throw MailboxError(.messageNotFound, reason: "there is no such message") }
        return Message(
            summary: Self.summary, to: [MailAddress(address: "megan@contoso.example")],
            body: MessageBody(text: "Hello <script>alert(1)</script>", html: Self.html),
            attachments: Self.files.map(\.attachment))
    }

    func attachment(_ id: AttachmentID, of message: MessageID) async throws(MailboxError) -> AttachmentContent {
        guard message == Self.id, let file = Self.files.first(where: { $0.attachment.id == id }) else {
            throw MailboxError(.messageNotFound, reason: "there is no such attachment")
        }
        return AttachmentContent(attachment: file.attachment, bytes: file.bytes)
    }
}
