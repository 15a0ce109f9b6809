public import OAuthCore

/// Whose mailbox somebody asks for, and the token: what the mechanisms `XOAUTH2` and `OAUTHBEARER` carry.
public struct SASLBearerMessage: Hashable, Sendable {
    /// The mailbox; may be empty in `OAUTHBEARER`.
    public var user: String
    /// The access token.
    public var token: Secret

    /// A message.
    public init(user: String, token: Secret) {
        self.user = user
        self.token = token
    }

    /// Reads the message of a mechanism from its base64 line.
    ///
    /// `XOAUTH2` is `user=` and `auth=Bearer `, each ended by 0x01, and one 0x01 more. `OAUTHBEARER` has a GS2 header
    /// first (RFC 7628 §3.1). Base64 in its URL alphabet, encoded twice, or with line ends inside is no message.
    ///
    /// - Returns: `nil` for anything that a strict server refuses.
    public static func parse(_ line: some Collection<UInt8>, mechanism: String) -> SASLBearerMessage? {
        guard let bytes = StrictBase64.decode(line) else { return nil }
        switch mechanism.uppercased() {
        case "XOAUTH2": return xoauth2(bytes[...])
        case "OAUTHBEARER": return oauthBearer(bytes[...])
        default: return nil
        }
    }

    private static func xoauth2(_ bytes: ArraySlice<UInt8>) -> SASLBearerMessage? {
        guard bytes.startsIgnoringCase("user="), let fields = fields(bytes), fields.count == 2,
            let token = token(in: fields[1])
        else { return nil }
        let user = String(decoding: fields[0].dropFirst(5), as: UTF8.self)
        return user.isEmpty ? nil : SASLBearerMessage(user: user, token: token)
    }

    private static func oauthBearer(_ bytes: ArraySlice<UInt8>) -> SASLBearerMessage? {
        guard let fields = fields(bytes), let header = fields.first else { return nil }
        let parts = header.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("n".utf8), parts[2].isEmpty,
            let token = fields.dropFirst().lazy.compactMap(token).first
        else { return nil }
        guard parts[1].isEmpty || parts[1].starts(with: "a=".utf8) else { return nil }
        let user = String(decoding: parts[1].dropFirst(2), as: UTF8.self)
            .split(separator: "=2C", omittingEmptySubsequences: false).joined(separator: ",")
            .split(separator: "=3D", omittingEmptySubsequences: false).joined(separator: "=")
        return SASLBearerMessage(user: user, token: token)
    }

    /// What stands between the bytes 0x01; two of them end the message.
    private static func fields(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        var fields = bytes.split(separator: 1, omittingEmptySubsequences: false)
        guard fields.count >= 3, fields.removeLast().isEmpty, fields.removeLast().isEmpty else { return nil }
        return fields
    }

    private static func token(in field: ArraySlice<UInt8>) -> Secret? {
        guard field.startsIgnoringCase("auth=bearer ") else { return nil }
        let token = field.dropFirst("auth=bearer ".count)
        guard !token.isEmpty, token.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
        return Secret(bytes: token)
    }
}

/// Base64 as strict servers read it: the standard alphabet with its padding, and nothing else (RFC 4648 §4).
enum StrictBase64 {
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        var output: [UInt8] = []
        Base64Text.append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        // What was read the same way back is what a strict reader takes.
        guard let bytes = Base64Text.decode(Array(text)[...]), encode(bytes).utf8.elementsEqual(text) else {
            return nil
        }
        return bytes
    }
}
