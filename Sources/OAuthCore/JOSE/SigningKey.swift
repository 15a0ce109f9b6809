import Crypto
import CryptoExtras
import Foundation

/// A private key that signs with one algorithm. It is read once; signing only computes.
///
/// Nothing prints it. Copies that the cryptographic library makes while reading or exporting are beyond our reach.
public struct SigningKey: Sendable {
    /// The algorithm that it signs with.
    public let algorithm: JWSAlgorithm
    /// The public half, with the key's id, its algorithm and `"use": "sig"`.
    public let publicKey: JSONWebKey

    private let material: Material

    private enum Material: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    /// `kid`: the id that was given, or the RFC 7638 thumbprint of the public key.
    public var keyID: String { publicKey.keyID ?? publicKey.thumbprint }

    /// A fresh key.
    ///
    /// - Parameters:
    ///   - algorithm: any of ``JWSAlgorithm/asymmetric``.
    ///   - rsaBits: the modulus of an RSA key, 2048…8192 bits and a multiple of 8. Default 2048. Large ones take
    ///     seconds.
    ///   - keyID: the key's id; `nil` for its thumbprint.
    /// - Throws: ``JOSEError/unsupportedAlgorithm(name:)``, ``JOSEError/modulusLength(bits:)``,
    ///   ``JOSEError/signingFailed``.
    public static func generate(
        _ algorithm: JWSAlgorithm, rsaBits: Int = 2048, keyID: String? = nil
    ) throws(JOSEError) -> SigningKey {
        let material: Material
        switch algorithm.scheme {
        case .ecdsa(.p256): material = .p256(P256.Signing.PrivateKey())
        case .ecdsa(.p384): material = .p384(P384.Signing.PrivateKey())
        case .ecdsa(.p521): material = .p521(P521.Signing.PrivateKey())
        case .ed25519: material = .ed25519(Curve25519.Signing.PrivateKey())
        case .rsaPKCS1, .rsaPSS:
            guard RSAKeyStrength.modulusBits.contains(rsaBits), rsaBits % 8 == 0 else {
                throw .modulusLength(bits: rsaBits)
            }
            guard let key = try? _RSA.Signing.PrivateKey(keySize: .init(bitCount: rsaBits)) else {
                throw .signingFailed
            }
            material = .rsa(key)
        case .hmac, nil: throw .unsupportedAlgorithm(name: JOSEError.plain(algorithm.rawValue))
        }
        return try SigningKey(material, algorithm, keyID)
    }

    /// Reads a private key.
    ///
    /// - Parameters:
    ///   - pkcs8DER: the key in PKCS#8 (RFC 5958), unencrypted.
    ///   - algorithm: what it shall sign with; the key must be of that kind.
    ///   - keyID: the key's id; `nil` for the thumbprint of its public half.
    /// - Throws: ``JOSEError/malformedPrivateKey``, ``JOSEError/unsupportedAlgorithm(name:)``, and for RSA what
    ///   ``JSONWebKey/parse(_:)-(JSONObject)`` throws for weak numbers.
    public init(pkcs8DER: Secret, algorithm: JWSAlgorithm, keyID: String? = nil) throws(JOSEError) {
        let der = pkcs8DER.withBytes { Array($0) }
        let material: Material
        do {
            switch algorithm.scheme {
            case .ecdsa(.p256): material = .p256(try P256.Signing.PrivateKey(derRepresentation: der))
            case .ecdsa(.p384): material = .p384(try P384.Signing.PrivateKey(derRepresentation: der))
            case .ecdsa(.p521): material = .p521(try P521.Signing.PrivateKey(derRepresentation: der))
            case .ed25519: material = .ed25519(try Curve25519.Signing.PrivateKey(derRepresentation: der))
            case .rsaPKCS1, .rsaPSS: material = .rsa(try _RSA.Signing.PrivateKey(derRepresentation: der))
            case .hmac, nil: throw JOSEError.unsupportedAlgorithm(name: JOSEError.plain(algorithm.rawValue))
            }
        } catch let error as JOSEError {
            throw error
        } catch {
            throw .malformedPrivateKey
        }
        try self.init(material, algorithm, keyID)
    }

    /// Reads a private key from PEM text (RFC 7468): `PRIVATE KEY`, `EC PRIVATE KEY` or `RSA PRIVATE KEY`, unencrypted.
    /// Other blocks, such as `EC PARAMETERS` or certificates, are passed over.
    ///
    /// - Throws: what ``init(pkcs8DER:algorithm:keyID:)`` throws.
    public init(pem: Secret, algorithm: JWSAlgorithm, keyID: String? = nil) throws(JOSEError) {
        try self.init(pkcs8DER: try PEM.privateKey(in: pem), algorithm: algorithm, keyID: keyID)
    }

