/// Where an authorization response is sent (RFC 6749 §3.1.2), as it was registered.
public struct RedirectURI: Sendable, Hashable, CustomStringConvertible {
    /// The URI, as registered.
    public let uri: URI

    public var description: String { uri.text }

    /// Reads a redirect URI for registration.
    ///
    /// `https` anywhere, `http` on loopback, or a private-use scheme with a dot in it (RFC 8252 §7.1, §7.3). No
    /// fragment (RFC 6749 §3.1.2), no user name, no `..` that a browser would resolve.
    public static func parse(_ text: String) throws(RedirectURIError) -> RedirectURI {
        guard let uri = URI(text) else { throw .notAbsolute }
        guard uri.fragment == nil else { throw .fragment }
        guard uri.userInfo == nil else { throw .userInfo }
        guard !uri.path.split(separator: "/").contains(where: isDotSegment) else { throw .dotSegment }
        switch uri.scheme {
        case "https": guard !uri.host.isEmpty else { throw .notAbsolute }
        case "http": guard uri.hostIsLoopback else { throw .plainHTTP }
        default: guard uri.scheme.contains(".") else { throw .scheme(uri.scheme) }
        }
        return RedirectURI(uri: uri)
    }

    /// Whether a requested URI is this one: the same text, except that the port of a loopback *address* may be any
    /// (RFC 8252 §7.3, RFC 9700 §4.1.3).
    public func matches(_ requested: String) -> Bool {
        if requested == uri.text { return true }
        guard uri.scheme == "http", uri.hostIsLoopbackAddress, let other = URI(requested) else { return false }
        // What it must be to the letter, given its port.
        return requested == "http://" + uri.host + (other.port.map { ":\($0)" } ?? "") + textBehindPort
    }

    /// The first difference between this URI and a requested one, for the operator: the component's name.
    public func firstDifference(from requested: String) -> String {
        guard let other = URI(requested) else { return "syntax" }
        if other.scheme != uri.scheme { return "scheme" }
        if other.userInfo != nil { return "user" }
        if other.host != uri.host { return "host" }
        if other.port != uri.port { return "port" }
        if other.path != uri.path { return "path" }
        if other.query != uri.query { return "query" }
        return other.fragment == nil ? "case" : "fragment"
    }

    private var textBehindPort: Substring {
        let start = uri.text.utf8.index(uri.text.startIndex, offsetBy: "http://".utf8.count + uri.host.utf8.count)
        let rest = uri.text[start...]
        return rest.hasPrefix(":") ? rest.drop { $0 != "/" && $0 != "?" && $0 != "#" } : rest
    }

    private static func isDotSegment(_ segment: Substring) -> Bool {
        let decoded = segment.lowercased().replacing("%2e", with: ".")
        return decoded == "." || decoded == ".."
    }
}

/// Why a text cannot be registered as a redirect URI.
public enum RedirectURIError: Error, Hashable, Sendable {
    /// Not an absolute URI, or with characters that no URI has.
    case notAbsolute
    /// A `#` in it.
    case fragment
    /// A user name in it.
    case userInfo
    /// `.` or `..` as a path segment.
    case dotSegment
    /// `http` to a host that is not loopback.
    case plainHTTP
    /// A scheme that is neither `https` nor a private one of reverse domain name form.
    case scheme(String)
}
