import Crypto
import CryptoExtras
import Foundation
import OAuthCore
import SwiftASN1
import X509

/// A certificate and its key, both as PEM text.
struct CertifiedKey: Sendable {
    let certificatePEM: String
    let keyPEM: Secret
}

/// Makes certificates: an authority of this emulator alone, the server's by it, and self-signed ones for applications.
enum CertificateMaker {
    /// How far back validity begins, for clocks that are a little behind.
    private static let leeway: Seconds = .hours(1)

    /// An authority for ten years, which may sign for loopback names only.
    static func authority(now: UnixTime) throws -> CertifiedKey {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName {
            OrganizationName("Sallyport emulator")
            CommonName("Sallyport emulator authority")
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: date(now - leeway), notValidAfter: date(now + .days(3_650)), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
                // Whoever trusts this authority trusts it for this computer, and for nothing else.
                Critical(NameConstraints(permittedSubtrees: [.dnsName("localhost"), .ipAddress(loopbackBlock)]))
                SubjectKeyIdentifier(hash: Certificate.PublicKey(key.publicKey))
            },
            issuerPrivateKey: .init(key))
        return CertifiedKey(
            certificatePEM: try certificate.serializeAsPEM().pemString, keyPEM: Secret(key.pemRepresentation))
    }

    /// The server's certificate, for `localhost`, valid for 397 days.
    static func server(authority: CertifiedKey, now: UnixTime) throws -> CertifiedKey {
        let issuer = try Certificate(pemEncoded: authority.certificatePEM)
        let issuerKey = try P256.Signing.PrivateKey(pemRepresentation: authority.keyPEM.revealed())
        let key = P256.Signing.PrivateKey()
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: date(now - leeway), notValidAfter: date(now + .days(397)), issuer: issuer.subject,
            subject: try DistinguishedName { CommonName("localhost") }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                // No address: BoringSSL refuses certificates with one below an authority that is limited to some.
                SubjectAlternativeNames([.dnsName("localhost")])
                SubjectKeyIdentifier(hash: Certificate.PublicKey(key.publicKey))
                AuthorityKeyIdentifier(
                    keyIdentifier: SubjectKeyIdentifier(hash: issuer.publicKey).keyIdentifier)
            },
            issuerPrivateKey: .init(issuerKey))
        return CertifiedKey(
            certificatePEM: try certificate.serializeAsPEM().pemString, keyPEM: Secret(key.pemRepresentation))
    }

    /// A self-signed certificate with an RSA key of 2048 bits, for an application.
    static func app(name: String, notBefore: UnixTime, notAfter: UnixTime) throws -> CertifiedKey {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let subject = try DistinguishedName { CommonName(name) }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: date(notBefore),
            notValidAfter: date(notAfter), issuer: subject, subject: subject,
            signatureAlgorithm: .sha256WithRSAEncryption,
            extensions: Certificate.Extensions { Critical(KeyUsage(digitalSignature: true)) },
            issuerPrivateKey: .init(key))
        return CertifiedKey(
            certificatePEM: try certificate.serializeAsPEM().pemString,
            keyPEM: Secret(key.pkcs8PEMRepresentation))
    }

    /// Whether a certificate still holds for a month, and is the authority's.
    static func isUsable(_ pair: CertifiedKey, authority: CertifiedKey, now: UnixTime) -> Bool {
        guard let certificate = try? Certificate(pemEncoded: pair.certificatePEM),
            let issuer = try? Certificate(pemEncoded: authority.certificatePEM)
        else { return false }
        return issuer.publicKey.isValidSignature(certificate.signature, for: certificate)
            && certificate.notValidAfter > date(now + .days(30)) && certificate.notValidBefore <= date(now)
    }

    private static let loopbackBlock = ASN1OctetString(contentBytes: [127, 0, 0, 0, 255, 0, 0, 0])

    private static func date(_ time: UnixTime) -> Date { Date(timeIntervalSince1970: TimeInterval(time.seconds)) }
}
