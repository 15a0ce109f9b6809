import Foundation
import MailProtocol
import OAuthCore

/// One condition of `$filter`.
struct MessageCondition: Sendable {
    enum Operand: Sendable {
        case fromAddress, fromName, senderAddress, senderName, subject, isRead, hasAttachments, received
    }
    enum Comparison: String, Sendable { case eq, ne, ge, gt, le, lt, contains, startswith }

    var operand: Operand
    var comparison: Comparison
    var value: String

    static func parse(_ tokens: inout ODataTokens, _ api: MailAPI) throws(MailError) -> MessageCondition {
        guard let first = tokens.word() else { throw .filterSyntax }
        if let function = Comparison(rawValue: first.lowercased()), function == .contains || function == .startswith {
            guard tokens.take("("), let path = tokens.word(), tokens.take(","), let value = tokens.value(),
                tokens.take(")"), case let operand = try operand(path, api), operand.isText
            else { throw .filterSyntax }
            return MessageCondition(operand: operand, comparison: function, value: value)
        }
        guard let name = tokens.word(), let comparison = Comparison(rawValue: name.lowercased()),
            comparison != .contains, comparison != .startswith, let value = tokens.value()
        else { throw .filterSyntax }
        let operand = try operand(first, api)
        guard operand != .received || (try? Date(value, strategy: .iso8601)) != nil else { throw .filterSyntax }
        guard operand == .received || comparison == .eq || comparison == .ne else { throw .filterSyntax }
        return MessageCondition(operand: operand, comparison: comparison, value: value)
    }

    private static func operand(_ path: String, _ api: MailAPI) throws(MailError) -> Operand {
        switch path.lowercased() {
        case "from/emailaddress/address": return .fromAddress
        case "from/emailaddress/name": return .fromName
        case "sender/emailaddress/address": return .senderAddress
        case "sender/emailaddress/name": return .senderName
        case "subject": return .subject
        case "isread": return .isRead
        case "hasattachments": return .hasAttachments
        case MessageProperty.receivedDateTime.name(api).lowercased(): return .received
        default:
            throw .badRequest("ErrorInvalidUrlQuery", "The property '\(path.prefix(64))' cannot be filtered by.")
        }
    }

    func matches(_ message: StoredMessage) -> Bool {
        switch operand {
        case .fromAddress: compare(message.summary.from?.address ?? "")
        case .fromName: compare(message.summary.from?.name ?? "")
        case .senderAddress: compare((message.sender ?? message.summary.from)?.address ?? "")
        case .senderName: compare((message.sender ?? message.summary.from)?.name ?? "")
        case .subject: compare(message.summary.subject)
        case .isRead: compare(String(message.summary.isRead))
        case .hasAttachments: compare(String(message.summary.hasAttachments))
        case .received: compare(message.receivedAt)
        }
    }

    private func compare(_ text: String) -> Bool {
        let (text, value) = (text.lowercased(), value.lowercased())
        return switch comparison {
        case .eq: text == value
        case .ne: text != value
        case .contains: value.isEmpty || text.contains(value)
        case .startswith: text.hasPrefix(value)
        case .ge, .gt, .le, .lt: false
        }
    }

    private func compare(_ time: UnixTime) -> Bool {
        guard let date = try? Date(value, strategy: .iso8601) else { return false }
        let other = UnixTime(Int64(date.timeIntervalSince1970))
        return switch comparison {
        case .eq: time == other
        case .ne: time != other
        case .ge: time >= other
        case .gt: time > other
        case .le: time <= other
        case .lt: time < other
        case .contains, .startswith: false
        }
    }
}

extension MessageCondition.Operand {
    fileprivate var isText: Bool {
        switch self {
        case .fromAddress, .fromName, .senderAddress, .senderName, .subject: true
        case .isRead, .hasAttachments, .received: false
        }
    }
}
