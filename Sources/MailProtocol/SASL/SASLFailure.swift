import OAuthCore

/// What a server says about a token that it refused (RFC 7628 §3.2.2, and what Google's and Dovecot's servers write).
public struct SASLFailure: Hashable, Sendable {
    /// `invalid_token` or another error of RFC 6750 §3.1, or a number such as `400` or `401`.
    public var status: String?
    /// The kinds of tokens that the server takes, such as `bearer mac`.
    public var schemes: String?
    /// The scope that a token needs.
    public var scope: String?
    /// Where the authorization server is described. Unverified: it is the server's word alone.
    public var openIDConfiguration: String?
    /// The whole answer as text without control characters, at most 1,000 bytes of it.
    public var text: String

    /// A failure with these members.
    public init(
        status: String? = nil, schemes: String? = nil, scope: String? = nil, openIDConfiguration: String? = nil,
        text: String = ""
    ) {
        self.status = status
        self.schemes = schemes
        self.scope = scope
        self.openIDConfiguration = openIDConfiguration
        self.text = text
    }

    /// Reads a challenge as it stands on the wire: base64 of JSON, or whatever else a server writes there. Whatever
    /// cannot be read is kept as `text`.
    public static func parse(challenge: ArraySlice<UInt8>) -> Self {
        let trimmed = challenge.trimmed
        return parse(decoded: Base64Text.decode(trimmed)?[...] ?? trimmed)
    }

    /// Reads a challenge without its base64.
    public static func parse(decoded: ArraySlice<UInt8>) -> Self {
        let text = decoded.trimmed.displayText(limit: longest)
        guard decoded.count <= longestJSON, let object = try? JSONObject.parse(Array(decoded.trimmed)) else {
            return Self(text: text)
        }
        func member(_ name: String) -> String? {
            let found = object.members.first { $0.name.lowercased() == name }
            return found.flatMap { Self.text($0.value) }
        }
        return Self(
            status: member("status"), schemes: member("schemes"), scope: member("scope"),
            openIDConfiguration: member("openid-configuration"), text: text)
    }

    /// Servers write numbers with and without quotes, and several values as a list.
    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text.utf8.displayText(limit: longest)
        case .integer(let number): String(number)
        case .array: value.strings?.joined(separator: " ").utf8.displayText(limit: longest)
        default: nil
        }
    }

    private static let longest = 1_000
    private static let longestJSON = 65_536
}
