import Crypto
import CryptoExtras
import Foundation
import OAuthCore
import SwiftASN1
import X509

/// A certificate by which an app proves itself, as its registration knows it.
struct AppCertificate {
    let certificate: Certificate
    /// The bytes that thumbprints are made of.
    let der: [UInt8]

    init(_ certificate: Certificate) throws {
        self.certificate = certificate
        var serializer = DER.Serializer()
        try certificate.serialize(into: &serializer)
        der = serializer.serializedBytes
    }

    var sha1: [UInt8] { Array(Insecure.SHA1.hash(data: der)) }
    var sha256: [UInt8] { Array(SHA256.hash(data: der)) }
    var subject: String { "\(certificate.subject)" }
    var pem: String {
        get throws { try certificate.serializeAsPEM().pemString }
    }

    /// A key, as PKCS#8 in PEM, with a self-signed certificate for it, valid from an hour ago.
    static func make(name: String, days: Int, now: UnixTime) throws -> (certificate: AppCertificate, keyPEM: Secret) {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits3072)
        let subject = try DistinguishedName { CommonName(name) }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: date(now - .hours(1)), notValidAfter: date(now + .days(Int64(days))), issuer: subject,
            subject: subject, signatureAlgorithm: .sha256WithRSAEncryption,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                SubjectKeyIdentifier(hash: Certificate.PublicKey(key.publicKey))
            },
            issuerPrivateKey: .init(key))
        return (try AppCertificate(certificate), Secret(key.pkcs8PEMRepresentation))
    }

    /// Reads a certificate in PEM or DER.
    static func parse(_ bytes: [UInt8]) -> AppCertificate? {
        let text = String(decoding: bytes, as: UTF8.self)
        if let document = try? PEMDocument.parseMultiple(pemString: text).first(where: {
            $0.discriminator == "CERTIFICATE"
        }) {
            return (try? Certificate(pemDocument: document)).flatMap { try? AppCertificate($0) }
        }
        return (try? Certificate(derEncoded: bytes)).flatMap { try? AppCertificate($0) }
    }

    private static func date(_ time: UnixTime) -> Date { Date(timeIntervalSince1970: TimeInterval(time.seconds)) }
}

extension AppCertificate {
    /// The entry of `keyCredentials` in the app's registration.
    var credentialEntry: JSONObject {
        [
            "customKeyIdentifier": .string(Data(sha1).base64EncodedString()), "displayName": .string(subject),
            "endDateTime": .string(certificate.notValidAfter.formatted(.iso8601)),
            "key": .string(Data(der).base64EncodedString()), "keyId": .string(keyID),
            "startDateTime": .string(certificate.notValidBefore.formatted(.iso8601)),
            "type": "AsymmetricX509Cert", "usage": "Verify",
        ]
    }

    /// A UUID made of the thumbprint (RFC 9562 §5.8), so that the same certificate has the same entry.
    private var keyID: String {
        var bytes = Array(sha256.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Self.hexadecimal(bytes)
        var start = digits.startIndex
        return [8, 4, 4, 4, 12].map { count in
            defer { start = digits.index(start, offsetBy: count) }
            return String(digits[start..<digits.index(start, offsetBy: count)])
        }.joined(separator: "-")
    }

    var json: JSONObject {
        [
            "subject": .string(subject), "not_before": .string(certificate.notValidBefore.formatted(.iso8601)),
            "not_after": .string(certificate.notValidAfter.formatted(.iso8601)),
            "thumbprint_sha1": .string(Self.hexadecimal(sha1).uppercased()),
            "thumbprint_sha256": .string(Self.hexadecimal(sha256).uppercased()), "x5t": .string(Base64URL.encode(sha1)),
            "x5t#S256": .string(Base64URL.encode(sha256)), "key_credentials": .array([.object(credentialEntry)]),
        ]
    }

    /// The certificate for a person.
    func lines(now: UnixTime) -> [String] {
        let end = UnixTime(Int64(certificate.notValidAfter.timeIntervalSince1970))
        return [
            "subject             \(PlainText.line(subject))",
            "valid from          \(certificate.notValidBefore.formatted(.iso8601))",
            "valid until         \(certificate.notValidAfter.formatted(.iso8601)) (\(end.inWords(at: now)))",
            "SHA-1 thumbprint    \(Self.hexadecimal(sha1).uppercased())",
            "SHA-256 thumbprint  \(Self.hexadecimal(sha256).uppercased())",
            "x5t                 \(Base64URL.encode(sha1))", "x5t#S256            \(Base64URL.encode(sha256))", "",
            "For keyCredentials of the app's registration:",
            String(decoding: credentialEntry.encoded(), as: UTF8.self),
        ]
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
