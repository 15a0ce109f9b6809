import Crypto
import Foundation
import OAuthCore
import Synchronization
import Testing

@testable import Emulator

/// A cloud of the sample tenants, with known names and secrets.
enum Fixture {
    static let now = UnixTime(1_795_000_000)
    static let base = "https://localhost:8443"
    static let contoso = "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e10"
    static let fabrikam = "a86d4c17-92be-4d33-9c5b-0e7f61d8b220"
    static let redirectURI = "http://127.0.0.1:8400/callback"
    static let tokenURL = "\(base)/\(contoso)/oauth2/v2.0/token"
    static let graph = "https://graph.microsoft.com/.default"
    static let reports = SampleTenants.reportsClientID
    static let inbox = SampleTenants.inboxClientID

    /// Bytes that are never twice the same, and the same in every run.
    static func random() -> RandomSource {
        let counter = Counter()
        return RandomSource { count in
            let number = counter.next()
            return Array(SHA512.hash(data: Data("\(number)".utf8)).prefix(count))
        }
    }

    private final class Counter: Sendable {
        private let value = Mutex(0)

        func next() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
    }

    private static let document = SampleTenants.document(random: random())
    private static let certificates = Result {
        try Dictionary(
            uniqueKeysWithValues: SampleTenants.certificateNames.map { name in
                (name, try SampleTenants.certificate(name, now: now))
            })
    }
    private static let signingKey = Result { try SigningKey.generate(.rs256) }
    private static let expired = Result {
        try CertificateMaker.app(name: "expired", notBefore: now - .days(30), notAfter: now - .days(1))
    }

    /// The certificate and key of the reports app.
    static func certificate() throws -> CertifiedKey { try #require(try certificates.get()["reports"]) }
    /// A certificate that is registered and out of date.
    static func expiredCertificate() throws -> CertifiedKey { try expired.get() }

    static func directory() throws -> Directory {
        let certificates = try certificates.get()
        var directory = try TenantsFile.parse(document.encoded()) { name in
            certificates[String(name.dropLast(4))]?.certificatePEM
        }
        let index = try #require(directory.apps.firstIndex { $0.clientID == reports })
        directory.apps[index].certificates.append(try AppCertificate(pem: try expiredCertificate().certificatePEM))
        directory.apps[index].secrets.append(AppSecret(Secret("too-old"), expiresAt: now - 1))
        return directory
    }

    static func cloud(_ change: (inout Directory) -> Void = { _ in }) throws -> Cloud {
        var directory = try directory()
        change(&directory)
        var state = CloudState()
        state.secret = "a secret of tests"
        var cloud = try Cloud(base: base, directory: directory, state: state)
        cloud.rotateKeys(to: try signingKey.get(), now: now)
        return cloud
    }

    static func secret(_ clientID: String = reports) throws -> String {
        try #require(try directory().app(clientID)?.secrets.first).value.revealed()
    }

    static func request(
        _ fields: FormFields, authority: String = contoso, _ version: Cloud.Version = .v2
    ) -> TokenRequest {
        TokenRequest(authority: authority, version: version, fields: fields, basic: nil)
    }

    /// What an assertion says, to be changed by tests.
    struct Assertion {
        var audience = tokenURL
        var clientID = reports
        var algorithm = JWSAlgorithm.ps256
        var notBefore = now
        var expiresAt = now + .minutes(10)
        var thumbprint: String?

        func text(_ pair: CertifiedKey) throws -> String {
            let key = try SigningKey(pem: pair.keyPEM, algorithm: algorithm)
            let certificate = try AppCertificate(pem: pair.certificatePEM)
            let isPSS = algorithm == .ps256
            let found = Base64URL.encode(isPSS ? certificate.thumbprintSHA256 : certificate.thumbprintSHA1)
            let claims: JSONObject = [
                "aud": .string(audience), "iss": .string(clientID), "sub": .string(clientID), "jti": "1",
                "nbf": .integer(notBefore.seconds), "exp": .integer(expiresAt.seconds),
            ]
            return try CompactJWS.sign(
                payload: claims.encoded(),
                header: ["typ": "JWT", "kid": .null, isPSS ? "x5t#S256" : "x5t": .string(thumbprint ?? found)],
                with: key)
        }
    }

    /// Fields of a client credentials request with an assertion.
    static func fields(assertion: String, scope: String = graph) -> FormFields {
        [
            "grant_type": "client_credentials", "client_id": reports, "scope": scope,
            "client_assertion_type": Cloud.assertionType, "client_assertion": assertion,
        ]
    }
}
