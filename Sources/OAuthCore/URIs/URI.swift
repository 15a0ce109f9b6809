/// An absolute URI, taken apart just enough for OAuth's rules and kept as it was written: comparison is by text.
///
/// Nothing is normalised or decoded. What could make two programs read one text differently (a backslash, white space,
/// a control character, anything beyond ASCII) is refused.
public struct URI: Sendable, Hashable, CustomStringConvertible {
    /// As it was written.
    public let text: String
    /// The scheme in lower case.
    public let scheme: String
    /// `user:password` before the host's `@`, where there is one.
    public let userInfo: String?
    /// The host in lower case, with its brackets if it is an IPv6 address; empty without an authority.
    public let host: String
    /// The port, where it is written.
    public let port: Int?
    /// The path, as written.
    public let path: String
    /// What follows `?`, as written.
    public let query: String?
    /// What follows `#`, as written; an empty one counts.
    public let fragment: String?

    public var description: String { text }

    /// Takes an absolute URI apart (RFC 3986 §3).
    ///
    /// - Returns: `nil` when it has no scheme, is longer than 2,048 bytes, or holds a character that no URI has.
    public init?(_ text: String) {
        guard text.utf8.count <= 2_048, text.utf8.allSatisfy(Self.isURICharacter) else { return nil }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let scheme = text[..<colon].lowercased()
        guard Self.isScheme(scheme) else { return nil }
        var rest = text[text.index(after: colon)...]
        fragment = Self.cut(&rest, at: "#")
        query = Self.cut(&rest, at: "?")
        guard rest.hasPrefix("//") else {
            (userInfo, host, port, path) = (nil, "", nil, String(rest))
            (self.text, self.scheme) = (text, scheme)
            return
        }
        rest = rest.dropFirst(2)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let authority = Self.authority(rest[..<slash]) else { return nil }
        (userInfo, host, port) = authority
        path = String(rest[slash...])
        (self.text, self.scheme) = (text, scheme)
    }

    /// `scheme://host[:port]` as a browser writes an `Origin`, the default port left out.
    public var origin: String {
        let isDefault = port == nil || (scheme == "https" && port == 443) || (scheme == "http" && port == 80)
        return "\(scheme)://\(host)" + (isDefault ? "" : ":\(port ?? 0)")
    }

    /// Whether the host is a loopback address written as one: `127.0.0.1` or `[::1]` (RFC 8252 §7.3).
    public var hostIsLoopbackAddress: Bool { host == "127.0.0.1" || host == "[::1]" }

    /// Whether the host is a loopback address or the name `localhost`.
    public var hostIsLoopback: Bool { hostIsLoopbackAddress || host == "localhost" }

    /// Adds parameters behind the query that is there, in front of the fragment.
    public func appending(query fields: FormFields) -> String {
        let encoded = fields.encoded()
        guard !encoded.isEmpty else { return text }
        let hash = text.firstIndex(of: "#") ?? text.endIndex
        let separator = query == nil ? "?" : (query?.isEmpty ?? true ? "" : "&")
        return text[..<hash] + separator + encoded + text[hash...]
    }

    private static func cut(_ text: inout Substring, at separator: Character) -> String? {
        guard let index = text.firstIndex(of: separator) else { return nil }
        defer { text = text[..<index] }
        return String(text[text.index(after: index)...])
    }

    private static func authority(_ text: Substring) -> (userInfo: String?, host: String, port: Int?)? {
        let at = text.lastIndex(of: "@")
        let userInfo = at.map { String(text[..<$0]) }
        var hostAndPort = at.map { text[text.index(after: $0)...] } ?? text
        var port: Int?
        if let colon = hostAndPort.lastIndex(of: ":"), !hostAndPort[colon...].contains("]") {
            let digits = hostAndPort[hostAndPort.index(after: colon)...]
            guard let number = Int(digits), (1...65_535).contains(number), digits.utf8.allSatisfy(isDigit) else {
                return nil
            }
            port = number
            hostAndPort = hostAndPort[..<colon]
        }
        let host = hostAndPort.lowercased()
        guard !host.isEmpty, isHost(host) else { return nil }
        return (userInfo, host, port)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHost(_ host: String) -> Bool {
        if host.hasPrefix("[") {
            return host.hasSuffix("]") && host.count > 3
                && host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        return host.utf8.allSatisfy {
            isDigit($0) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || [0x2D, 0x2E, 0x5F].contains($0)
        }
    }

    private static func isScheme(_ text: String) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
        return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || isDigit($0) || [0x2B, 0x2D, 0x2E].contains($0) }
    }

    private static func isURICharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7F...0xFF, UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            false
        default: true
        }
    }
}
