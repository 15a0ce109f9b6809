import Foundation
import MailProtocol
import OAuthCore

/// Messages in the JSON of the two APIs.
struct MessageJSON {
    let api: MailAPI
    /// The address of the mailbox's owner in the API, as in `https://…/v1.0/Users('a%40b')`.
    let ownerURL: String
    /// Whether bodies are wanted as text although there is HTML.
    let prefersText: Bool

    /// A message with these properties; all of them for `nil`.
    func object(_ stored: StoredMessage, _ select: [MessageProperty]?) -> JSONObject {
        let properties = select ?? MessageProperty.allCases
        var object: JSONObject = ["@odata.etag": .string("W/\"\(changeKey(stored))\"")]
        if api == .outlook { object["@odata.id"] = .string("\(ownerURL)/Messages('\(stored.id)')") }
        object[MessageProperty.id.name(api)] = .string(stored.id)
        // Only these need the message itself.
        let deep: Set<MessageProperty> = [
            .body, .bodyPreview, .toRecipients, .ccRecipients, .replyTo, .internetMessageId,
        ]
        let part = properties.contains(where: deep.contains) ? MIMEPart.parse(stored.bytes[...]) : nil
        let message = part.map { Message($0, id: stored.summary.id, isRead: stored.summary.isRead) }
        for property in properties where property != .id {
            if api == .outlook, property == .internetMessageId { continue }
            object[property.name(api)] = shallow(property, stored) ?? deepValue(property, message, part) ?? .null
        }
        return object
    }

    private func shallow(_ property: MessageProperty, _ stored: StoredMessage) -> JSONValue? {
        switch property {
        case .changeKey: .string(changeKey(stored))
        case .categories, .bccRecipients: .array([])
        case .createdDateTime, .lastModifiedDateTime, .receivedDateTime: time(stored.receivedAt)
        case .sentDateTime: time(stored.sentAt)
        case .hasAttachments: .bool(stored.summary.hasAttachments)
        case .subject: .string(stored.summary.subject)
        case .importance: api == .graph ? "normal" : "Normal"
        case .parentFolderId: "AAMkAGEmInbox"
        case .conversationId: .string(stored.conversationID)
        case .isDeliveryReceiptRequested: .null
        case .isReadReceiptRequested, .isDraft: false
        case .isRead: .bool(stored.summary.isRead)
        case .webLink: .string("\(ownerURL)/Messages/\(stored.id)/$value")
        case .sender: (stored.sender ?? stored.summary.from).map(recipient) ?? .null
        case .from: stored.summary.from.map(recipient) ?? .null
        default: nil
        }
    }

    private func deepValue(_ property: MessageProperty, _ message: Message?, _ part: MIMEPart?) -> JSONValue? {
        guard let message, let part else { return nil }
        switch property {
        case .body: return body(message)
        case .bodyPreview: return .string(String(message.body.text.prefix(255)))
        case .toRecipients: return .array(message.to.map(recipient))
        case .ccRecipients: return .array(message.cc.map(recipient))
        case .replyTo: return .array(message.replyTo.map(recipient))
        case .internetMessageId: return (part.header.first("Message-ID")?.text).map(JSONValue.string)
        default: return nil
        }
    }

    private func body(_ message: Message) -> JSONValue {
        let html = prefersText ? nil : message.body.html
        let type = html == nil ? "text" : "html"
        return .object([
            name("contentType"): .string(api == .graph ? type : (type == "html" ? "HTML" : "Text")),
            name("content"): .string(html ?? message.body.text),
        ])
    }

    private func recipient(_ address: MailAddress) -> JSONValue {
        .object([
            name("emailAddress"): .object([
                name("name"): .string(address.name ?? address.address), name("address"): .string(address.address),
            ])
        ])
    }

    /// An attachment with these properties, and with its bytes where there are any.
    func attachment(
        _ attachment: Attachment, _ bytes: [UInt8]?, of stored: StoredMessage, _ select: Set<AttachmentProperty>
    ) -> JSONObject {
        var object: JSONObject = [
            "@odata.type": .string(
                api == .graph ? "#microsoft.graph.fileAttachment" : "#Microsoft.OutlookServices.FileAttachment")
        ]
        for property in AttachmentProperty.allCases where select.contains(property) {
            object[property.name(api)] =
                switch property {
                case .id: .string(attachment.id.rawValue)
                case .name: .string(attachment.name)
                case .contentType: .string(attachment.contentType.description)
                case .size: .integer(Int64(attachment.size ?? 0))
                case .isInline: .bool(attachment.isInline)
                case .lastModifiedDateTime: time(stored.receivedAt)
                case .contentId: attachment.contentID.map(JSONValue.string) ?? .null
                case .contentBytes: bytes.map { .string(Data($0).base64EncodedString()) }
                }
        }
        return object
    }

    private func name(_ text: String) -> String {
        api == .graph ? text : text.prefix(1).uppercased() + text.dropFirst()
    }

    private func changeKey(_ stored: StoredMessage) -> String { "CQAAAB" + stored.id.suffix(16) }

    private func time(_ time: UnixTime) -> JSONValue {
        .string(Date(timeIntervalSince1970: TimeInterval(time.seconds)).formatted(.iso8601))
    }
}
