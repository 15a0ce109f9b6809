import Foundation
import MailProtocol
import OAuthCore

extension RESTMailbox {
    func attachment(_ id: AttachmentID, of message: MessageID) async throws(MailboxError) -> AttachmentContent {
        let location = try location()
        let names = [
            dialect.messages, try Self.segment(message.rawValue), dialect.attachments, try Self.segment(id.rawValue),
        ]
        let object = try await description(MailRequest(subject: .attachment, names: names), in: location)
        guard let (attachment, form) = json.attachment(.object(object)) else {
            throw malformed("the attachment has no identifier")
        }
        guard form != .reference else { throw Self.reference }
        guard form == .item || (attachment.size ?? 0) - Self.overhead <= options.limits.attachmentBytes else {
            throw tooLarge
        }
        let bytes: [UInt8]
        if form == .file, let content = try content(of: object) {
            bytes = content
        } else {
            let names = names + [MailboxLocation.rawContent]
            bytes = try await self.bytes(MailRequest(subject: .attachment, names: names), in: location)
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

    /// What is known of an attachment, with its bytes where they have no address of their own.
    private func description(
        _ request: MailRequest, in location: MailboxLocation
    ) async throws(MailboxError) -> JSONObject {
        do {
            if dialect.hasRawFiles { return try await withoutBytes(request, in: location) }
            // Base64 is a third longer than what it stands for.
            let limit = min(options.limits.attachmentBytes, 1 << 40) / 3 * 4 + Self.overhead
            return try await object(request, in: location, limit: limit)
        } catch  where error.kind == .tooLarge {
            throw tooLarge
        }
    }

    /// The bytes that a description holds; `nil` where they have an address of their own.
    private func content(of object: JSONObject) throws(MailboxError) -> [UInt8]? {
        let text = json.value(.contentBytes, of: object)?.string
        if text == nil, dialect.hasRawFiles { return nil }
        guard let text, let data = Data(base64Encoded: text) else {
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
