import Foundation
import HummingbirdTesting

/// What a list of messages shows, read from the page.
enum Subjects {
    static func of(_ page: String) -> [String] {
        page.components(separatedBy: "<p class=\"subject\">").dropFirst().compactMap { piece in
            guard let start = piece.range(of: "dir=\"auto\">") else { return nil }
            let subject = String(piece[start.upperBound...].prefix { $0 != "<" })
            return subject.isEmpty ? nil : subject
        }
    }
}

extension TestResponse {
    /// The identifiers of the messages in a list, in order.
    var messageIDs: [String] {
        text.components(separatedBy: "data-id=\"").dropFirst().map { piece in
            String(piece.prefix { $0 != "\"" })
        }
    }

    /// Where a link with this id leads, `nil` if there is none.
    func link(_ id: String) -> String? {
        guard let start = text.range(of: "id=\"\(id)\" href=\"") else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
    }
}
