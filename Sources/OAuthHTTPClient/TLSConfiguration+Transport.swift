import NIOSSL
import OAuthCore

extension TransportConfiguration {
    /// TLS 1.2 or newer, always with verification of name and chain.
    func tlsConfiguration() throws(TransportConfigurationError) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.certificateVerification = .fullVerification
        switch trustedAuthorities {
        case .system: break
        case .pem(let pem): tls.trustRoots = .certificates(try Self.authorities(pem))
        case .systemAnd(let pem): tls.additionalTrustRoots = [.certificates(try Self.authorities(pem))]
        }
        if let clientCertificate { try Self.add(clientCertificate, to: &tls) }
        return tls
    }

    private static func authorities(_ pem: [UInt8]) throws(TransportConfigurationError) -> [NIOSSLCertificate] {
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(pem), !certificates.isEmpty else {
            throw .trustedAuthorities
        }
        return certificates
    }

    private static func add(
        _ certificate: ClientCertificate, to tls: inout TLSConfiguration
    ) throws(TransportConfigurationError) {
        switch certificate {
        case .pem(let chain, let key):
            guard let certificates = try? NIOSSLCertificate.fromPEMBytes(chain), !certificates.isEmpty else {
                throw .clientCertificate
            }
            guard let key = try? NIOSSLPrivateKey(bytes: key.withBytes { Array($0) }, format: .pem) else {
                throw .clientKey
            }
            tls.certificateChain = certificates.map { .certificate($0) }
            tls.privateKey = .privateKey(key)
        case .pkcs12(let bundle, let passphrase):
            let bundle = try PKCS12.openBundle(bundle, passphrase: passphrase)
            tls.certificateChain = bundle.certificateChain.map { .certificate($0) }
            tls.privateKey = .privateKey(bundle.privateKey)
        }
    }
}
