/// Chooses what of a message is its text and what is attached (RFC 2046 §5.1, RFC 2183, RFC 2387).
struct BodySelection {
    /// One stretch of text in the forms that it came in.
    struct Block {
        var plain: String?
        var html: String?
    }

    private(set) var blocks: [Block] = []
    private(set) var attachments: [Attachment] = []
    private(set) var isTruncated = false
    /// Bytes of text that may still be decoded.
    private var budget: Int

    init(_ message: MIMEPart, limits: MIMELimits) {
        budget = limits.textBytes
        visit(message, isRelated: false)
    }

    private mutating func visit(_ part: MIMEPart, isRelated: Bool) {
        switch part.content {
        case .message: attach(part, isRelated: isRelated)
        case .leaf: visitLeaf(part, isRelated: isRelated)
        case .multipart(let parts):
            switch part.contentType.subtype {
            case "alternative": visitAlternative(parts)
            case "related": visitRelated(parts, start: part.contentType.parameters["start"])
            default: for part in parts { visit(part, isRelated: isRelated) }
            }
        }
    }

    /// One block of all forms: the last in HTML, the first in plain text (RFC 2046 §5.1.4 puts the best last).
    private mutating func visitAlternative(_ parts: [MIMEPart]) {
        let before = blocks
        var block = Block()
        for part in parts {
            blocks = []
            visit(part, isRelated: false)
            if let html = Self.html(of: blocks) { block.html = html }
            if block.plain == nil, blocks.contains(where: { $0.plain != nil }) { block.plain = Self.plain(of: blocks) }
        }
        blocks = before
        if block.plain != nil || block.html != nil { blocks.append(block) }
    }

    /// The root is shown, the others belong inside it (RFC 2387).
    private mutating func visitRelated(_ parts: [MIMEPart], start: String?) {
        let id = start.map { $0.filter { $0 != "<" && $0 != ">" } }
        let root = id.flatMap { id in parts.firstIndex { $0.contentID == id } } ?? 0
        for (index, part) in parts.enumerated() { visit(part, isRelated: index != root) }
    }

    private mutating func visitLeaf(_ part: MIMEPart, isRelated: Bool) {
        guard !isRelated, part.isReadable else { return attach(part, isRelated: isRelated) }
        // A file that is meant to be shown in place is the text where there is no other.
        let isFile = part.disposition.map { !$0.isInline || ($0.parameters["filename"] != nil && !blocks.isEmpty) }
        guard isFile != true else { return attach(part, isRelated: false) }
        let decoded = part.decodedBody(limit: budget)
        budget -= decoded.bytes.count
        isTruncated = isTruncated || decoded.isTruncated
        let text = part.text(of: decoded.bytes)
        blocks.append(part.contentType.subtype == "html" ? Block(html: text) : Block(plain: text))
    }

    private mutating func attach(_ part: MIMEPart, isRelated: Bool) {
        let isInline = part.disposition?.isInline ?? isRelated
        attachments.append(part.attachment(isInline: isInline && part.contentID != nil))
    }

    /// All blocks as plain text, those in HTML alone turned into it.
    static func plain(of blocks: [Block]) -> String {
        blocks.map { $0.plain ?? HTMLText.convert($0.html ?? "") }.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// All blocks as HTML, if one of them is.
    static func html(of blocks: [Block]) -> String? {
        guard blocks.contains(where: { $0.html != nil }) else { return nil }
        return blocks.map { $0.html ?? "<pre>\(escape($0.plain ?? ""))</pre>" }.joined(separator: "\n")
    }

    private static func escape(_ text: String) -> String {
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
            default: output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension MIMEPart {
    /// Whether a person can read the body as it is. A multipart whose boundary was not found is one.
    fileprivate var isReadable: Bool {
        contentType.isEqual(to: "text", "plain") || contentType.isEqual(to: "text", "html")
            || contentType.type == "multipart" && !defects.isDisjoint(with: [.boundaryNotFound, .missingBoundary])
    }

    /// Decoded bytes of a text part as text with line feeds, flowed lines joined (RFC 3676).
    func text(of bytes: ArraySlice<UInt8>) -> String {
        let isHTML = contentType.subtype == "html"
        let label = contentType.parameters["charset"] ?? (isHTML ? Self.declaredCharset(in: bytes) : nil)
        let text = PlainText.normalize(Charset.decode(bytes, label: label))
        guard !isHTML, contentType.parameters["format"]?.lowercased() == "flowed" else { return text }
        return FlowedText.unwrap(text, deletesSpace: contentType.parameters["delsp"]?.lowercased() == "yes")
    }

    /// `charset=` in the head of an HTML document that its header says nothing about.
    private static func declaredCharset(in bytes: ArraySlice<UInt8>) -> String? {
        let head = bytes.prefix(1_024)
        for index in head.indices where head[index...].startsIgnoringCase("charset=") {
            let value = head[(index + 8)...].drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
            return String(decoding: value.prefix { $0.isTokenCharacter && $0 != UInt8(ascii: "'") }, as: UTF8.self)
        }
        return nil
    }

    fileprivate func attachment(isInline: Bool) -> Attachment {
        var name = fileName
        if name == nil, case .message(let message) = content {
            name = message.header.first("Subject").map {
                // A slash in a subject separates no folders.
                $0.text.replacing("/", with: "_").replacing("\\", with: "_") + ".eml"
            }
        }
        return Attachment(
            id: AttachmentID(section), suggestedName: name, type: contentType, size: approximateSize,
            isInline: isInline, contentID: contentID)
    }

    /// The size of the decoded body, without decoding it.
    private var approximateSize: Int {
        guard transferEncoding == .base64 else { return body.count }
        let padding = body.suffix(4).count { $0 == UInt8(ascii: "=") }
        // Writers break lines at the same place throughout.
        guard let firstEnd = body.firstIndex(of: .lineFeed) else {
            return Base64Body.approximateSize(count: body.count) - padding
        }
        let hasReturn = firstEnd > body.startIndex && body[firstEnd - 1] == .carriageReturn
        let width = firstEnd - body.startIndex - (hasReturn ? 1 : 0)
        let size = Base64Body.approximateSize(count: body.count, width: width, lineEnd: hasReturn ? 2 : 1)
        return max(0, size - padding)
    }
}
