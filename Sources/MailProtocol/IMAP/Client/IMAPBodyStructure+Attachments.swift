extension IMAPBodyStructure {
    /// What is attached, chosen by the same rules as from the message itself (RFC 2046 §5.1, RFC 2183, RFC 2387), but
    /// for what only the bytes can tell. Sizes are those of the transfer encoding, reduced for base64.
    public var attachments: [Attachment] {
        var selection = AttachmentSelection()
        selection.visit(self, isRelated: false)
        return selection.attachments
    }

    /// Whether there are attachments besides pictures inside the text.
    public var hasAttachments: Bool { attachments.contains { !$0.isInline } }

    fileprivate var isReadable: Bool {
        contentType.isEqual(to: "text", "plain") || contentType.isEqual(to: "text", "html")
    }

    fileprivate func attachment(isInline: Bool) -> Attachment {
        var name = disposition?.parameters["filename"] ?? contentType.parameters["name"]
        if name == nil, case .message(let envelope, _) = content, envelope.rawSubject != nil {
            // A slash in a subject separates no folders.
            name = envelope.subject.replacing("/", with: "_").replacing("\\", with: "_") + ".eml"
        }
        return Attachment(
            id: AttachmentID(section), suggestedName: name, type: contentType, size: approximateSize,
            isInline: isInline, contentID: contentID)
    }

    private var approximateSize: Int? {
        guard let size, let count = Int(exactly: size) else { return nil }
        // Most writers make lines as long as they may be.
        return transferEncoding == "base64" ? Base64Body.approximateSize(count: count, width: 76, lineEnd: 2) : count
    }
}

/// Tells text from what is attached, as `BodySelection` does with the message's bytes.
private struct AttachmentSelection {
    private(set) var attachments: [Attachment] = []
    private var hasText = false

    mutating func visit(_ part: IMAPBodyStructure, isRelated: Bool) {
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

    /// Each form of the text is looked at as if it were the only one.
    private mutating func visitAlternative(_ parts: [IMAPBodyStructure]) {
        var hasAny = hasText
        let before = hasText
        for part in parts {
            hasText = false
            visit(part, isRelated: false)
            hasAny = hasAny || hasText
        }
        hasText = before || hasAny
    }

    private mutating func visitRelated(_ parts: [IMAPBodyStructure], start: String?) {
        let id = start.map { $0.filter { $0 != "<" && $0 != ">" } }
        let root = id.flatMap { id in parts.firstIndex { $0.contentID == id } } ?? 0
        for (index, part) in parts.enumerated() { visit(part, isRelated: index != root) }
    }

    private mutating func visitLeaf(_ part: IMAPBodyStructure, isRelated: Bool) {
        guard !isRelated, part.isReadable else { return attach(part, isRelated: isRelated) }
        let isFile = part.disposition.map { !$0.isInline || ($0.parameters["filename"] != nil && hasText) }
        guard isFile != true else { return attach(part, isRelated: false) }
        hasText = true
    }

    private mutating func attach(_ part: IMAPBodyStructure, isRelated: Bool) {
        let isInline = part.disposition?.isInline ?? isRelated
        attachments.append(part.attachment(isInline: isInline && part.contentID != nil))
    }
}
