import Crypto
import CryptoExtras
import Foundation

extension JSONWebKey {
    /// Private members of every key type (RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2).
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    /// Parses a public key in UTF-8 JSON, of at most 64 KiB.
    ///
    /// - Throws: what ``parse(_:)-(JSONObject)`` throws, and ``JOSEError/malformedKey(_:)``.
    public static func parse(_ bytes: [UInt8]) throws(JOSEError) -> JSONWebKey {
        let object: JSONObject
        do { object = try JSONObject.parse(bytes, limit: 65_536) } catch { throw .malformedKey(error) }
        return try parse(object)
    }

    /// Reads a public key (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).
    ///
    /// - Throws: ``JOSEError/privateKeyMaterial`` where there is a private member, ``JOSEError/unknownKeyType(name:)``
    ///   and ``JOSEError/unknownCurve(name:)`` for what is not implemented, ``JOSEError/keyMember(_:)`` for what is
    ///   missing or malformed, ``JOSEError/invalidPoint``, ``JOSEError/modulusLength(bits:)``,
    ///   ``JOSEError/publicExponent`` and ``JOSEError/vulnerableKey`` for numbers that must not be trusted, and
    ///   ``JOSEError/keyAlgorithmMismatch(_:)`` where `alg` is a signature algorithm for another kind of key.
    public static func parse(_ object: JSONObject) throws(JOSEError) -> JSONWebKey {
        guard !privateMembers.contains(where: { object[$0] != nil }) else { throw .privateKeyMaterial }
        let attributes = try Attributes(object)
        let keyType = try object.requiredText("kty")
        let key =
            switch keyType {
            case "EC": try ellipticCurve(object, attributes)
            case "RSA": try rsa(object, attributes)
            case "OKP": try octetKeyPair(object, attributes)
            default: throw .unknownKeyType(name: JOSEError.plain(keyType))
            }
        if let algorithm = key.algorithm, algorithm.scheme != nil, !key.suits(algorithm) {
            throw .keyAlgorithmMismatch(algorithm)
        }
        return key
    }

    private static func ellipticCurve(
        _ object: JSONObject, _ attributes: Attributes
    ) throws(JOSEError) -> JSONWebKey {
        let name = try object.requiredText("crv")
        guard let curve = Curve(rawValue: name) else { throw .unknownCurve(name: JOSEError.plain(name)) }
        // A coordinate has the full length of the field, leading zeros included (RFC 7518 §6.2.1.2).
        let x = try object.requiredBytes("x", count: curve.byteCount)
        let y = try object.requiredBytes("y", count: curve.byteCount)
        let material: Material
        do {
            material =
                switch curve {
                case .p256: .p256(try P256.Signing.PublicKey(rawRepresentation: x + y))
                case .p384: .p384(try P384.Signing.PublicKey(rawRepresentation: x + y))
                case .p521: .p521(try P521.Signing.PublicKey(rawRepresentation: x + y))
                }
        } catch {
            throw .invalidPoint
        }
        return JSONWebKey(
            requiredMembers: requiredMembers(curve: curve, x: x, y: y), material: material, attributes: attributes)
    }

    private static func octetKeyPair(
        _ object: JSONObject, _ attributes: Attributes
    ) throws(JOSEError) -> JSONWebKey {
        let name = try object.requiredText("crv")
        guard name == "Ed25519" else { throw .unknownCurve(name: JOSEError.plain(name)) }
        let x = try object.requiredBytes("x", count: 32)
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else { throw .invalidPoint }
        return JSONWebKey(
            requiredMembers: requiredMembers(ed25519: x), material: .ed25519(key), attributes: attributes)
    }

    private static func rsa(_ object: JSONObject, _ attributes: Attributes) throws(JOSEError) -> JSONWebKey {
        // Some libraries put a zero byte before the modulus (RFC 7518 §6.3.1.1 warns of it): it is dropped, so that a
        // key has one form and one thumbprint.
        let modulus = Array(try object.requiredBytes("n").drop { $0 == 0 })
        let exponent = Array(try object.requiredBytes("e").drop { $0 == 0 })
        try RSAKeyStrength.check(modulus: modulus, exponent: exponent)
        guard let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent) else { throw .keyMember("n") }
        return JSONWebKey(
            requiredMembers: requiredMembers(modulus: modulus, exponent: exponent), material: .rsa(key),
            attributes: attributes)
    }
}

extension JSONWebKey {
    static func requiredMembers(curve: Curve, x: some Collection<UInt8>, y: some Collection<UInt8>) -> JSONObject {
        [
            "crv": .string(curve.rawValue), "kty": "EC", "x": .string(Base64URL.encode(x)),
            "y": .string(Base64URL.encode(y)),
        ]
    }

    static func requiredMembers(ed25519 x: some Collection<UInt8>) -> JSONObject {
        ["crv": "Ed25519", "kty": "OKP", "x": .string(Base64URL.encode(x))]
    }

    static func requiredMembers(modulus: some Collection<UInt8>, exponent: some Collection<UInt8>) -> JSONObject {
        ["e": .string(Base64URL.encode(exponent)), "kty": "RSA", "n": .string(Base64URL.encode(modulus))]
    }
}

extension JSONWebKey.Attributes {
    /// Members with a meaning here; what is not among them is kept as an extra member.
    private static let knownMembers: Set<String> = [
        "kty", "crv", "x", "y", "n", "e", "kid", "alg", "use", "key_ops",
    ]

    init(_ object: JSONObject) throws(JOSEError) {
        keyID = try object.optionalText("kid")
        algorithm = try object.optionalText("alg").map(JWSAlgorithm.init(rawValue:))
        use = try object.optionalText("use")
        if let value = object["key_ops"] {
            guard let strings = value.strings else { throw .keyMember("key_ops") }
            operations = strings
        }
        for member in object.members where !Self.knownMembers.contains(member.name) {
            extraMembers[member.name] = member.value
        }
    }
}

extension JSONObject {
    /// A member of a key that must be a string.
    fileprivate func requiredText(_ name: String) throws(JOSEError) -> String {
        guard let text = self[name]?.string else { throw .keyMember(name) }
        return text
    }

    /// A member of a key that must be a string where it is present.
    fileprivate func optionalText(_ name: String) throws(JOSEError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string else { throw .keyMember(name) }
        return text
    }

    /// A member of a key that must be base64url, of so many bytes where that is given.
    fileprivate func requiredBytes(_ name: String, count: Int? = nil) throws(JOSEError) -> [UInt8] {
        guard let bytes = Base64URL.decode(try requiredText(name)), !bytes.isEmpty, count == nil || bytes.count == count
        else { throw .keyMember(name) }
        return bytes
    }
}
