import Foundation
import MailProtocol
import OAuthCore

extension RESTMailbox {
    func attachment(_ id: AttachmentID, of message: MessageID) async throws(MailboxError) -> AttachmentContent {
        let location = try location()
        let names = [
            dialect.messages, try Self.segment(message.rawValue), dialect.attachments, try Self.segment(id.rawValue),
        ]
        var request = MailRequest(subject: .attachment, names: names)
        if dialect.hasRawFiles { request.query = "$select=\(attachmentSelection)" }
        // Base64 is a third longer than what it stands for.
        let limit = dialect.hasRawFiles ? options.answerBytes : options.limits.attachmentBytes / 3 * 4 + 65_536
        let object: JSONObject
        do {
            object = try await self.object(request, in: location, limit: limit)
        } catch  where error.kind == .tooLarge {
            throw tooLarge
        }
        guard let (attachment, form) = json.attachment(.object(object)) else {
            throw malformed("the attachment has no identifier")
        }
        guard form != .reference else { throw Self.reference }
        guard form == .item || attachment.size ?? 0 <= options.limits.attachmentBytes + Self.overhead else {
            throw tooLarge
        }
        let bytes: [UInt8]
        if form == .file, !dialect.hasRawFiles {
            bytes = try decoded(object)
        } else {
            bytes = try await self.bytes(
                MailRequest(subject: .attachment, names: names + [MailboxLocation.rawContent]), in: location)
        }
        guard bytes.count <= options.limits.attachmentBytes else { throw tooLarge }
        return AttachmentContent(
            attachment: form == .item ? Self.typed(attachment, by: bytes) : attachment, bytes: bytes)
    }

    /// Sizes as the service counts them include what it stores beside the bytes.
    private static var overhead: Int { 65_536 }

    private var tooLarge: MailboxError {
        MailboxError(.tooLarge, reason: "the attachment is larger than \(options.limits.attachmentBytes) bytes")
    }

    private static let reference = MailboxError(
        .messageNotFound, code: "referenceAttachment",
        reason: "the attachment is a link to a file in the cloud and not in the message",
        remedy: "open the message in Outlook to follow it")

    private func decoded(_ object: JSONObject) throws(MailboxError) -> [UInt8] {
        guard let text = json.value(.contentBytes, of: object)?.string, let data = Data(base64Encoded: text) else {
            throw malformed("the attachment's bytes are no base64")
        }
        return Array(data)
    }

    /// An attached item by what came: appointments and people are no messages.
    private static func typed(_ attachment: Attachment, by bytes: [UInt8]) -> Attachment {
        let types = [("BEGIN:VCALENDAR", "text/calendar", "ics"), ("BEGIN:VCARD", "text/vcard", "vcf")]
        guard let (_, type, ending) = types.first(where: { bytes.starts(with: $0.0.utf8) }) else { return attachment }
        let name = attachment.name.hasSuffix(".eml") ? String(attachment.name.dropLast(4)) : attachment.name
        return Attachment(
            id: attachment.id, suggestedName: "\(name).\(ending)", contentType: type, size: attachment.size,
            isInline: attachment.isInline, contentID: attachment.contentID)
    }
}
