import Foundation
import Microsoft365
import OAuthCore
import OAuthHTTPClient

extension Account.Credential {
    /// What an app at Microsoft proves itself with; certificates and keys are read from their files each time.
    func appCredential() throws(CommandFailure) -> AppCredential? {
        switch self {
        case .none: return nil
        case .secret(let secret): return .secret(secret)
        case .certificate(let path, let key, let passphrase):
            return .certificate(try Self.read(path, key: key, passphrase: passphrase))
        }
    }

    private static func read(
        _ path: String, key: String?, passphrase: Secret?
    ) throws(CommandFailure) -> CertificateCredential {
        let bytes = try Files.read(path, option: "--certificate")
        let keyPEM = try key.map { path throws(CommandFailure) in
            warnOfReaders(path)
            return Secret(bytes: try Files.read(path, option: "--key"))
        }
        let text = CertificateFiles.pemText(bytes)
        let bundle: (certificateDER: [UInt8], privateKeyDER: Secret)? =
            text == nil ? try CertificateFiles.openPKCS12(bytes, path: path, passphrase: passphrase) : nil
        do throws(CredentialError) {
            if let bundle {
                return try CertificateCredential(
                    certificateDER: bundle.certificateDER, privateKeyDER: bundle.privateKeyDER)
            }
            return try .parse(pem: Secret(text ?? ""), keyPEM: keyPEM)
        } catch {
            let next = error == .keyUnreadable && key == nil ? "Give the key's file by --key." : nil
            throw CommandFailure(
                "\(path): " + PlainText.line(error.reason) + ".", next: next ?? PlainText.sentence(error.remedy))
        }
    }

    /// Whoever reads the key is the app.
    private static func warnOfReaders(_ path: String) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = attributes?[.posixPermissions] as? Int, mode & 0o077 != 0 else { return }
        Terminal.error("sallyport: others can read the key \(path); run: chmod 600 '\(path)'")
    }
}
