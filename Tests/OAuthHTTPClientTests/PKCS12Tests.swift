import Foundation
import NIOSSL
import OAuthCore
import Testing

@testable import OAuthHTTPClient

@Suite("PKCS#12 bundles, RFC 7292")
struct PKCS12Tests {
    private func bundle(_ base64: String) throws -> Secret {
        Secret(bytes: try #require(Data(base64Encoded: base64, options: .ignoreUnknownCharacters)))
    }

    @Test("give the certificate and its key, unencrypted and in DER")
    func opens() throws {
        let opened = try PKCS12.open(bundle(TestCertificates.clientPKCS12), passphrase: Secret("phrase"))
        let certificate = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.client.utf8)).first
        #expect(try opened.certificateDER == certificate?.toDERBytes())
        let key = try NIOSSLPrivateKey(bytes: opened.privateKeyDER.withBytes { Array($0) }, format: .der)
        #expect(try key == NIOSSLPrivateKey(bytes: Array(TestCertificates.clientKey.utf8), format: .pem))
    }

    @Test("another passphrase, a damaged bundle, and one without a key or certificate are errors")
    func refuses() throws {
        let whole = try bundle(TestCertificates.clientPKCS12)
        let damaged = Secret(bytes: whole.withBytes { Array($0.dropLast(40)) })
        let refused = [
            (whole, "wrong"), (whole, ""), (damaged, "phrase"), (Secret(""), "phrase"),
            (try bundle(Self.withoutKey), "phrase"), (try bundle(Self.withoutCertificate), "phrase"),
        ]
        for (bundle, passphrase) in refused {
            #expect(throws: TransportConfigurationError.pkcs12) {
                try PKCS12.open(bundle, passphrase: Secret(passphrase))
            }
        }
    }

    /// A certificate alone, made with OpenSSL 3.0 under the passphrase `phrase`.
    private static let withoutKey = """
        MIICtwIBAzCCAm0GCSqGSIb3DQEHAaCCAl4EggJaMIICVjCCAlIGCSqGSIb3DQEHBqCCAkMwggI/AgEA
        MIICOAYJKoZIhvcNAQcBMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiV6Sh+ewq64gICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEM5QRudnnHeUo9SiyWs5DVeAggHQR8WNUtDAHMWqmyY4
        LDbwf3vz0TVOanjCAD17vXAB+rr57/04akQmAHoMv1Qm0dTVGb6gfZP9uqueTSxGE8gC3KLvJoVb2OxE
        S6LMv/FbKMt47Xrl9FxgXeyOfBn0b4RU+igC1swlualr9pzOPy0ENmSSh+rGnQk+EKJBf3r+AY6OCIvX
        YWBG8EDUVH9TEgKEcwonx5AZo/gVgiFbIccSbH1VzqH/c8f5UBY8nl8HsuF1gD8v5rcR8hlS9Zwwj2sa
        7aWdy1IG3FnjedMMzalXgsbU+ORr3h98xATVwgOgd6NXk9P1jDYG4W2o8SYe0kqJWdYsE2qBlqcdSGfS
        sKZ1oYsLBz74/BMdEnsuasixGHXiUbh3hjvfKEsp9FSWEngBqh0smS6unlgYJ89yzYPueXsKjqAwtUas
        NhjDtxiJhruhZnCu5tRJFMjLMUlxeiwTmn1kcz0Gz1BKcQVlDlW2AZ9ReFt9xJR2qLlCZL0uwct8PhmP
        tGXacYT7dy+/r2BS7pEf0moRdIwhrKNHrsw8BA9ERLlCLtMO2sycpMRgK6VuFC/aMDlzyaiyBQrBFYeh
        XWpHUOtgVCMlbBPFaA1fEnUWV+UIE9AfsUhmr4OoxMgwQTAxMA0GCWCGSAFlAwQCAQUABCBAopol/1GR
        hwmcouYw5nzyaz7w26/f68gWg3q0JhS0KgQIMbiAdXy8xp4CAggA
        """

    /// A key alone.
    private static let withoutCertificate = """
        MIIBfgIBAzCCATQGCSqGSIb3DQEHAaCCASUEggEhMIIBHTCCARkGCSqGSIb3DQEHAaCCAQoEggEGMIIB
        AjCB/wYLKoZIhvcNAQwKAQKgge8wgewwVwYJKoZIhvcNAQUNMEowKQYJKoZIhvcNAQUMMBwECHSnw0bK
        vLKpAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQxBGQrn77SsogIX3sVW88DASBkMnydyRs
        70vOB1/uPOdddN8BrEityTEBK6TGimAGedooNB0y/prULYebfvFo8lJiD1by6HozTR9eXGWwhdzyxPS2
        ozxeMNfa15OTznjGXbt3nzM5LSzOXJalXo6XV85o/AX/yiYw61kCE5hNFaHSZkEarRwBIuR/ND7irfwm
        HR26P/WbBg+FA6k79jTtHOGVOTBBMDEwDQYJYIZIAWUDBAIBBQAEIGjDit+EBZt8zeVZO4CTYy+v2yG9
        DezrHCctRe6XJMSIBAhL1Mz7KdFhCAICCAA=
        """
}
