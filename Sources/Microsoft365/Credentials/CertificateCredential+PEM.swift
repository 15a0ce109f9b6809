import Foundation
public import OAuthCore

extension CertificateCredential {
    /// Reads a certificate and its key from PEM text (RFC 7468 §5), in any order and with anything around them. Of
    /// several certificates, such as a chain, the one that the key belongs to is taken.
    ///
    /// - Parameters:
    ///   - pem: the certificate, and the key unless it is given apart.
    ///   - keyPEM: the key: `PRIVATE KEY` or `RSA PRIVATE KEY`, unencrypted. Default: it is in `pem`.
    /// - Throws: ``CredentialError``.
    public static func parse(pem: Secret, keyPEM: Secret? = nil) throws(CredentialError) -> CertificateCredential {
        let certificates = PEMText.blocks(in: pem).filter { $0.label == "CERTIFICATE" }
        guard !certificates.isEmpty else { throw .certificateUnreadable }
        let key = try privateKey(in: keyPEM ?? pem)
        var failure = CredentialError.keyMismatch
        for certificate in certificates {
            do throws(CredentialError) {
                let der = certificate.der.withBytes { Array($0) }
                return try CertificateCredential(certificateDER: der, privateKeyDER: key)
            } catch {
                // Another certificate of the chain may be the right one; if none is, the first says why.
                if failure == .keyMismatch { failure = error }
            }
        }
        throw failure
    }

    private static func privateKey(in text: Secret) throws(CredentialError) -> Secret {
        let blocks = PEMText.blocks(in: text)
        let key = blocks.first { $0.label == "PRIVATE KEY" || $0.label == "RSA PRIVATE KEY" }
        guard let key else {
            if blocks.contains(where: { $0.label == "ENCRYPTED PRIVATE KEY" }) { throw .keyEncrypted }
            throw blocks.contains { $0.label == "EC PRIVATE KEY" } ? .keyNotRSA : .keyUnreadable
        }
        // An encrypted key of the older form has header lines, which are no base64.
        guard !key.der.isEmpty else { throw .keyEncrypted }
        return key.der
    }
}

/// PEM text (RFC 7468 §5), read leniently.
private enum PEMText {
    struct Block {
        let label: String
        /// The bytes; empty where they are no base64.
        let der: Secret
    }

    static func blocks(in text: Secret) -> [Block] {
        var blocks: [Block] = []
        var label: String?
        var body = ""
        for line in text.revealed().split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("-----BEGIN "), line.hasSuffix("-----") {
                label = String(line.dropFirst("-----BEGIN ".count).dropLast("-----".count))
                body = ""
            } else if let current = label, line == "-----END \(current)-----" {
                blocks.append(Block(label: current, der: Secret(bytes: Data(base64Encoded: body) ?? Data())))
                label = nil
            } else if label != nil {
                body += line
            }
        }
        return blocks
    }
}
