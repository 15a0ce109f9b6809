public import OAuthCore

/// What can be told about a token by looking at it, without anybody's keys: its kind, its length, a fingerprint, and
/// the claims of a JWT, **unverified**. The token itself is not kept.
public struct TokenLook: Hashable, Sendable {
    /// What kind of text it is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A JWT: three parts, of which two are JSON.
        case jwt
        /// An encrypted JWT (RFC 7516): only its reader can open it.
        case encryptedJWT
        /// An access token of a personal Microsoft account, `EwB…`: opaque by design.
        case microsoftPersonal
        /// An access token of Google, `ya29.…`: opaque by design.
        case google
        /// An access token of Sallyport's authorization server, `sp_at_…`.
        case sallyport
        /// A refresh token of Google, `1//…`.
        case googleRefresh
        /// A refresh token or a code of Microsoft Entra, `0.A…`, `1.A…` or `M.…`.
        case microsoftRefresh
        /// A refresh token of Sallyport, `sp_rt_…`.
        case sallyportRefresh
        /// An authorization code: `4/…` of Google, `sp_ac_…` of Sallyport.
        case authorizationCode
        /// A client secret: `GOCSPX-…` of Google, `sp_cs_…` of Sallyport.
        case clientSecret
        /// A JSON document, such as a whole token response.
        case json
        /// What a program writes where it has no value: `None`, `null`, `undefined`.
        case placeholder
        /// Nothing.
        case empty
        /// Something else.
        case opaque
    }

    /// Bytes of a token that are looked at. Longer ones count as opaque.
    public static let longestToken = 65_536

    /// The kind.
    public var kind: Kind
    /// Bytes.
    public var length: Int
    /// The first twelve hexadecimal digits of its SHA-256, by which two programs can compare what they have; `nil` for
    /// a token shorter than 20 bytes, whose digest could be searched.
    public var fingerprint: String?
    /// What a JWT says, unverified: nobody's signature was checked.
    public var claims: TokenClaims?

    /// Looks at a token.
    public static func examine(_ token: Secret) -> TokenLook {
        let bytes = token.withBytes { Array($0.prefix(longestToken + 1)) }
        let kind = kind(of: bytes)
        return TokenLook(
            kind: kind, length: token.count, fingerprint: fingerprint(of: token),
            claims: kind == .jwt ? claims(of: bytes) : nil)
    }

    private static func fingerprint(of token: Secret) -> String? {
        // An at_hash is the left half of a SHA-256.
        guard token.count >= 20, let hash = try? TokenHash.atHash(token, algorithm: .es256) else { return nil }
        let digits = Array("0123456789abcdef".utf8)
        let hexadecimal = (Base64URL.decode(hash) ?? []).prefix(6).flatMap {
            [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
        }
        return String(decoding: hexadecimal, as: UTF8.self)
    }
}

extension TokenLook {
    /// Whether this is a refresh token, a code, a client secret or nothing at all: no server takes it as access token.
    public var isWrongKind: Bool {
        switch kind {
        case .googleRefresh, .microsoftRefresh, .sallyportRefresh, .authorizationCode, .clientSecret, .json,
            .placeholder, .empty:
            true
        case .jwt, .encryptedJWT, .microsoftPersonal, .google, .sallyport, .opaque: claims?.looksLikeIDToken ?? false
        }
    }

    /// Whether Microsoft issued it, as far as can be told.
    public var isMicrosoft: Bool { kind == .microsoftPersonal || (claims?.isMicrosoft ?? false) }

    /// Whether it belongs to a personal Microsoft account.
    public var isMicrosoftPersonal: Bool { kind == .microsoftPersonal || (claims?.isMicrosoftPersonal ?? false) }

    static func kind(of bytes: [UInt8]) -> Kind {
        guard bytes.count <= longestToken else { return .opaque }
        guard let first = bytes.first else { return .empty }
        if first == UInt8(ascii: "{"), (try? JSONObject.parse(bytes)) != nil { return .json }
        let text = String(decoding: bytes.prefix(16), as: UTF8.self)
        if bytes.count <= 9, ["none", "null", "undefined", "nil", "token", "<token>"].contains(text.lowercased()) {
            return .placeholder
        }
        if let kind = prefixes.first(where: { text.hasPrefix($0.prefix) })?.kind { return kind }
        guard text.hasPrefix("eyJ") else { return .opaque }
        switch bytes.count(where: { $0 == UInt8(ascii: ".") }) {
        case 2: return claims(of: bytes) == nil ? .opaque : .jwt
        case 4: return .encryptedJWT
        default: return .opaque
        }
    }

    private static let prefixes: [(prefix: String, kind: Kind)] = [
        ("EwA", .microsoftPersonal), ("EwB", .microsoftPersonal), ("EwC", .microsoftPersonal),
        ("ya29.", .google), ("1//", .googleRefresh), ("0.A", .microsoftRefresh), ("1.A", .microsoftRefresh),
        ("M.C", .microsoftRefresh), ("M.R", .microsoftRefresh), ("4/0", .authorizationCode),
        ("GOCSPX-", .clientSecret), ("sp_at_", .sallyport), ("sp_rt_", .sallyportRefresh),
        ("sp_ac_", .authorizationCode), ("sp_cs_", .clientSecret),
    ]

    /// Whether a run of characters begins as tokens and as encoded credentials do, and is long enough to be one.
    static func startsLikeSecret(_ run: [UInt8]) -> Bool {
        guard run.count >= 12 else { return false }
        let text = String(decoding: run.prefix(12), as: UTF8.self)
        return secretBeginnings.contains { text.hasPrefix($0) }
    }

    /// Beginnings of tokens; `dXNlcj` is `user=` and `bixhPX` is `n,a=` in base64, `ZFhObGNq` and `Yml4aFBY` in double.
    private static let secretBeginnings = [
        "eyJ", "ya29.", "1//", "0.A", "1.A", "M.C", "M.R", "EwA", "EwB", "EwC", "GOCSPX-", "sp_at_", "sp_rt_", "sp_ac_",
        "sp_dc_", "sp_cs_", "dXNlcj", "bixhPX", "ZFhObGNq", "Yml4aFBY",
    ]

    static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~+/=%".utf8.contains(byte)
        }
    }
}
