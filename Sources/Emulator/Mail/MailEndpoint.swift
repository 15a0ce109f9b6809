import Foundation
import MailProtocol
import OAuthCore

/// A request to a mail API.
struct MailRequest: Sendable {
    var api: MailAPI
    /// The whole address without its query.
    var url: String
    var path: MailPath
    var fields: FormFields
    var prefersText: Bool
}

/// An answer of a mail API.
enum MailAnswer: Sendable {
    case json(JSONObject)
    case bytes([UInt8], type: String)
}

extension MailRequest {
    /// Answers from the messages of a mailbox.
    func answer(_ mailbox: MailFolders.Listing, owner: User, base: String) throws(MailError) -> MailAnswer {
        let version = api == .graph ? "\(base)/graph/v1.0" : "\(base)/outlook/api/v1.0"
        let escaped = owner.userPrincipalName.replacing("'", with: "''").replacing("@", with: "%40")
        let ownerURL = "\(version)/\(api == .graph ? "users" : "Users")('\(escaped)')"
        let json = MessageJSON(api: api, ownerURL: ownerURL, prefersText: prefersText)
        switch path.item {
        case .messages(let inbox):
            let query = try ODataQuery.parse(fields, api)
            let folder = api == .graph ? "/mailFolders('inbox')/messages" : "/Folders('inbox')/Messages"
            let set =
                "\(version)/$metadata#" + ownerURL.dropFirst(version.count + 1)
                + (inbox ? folder : (api == .graph ? "/messages" : "/Messages"))
            return .json(list(inbox ? mailbox.inbox : mailbox.all, query, json, context: set))
        case .message(let id):
            let query = try ODataQuery.parse(fields, api)
            var object: JSONObject = ["@odata.context": .string("\(version)/$metadata#Messages/$entity")]
            for (name, value) in json.object(try message(id, mailbox.all), query.select).members {
                object[name] = value
            }
            return .json(object)
        case .content(let id): return .bytes(try message(id, mailbox.all).bytes, type: "message/rfc822")
        case .attachments(let id):
            let selected = try AttachmentProperty.selected(fields, api)
            let stored = try message(id, mailbox.all)
            let part = MIMEPart.parse(stored.bytes[...])
            let attachments = parsed(stored, part).attachments.map { attachment in
                let bytes = selected.contains(.contentBytes) ? content(attachment, part) : nil
                return JSONValue.object(json.attachment(attachment, bytes, of: stored, selected))
            }
            return .json([
                "@odata.context": .string("\(ownerURL)/Messages('\(stored.id)')/Attachments"),
                "value": .array(attachments),
            ])
        case .attachment(let id, let attachmentID):
            let (stored, attachment, bytes) = try attachment(id, attachmentID, mailbox.all)
            let selected = try AttachmentProperty.selected(fields, api)
            return .json(json.attachment(attachment, bytes, of: stored, selected))
        case .attachmentContent(let id, let attachmentID):
            let (_, attachment, bytes) = try attachment(id, attachmentID, mailbox.all)
            return .bytes(bytes, type: attachment.contentType.safeForDownload.description)
        }
    }

    private func list(
        _ messages: [StoredMessage], _ query: ODataQuery, _ json: MessageJSON, context: String
    ) -> JSONObject {
        let page = query.page(of: messages)
        var object: JSONObject = [
            "@odata.context": .string(context),
            "value": .array(page.messages.map { .object(json.object($0, query.select)) }),
        ]
        if page.hasMore {
            var next = FormFields()
            for name in fields.names where name != "$skip" { next.append(name, fields[name] ?? "") }
            next.append("$skip", String(query.skip + query.top))
            object["@odata.nextLink"] = .string(url + "?" + next.encoded())
        }
        return object
    }

    private func message(_ id: String, _ messages: [StoredMessage]) throws(MailError) -> StoredMessage {
        guard let message = messages.first(where: { $0.id == id }) else { throw .notFound }
        return message
    }

    private func parsed(_ stored: StoredMessage, _ part: MIMEPart) -> Message {
        Message(part, id: stored.summary.id, isRead: stored.summary.isRead)
    }

    private func attachment(
        _ id: String, _ attachmentID: String, _ messages: [StoredMessage]
    ) throws(MailError) -> (StoredMessage, Attachment, [UInt8]) {
        let stored = try message(id, messages)
        let part = MIMEPart.parse(stored.bytes[...])
        guard let attachment = parsed(stored, part).attachments.first(where: { $0.id.rawValue == attachmentID }),
            let bytes = content(attachment, part)
        else { throw .notFound }
        return (stored, attachment, bytes)
    }

    private func content(_ attachment: Attachment, _ part: MIMEPart) -> [UInt8]? {
        try? part.attachment(attachment.id).bytes
    }
}
