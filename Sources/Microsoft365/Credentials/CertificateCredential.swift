import Crypto
import Foundation
public import OAuthCore
import SwiftASN1
import X509

/// A certificate and its RSA key, by which an application proves who it is. The certificate is public; the key never
/// prints.
public struct CertificateCredential: Sendable {
    /// The certificate in DER, as the app's registration has it.
    public let certificateDER: [UInt8]
    /// SHA-1 of the certificate: `x5t`, and what portals show.
    public let thumbprintSHA1: [UInt8]
    /// SHA-256 of the certificate: `x5t#S256`.
    public let thumbprintSHA256: [UInt8]
    /// From when on it holds.
    public let notBefore: UnixTime
    /// The last moment at which it holds.
    public let notAfter: UnixTime
    /// Whose it is, as the certificate says.
    public let subject: String

    private let signers: Signers

    private struct Signers: Sendable {
        let ps256: SigningKey
        let rs256: SigningKey
    }

    /// A certificate and its key.
    ///
    /// - Parameters:
    ///   - certificateDER: the certificate.
    ///   - privateKeyDER: its RSA key of 2048 bits or more, in PKCS#8 or PKCS#1, unencrypted.
    /// - Throws: ``CredentialError``; an expired certificate is none of them, for ``verify(at:)`` tells.
    public init(certificateDER: [UInt8], privateKeyDER: Secret) throws(CredentialError) {
        guard let certificate = try? Certificate(derEncoded: certificateDER) else {
            throw RSACertificateKey.isNamed(in: certificateDER) ? .keyWeak : .certificateUnreadable
        }
        let publicKey = try RSACertificateKey.publicKey(of: certificate)
        let signers: Signers
        do {
            signers = Signers(
                ps256: try SigningKey(pkcs8DER: privateKeyDER, algorithm: .ps256),
                rs256: try SigningKey(pkcs8DER: privateKeyDER, algorithm: .rs256))
        } catch {
            throw .keyUnreadable
        }
        guard signers.rs256.publicKey.thumbprint == publicKey.thumbprint else { throw .keyMismatch }
        self.certificateDER = certificateDER
        self.signers = signers
        thumbprintSHA1 = Array(Insecure.SHA1.hash(data: certificateDER))
        thumbprintSHA256 = Array(SHA256.hash(data: certificateDER))
        notBefore = UnixTime(Int64(certificate.notValidBefore.timeIntervalSince1970))
        notAfter = UnixTime(Int64(certificate.notValidAfter.timeIntervalSince1970))
        subject = String(describing: certificate.subject)
    }

    /// Whether the certificate holds at this moment.
    ///
    /// - Throws: ``CredentialError/notYetValid(notBefore:now:)``, ``CredentialError/expired(notAfter:now:)``.
    public func verify(at now: UnixTime) throws(CredentialError) {
        guard now >= notBefore else { throw .notYetValid(notBefore: notBefore, now: now) }
        guard now <= notAfter else { throw .expired(notAfter: notAfter, now: now) }
    }

    /// The key that signs with this algorithm.
    func signingKey(_ style: AssertionStyle) -> SigningKey {
        switch style {
        case .ps256: signers.ps256
        case .rs256: signers.rs256
        }
    }
}

extension CertificateCredential: Hashable {
    public static func == (left: Self, right: Self) -> Bool { left.certificateDER == right.certificateDER }

    public func hash(into hasher: inout Hasher) { hasher.combine(thumbprintSHA256) }
}

extension CertificateCredential: CustomStringConvertible, CustomReflectable {
    public var description: String { "CertificateCredential(\(subject), \(Base64URL.encode(thumbprintSHA256)))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
