import Crypto
import CryptoExtras
import Foundation
public import OAuthCore
import SwiftASN1
import X509

/// A certificate that an application proves itself with.
public struct AppCertificate: Sendable {
    /// SHA-1 of the certificate: the header's `x5t`.
    public let thumbprintSHA1: [UInt8]
    /// SHA-256 of the certificate: the header's `x5t#S256`.
    public let thumbprintSHA256: [UInt8]
    /// From when on it holds.
    public let notBefore: UnixTime
    /// Until when it holds.
    public let notAfter: UnixTime
    /// The RSA key.
    let key: JSONWebKey

    /// Reads a certificate with an RSA key.
    ///
    /// - Throws: ``CertificateProblem``.
    public init(der: [UInt8]) throws(CertificateProblem) {
        guard let certificate = try? Certificate(derEncoded: der) else { throw .unreadable }
        guard let rsa = _RSA.Signing.PublicKey(certificate.publicKey),
            let numbers = try? rsa.getKeyPrimitives(),
            let key = try? JSONWebKey.parse([
                "kty": "RSA", "n": .string(Base64URL.encode(numbers.modulus)),
                "e": .string(Base64URL.encode(numbers.publicExponent)),
            ])
        else { throw .noRSAKey }
        self.key = key
        thumbprintSHA1 = Array(Insecure.SHA1.hash(data: der))
        thumbprintSHA256 = Array(SHA256.hash(data: der))
        notBefore = UnixTime(Int64(certificate.notValidBefore.timeIntervalSince1970))
        notAfter = UnixTime(Int64(certificate.notValidAfter.timeIntervalSince1970))
    }

    /// Reads the first certificate of a PEM text.
    ///
    /// - Throws: ``CertificateProblem``.
    public init(pem: String) throws(CertificateProblem) {
        guard
            let document = (try? PEMDocument.parseMultiple(pemString: pem))?.first(where: {
                $0.discriminator == "CERTIFICATE"
            })
        else { throw .unreadable }
        try self.init(der: document.derBytes)
    }

    /// The SHA-1 thumbprint as portals show it: 40 hexadecimal digits.
    public var thumbprintText: String { thumbprintSHA1.map { String(format: "%02X", $0) }.joined() }
}

/// Why a certificate cannot be an application's.
public enum CertificateProblem: Error, Hashable, Sendable {
    /// No certificate in DER or PEM.
    case unreadable
    /// A key that is not RSA, or an RSA key too weak to be used.
    case noRSAKey
}
