@testable import MailProtocol
import Testing

@Suite("Hostile messages")
struct HostileMessageTests {
    private func parser(_ text: String, limits: MIMELimits = MIMELimits()) -> (MIMEParser, MIMEPart) {
        var parser = MIMEParser(bytes(text), limits: limits)
        let part = parser.parseMessage()
        return (parser, part)
    }

    private func depth(_ part: MIMEPart) -> Int { 1 + (part.children.map(depth).max() ?? 0) }

    private func count(_ part: MIMEPart) -> Int { 1 + part.children.map(count).reduce(0, +) }

    @Test("ten thousand multiparts inside one another stop at the limit")
    func deepMultiparts() {
        let text = (0..<10_000).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined()
        let (parser, part) = parser(text)
        #expect(depth(part) == MIMELimits().depth + 1)
        #expect(part.allDefects.contains(.tooDeep))
        #expect(parser.work <= 3 * text.utf8.count)
        #expect(Message(part, id: MessageID("1"), isRead: false).body.isTruncated)
    }

    @Test("ten thousand messages inside one another stop at the limit")
    func deepMessages() {
        let text = String(repeating: "Content-Type: message/rfc822\n\n", count: 10_000)
        let (parser, part) = parser(text)
        #expect(depth(part) == MIMELimits().depth + 1)
        #expect(parser.work <= 3 * text.utf8.count)
    }

    @Test("a header of 1 MB in one field, and in very many, is cut")
    func longHeaders() {
        let single = "Subject: " + String(repeating: "a", count: 1_000_000) + "\nFrom: a@b\n\nbody"
        let (first, part) = parser(single)
        #expect(part.header.first("Subject")?.text.utf8.count ?? 0 < 262_144)
        #expect(part.defects == [.headerTruncated])
        #expect(text(part.body) == "body")
        #expect(first.work <= 2 * single.utf8.count)

        let folded = "Subject: x\n" + String(repeating: " y\n", count: 400_000) + "\nbody"
        let (second, foldedPart) = parser(folded)
        #expect(foldedPart.header.count == 1)
        #expect(text(foldedPart.body) == "body")
        #expect(second.work <= 2 * folded.utf8.count)

        let many = String(repeating: "A: b\n c\n", count: 125_000) + "\nbody"
        let (third, manyPart) = parser(many)
        #expect(manyPart.header.count == 1_000)
        #expect(manyPart.header.allSatisfy { $0.text == "b c" })
        #expect(manyPart.defects == [.headerTruncated])
        #expect(third.work <= 2 * many.utf8.count)
    }

    @Test("of 100,000 parts the first thousand are read")
    func manyParts() {
        let text = "Content-Type: multipart/mixed; boundary=b\n\n" + String(repeating: "--b\n\nx\n", count: 100_000)
        let (parser, part) = parser(text)
        #expect(count(part) == 1_000)
        #expect(part.defects == [.tooManyParts])
        #expect(parser.work <= 2 * text.utf8.count)
        let message = Message(part, id: MessageID("1"), isRead: false)
        #expect(message.body.isTruncated)
        #expect(message.body.text.hasPrefix("x\n\nx\n\n"))
    }

    @Test("lines that nearly are boundaries of many levels cost a bounded multiple of their length")
    func nearBoundaries() {
        let stem = String(repeating: "b", count: 60)
        let open = (10..<39).map {
            "Content-Type: multipart/mixed; boundary=\"\(stem)\($0)\"\n\n--\(stem)\($0)\n"
        }.joined()
        let text = open + "\n" + String(repeating: "--\(stem)99\n", count: 20_000)
        let (parser, _) = parser(text)
        #expect(parser.work <= (MIMELimits().depth + 2) * text.utf8.count)
    }

    @Test(
        "lines that are no fields cost a bounded multiple of their length",
        arguments: [" \n", "x\n", ":\n", "x\nA: b\n", "--\n", "From \n", "\u{FF}\n", "a:\n", "\r"])
    func brokenHeaders(_ unit: String) {
        let text = String(repeating: unit, count: 100_000)
        let (parser, _) = parser(text)
        #expect(parser.work <= 3 * text.utf8.count + 3)
    }

    @Test("text beyond the limit is cut and marked, over all parts together")
    func textLimit() {
        let limits = MIMELimits(textBytes: 1_000)
        let long = read("Subject: x\n\n" + String(repeating: "a", count: 5_000), limits: limits)
        #expect(long.body.text.utf8.count == 1_000)
        #expect(long.body.isTruncated)
        let parts = String(repeating: "--b\n\n\(String(repeating: "a", count: 300))\n", count: 10)
        let many = read("Content-Type: multipart/mixed; boundary=b\n\n\(parts)--b--", limits: limits)
        #expect(many.body.text.count { $0 == "a" } == 1_000)
        #expect(many.body.isTruncated)
    }

    @Test("an attachment beyond the limit is a typed error")
    func attachmentLimit() throws {
        let part = parse(
            "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n" + String(repeating: "QUJD", count: 100))
        let id = AttachmentID("1")
        #expect(try part.attachment(id).bytes.count == 300)
        let error = #expect(throws: MailboxError.self) {
            try part.attachment(id, limits: MIMELimits(attachmentBytes: 299))
        }
        #expect(error?.kind == .tooLarge)
        let missing = #expect(throws: MailboxError.self) { try part.attachment(AttachmentID("9")) }
        #expect(missing?.kind == .messageNotFound)
    }

    @Test("limits that make no sense are brought into their range")
    func limits() {
        let limits = MIMELimits(depth: 0, parts: -1, headerBytes: 0, fields: 0, textBytes: -1, attachmentBytes: -1)
        #expect(limits.depth == 1 && limits.parts == 1 && limits.headerBytes == 1 && limits.textBytes == 0)
        #expect(MIMELimits(depth: 1_000_000).depth == 100)
        #expect(read(Fixture.everything, limits: limits).body.isTruncated)
    }

    @Test("no damage to a message stops its reader")
    func damaged() {
        let whole = Array(message(Fixture.everything))
        // A small generator with a fixed seed: every run damages the same bytes.
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<500 {
            var damaged = whole
            for _ in 0..<(1 + next(8)) {
                let index = next(damaged.count)
                switch next(3) {
                case 0: damaged[index] = UInt8(next(256))
                case 1: damaged.remove(at: index)
                default:
                    damaged.insert(contentsOf: damaged[index..<min(damaged.count, index + 20)], at: next(damaged.count))
                }
            }
            let part = MIMEPart.parse(damaged[...])
            let message = Message(part, id: MessageID("1"), isRead: false)
            for attachment in message.attachments { _ = try? part.attachment(attachment.id) }
        }
    }
}
