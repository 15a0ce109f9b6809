import Foundation
import MailProtocol
import OAuthCore

/// One condition of `$filter`; several are joined by `and`.
struct MessageCondition: Sendable {
    enum Operand: Sendable { case address, name, subject, isRead, hasAttachments, received }
    enum Comparison: String, Sendable { case eq, ne, ge, gt, le, lt, contains, startswith }

    var operand: Operand
    var comparison: Comparison
    var value: String

    static func parse(_ text: String, _ api: MailAPI) throws(MailError) -> [MessageCondition] {
        var tokens = try Tokens(text)
        var conditions: [MessageCondition] = []
        repeat { conditions.append(try condition(&tokens, api)) } while tokens.take("and")
        guard tokens.isAtEnd else { throw syntaxError }
        return conditions
    }

    private static let syntaxError = MailError.badRequest("BadRequest", "Invalid filter clause.")

    private static func condition(_ tokens: inout Tokens, _ api: MailAPI) throws(MailError) -> MessageCondition {
        guard let first = tokens.word() else { throw syntaxError }
        if let function = Comparison(rawValue: first.lowercased()), function == .contains || function == .startswith {
            guard tokens.take("("), let path = tokens.word(), tokens.take(","), let value = tokens.word(),
                tokens.take(")"), case let operand = try operand(path, api), operand.isText
            else { throw syntaxError }
            return MessageCondition(operand: operand, comparison: function, value: value)
        }
        guard let name = tokens.word(), let comparison = Comparison(rawValue: name.lowercased()),
            comparison != .contains, comparison != .startswith, let value = tokens.word()
        else { throw syntaxError }
        let operand = try operand(first, api)
        guard operand != .received || (try? Date(value, strategy: .iso8601)) != nil else { throw syntaxError }
        guard operand == .received || comparison == .eq || comparison == .ne else { throw syntaxError }
        return MessageCondition(operand: operand, comparison: comparison, value: value)
    }

    private static func operand(_ path: String, _ api: MailAPI) throws(MailError) -> Operand {
        switch path.lowercased() {
        case "from/emailaddress/address", "sender/emailaddress/address": return .address
        case "from/emailaddress/name", "sender/emailaddress/name": return .name
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
        case .address: compare(message.summary.from?.address ?? "")
        case .name: compare(message.summary.from?.name ?? "")
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

    /// Words, texts in apostrophes (two of them stand for one), brackets and commas.
    private struct Tokens {
        private var tokens: ArraySlice<String> = []

        var isAtEnd: Bool { tokens.isEmpty }

        init(_ text: String) throws(MailError) {
            var rest = Substring(text)
            while let first = rest.first {
                if first == " " {
                    rest = rest.dropFirst()
                } else if "(),".contains(first) {
                    tokens.append(String(first))
                    rest = rest.dropFirst()
                } else if first == "'" {
                    tokens.append(try Self.quoted(&rest))
                } else {
                    let word = rest.prefix { !" (),'".contains($0) }
                    tokens.append("w" + word)
                    rest = rest.dropFirst(word.count)
                }
            }
        }

        /// Texts begin with a `w` here, as words do, so that a quoted bracket is not taken for a bracket.
        private static func quoted(_ rest: inout Substring) throws(MailError) -> String {
            var text = "w"
            rest = rest.dropFirst()
            while let character = rest.popFirst() {
                guard character == "'" else {
                    text.append(character)
                    continue
                }
                guard rest.first == "'" else { return text }
                text.append("'")
                rest = rest.dropFirst()
            }
            throw MessageCondition.syntaxError
        }

        mutating func word() -> String? {
            guard tokens.first?.hasPrefix("w") == true else { return nil }
            return tokens.popFirst().map { String($0.dropFirst()) }
        }

        mutating func take(_ token: String) -> Bool {
            guard tokens.first == token || tokens.first?.lowercased() == "w" + token else { return false }
            tokens = tokens.dropFirst()
            return true
        }
    }
}

extension MessageCondition.Operand {
    fileprivate var isText: Bool { self == .address || self == .name || self == .subject }
}
