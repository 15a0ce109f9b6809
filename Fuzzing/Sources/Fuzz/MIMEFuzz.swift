import MailProtocol

/// Any bytes are a message that can be shown, within the limits.
enum MIMEFuzz {
    private static let limits = MIMELimits(
        depth: 5, parts: 10, headerBytes: 1_000, fields: 20, textBytes: 500, attachmentBytes: 100)

    static func run(_ input: ArraySlice<UInt8>) {
        for limits in [MIMELimits(), limits] {
            let part = MIMEPart.parse(input, limits: limits)
            var count = 0
            walk(part, &count, depth: 0, limits)
            precondition(count <= limits.parts + 1, "more parts than the limit")
            let message = Message(part, id: MessageID("1"), isRead: true, limits: limits)
            for attachment in message.attachments {
                _ = attachment.contentDisposition
                let content = try? part.attachment(attachment.id, limits: limits)
                precondition(content.map { $0.bytes.count <= limits.attachmentBytes } ?? true, "too large")
            }
            _ = message.body.html.map(HTMLText.convert)
        }
    }

    private static func walk(_ part: MIMEPart, _ count: inout Int, depth: Int, _ limits: MIMELimits) {
        count += 1
        precondition(depth <= limits.depth + 1, "deeper than the limit")
        for field in part.header { _ = field.text }
        _ = (part.fileName, part.contentID, part.contentType.safeForDownload)
        precondition(part.decodedBody(limit: 50).bytes.count <= 50, "more bytes than asked for")
        for child in part.children { walk(child, &count, depth: depth + 1, limits) }
    }
}

/// Any value is a header field's.
enum HeaderFuzz {
    static func run(_ input: ArraySlice<UInt8>) {
        _ = HeaderText.decode(input)
        _ = MailDate.parse(input)
        _ = ContentType.parse(input)?.safeForDownload
        _ = ContentDisposition.parse(input)
        _ = TransferEncoding.parse(input)
        let addresses = MailAddress.list(input, limit: 20)
        precondition(addresses.count <= 20, "more addresses than asked for")
        _ = addresses.map(\.description)
        _ = MailAddress.entries(input, limit: 20)
        if let first = input.first { _ = Charset.decode(input.dropFirst(), label: labels[Int(first) % labels.count]) }
        _ = HTMLText.convert(String(decoding: input, as: UTF8.self))
    }

    private static let labels = [
        "utf-8", "iso-8859-1", "iso-8859-15", "windows-1251", "koi8-r", "gb18030", "big5", "shift_jis", "iso-2022-jp",
        "euc-jp", "euc-kr", "utf-7", "utf-16", "utf-16be", "unknown",
    ]
}
