import Crypto

/// A signature algorithm by its registered name (IANA "JSON Web Signature and Encryption Algorithms", RFC 7518 §3.1).
public struct JWSAlgorithm: RawRepresentable, Hashable, Sendable {
    /// The name as `alg` has it; case matters.
    public let rawValue: String

    /// An algorithm of this name, implemented or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// ECDSA on P-256 with SHA-256.
    public static let es256 = Self(rawValue: "ES256")
    /// ECDSA on P-384 with SHA-384.
    public static let es384 = Self(rawValue: "ES384")
    /// ECDSA on P-521 with SHA-512.
    public static let es512 = Self(rawValue: "ES512")
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    public static let rs256 = Self(rawValue: "RS256")
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    public static let rs384 = Self(rawValue: "RS384")
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    public static let rs512 = Self(rawValue: "RS512")
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    public static let ps256 = Self(rawValue: "PS256")
    /// RSASSA-PSS with SHA-384 and a salt of 48 bytes.
    public static let ps384 = Self(rawValue: "PS384")
    /// RSASSA-PSS with SHA-512 and a salt of 64 bytes.
    public static let ps512 = Self(rawValue: "PS512")
    /// Ed25519 (RFC 8037 §3.1); Ed448 goes by the same name and is not implemented.
    public static let eddsa = Self(rawValue: "EdDSA")
    /// HMAC with SHA-256; only a ``HMACKey`` makes or verifies it.
    public static let hs256 = Self(rawValue: "HS256")
    /// HMAC with SHA-384; only a ``HMACKey`` makes or verifies it.
    public static let hs384 = Self(rawValue: "HS384")
    /// HMAC with SHA-512; only a ``HMACKey`` makes or verifies it.
    public static let hs512 = Self(rawValue: "HS512")

    /// Every implemented algorithm with a public key.
    public static let asymmetric: Set<Self> = [
        .es256, .es384, .es512, .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .eddsa,
    ]

    /// Every implemented algorithm with a shared key.
    public static let symmetric: Set<Self> = [.hs256, .hs384, .hs512]
}

extension JWSAlgorithm: CustomStringConvertible {
    public var description: String { rawValue }
}

/// A hash function of JOSE's algorithms.
enum JWSHash: Hashable, Sendable {
    case sha256, sha384, sha512

    /// The length of the hash in bytes.
    var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    func digest(of bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha384: Array(SHA384.hash(data: bytes))
        case .sha512: Array(SHA512.hash(data: bytes))
        }
    }
}

extension JWSAlgorithm {
    /// How signatures of an algorithm are made.
    enum Scheme: Hashable, Sendable {
        case ecdsa(JSONWebKey.Curve)
        case rsaPKCS1(JWSHash)
        case rsaPSS(JWSHash)
        case ed25519
        case hmac(JWSHash)
    }

    /// The scheme, where the algorithm is implemented.
    var scheme: Scheme? {
        switch self {
        case .es256: .ecdsa(.p256)
        case .es384: .ecdsa(.p384)
        case .es512: .ecdsa(.p521)
        case .rs256: .rsaPKCS1(.sha256)
        case .rs384: .rsaPKCS1(.sha384)
        case .rs512: .rsaPKCS1(.sha512)
        case .ps256: .rsaPSS(.sha256)
        case .ps384: .rsaPSS(.sha384)
        case .ps512: .rsaPSS(.sha512)
        case .eddsa: .ed25519
        case .hs256: .hmac(.sha256)
        case .hs384: .hmac(.sha384)
        case .hs512: .hmac(.sha512)
        default: nil
        }
    }

    /// The hash that belongs to the algorithm; Ed25519 hashes with SHA-512 inside (RFC 8032 §5.1).
    var hash: JWSHash? {
        switch scheme {
        case .ecdsa(.p256): .sha256
        case .ecdsa(.p384): .sha384
        case .ecdsa(.p521), .ed25519: .sha512
        case .rsaPKCS1(let hash), .rsaPSS(let hash), .hmac(let hash): hash
        case nil: nil
        }
    }
}
