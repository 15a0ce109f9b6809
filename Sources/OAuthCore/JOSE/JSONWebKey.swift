import Crypto
import CryptoExtras

/// A public key that verifies signatures (RFC 7517): EC on P-256, P-384 or P-521, RSA of 2048…8192 bits, or Ed25519.
///
/// A value of this type has been checked: the point is on its curve, the modulus is no weak one, and there is no
/// private member. The key is read once, when it is parsed.
public struct JSONWebKey: Sendable {
    /// `kid`: how headers name the key.
    public let keyID: String?
    /// `alg`: the one algorithm that the key is for; any that goes with its kind where it is absent.
    public let algorithm: JWSAlgorithm?
    /// `use`: `sig` or `enc`, where the key says.
    public let use: String?
    /// `key_ops`: what the key may do, where it says.
    public let operations: [String]?
    /// Members that this type gives no meaning to, as they came: `x5c`, `x5t`, Microsoft's `issuer` and the like.
    public let extraMembers: JSONObject
    /// The RFC 7638 thumbprint: SHA-256 of the required members, in base64url.
    public let thumbprint: String

    /// `kty` and what it requires, in the order of RFC 7638 §3.2.
    let requiredMembers: JSONObject
    let material: Material

    /// An elliptic curve for ECDSA.
    enum Curve: String, Hashable, Sendable {
        case p256 = "P-256"
        case p384 = "P-384"
        case p521 = "P-521"

        /// The length of a coordinate, and of either half of a signature, in bytes.
        var byteCount: Int {
            switch self {
            case .p256: 32
            case .p384: 48
            case .p521: 66
            }
        }
    }

    enum Material: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey)
    }

    /// A key with these parts; `requiredMembers` and `material` must say the same.
    init(requiredMembers: JSONObject, material: Material, attributes: Attributes) {
        self.requiredMembers = requiredMembers
        self.material = material
        keyID = attributes.keyID
        algorithm = attributes.algorithm
        use = attributes.use
        operations = attributes.operations
        extraMembers = attributes.extraMembers
        thumbprint = Base64URL.encode(JWSHash.sha256.digest(of: requiredMembers.encoded()))
    }

    /// What a key says about itself besides its numbers.
    struct Attributes {
        var keyID: String?
        var algorithm: JWSAlgorithm?
        var use: String?
        var operations: [String]?
        var extraMembers = JSONObject()
    }

    /// The key as JSON: its public members, then `kid`, `use`, `alg` and `key_ops` where it has them.
    public var json: JSONObject {
        var object = requiredMembers
        if let keyID { object["kid"] = .string(keyID) }
        if let use { object["use"] = .string(use) }
        if let algorithm { object["alg"] = .string(algorithm.rawValue) }
        if let operations { object["key_ops"] = .strings(operations) }
        return object
    }

    /// `kty`: `EC`, `RSA` or `OKP`.
    public var keyType: String { requiredMembers["kty"]?.string ?? "" }
}

extension JSONWebKey: Hashable {
    /// Two keys are equal when they say the same, extra members included.
    public static func == (left: Self, right: Self) -> Bool {
        left.json == right.json && left.extraMembers == right.extraMembers
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(thumbprint) }
}

extension JSONWebKey {
    /// Whether the numbers are of the kind that the algorithm works on.
    func suits(_ algorithm: JWSAlgorithm) -> Bool {
        switch (algorithm.scheme, material) {
        case (.ecdsa(.p256), .p256), (.ecdsa(.p384), .p384), (.ecdsa(.p521), .p521), (.ed25519, .ed25519),
            (.rsaPKCS1, .rsa), (.rsaPSS, .rsa):
            true
        default: false
        }
    }

    /// Whether the key may verify signatures of this algorithm: its kind, its own `alg`, its `use` and its `key_ops`
    /// must all allow it.
    func requireVerifies(_ algorithm: JWSAlgorithm) throws(JOSEError) {
        guard suits(algorithm), self.algorithm == nil || self.algorithm == algorithm else {
            throw .keyAlgorithmMismatch(algorithm)
        }
        guard use == nil || use == "sig", operations?.contains("verify") ?? true else { throw .keyUse }
    }

    /// Verifies a signature in JOSE's form (ECDSA: R and S side by side, RFC 7518 §3.4).
    func verify(
        _ signature: [UInt8], of message: [UInt8], algorithm: JWSAlgorithm
    ) throws(JOSEError) {
        try requireVerifies(algorithm)
        guard signature.count == signatureByteCount else {
            throw .signatureLength(found: signature.count, expected: signatureByteCount)
        }
        guard try isValid(signature, message, algorithm) else { throw .invalidSignature }
    }

    private var signatureByteCount: Int {
        switch material {
        case .p256, .ed25519: 64
        case .p384: 96
        case .p521: 132
        case .rsa(let key): (key.keySizeInBits + 7) / 8
        }
    }

    private func isValid(
        _ signature: [UInt8], _ message: [UInt8], _ algorithm: JWSAlgorithm
    ) throws(JOSEError) -> Bool {
        switch material {
        case .p256(let key):
            guard let value = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(value, for: SHA256.hash(data: message))
        case .p384(let key):
            guard let value = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(value, for: SHA384.hash(data: message))
        case .p521(let key):
            guard let value = try? P521.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(value, for: SHA512.hash(data: message))
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        case .rsa(let key):
            let (hash, padding) = try algorithm.rsaParameters()
            let value = _RSA.Signing.RSASignature(rawRepresentation: signature)
            return switch hash {
            case .sha256: key.isValidSignature(value, for: SHA256.hash(data: message), padding: padding)
            case .sha384: key.isValidSignature(value, for: SHA384.hash(data: message), padding: padding)
            case .sha512: key.isValidSignature(value, for: SHA512.hash(data: message), padding: padding)
            }
        }
    }
}

extension JWSAlgorithm {
    /// The hash and padding of an RSA algorithm.
    func rsaParameters() throws(JOSEError) -> (JWSHash, _RSA.Signing.Padding) {
        switch scheme {
        case .rsaPKCS1(let hash): (hash, .insecurePKCS1v1_5)
        case .rsaPSS(let hash): (hash, .PSS)
        default: throw .keyAlgorithmMismatch(self)
        }
    }
}
