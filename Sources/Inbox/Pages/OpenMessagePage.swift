import MailProtocol
import OAuthCore
import OAuthHummingbird

/// One message: who wrote it to whom, its text or its HTML, and what is attached.
struct OpenMessagePage: Sendable {
    /// An attachment, and where it is downloaded.
    struct File: Hashable, Sendable {
        var attachment: Attachment
        var url: String
    }

    var message: Message
    var address: String
    var listURL: String
    var textURL: String
    /// Absent for a message without HTML.
    var htmlViewURL: String?
    /// The HTML's own, sandboxed address; present where it is to be shown.
    var frameURL: String?
    var files: [File]

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        let summary = message.summary
        let sentAt = message.sentAt.flatMap { Self.differs($0, from: summary.receivedAt) ? $0 : nil }
        let subject =
            summary.subject.isEmpty ? PageText("inbox.messages.no-subject").plain(in: catalog) : summary.subject
        return [
            "subject": .text(subject), "address": .text(address), "listURL": .text(listURL),
            "from": .optional(summary.from?.description), "to": Self.list(message.to), "cc": Self.list(message.cc),
            "replyTo": Self.list(message.replyTo),
            "received": .optional(summary.receivedAt.map(catalog.moment)),
            "receivedAt": .optional(summary.receivedAt.map(\.timestamp)),
            "sent": .optional(sentAt.map(catalog.moment)), "sentAt": .optional(sentAt.map(\.timestamp)),
            "text": frameURL == nil ? .text(message.body.text) : .absent, "isText": .flag(frameURL == nil),
            "isEmpty": .flag(message.body.text.isEmpty), "isTruncated": .flag(message.body.isTruncated),
            "textURL": .text(textURL), "htmlViewURL": .optional(htmlViewURL), "frameURL": .optional(frameURL),
            "hasFiles": .flag(!files.isEmpty), "files": .list(files.map { $0.fields(catalog) }),
        ]
    }

    /// Whether a message took so long that somebody may want to know when it was sent.
    private static func differs(_ sent: UnixTime, from received: UnixTime?) -> Bool {
        guard let received else { return true }
        return max(sent, received).since(min(sent, received)) >= .minutes(2)
    }

    /// Addresses as the page writes them; a list that is too long for anyone to read is cut.
    private static func list(_ addresses: [MailAddress]) -> TemplateValue {
        guard !addresses.isEmpty else { return .absent }
        let shown = addresses.prefix(50).map(\.description).joined(separator: ", ")
        return .text(addresses.count > 50 ? shown + ", …" : shown)
    }
}

extension OpenMessagePage.File {
    fileprivate func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "fileName": .text(attachment.name), "url": .text(url),
            "contentType": .text(attachment.contentType.description),
            "size": .optional(attachment.size.map(Self.size)),
        ]
    }

    /// `640 B`, `12 kB`, `3.4 MB`.
    private static func size(_ bytes: Int) -> String {
        switch bytes {
        case ..<1_000: "\(bytes) B"
        case ..<1_000_000: "\((bytes + 500) / 1_000) kB"
        default: "\(bytes / 1_000_000).\(bytes / 100_000 % 10) MB"
        }
    }
}
