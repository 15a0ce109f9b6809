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

    private func picture(_ contentID: String, bytes count: Int) -> AttachmentContent {
        AttachmentContent(
            attachment: MailProtocol.Attachment(
                id: AttachmentID(contentID), suggestedName: nil, contentType: "image/png", size: count, isInline: true,
                contentID: contentID),
            bytes: Array(repeating: 1, count: count))
    }

    @Test("a picture that is named many thousand times does not fill the memory")
    func repeatedPicture() {
        var message = HTMLMessage(String(repeating: "<img src='cid:a'>", count: 50_000))
        message.put(picture("a", bytes: 1_000_000))
        #expect(message.html.ranges(of: "data:image/png").count == 8)
        #expect(message.html.utf8.count < 14_000_000)
        // Nothing is left for another.
        message.put(picture("a", bytes: 10))
        #expect(message.html.ranges(of: "data:image/png").count == 8)
    }

    @Test("a picture is not put into another's name, and not too many are asked for")
    func pictureNames() {
        var message = HTMLMessage("<img src='cid:part1'><img src='cid:part10'>")
        let pictures = [picture("part1", bytes: 1), picture("part10", bytes: 2)]
        for shown in message.pictures(of: pictures.map(\.attachment)) {
            for picture in pictures where picture.attachment.id == shown.id { message.put(picture) }
        }
        #expect(
            message.html == "<img src='data:image/png;base64,AQ=='><img src='data:image/png;base64,AQE='>")
        let many = (0..<99).map { picture("\($0)", bytes: 1).attachment }
        let all = HTMLMessage(many.map { "<img src='cid:\($0.id.rawValue)'>" }.joined())
        #expect(all.pictures(of: many).count == HTMLMessage.pictureCount)
    }
}
