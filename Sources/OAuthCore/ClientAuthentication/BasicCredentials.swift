import Foundation

/// How a client proves who it is at the token endpoint (RFC 7591 §2, `token_endpoint_auth_method`).
public struct ClientAuthenticationMethod: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }

    /// No secret: a public client (RFC 6749 §2.1).
    public static let none = Self(rawValue: "none")
    /// The secret in an `Authorization: Basic` header (RFC 6749 §2.3.1).
    public static let clientSecretBasic = Self(rawValue: "client_secret_basic")
    /// The secret in the body (RFC 6749 §2.3.1).
    public static let clientSecretPost = Self(rawValue: "client_secret_post")
    /// A signed assertion (OpenID Connect Core §9, RFC 7523 §2.2).
    public static let privateKeyJWT = Self(rawValue: "private_key_jwt")
}

/// A client's id and secret as `Authorization: Basic` carries them: each form-encoded, then base64 (RFC 6749 §2.3.1).
public struct BasicCredentials: Sendable, Hashable {
    /// The client's id.
    public var clientID: String
    /// The client's secret.
    public var clientSecret: Secret

    /// A pair.
    public init(clientID: String, clientSecret: Secret) {
        self.clientID = clientID
        self.clientSecret = clientSecret
    }

    /// The value of the `Authorization` field.
    public func headerValue() -> String {
        let pair = FormFields.encode(clientID) + ":" + FormFields.encode(clientSecret.revealed())
        return "Basic " + Data(pair.utf8).base64EncodedString()
    }

    /// Reads the value of an `Authorization` field.
    ///
    /// - Returns: `nil` when it is not of the Basic scheme, or not well-formed.
    public static func parse(headerValue: String) -> BasicCredentials? {
        guard let credentials = AuthorizationHeader.credentials(of: headerValue, scheme: "basic"),
            let decoded = Data(base64Encoded: credentials),
            let pair = String(validating: decoded, as: UTF8.self),
            let colon = pair.utf8.firstIndex(of: UInt8(ascii: ":")),
            let clientID = try? FormFields.decode(pair[..<colon]),
            let clientSecret = try? FormFields.decode(pair[pair.utf8.index(after: colon)...]),
            !clientID.isEmpty
        else { return nil }
        return BasicCredentials(clientID: clientID, clientSecret: Secret(clientSecret))
    }
}

/// Reading `Authorization` fields (RFC 9110 §11.4): a scheme in any case, one space, credentials.
public enum AuthorizationHeader {
    /// The scheme in lower case.
    public static func scheme(of headerValue: String) -> String {
        Substring(headerValue.utf8.prefix { $0 != UInt8(ascii: " ") }).lowercased()
    }

    /// What follows the scheme and exactly one space.
    ///
    /// - Returns: `nil` for another scheme, a tab, two spaces or nothing behind the space.
    public static func credentials(of headerValue: String, scheme: String) -> String? {
        guard self.scheme(of: headerValue) == scheme else { return nil }
        let credentials = headerValue.utf8.dropFirst(scheme.utf8.count + 1)
        guard !credentials.isEmpty, credentials.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return String(Substring(credentials))
    }

    /// The token of a `Bearer` field: `b64token` of RFC 6750 §2.1 and nothing else.
    public static func bearerToken(in headerValue: String) -> Secret? {
        guard let token = credentials(of: headerValue, scheme: "bearer") else { return nil }
        let body = token.utf8.reversed().drop { $0 == UInt8(ascii: "=") }
        guard !body.isEmpty, body.allSatisfy(isTokenCharacter) else { return nil }
        return Secret(token)
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
