import MailProtocol
import OAuthCore
import OAuthHummingbird

/// Some messages of a mailbox, newest first.
struct MessagesPage: Sendable {
    /// One message in the list.
    struct Row: Hashable, Sendable {
        var summary: MessageSummary
        var url: String
    }

    var address: String
    var tenantName: String
    var rows: [Row]
    /// The field for another address.
    var addressURL: String
    /// The first page, which is also what asks again.
    var newestURL: String
    /// Where older ones follow.
    var olderURL: String?
    /// Where the page script finds the same as JSON; absent on older pages, which do not change.
    var refreshURL: String?

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "address": .text(address), "tenantName": .text(tenantName), "addressURL": .text(addressURL),
            "newestURL": .text(newestURL), "olderURL": .optional(olderURL), "refreshURL": .optional(refreshURL),
            "isFirst": .flag(refreshURL != nil), "hasRows": .flag(!rows.isEmpty),
            "rows": .list(rows.map { $0.fields(catalog) }),
        ]
    }

    /// The same for the page script, which shows it as text.
    func json(_ catalog: StringCatalog) -> JSONObject {
        [
            "messages": .array(rows.map { .object($0.json(catalog)) }),
            "older": olderURL.map { .string($0) } ?? .null,
        ]
    }
}

extension MessagesPage.Row {
    /// One line of the subject, which whoever opens the message sees whole.
    private func subject(_ catalog: StringCatalog) -> String {
        let line = String(summary.subject.prefix(500))
        return line.isEmpty ? PageText("inbox.messages.no-subject").plain(in: catalog) : line
    }

    private func sender(_ catalog: StringCatalog) -> String {
        let name = summary.from.map { $0.name ?? $0.address } ?? ""
        return name.isEmpty ? PageText("inbox.messages.no-sender").plain(in: catalog) : name
    }

    fileprivate func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "id": .text(summary.id.rawValue), "url": .text(url), "subject": .text(subject(catalog)),
            "sender": .text(sender(catalog)), "senderAddress": .optional(summary.from?.address),
            "received": .optional(summary.receivedAt.map(catalog.moment)),
            "receivedAt": .optional(summary.receivedAt.map(\.timestamp)), "isUnread": .flag(!summary.isRead),
            "hasAttachments": .flag(summary.hasAttachments),
        ]
    }

    fileprivate func json(_ catalog: StringCatalog) -> JSONObject {
        [
            "id": .string(summary.id.rawValue), "url": .string(url), "subject": .string(subject(catalog)),
            "sender": .string(sender(catalog)), "address": .string(summary.from?.address ?? ""),
            "received": .string(summary.receivedAt.map(catalog.moment) ?? ""),
            "received_at": .string(summary.receivedAt.map(\.timestamp) ?? ""), "unread": .bool(!summary.isRead),
            "attachments": .bool(summary.hasAttachments),
        ]
    }
}

extension UnixTime {
    /// The moment as HTML's `datetime` has it, in UTC (RFC 3339).
    var timestamp: String {
        let days = (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400
        let second = seconds - days * 86_400
        let date = CivilDate(self)
        let two = { (number: Int64) in number < 10 ? "0\(number)" : "\(number)" }
        let year = String(repeating: "0", count: max(0, 4 - String(date.year).count)) + String(date.year)
        return "\(year)-\(two(date.month))-\(two(date.day))T\(two(second / 3_600)):\(two(second / 60 % 60))"
            + ":\(two(second % 60))Z"
    }
}
