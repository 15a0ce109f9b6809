import NIOSSL
public import OAuthCore

/// Opens PKCS#12 bundles (RFC 7292 §4), as portals and other programs export a certificate with its key.
public enum PKCS12 {
    /// The certificate and the private key of a bundle.
    ///
    /// - Parameters:
    ///   - bundle: the bundle in DER; at most 1 MiB.
    ///   - passphrase: what it is encrypted with; may be empty.
    /// - Returns: the certificate that the key belongs to, and the key in PKCS#8 or PKCS#1, in DER and unencrypted.
    /// - Throws: `TransportConfigurationError.pkcs12` for another passphrase, and for a bundle that is damaged or holds
    ///   no key or no certificate.
    public static func open(
        _ bundle: Secret, passphrase: Secret
    ) throws(TransportConfigurationError) -> (certificateDER: [UInt8], privateKeyDER: Secret) {
        let opened = try openBundle(bundle, passphrase: passphrase)
        guard let certificate = try? opened.certificateChain.first?.toDERBytes(),
            let key = try? opened.privateKey.derBytes
        else { throw .pkcs12 }
        return (certificate, Secret(bytes: key))
    }

    /// The bundle as NIOSSL has it.
    static func openBundle(
        _ bundle: Secret, passphrase: Secret
    ) throws(TransportConfigurationError) -> NIOSSLPKCS12Bundle {
        let bytes = bundle.withBytes { Array($0) }
        let phrase = passphrase.withBytes { Array($0) }
        guard bytes.count <= 1 << 20, holdsKeyAndCertificate(bytes),
            let opened = try? NIOSSLPKCS12Bundle(buffer: bytes, passphrase: phrase)
        else { throw .pkcs12 }
        return opened
    }

    /// Whether the bundle has a bag for a key, and one for a certificate or an encrypted part that may hold one. NIOSSL
    /// ends the program over a bundle without either.
    private static func holdsKeyAndCertificate(_ bytes: [UInt8]) -> Bool {
        let keys = [ObjectIdentifiers.keyBag, ObjectIdentifiers.shroudedKeyBag]
        let certificates = [ObjectIdentifiers.certificateBag, ObjectIdentifiers.encryptedData]
        return keys.contains { bytes.firstRange(of: $0) != nil }
            && certificates.contains { bytes.firstRange(of: $0) != nil }
    }

    /// The types of bags (RFC 7292 §4.2) and of encrypted content in PKCS #7, as DER writes them.
    private enum ObjectIdentifiers {
        static let keyBag: [UInt8] = bag(1)
        static let shroudedKeyBag: [UInt8] = bag(2)
        static let certificateBag: [UInt8] = bag(3)
        static let encryptedData: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x06]

        private static func bag(_ type: UInt8) -> [UInt8] {
            [0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01, type]
        }
    }
}