    private init(_ material: Material, _ algorithm: JWSAlgorithm, _ keyID: String?) throws(JOSEError) {
        self.material = material
        self.algorithm = algorithm
        var object = try Self.publicMembers(of: material)
        object["alg"] = .string(algorithm.rawValue)
        object["use"] = "sig"
        let unnamed = try JSONWebKey.parse(object)
        object["kid"] = .string(keyID ?? unnamed.thumbprint)
        publicKey = try JSONWebKey.parse(object)
    }

    private static func publicMembers(of material: Material) throws(JOSEError) -> JSONObject {
        func members(_ curve: JSONWebKey.Curve, _ point: Data) -> JSONObject {
            JSONWebKey.requiredMembers(
                curve: curve, x: point.prefix(curve.byteCount), y: point.dropFirst(curve.byteCount))
        }
        switch material {
        case .p256(let key): return members(.p256, key.publicKey.rawRepresentation)
        case .p384(let key): return members(.p384, key.publicKey.rawRepresentation)
        case .p521(let key): return members(.p521, key.publicKey.rawRepresentation)
        case .ed25519(let key): return JSONWebKey.requiredMembers(ed25519: key.publicKey.rawRepresentation)
        case .rsa(let key):
            guard let numbers = try? key.publicKey.getKeyPrimitives() else { throw .malformedPrivateKey }
            return JSONWebKey.requiredMembers(modulus: numbers.modulus, exponent: numbers.publicExponent)
        }
    }

    /// The key in PKCS#8, unencrypted: encrypt it before it is stored.
    public func pkcs8DER() -> Secret {
        switch material {
        case .p256(let key): Secret(bytes: key.pkcs8DERRepresentation)
        case .p384(let key): Secret(bytes: key.pkcs8DERRepresentation)
        case .p521(let key): Secret(bytes: key.pkcs8DERRepresentation)
        case .ed25519(let key): Secret(bytes: key.pkcs8DERRepresentation)
        case .rsa(let key): Secret(bytes: key.pkcs8DERRepresentation)
        }
    }

    /// Signs these bytes; the signature has JOSE's form (ECDSA: R and S side by side, RFC 7518 §3.4).
    ///
    /// RSA takes about a millisecond: keep it off threads that must not wait.
    ///
    /// - Throws: ``JOSEError/signingFailed`` where the library refuses.
    public func signature(for bytes: [UInt8]) throws(JOSEError) -> [UInt8] {
        do {
            switch material {
            case .p256(let key): return Array(try key.signature(for: SHA256.hash(data: bytes)).rawRepresentation)
            case .p384(let key): return Array(try key.signature(for: SHA384.hash(data: bytes)).rawRepresentation)
            case .p521(let key): return Array(try key.signature(for: SHA512.hash(data: bytes)).rawRepresentation)
            case .ed25519(let key): return Array(try key.signature(for: bytes))
            case .rsa(let key): return try rsaSignature(for: bytes, with: key)
            }
        } catch {
            throw .signingFailed
        }
    }

    private func rsaSignature(for bytes: [UInt8], with key: _RSA.Signing.PrivateKey) throws -> [UInt8] {
        let (hash, padding) = try algorithm.rsaParameters()
        let signature =
            switch hash {
            case .sha256: try key.signature(for: SHA256.hash(data: bytes), padding: padding)
            case .sha384: try key.signature(for: SHA384.hash(data: bytes), padding: padding)
            case .sha512: try key.signature(for: SHA512.hash(data: bytes), padding: padding)
            }
        return Array(signature.rawRepresentation)
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "SigningKey(\(algorithm), \(keyID), redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// PEM text (RFC 7468), as far as private keys need it.
private enum PEM {
    private static let labels = ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"]

    /// The bytes of the first private key in a text.
    static func privateKey(in text: Secret) throws(JOSEError) -> Secret {
        let lines = text.revealed().split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        for label in labels {
            guard let start = lines.firstIndex(of: "-----BEGIN \(label)-----"),
                let end = lines[start...].firstIndex(of: "-----END \(label)-----")
            else { continue }
            guard let der = Data(base64Encoded: lines[(start + 1)..<end].joined()) else { throw .malformedPrivateKey }
            return Secret(bytes: der)
        }
        throw .malformedPrivateKey
    }
}
