public import OAuthCore

/// A message's identifier in its mailbox. Opaque: only the mailbox that gave it can read it.
public struct MessageID: Hashable, Sendable {
    /// The identifier as the mailbox wrote it.
    public var rawValue: String

    /// The identifier with this text.
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// An attachment's identifier in its message. Opaque: only the mailbox that gave it can read it.
public struct AttachmentID: Hashable, Sendable {
    /// The identifier as the mailbox wrote it.
    public var rawValue: String

    /// The identifier with this text.
    public init(_ rawValue: String) { self.rawValue = rawValue }
}

/// What a list shows of a message.
public struct MessageSummary: Hashable, Sendable {
    /// Its identifier in the mailbox.
    public var id: MessageID
    /// Who wrote it; `nil` if the message does not say.
    public var from: MailAddress?
    /// The subject in one line, decoded; empty if there is none.
    public var subject: String
    /// When the mailbox received it.
    public var receivedAt: UnixTime?
    /// Whether it has been read.
    public var isRead: Bool
    /// Whether it has attachments besides pictures inside its text.
    public var hasAttachments: Bool

    /// A summary.
    public init(
        id: MessageID, from: MailAddress?, subject: String, receivedAt: UnixTime?, isRead: Bool, hasAttachments: Bool
    ) {
        self.id = id
        self.from = from
        self.subject = subject
        self.receivedAt = receivedAt
        self.isRead = isRead
        self.hasAttachments = hasAttachments
    }
}

/// A message to read.
public struct Message: Hashable, Sendable {
    /// What a list shows of it.
    public var summary: MessageSummary
    /// Its addressees.
    public var to: [MailAddress]
    /// Those who got a copy.
    public var cc: [MailAddress]
    /// Where an answer is to go, if not to the writer.
    public var replyTo: [MailAddress]
    /// When its writer sent it, as the writer's clock had it.
    public var sentAt: UnixTime?
    /// Its text.
    public var body: MessageBody
    /// The files that came with it, pictures inside its text among them.
    public var attachments: [Attachment]

    /// A message.
    public init(
        summary: MessageSummary, to: [MailAddress] = [], cc: [MailAddress] = [], replyTo: [MailAddress] = [],
        sentAt: UnixTime? = nil, body: MessageBody, attachments: [Attachment] = []
    ) {
        self.summary = summary
        self.to = to
        self.cc = cc
        self.replyTo = replyTo
        self.sentAt = sentAt
        self.body = body
        self.attachments = attachments
    }
}

/// The text of a message.
public struct MessageBody: Hashable, Sendable {
    /// Plain text with line feeds: the writer's own, or the HTML turned into text.
    public var text: String
    /// The writer's HTML as it came, **unsafe**: show it only where neither scripts nor remote content can load.
    public var html: String?
    /// Whether a limit cut the text.
    public var isTruncated: Bool

    /// A text, and its form in HTML if there is one.
    public init(text: String, html: String? = nil, isTruncated: Bool = false) {
        self.text = text
        self.html = html
        self.isTruncated = isTruncated
    }

    /// A message that came as HTML alone.
    public init(html: String, isTruncated: Bool = false) {
        self.init(text: HTMLText.convert(html), html: html, isTruncated: isTruncated)
    }
}

/// What is known of an attachment before it is fetched.
public struct Attachment: Hashable, Sendable {
    /// Its identifier in the message.
    public var id: AttachmentID
    /// A safe file name: no folders, no control or formatting characters, no device, at most 180 bytes of UTF-8.
    public let name: String
    /// Its type as the sender gave it; serve it as `contentType.safeForDownload`.
    public var contentType: ContentType
    /// Its size in bytes, exact or nearly so; `nil` if unknown.
    public var size: Int?
    /// Whether it belongs inside the text, such as a picture that the HTML shows.
    public var isInline: Bool
    /// The identifier by which HTML refers to it as `cid:` (RFC 2392).
    public var contentID: String?

    /// An attachment.
    ///
    /// - Parameters:
    ///   - suggestedName: the sender's name for it, which is made safe; `nil` for one by the type.
    ///   - contentType: the sender's type, such as `image/png; name=x`; `nil`, or one that cannot be read, for bytes.
    public init(
        id: AttachmentID, suggestedName: String?, contentType: String?, size: Int? = nil, isInline: Bool = false,
        contentID: String? = nil
    ) {
        let type = contentType.flatMap { ContentType.parse(Array($0.utf8)[...]) } ?? .octetStream
        self.init(
            id: id, suggestedName: suggestedName, type: type, size: size, isInline: isInline, contentID: contentID)
    }

    init(id: AttachmentID, suggestedName: String?, type: ContentType, size: Int?, isInline: Bool, contentID: String?) {
        self.id = id
        self.name = suggestedName.map { FileName.safe($0, type: type) } ?? FileName.fallback(for: type)
        self.contentType = type
        self.size = size
        self.isInline = isInline
        self.contentID = contentID
    }
}

/// An attachment with its bytes.
public struct AttachmentContent: Hashable, Sendable {
    /// What was known before.
    public var attachment: Attachment
    /// The bytes, decoded.
    public var bytes: [UInt8]

    /// An attachment and its bytes.
    public init(attachment: Attachment, bytes: [UInt8]) {
        self.attachment = attachment
        self.bytes = bytes
    }
}
