import OAuthCore
import OAuthHTTPClient

extension CertificateFiles {
    /// The certificate in a file's content.
    static func certificate(
        in bytes: [UInt8], path: String, passphrase: Secret?
    ) throws(CommandFailure) -> AppCertificate {
        if let certificate = AppCertificate.parse(bytes) { return certificate }
        guard pemText(bytes) == nil, bytes.first == derSequence else {
            throw CommandFailure("\(path) holds no certificate.", next: "Give PEM, DER or PKCS#12.")
        }
        let opened = try openPKCS12(bytes, path: path, passphrase: passphrase)
        guard let certificate = AppCertificate.parse(opened.certificateDER) else {
            throw CommandFailure("\(path) holds a certificate that cannot be read.", next: "Export it anew.")
        }
        return certificate
    }

    /// The certificate of a file as PEM text; `nil` for what is neither PEM nor DER.
    static func pemText(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        if text.contains("-----BEGIN ") { return text }
        return AppCertificate.parse(bytes).flatMap { try? $0.pem }
    }

    static func openPKCS12(
        _ bytes: [UInt8], path: String, passphrase: Secret?
    ) throws(CommandFailure) -> (certificateDER: [UInt8], privateKeyDER: Secret) {
        do {
            return try PKCS12.open(Secret(bytes: bytes), passphrase: passphrase ?? Secret(""))
        } catch {
            let next =
                passphrase == nil
                ? "If it is PKCS#12, give --passphrase-stdin and its passphrase." : "Check the passphrase."
            throw CommandFailure("\(path) cannot be opened.", next: next)
        }
    }

    /// The first byte of every certificate and bundle in DER.
    private static let derSequence: UInt8 = 0x30
}
