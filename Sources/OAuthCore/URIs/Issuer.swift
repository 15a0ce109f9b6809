/// An authorization server's identifier: an `https` URL without query or fragment (RFC 8414 §2), compared by text.
///
/// Plain `http` is an issuer only on loopback.
public struct Issuer: Sendable, Hashable, CustomStringConvertible {
    /// The URL, as it is compared and published; it never ends with a slash that was not written.
    public let uri: URI

    public var description: String { uri.text }

    /// Reads an issuer.
    public static func parse(_ text: String) throws(IssuerError) -> Issuer {
        guard let uri = URI(text), !uri.host.isEmpty else { throw .notAURL }
        guard uri.query == nil, uri.fragment == nil, uri.userInfo == nil else { throw .hasQueryFragmentOrUser }
        guard uri.scheme == "https" || (uri.scheme == "http" && uri.hostIsLoopback) else { throw .notHTTPS }
        return Issuer(uri: uri)
    }

    /// The path below which every endpoint lies: empty, or with a slash in front and none behind.
    public var basePath: String { uri.path.hasSuffix("/") ? String(uri.path.dropLast()) : uri.path }

    /// The URL of something below the issuer; `path` begins with a slash.
    public func url(_ path: String) -> String {
        (uri.text.hasSuffix("/") ? String(uri.text.dropLast()) : uri.text) + path
    }

    /// `<issuer>/.well-known/openid-configuration` (OpenID Connect Discovery §4).
    public var openIDConfigurationURL: String { url("/.well-known/openid-configuration") }

    /// The well-known suffix between host and path (RFC 8414 §3.1).
    public var authorizationServerMetadataURL: String { uri.origin + authorizationServerMetadataPath }

    /// The path of `authorizationServerMetadataURL`.
    public var authorizationServerMetadataPath: String { "/.well-known/oauth-authorization-server" + basePath }
}

/// Why a text is not an issuer.
public enum IssuerError: Error, Hashable, Sendable {
    /// Not an absolute URL with a host.
    case notAURL
    /// A query, a fragment or a user name, none of which an issuer may have.
    case hasQueryFragmentOrUser
    /// Plain `http`, and not on loopback.
    case notHTTPS
}
