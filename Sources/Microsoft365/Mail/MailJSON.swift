import MailProtocol
import OAuthCore

/// Reads the services' JSON. What is absent, null or of another type than it should be counts as not said.
struct MailJSON {
    var dialect: MailDialect
    var limits: MIMELimits

    private static let mostAddresses = 1_000

    func value(_ property: MailProperty, of object: JSONObject) -> JSONValue? { object[dialect.name(property)] }

    private func string(_ property: MailProperty, of object: JSONObject) -> String? {
        value(property, of: object)?.string
    }

    /// A message of a list; `nil` for one without an identifier, which nobody could open.
    func summary(_ value: JSONValue) -> MessageSummary? {
        guard let object = value.object, let id = string(.id, of: object), !id.isEmpty else { return nil }
        return summary(object, id: MessageID(id))
    }

    private func summary(_ object: JSONObject, id: MessageID) -> MessageSummary {
        MessageSummary(
            id: id, from: address(value(.from, of: object)) ?? address(value(.sender, of: object)),
            subject: string(.subject, of: object) ?? "", receivedAt: time(.receivedDateTime, of: object),
            isRead: value(.isRead, of: object)?.bool ?? false,
            hasAttachments: value(.hasAttachments, of: object)?.bool ?? false)
    }

    /// A message to read.
    func message(_ object: JSONObject, id: MessageID, body: MessageBody, attachments: [Attachment]) -> Message {
        Message(
            summary: summary(object, id: id), to: addresses(.toRecipients, of: object),
            cc: addresses(.ccRecipients, of: object), replyTo: addresses(.replyTo, of: object),
            sentAt: time(.sentDateTime, of: object), body: body, attachments: attachments)
    }

    /// The text, cut where it is longer than the limit.
    func body(of object: JSONObject) -> MessageBody {
        let body = value(.body, of: object)?.object ?? JSONObject()
        let content = string(.content, of: body) ?? ""
        let isTruncated = content.utf8.count > limits.textBytes
        let text = isTruncated ? String(decoding: content.utf8.prefix(limits.textBytes), as: UTF8.self) : content
        return string(.contentType, of: body)?.lowercased() == "html"
            ? MessageBody(html: text, isTruncated: isTruncated) : MessageBody(text: text, isTruncated: isTruncated)
    }

    private func time(_ property: MailProperty, of object: JSONObject) -> UnixTime? {
        string(property, of: object).flatMap { MailDate.parse($0) }
    }

    private func addresses(_ property: MailProperty, of object: JSONObject) -> [MailAddress] {
        (value(property, of: object)?.array ?? []).prefix(Self.mostAddresses).compactMap { address($0) }
    }

    /// `{"emailAddress": {"name": …, "address": …}}`; the services repeat the address where there is no name.
    private func address(_ recipient: JSONValue?) -> MailAddress? {
        guard let pair = recipient?.object.flatMap({ value(.emailAddress, of: $0) })?.object else { return nil }
        let address = string(.address, of: pair) ?? ""
        let name = string(.name, of: pair).flatMap { $0.isEmpty || $0 == address ? nil : $0 }
        return address.isEmpty && name == nil ? nil : MailAddress(name: name, address: address)
    }
}

/// What an attachment is.
enum AttachmentForm: Hashable, Sendable {
    case file
    /// A message, an appointment or a person inside the message.
    case item
    /// A link to a file in the cloud.
    case reference
}

extension MailJSON {
    /// An attachment without its bytes; `nil` for one without an identifier.
    func attachment(_ value: JSONValue) -> (attachment: Attachment, form: AttachmentForm)? {
        guard let object = value.object, let id = string(.id, of: object), !id.isEmpty else { return nil }
        let form = form(of: object)
        let name = string(.name, of: object)
        let contentID = string(.contentId, of: object)?.filter { $0 != "<" && $0 != ">" }
        let isInline = self.value(.isInline, of: object)?.bool ?? false
        let attachment = Attachment(
            id: AttachmentID(id), suggestedName: form == .item ? (name ?? "message") + ".eml" : name,
            contentType: form == .item ? "message/rfc822" : string(.contentType, of: object), size: size(of: object),
            isInline: isInline && form == .file, contentID: contentID.flatMap { $0.isEmpty ? nil : $0 })
        return (attachment, form)
    }

    private func form(of object: JSONObject) -> AttachmentForm {
        let type = object["@odata.type"]?.string?.lowercased() ?? ""
        if type.hasSuffix(".itemattachment") { return .item }
        return type.hasSuffix(".referenceattachment") ? .reference : .file
    }

    private func size(of object: JSONObject) -> Int? {
        value(.size, of: object)?.integer.flatMap { Int(exactly: $0) }.flatMap { $0 < 0 ? nil : $0 }
    }
}
