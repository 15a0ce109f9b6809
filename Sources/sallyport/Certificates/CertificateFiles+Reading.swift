import OAuthCore

extension CertificateFiles {
    /// The certificate in a file's content.
    static func certificate(
        in bytes: [UInt8], path: String, passphrase: Secret?
    ) throws(CommandFailure) -> AppCertificate {
        guard let certificate = AppCertificate.parse(bytes) else {
            throw CommandFailure("\(path) holds no certificate.", next: "Give PEM, DER or PKCS#12.")
        }
        return certificate
    }
}
