import Foundation
import Microsoft365
import OAuthCore
import Testing

@Suite("Certificates of an app")
struct CertificateCredentialTests {
    @Test(
        "certificate and key are read from one text or two, in any order, the key in either form",
        arguments: [
            (TestCertificates.reports + "\n" + TestCertificates.reportsKey, nil),
            (TestCertificates.reportsKey + "\n" + TestCertificates.reports, nil),
            (TestCertificates.reports, TestCertificates.reportsKey),
            (TestCertificates.reports, TestCertificates.reportsKeyPKCS1),
            (TestCertificates.other + "\n" + TestCertificates.reports, TestCertificates.reportsKey),
            ("Bag Attributes\n  friendlyName: reports\r\n" + TestCertificates.reports, TestCertificates.reportsKey),
        ] as [(String, String?)])
    func reads(pem: String, keyPEM: String?) throws {
        let credential = try CertificateCredential.parse(pem: Secret(pem), keyPEM: keyPEM.map { Secret($0) })
        #expect(Base64URL.encode(credential.thumbprintSHA1) == TestCertificates.x5t)
        #expect(Base64URL.encode(credential.thumbprintSHA256) == TestCertificates.x5tS256)
        #expect(credential.notBefore == UnixTime(TestCertificates.notBefore))
        #expect(credential.notAfter == UnixTime(TestCertificates.notAfter))
        #expect(credential.subject.contains("CN=reports"))
    }

    @Test("certificate and key are read from DER")
    func readsDER() throws {
        func der(_ pem: String) throws -> [UInt8] {
            let body = pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
            return Array(try #require(Data(base64Encoded: body)))
        }
        for key in [TestCertificates.reportsKey, TestCertificates.reportsKeyPKCS1] {
            let credential = try CertificateCredential(
                certificateDER: der(TestCertificates.reports), privateKeyDER: Secret(bytes: try der(key)))
            #expect(credential.certificateDER == (try der(TestCertificates.reports)))
        }
        #expect(throws: CredentialError.certificateUnreadable) {
            try CertificateCredential(certificateDER: [0x30], privateKeyDER: Secret("x"))
        }
    }

    @Test(
        "what cannot be a credential says why",
        arguments: [
            ("", TestCertificates.reportsKey, .certificateUnreadable),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", TestCertificates.reportsKey,
                .certificateUnreadable
            ),
            (TestCertificates.reports, "", .keyUnreadable),
            (TestCertificates.reports, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", .keyUnreadable),
            (TestCertificates.reports, TestCertificates.otherKey, .keyMismatch),
            (TestCertificates.other, TestCertificates.reportsKey, .keyMismatch),
            (TestCertificates.weak, TestCertificates.weakKey, .keyWeak),
            (TestCertificates.curve, TestCertificates.curveKey, .keyNotRSA),
            (TestCertificates.reports, TestCertificates.reportsKeyEncrypted, .keyEncrypted),
            (TestCertificates.reports, TestCertificates.reportsKeyEncryptedPKCS1, .keyEncrypted),
        ] as [(String, String, CredentialError)])
    func refuses(pem: String, key: String, expected: CredentialError) {
        #expect(throws: expected) { try CertificateCredential.parse(pem: Secret(pem), keyPEM: Secret(key)) }
    }

    @Test("a certificate holds from its first moment to its last, and says when it does not")
    func times() throws {
        let credential = try Tenants.certificate()
        let (first, last) = (UnixTime(TestCertificates.notBefore), UnixTime(TestCertificates.notAfter))
        try credential.verify(at: first)
        try credential.verify(at: last)
        #expect(throws: CredentialError.notYetValid(notBefore: first, now: first - 1)) {
            try credential.verify(at: first - 1)
        }
        #expect(throws: CredentialError.expired(notAfter: last, now: last + 1)) { try credential.verify(at: last + 1) }
        #expect(CredentialError.expired(notAfter: last, now: last + 1).description.contains("2036-11-18T06:46:22Z"))
    }

    @Test("the key prints nowhere")
    func secrecy() throws {
        let credential = try Tenants.certificate()
        let line = try #require(TestCertificates.reportsKey.split(separator: "\n").dropFirst().first)
        for text in ["\(credential)", String(reflecting: credential), "\(AppCredential.certificate(credential))"] {
            #expect(!text.contains(line))
        }
    }
}
