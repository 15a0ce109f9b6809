/// Why a JWS, a key or a set of claims cannot be used.
///
/// Nothing here holds text of a token. Names that a peer chose are carried only where they are short and plain, and are
/// `nil` otherwise.
public enum JOSEError: Error, Hashable, Sendable {
    // The compact serialisation (RFC 7515 §7.1)

    /// Longer than allowed; both in bytes.
    case tooLarge(count: Int, limit: Int)
    /// Not three parts between two dots.
    case partCount(Int)
    /// A part that is not base64url in its one canonical form.
    case malformedPart(JWSPart)
    /// The protected header is not a JSON object.
    case malformedHeader(JSONError)
    /// A header parameter of this name is missing, of the wrong type, or contradicts the key that signs.
    case headerParameter(String)
    /// A header parameter of this name that is refused: `b64` (RFC 7797) or `zip`.
    case refusedHeaderParameter(String)
    /// The header says that some extension must be understood, and none is (RFC 7515 §4.1.11).
    case criticalHeader

    // Algorithms

    /// `alg` is `none`, in whatever case.
    case unsecured
    /// An algorithm that is not implemented.
    case unsupportedAlgorithm(name: String?)
    /// An algorithm that is not among those the caller allows.
    case algorithmNotAllowed(JWSAlgorithm)
    /// The key is for another algorithm than the one asked for or found in the header.
    case keyAlgorithmMismatch(JWSAlgorithm)
    /// `use` or `key_ops` says that the key is not for verifying signatures.
    case keyUse

    // Verifying

    /// No key of the set goes with the header.
    case noMatchingKey(keyID: String?)
    /// A signature of the wrong length for its algorithm and key; both in bytes.
    case signatureLength(found: Int, expected: Int)
    /// The signature is not this key's over this text.
    case invalidSignature

    // Keys (RFC 7517, RFC 7518 §6)

    /// Not a JSON Web Key or a set of them.
    case malformedKey(JSONError)
    /// A `kty` that is not implemented.
    case unknownKeyType(name: String?)
    /// A `crv` that is not implemented.
    case unknownCurve(name: String?)
    /// A member of this name is missing, of the wrong type, or not canonical base64url of the right length.
    case keyMember(String)
    /// A key that should be public holds private members.
    case privateKeyMaterial
    /// The coordinates are not a point on the curve.
    case invalidPoint
    /// An RSA modulus outside 2048…8192 bits.
    case modulusLength(bits: Int)
    /// An RSA public exponent that is even, below 3 or above 2³²−1.
    case publicExponent
    /// An RSA modulus made by the generator with the ROCA weakness (CVE-2017-15361).
    case vulnerableKey
    /// A symmetric key shorter than the algorithm's hash (RFC 7518 §3.2); both in bytes.
    case keyTooShort(count: Int, minimum: Int)
    /// A set with more keys than a set may have.
    case tooManyKeys(count: Int, limit: Int)
    /// Not a private key of the kind that the algorithm needs, in PKCS#8 or PEM.
    case malformedPrivateKey
    /// The key could not be generated, or could not sign.
    case signingFailed

    // Claims (RFC 7519)

    /// The payload is not a JSON object.
    case malformedClaims(JSONError)
    /// A registered claim of this name has a value of the wrong type.
    case claimType(String)
}

/// The three parts of a compact JWS.
public enum JWSPart: Hashable, Sendable {
    /// What says how it is signed.
    case header
    /// What is signed.
    case payload
    /// The proof.
    case signature
}

extension JOSEError {
    /// A peer's text, where it is fit to be shown: at most 64 of the characters that algorithms and key ids are made
    /// of.
    static func plain(_ text: String) -> String? {
        guard (1...64).contains(text.utf8.count) else { return nil }
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: "-_+:.@/=".utf8.contains(byte)
            }
        }
        return isPlain ? text : nil
    }
}
