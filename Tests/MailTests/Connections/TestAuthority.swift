import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

/// A certificate authority for one test, and servers' certificates by it.
struct TestAuthority {
    let pem: [UInt8]
    private let certificate: Certificate
    private let key = P256.Signing.PrivateKey()

    init() throws {
        let name = try DistinguishedName { CommonName("Authority of a test") }
        certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey), notValidBefore: Self.before,
            notValidAfter: Self.after, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0)) },
            issuerPrivateKey: .init(key))
        pem = Array(try certificate.serializeAsPEM().pemString.utf8)
    }

    /// TLS of a server by this name, which is also the loopback address if that is asked for.
    func server(name: String = "localhost", isLoopback: Bool = true) throws -> NIOSSLContext {
        let pem = try serverPEM(name: name, isLoopback: isLoopback)
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(pem.certificate.utf8))
        let privateKey = try NIOSSLPrivateKey(bytes: Array(pem.key.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey)))
    }

    /// A server's certificate and key, for one that reads files.
    func serverPEM(name: String = "localhost", isLoopback: Bool = true) throws -> (certificate: String, key: String) {
        let serverKey = P256.Signing.PrivateKey()
        let address = ASN1OctetString(contentBytes: [127, 0, 0, 1])
        let leaf = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(serverKey.publicKey), notValidBefore: Self.before,
            notValidAfter: Self.after, issuer: certificate.subject,
            subject: try DistinguishedName { CommonName(name) }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                SubjectAlternativeNames([.dnsName(name)] + (isLoopback ? [.ipAddress(address)] : []))
            },
            issuerPrivateKey: .init(key))
        return (try leaf.serializeAsPEM().pemString, serverKey.pemRepresentation)
    }

    private static let before = Date(timeIntervalSince1970: 1_700_000_000)
    private static let after = Date(timeIntervalSince1970: 4_000_000_000)
}
