import MailProtocol
import OAuthCore

extension MessageSummary {
    var json: JSONObject {
        var object: JSONObject = [
            "id": .string(id.rawValue), "subject": .string(subject), "is_read": .bool(isRead),
            "has_attachments": .bool(hasAttachments),
        ]
        object["from"] = from.map { .object($0.json) }
        object["received_at"] = receivedAt.map { .string($0.utcText) }
        return object
    }

    /// The message in three lines: when and from whom, what about, and by which name to open it.
    var lines: [String] {
        let marks = [isRead ? nil : "[unread]", hasAttachments ? "[attachment]" : nil].compactMap { $0 }
        let subject = PlainText.cut(PlainText.line(subject), to: 100)
        return [
            "\(receivedAt?.utcText ?? "no date")  \(from.map { PlainText.line("\($0)") } ?? "nobody")",
            "  " + ([subject.isEmpty ? "(no subject)" : subject] + marks).joined(separator: " "),
            "  \(PlainText.line(id.rawValue))",
        ]
    }
}

extension MailAddress {
    var json: JSONObject {
        var object: JSONObject = ["address": .string(address)]
        object["name"] = name.map { .string($0) }
        return object
    }
}

extension Message {
    var json: JSONObject {
        var object = summary.json
        object["to"] = .array(to.map { .object($0.json) })
        object["cc"] = .array(cc.map { .object($0.json) })
        object["reply_to"] = .array(replyTo.map { .object($0.json) })
        object["sent_at"] = sentAt.map { .string($0.utcText) }
        object["text"] = .string(body.text)
        object["html"] = body.html.map { .string($0) }
        object["is_truncated"] = .bool(body.isTruncated)
        object["attachments"] = .array(attachments.map { .object($0.json) })
        return object
    }

    /// What stands above the text.
    var headerLines: [String] {
        let fields: [(String, [MailAddress])] = [
            ("From", summary.from.map { [$0] } ?? []), ("To", to), ("Cc", cc), ("Reply-To", replyTo),
        ]
        var lines: [String] = []
        for (name, addresses) in fields where !addresses.isEmpty {
            lines.append("\(name): \(PlainText.line(addresses.map(\.description).joined(separator: ", ")))")
        }
        if let date = sentAt ?? summary.receivedAt { lines.append("Date: \(date.utcText)") }
        return lines + ["Subject: \(PlainText.line(summary.subject))"]
    }

    /// What stands below it.
    var footerLines: [String] {
        var lines: [String] = body.isTruncated ? ["", "[The text is longer than this.]"] : []
        if !attachments.isEmpty { lines += ["", "Attachments"] + attachments.map { "  " + $0.line } }
        return lines
    }
}

extension Attachment {
    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "id": .string(id.rawValue), "name": .string(name), "content_type": .string("\(contentType)"),
            "is_inline": .bool(isInline),
        ]
        object["size"] = size.map { .integer(Int64($0)) }
        return object
    }

    fileprivate var line: String {
        let facts = [PlainText.line("\(contentType)"), size.map { "\($0) bytes" }, isInline ? "inside the text" : nil]
        return "\(PlainText.line(name)) (\(facts.compactMap { $0 }.joined(separator: ", ")))"
    }
}
