import Foundation
import MailProtocol
import OAuthCore

/// A property of a message, by both its names.
enum MessageProperty: String, CaseIterable, Sendable {
    case id, changeKey, categories, createdDateTime, lastModifiedDateTime, receivedDateTime, sentDateTime
    case hasAttachments, internetMessageId, subject, bodyPreview, importance, parentFolderId, conversationId
    case isDeliveryReceiptRequested, isReadReceiptRequested, isRead, isDraft, webLink, body, sender, from
    case toRecipients, ccRecipients, bccRecipients, replyTo

    func name(_ api: MailAPI) -> String {
        guard api == .outlook else { return rawValue }
        return switch self {
        case .createdDateTime: "DateTimeCreated"
        case .lastModifiedDateTime: "DateTimeLastModified"
        case .receivedDateTime: "DateTimeReceived"
        case .sentDateTime: "DateTimeSent"
        default: rawValue.prefix(1).uppercased() + rawValue.dropFirst()
        }
    }

    /// The property of this name, upper and lower case equal as Microsoft reads them.
    static func named(_ name: some StringProtocol, _ api: MailAPI) throws(MailError) -> MessageProperty {
        let lowercased = name.lowercased()
        guard let property = allCases.first(where: { $0.name(api).lowercased() == lowercased }) else {
            throw .unknownProperty(name, of: "Message", api)
        }
        return property
    }
}

/// The system query options of a list of messages.
struct ODataQuery: Sendable {
    var top = 10
    var skip = 0
    var select: [MessageProperty]?
    var order: Order = .init(key: .receivedDateTime, isDescending: true)
    var filter: MessageFilter?

    struct Order: Sendable, Hashable {
        enum Key: Sendable { case receivedDateTime, sentDateTime, subject, sender }
        var key: Key
        var isDescending: Bool
    }

    static func parse(_ fields: FormFields, _ api: MailAPI) throws(MailError) -> ODataQuery {
        var query = ODataQuery()
        for name in fields.names where name.hasPrefix("$") {
            guard ["$top", "$skip", "$select", "$orderby", "$filter", "$count"].contains(name.lowercased()) else {
                throw .badRequest("BadRequest", "The query option '\(name.prefix(32))' is not supported.")
            }
        }
        if let text = fields["$top"] {
            guard let top = Int(text), (1...1_000).contains(top) else {
                throw .badRequest("ErrorInvalidUrlQuery", "The value of $top must be from 1 to 1000.")
            }
            query.top = top
        }
        if let text = fields["$skip"] {
            guard let skip = Int(text), (0...1_000_000_000).contains(skip) else {
                throw .badRequest("ErrorInvalidUrlQuery", "The value of $skip must be from 0 to 1000000000.")
            }
            query.skip = skip
        }
        if let text = fields["$select"] {
            var properties: [MessageProperty] = []
            for name in text.split(separator: ",") {
                properties.append(try .named(name.trimmingCharacters(in: .whitespaces), api))
            }
            query.select = properties
        }
        if let text = fields["$orderby"] { query.order = try order(text, api) }
        if let text = fields["$filter"] { query.filter = try MessageFilter.parse(text, api) }
        return query
    }

    private static func order(_ text: String, _ api: MailAPI) throws(MailError) -> Order {
        let words = text.split(separator: " ")
        let key: Order.Key
        switch (words.first.map(String.init) ?? "").lowercased() {
        case MessageProperty.receivedDateTime.name(api).lowercased(): key = .receivedDateTime
        case MessageProperty.sentDateTime.name(api).lowercased(): key = .sentDateTime
        case "subject": key = .subject
        case "from/emailaddress/address", "sender/emailaddress/address", "from/emailaddress/name": key = .sender
        default:
            throw .badRequest("ErrorInvalidUrlQuery", "The query option '$orderby' is not supported for this value.")
        }
        guard words.count <= 2, words.count == 1 || ["asc", "desc"].contains(words[1].lowercased()) else {
            throw .badRequest("BadRequest", "Syntax error in '$orderby'.")
        }
        return Order(key: key, isDescending: words.count == 2 && words[1].lowercased() == "desc")
    }

    /// The messages that the query means, and whether there are more behind them.
    func page(of messages: [StoredMessage]) -> (messages: [StoredMessage], hasMore: Bool) {
        var found = filter.map { filter in messages.filter(filter.matches) } ?? messages
        // Mailboxes are kept newest first.
        if order != Order(key: .receivedDateTime, isDescending: true) {
            found.sort { order.isDescending ? order.precedes($1, $0) : order.precedes($0, $1) }
        }
        return (Array(found.dropFirst(skip).prefix(top)), skip + top < found.count)
    }
}

extension ODataQuery.Order {
    fileprivate func precedes(_ one: StoredMessage, _ other: StoredMessage) -> Bool {
        switch key {
        case .receivedDateTime: (one.receivedAt, one.id) < (other.receivedAt, other.id)
        case .sentDateTime: (one.sentAt, one.id) < (other.sentAt, other.id)
        case .subject: (one.summary.subject.lowercased(), one.id) < (other.summary.subject.lowercased(), other.id)
        case .sender:
            (one.summary.from?.address.lowercased() ?? "", one.id)
                < (other.summary.from?.address.lowercased() ?? "", other.id)
        }
    }
}
