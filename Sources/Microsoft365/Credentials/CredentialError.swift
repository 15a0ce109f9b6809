import Foundation
public import OAuthCore

/// Why a certificate and its key cannot be an application's credential. Nothing of the key is in it.
public enum CredentialError: Error, Hashable, Sendable {
    /// No certificate in the text, or none that can be read.
    case certificateUnreadable
    /// No private key in the text, or none that can be read.
    case keyUnreadable
    /// The private key is encrypted.
    case keyEncrypted
    /// The key is not RSA, which the identity platform asks for.
    case keyNotRSA
    /// An RSA key of fewer than 2048 bits, or one that is weak in another way.
    case keyWeak
    /// The private key belongs to no certificate of the text.
    case keyMismatch
    /// The certificate does not hold yet.
    case notYetValid(notBefore: UnixTime, now: UnixTime)
    /// The certificate holds no more.
    case expired(notAfter: UnixTime, now: UnixTime)
}

extension CredentialError: CustomStringConvertible {
    public var description: String { "\(reason); \(remedy)" }

    /// What is wrong.
    public var reason: String {
        switch self {
        case .certificateUnreadable: "there is no certificate that can be read"
        case .keyUnreadable: "there is no private key that can be read"
        case .keyEncrypted: "the private key is encrypted"
        case .keyNotRSA: "the certificate's key is not RSA"
        case .keyWeak: "the certificate's RSA key is shorter than 2048 bits, or weak"
        case .keyMismatch: "the private key does not belong to the certificate"
        case .notYetValid(let notBefore, let now):
            "the certificate is valid from \(notBefore.timestamp), and now is \(now.timestamp)"
        case .expired(let notAfter, let now):
            "the certificate expired at \(notAfter.timestamp), and now is \(now.timestamp)"
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .certificateUnreadable: "give the certificate as PEM or DER"
        case .keyUnreadable: "give the private key as PEM or PKCS#8"
        case .keyEncrypted: "decrypt it first, or give a PKCS#12 file with its passphrase"
        case .keyNotRSA, .keyWeak: "make a certificate with an RSA key of 2048 bits or more"
        case .keyMismatch: "give the key that the certificate was made for"
        case .notYetValid: "check this computer's clock, or wait"
        case .expired: "make a new certificate and upload it to the app's registration"
        }
    }
}

extension UnixTime {
    /// `2026-01-01T00:00:00Z`.
    var timestamp: String { Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601) }
}
