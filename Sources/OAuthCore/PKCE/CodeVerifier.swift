import Crypto

/// The secret that ties a code to whoever asked for it (RFC 7636 §4.1).
public struct CodeVerifier: Sendable, Hashable {
    /// The verifier's text; never in a log.
    public let secret: Secret

    /// How many characters a verifier has (RFC 7636 §4.1).
    public static let lengthRange = 43...128

    /// A fresh verifier of 256 random bits.
    public init(random: RandomSource) { secret = Secret(random.token()) }

    /// Reads a verifier that came over the wire.
    public static func parse(_ text: String) throws(PKCEError) -> CodeVerifier {
        guard lengthRange.contains(text.utf8.count) else { throw .verifierLength(text.utf8.count) }
        guard text.utf8.allSatisfy(isUnreserved) else { throw .verifierCharacter }
        return CodeVerifier(secret: Secret(text))
    }

    private init(secret: Secret) { self.secret = secret }

    /// The S256 challenge of this verifier (RFC 7636 §4.2).
    public var challenge: CodeChallenge {
        CodeChallenge(value: secret.withBytes { Base64URL.encode(Array(SHA256.hash(data: $0))) })
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

/// The S256 transform of a code verifier. The `plain` method is not supported (RFC 9700 §2.1.1).
public struct CodeChallenge: Sendable, Hashable {
    /// 43 characters of base64url: a SHA-256 digest.
    public let value: String
    /// The only method: `S256`.
    public static let method = "S256"

    init(value: String) { self.value = value }

    /// Reads `code_challenge` and `code_challenge_method` (RFC 7636 §4.3, where an absent method means `plain`).
    public static func parse(_ value: String, method: String?) throws(PKCEError) -> CodeChallenge {
        guard method == Self.method else { throw .method(method ?? "plain") }
        guard Base64URL.decode(value)?.count == SHA256.byteCount else { throw .challengeFormat }
        return CodeChallenge(value: value)
    }

    /// Whether the verifier is the one this challenge was made from; takes the same time whatever the answer.
    public func matches(_ verifier: CodeVerifier) -> Bool {
        constantTimeEqual(Array(verifier.challenge.value.utf8), Array(value.utf8))
    }
}

/// Why a verifier or challenge cannot be used.
public enum PKCEError: Error, Hashable, Sendable {
    /// Not 43 to 128 characters long.
    case verifierLength(Int)
    /// A character that is not unreserved.
    case verifierCharacter
    /// Any method but `S256`.
    case method(String)
    /// Not the base64url text of a SHA-256 digest.
    case challengeFormat
}
