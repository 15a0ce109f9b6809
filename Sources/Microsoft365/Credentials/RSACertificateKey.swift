import OAuthCore
import SwiftASN1
import X509

/// Reads the public key of a certificate (RFC 3279 §2.3.1).
enum RSACertificateKey {
    /// The RSA key, checked for its strength.
    static func publicKey(of certificate: Certificate) throws(CredentialError) -> JSONWebKey {
        guard let numbers = try? Numbers(derEncoded: certificate.publicKey.subjectPublicKeyInfoBytes) else {
            throw .keyNotRSA
        }
        do {
            return try JSONWebKey.parse([
                "kty": "RSA", "n": .string(Base64URL.encode(numbers.modulus)),
                "e": .string(Base64URL.encode(numbers.exponent)),
            ])
        } catch {
            throw .keyWeak
        }
    }

    /// Whether bytes that are no certificate to the library are one with an RSA key: then it is the key, too short to
    /// be read, that the library refuses.
    static func isNamed(in der: [UInt8]) -> Bool {
        let rsaEncryption: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
        return (try? DER.parse(der)) != nil && der.firstRange(of: rsaEncryption) != nil
    }

    /// `RSAPublicKey`: two integers. A point on a curve is not DER at all.
    private struct Numbers: DERImplicitlyTaggable {
        static var defaultIdentifier: ASN1Identifier { .sequence }

        /// Big-endian, without leading zeros.
        let modulus: ArraySlice<UInt8>
        let exponent: ArraySlice<UInt8>

        init(derEncoded rootNode: ASN1Node, withIdentifier identifier: ASN1Identifier) throws {
            (modulus, exponent) = try DER.sequence(rootNode, identifier: identifier) { nodes in
                let modulus = try ArraySlice<UInt8>(derEncoded: &nodes)
                return (modulus.drop { $0 == 0 }, try ArraySlice<UInt8>(derEncoded: &nodes).drop { $0 == 0 })
            }
        }

        func serialize(into coder: inout DER.Serializer, withIdentifier identifier: ASN1Identifier) throws {
            try coder.appendConstructedNode(identifier: identifier) { coder in
                try coder.serialize(modulus)
                try coder.serialize(exponent)
            }
        }
    }
}
