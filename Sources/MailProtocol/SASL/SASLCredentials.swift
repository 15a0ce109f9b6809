public import OAuthCore

/// How a token is shown to a mail server.
public enum SASLMechanism: String, Hashable, Sendable, CaseIterable {
    /// Google's and Microsoft's own.
    case xoauth2 = "XOAUTH2"
    /// The standard (RFC 7628).
    case oauthBearer = "OAUTHBEARER"
}

/// Why something cannot be sent as credentials. It holds nothing of them.
public enum SASLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no user.
    case emptyUser
    /// The user holds a control character, which would end its field.
    case controlCharacterInUser
    /// There is no token.
    case emptyToken
    /// The token holds a blank, a control character or one outside ASCII. None of them is in any token (RFC 6750 §2.1);
    /// a line end usually comes from the file that the token was read from.
    case unusableCharacterInToken
    /// The host holds a control character.
    case controlCharacterInHost

    public var description: String {
        switch self {
        case .emptyUser: "the user is missing"
        case .controlCharacterInUser: "the user holds a control character"
        case .emptyToken: "the token is missing"
        case .unusableCharacterInToken: "the token holds a blank, a line end or another character that is in no token"
        case .controlCharacterInHost: "the host holds a control character"
        }
    }
}

/// A user and a token for one login by SASL (XOAUTH2, or OAUTHBEARER of RFC 7628).
///
/// The fields are put together here and nowhere else, so that nothing can be escaped wrongly or encoded twice.
public struct SASLCredentials: Hashable, Sendable {
    /// The mechanism.
    public let mechanism: SASLMechanism
    /// Whose mailbox is opened: for an application's own token, and for shared mailboxes, that mailbox's address.
    public let user: String
    private let token: Secret
    private let host: String?
    private let port: UInt16?

    /// Credentials.
    ///
    /// - Parameters:
    ///   - user: an address, as the server knows it; not empty, without control characters.
    ///   - token: the access token as it was issued: printable ASCII, neither encoded nor prefixed.
    ///   - host: the server's name as the client knows it; used by OAUTHBEARER alone.
    ///   - port: the server's port; used by OAUTHBEARER alone.
    /// - Throws: `SASLError` for what cannot be sent.
    public init(
        _ mechanism: SASLMechanism, user: String, token: Secret, host: String? = nil, port: UInt16? = nil
    ) throws(SASLError) {
        guard !user.isEmpty else { throw .emptyUser }
        guard !Self.hasControls(user) else { throw .controlCharacterInUser }
        guard !token.isEmpty else { throw .emptyToken }
        guard token.withBytes({ $0.allSatisfy { 0x21...0x7E ~= $0 } }) else { throw .unusableCharacterInToken }
        if let host, Self.hasControls(host) { throw .controlCharacterInHost }
        self.mechanism = mechanism
        self.user = user
        self.token = token
        self.host = host
        self.port = port
    }

    private static func hasControls(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 0x20 || 0x7F...0x9F ~= $0.value }
    }

    /// The initial response before base64.
    public var message: Secret {
        var output: [UInt8] = []
        // One allocation, so that growing leaves no copies of the token behind.
        output.reserveCapacity(token.count + 3 * user.utf8.count + (host?.utf8.count ?? 0) + 80)
        defer { output.withUnsafeMutableBytes { wipe($0) } }
        switch mechanism {
        case .xoauth2: output.append(contentsOf: "user=\(user)\u{1}".utf8)
        case .oauthBearer:
            // RFC 7628 §3.1, with RFC 5801's escapes in the name.
            let name = user.replacing("=", with: "=3D").replacing(",", with: "=2C")
            output.append(contentsOf: "n,a=\(name),\u{1}".utf8)
            if let host { output.append(contentsOf: "host=\(host)\u{1}".utf8) }
            if let port { output.append(contentsOf: "port=\(port)\u{1}".utf8) }
        }
        output.append(contentsOf: "auth=Bearer ".utf8)
        token.withBytes { output.append(contentsOf: $0) }
        output.append(contentsOf: [1, 1])
        return Secret(bytes: output)
    }

    /// The initial response in base64, once, in one line without its end.
    public var encodedMessage: Secret {
        let message = message
        var output: [UInt8] = []
        output.reserveCapacity((message.count + 2) / 3 * 4)
        defer { output.withUnsafeMutableBytes { wipe($0) } }
        message.withBytes { Base64Text.append($0, to: &output) }
        return Secret(bytes: output)
    }

    /// What answers a failure's challenge, before its line end: an empty line for XOAUTH2, a 0x01 for OAUTHBEARER
    /// (RFC 7628 §3.2.3).
    public var failureAnswer: [UInt8] {
        switch mechanism {
        case .xoauth2: []
        case .oauthBearer: Array("AQ==".utf8)
        }
    }
}

/// Best effort: overwrites what held a secret before it is given back.
func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
    for index in bytes.indices { bytes[index] = 0 }
}
