import MailProtocol
import OAuthCore

/// Where a mailbox lies in its service, and which URLs lie below it.
struct MailboxLocation: Hashable, Sendable {
    /// The service without the mailbox.
    let base: URI
    /// Whether it is the mailbox of whoever signed in.
    let isOwn: Bool
    /// The mailbox's path, escaped.
    private let root: String
    /// The names of that path, unescaped and in lower case.
    private let rootNames: [String]

    /// The mailbox of this address or object identifier; of whoever signed in for `nil`.
    ///
    /// - Returns: `nil` where no mailbox can have the address.
    init?(base: URI, dialect: MailDialect, address: String?) {
        let path = (base.path.hasSuffix("/") ? String(base.path.dropLast()) : base.path) + dialect.version
        self.base = base
        isOwn = address == nil
        guard let address else {
            root = path + "/me"
            rootNames = Self.names(of: root)
            return
        }
        guard Self.isAddress(address) else { return nil }
        // As a quoted key no address is taken for a function, a dot segment or a path (`users/delta`, `users/..`).
        root = path + "/users('" + Self.escape(address.replacing("'", with: "''")) + "')"
        rootNames = Self.names(of: path) + ["users", address.lowercased()]
    }

    private static func isAddress(_ text: String) -> Bool {
        1...512 ~= text.utf8.count && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// Scheme and authority, as they are sent.
    var authority: String { base.host + (base.port.map { ":\($0)" } ?? "") }

    /// The same for one mailbox however its address is spelled.
    var key: String { base.origin + "/" + rootNames.joined(separator: "/") }

    /// The path of these names below the mailbox, escaped.
    func path(_ names: [String]) -> String {
        // The one name that is a word of the protocol; a sender's or a browser's text never is.
        names.reduce(root) { $0 + "/" + ($1 == Self.rawContent ? $1 : Self.escape($1)) }
    }

    /// The name of a thing's bytes.
    static let rawContent = "$value"

    /// The whole URL of these names below the mailbox.
    func url(_ names: [String], query: String) -> String {
        "\(base.scheme)://\(authority)\(path(names))?\(query)"
    }

    /// The query of a link that leads to these names below this very mailbox, however the service spells them; `nil`
    /// for a link to anything else. Only the query of a link is ever used, on a path of our own making.
    func query(of link: String, to names: [String]) -> String? {
        guard link.utf8.count <= Self.longestLink, let mark = link.firstIndex(of: "?"),
            let url = URI(String(link[..<mark])), url.userInfo == nil, url.fragment == nil, url.origin == base.origin,
            Self.names(of: url.path) == rootNames + names.map({ $0.lowercased() })
        else { return nil }
        let query = String(link[link.index(after: mark)...])
        guard !query.isEmpty, query.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
            return nil
        }
        return query
    }

    private static let longestLink = 8_192

    /// The names of a path, each unescaped once: `users('a%40b')/x/` and `Users/a@b/X` have the same.
    ///
    /// - Returns: one name that no path of ours has, where the path is malformed.
    private static func names(of path: String) -> [String] {
        let path = path.hasSuffix("/") ? path.dropLast() : path[...]
        var names: [String] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            guard let text = unescape(segment)?.lowercased(), !text.isEmpty else { return [""] }
            if text.hasSuffix("')"), let quote = text.firstRange(of: "('") {
                names.append(String(text[..<quote.lowerBound]))
                names.append(String(text[quote.upperBound...].dropLast(2)).replacing("''", with: "'"))
            } else {
                names.append(text)
            }
        }
        return names
    }
}

extension MailboxLocation {
    /// Text as a path segment (RFC 3986 §3.3): all but unreserved characters is escaped, so that nothing in it separates.
    static func escape(_ text: String) -> String { PercentEncoding.encode(text, keeping: "-._~") }

    private static func unescape(_ segment: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = segment.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(rest.prefix(2)) ?? ""
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
