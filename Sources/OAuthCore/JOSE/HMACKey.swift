import Crypto

/// A shared key for HS256, HS384 or HS512 (RFC 7518 §3.2).
///
/// It is a type of its own so that no public key can ever be taken for a shared one: sets of public keys hold none, and
/// ``CompactJWS/verify(with:)-(HMACKey)`` takes nothing else.
public struct HMACKey: Sendable {
    /// The one algorithm that the key is for.
    public let algorithm: JWSAlgorithm
    /// `kid`: how headers name the key.
    public let keyID: String?

    private let key: SymmetricKey
    private let hash: JWSHash

    /// A key of these bytes.
    ///
    /// - Throws: ``JOSEError/keyAlgorithmMismatch(_:)`` for an algorithm that is not HMAC, and
    ///   ``JOSEError/keyTooShort(count:minimum:)`` for fewer bytes than its hash has.
    public init(_ secret: Secret, algorithm: JWSAlgorithm, keyID: String? = nil) throws(JOSEError) {
        guard case .hmac(let hash) = algorithm.scheme else { throw .keyAlgorithmMismatch(algorithm) }
        guard secret.count >= hash.byteCount else {
            throw .keyTooShort(count: secret.count, minimum: hash.byteCount)
        }
        self.algorithm = algorithm
        self.keyID = keyID
        self.hash = hash
        key = secret.withBytes { SymmetricKey(data: $0) }
    }

    /// The authentication code of these bytes.
    func code(for bytes: [UInt8]) -> [UInt8] {
        switch hash {
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        case .sha384: Array(HMAC<SHA384>.authenticationCode(for: bytes, using: key))
        case .sha512: Array(HMAC<SHA512>.authenticationCode(for: bytes, using: key))
        }
    }

    /// Verifies a code in a time that does not depend on where it differs.
    func verify(_ code: [UInt8], of bytes: [UInt8]) throws(JOSEError) {
        guard code.count == hash.byteCount else {
            throw .signatureLength(found: code.count, expected: hash.byteCount)
        }
        guard constantTimeEqual(code, self.code(for: bytes)) else { throw .invalidSignature }
    }
}

extension HMACKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "HMACKey(\(algorithm), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
