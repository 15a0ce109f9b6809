import Foundation
import MailProtocol
import OAuthCore

/// Where the pages of one mailbox lie. What stands in them comes from a person and a mail service, and is escaped.
struct MailboxPlace: Hashable, Sendable {
    /// The page that asks for an address: `/mail/<tenant>`.
    let base: String
    let address: String

    /// Whether a text may be an address, or a user's name in an organisation: something, `@` and something, in at most 254
    /// bytes (RFC 5321 §4.5.3.1.3, erratum 1690), without blanks, controls and what would end a path.
    static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate: false
            default: !"/\\?#%<>\"".unicodeScalars.contains(scalar)
            }
        }
    }

    /// The newest messages.
    var url: String { "\(base)/\(FormFields.encode(address).replacing("+", with: "%20"))" }
    /// The same as JSON.
    var refresh: String { "\(url)/messages.json" }

    /// The messages after a position.
    func older(_ cursor: PageCursor) -> String { "\(url)?\(Self.query(("after", cursor.rawValue)))" }

    func message(_ id: MessageID) -> String { "\(url)/message?\(Self.query(("id", id.rawValue)))" }

    func htmlView(_ id: MessageID) -> String { message(id) + "&view=html" }

    func html(_ id: MessageID) -> String { "\(url)/html?\(Self.query(("id", id.rawValue)))" }

    func attachment(_ attachment: AttachmentID, of id: MessageID) -> String {
        "\(url)/attachment?\(Self.query(("id", id.rawValue), ("attachment", attachment.rawValue)))"
    }

    private static func query(_ pairs: (String, String)...) -> String {
        var fields = FormFields()
        for (name, value) in pairs { fields.append(name, value) }
        return fields.encoded()
    }
}
