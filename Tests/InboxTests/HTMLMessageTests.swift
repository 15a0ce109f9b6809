import MailProtocol
import Testing

@testable import Inbox

@Suite("A message's HTML")
struct HTMLMessageTests {
    @Test(
        "elements that a policy does not reach become unknown ones",
        arguments: [
            ("<link rel=preconnect>", "<x-link rel=preconnect>"), ("<LiNk\n>", "<x-LiNk\n>"),
            ("<meta/x>", "<x-meta/x>"), ("<BASE href=x>", "<x-BASE href=x>"), ("< link>", "< link>"),
            ("a<b>c</b>", "a<b>c</b>"), ("<", "<"), ("<lin", "<lin"), ("<!-- <link> -->", "<!-- <x-link> -->"),
            ("Köln <meta>", "Köln <x-meta>"), ("<iframe src=x></iframe>", "<x-iframe src=x></iframe>"),
            ("<frameset><FRAME src=x>", "<x-frameset><x-FRAME src=x>"),
        ])
    func elements(source: String, shown: String) {
        #expect(HTMLMessage(source).html == shown)
    }

    @Test("pictures that are large, unknown, not named in the text, or no pictures stay out")
    func pictures() {
        func attachment(
            _ id: String, type: String = "image/png", size: Int? = 10, contentID: String? = "a"
        ) -> MailProtocol.Attachment {
            MailProtocol.Attachment(
                id: AttachmentID(id), suggestedName: "x", contentType: type, size: size, isInline: true,
                contentID: contentID)
        }
        let message = HTMLMessage("<img src='cid:a'>")
        let listed = message.pictures(of: [
            attachment("1"), attachment("2", type: "image/svg+xml"), attachment("3", size: nil),
            attachment("4", size: HTMLMessage.pictureLimit + 1), attachment("5", contentID: "b"),
            attachment("6", contentID: nil), attachment("7", type: "text/plain"),
            attachment("8", size: HTMLMessage.pictureLimit),
        ])
        #expect(listed.map(\.id.rawValue) == ["1", "8"])
        let many = (0..<9).map { attachment("\($0)", size: HTMLMessage.pictureLimit) }
        #expect(message.pictures(of: many).count == HTMLMessage.picturesLimit / HTMLMessage.pictureLimit)
    }
}
