import Foundation
import HTTPTypes
import OAuthClient
import OAuthCore
import OAuthTesting
import Testing

@testable import Microsoft365

/// A cloud that is a script, an app in it, and two organisations.
struct Tenants {
    static let clientID = "5b0c1d6e-7a54-4c0e-9f5a-1d3f2e8a0b11"
    static let redirectURI = "https://inbox.example/connected"
    static let contosoText = "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e10"
    static let fabrikamText = "c4d2a1b0-1111-4222-8333-444455556666"
    static let graph = Cloud.worldwide.graphResource
    static let outlook = Cloud.worldwide.outlookResource

    let transport = ScriptedTransport()
    let clock = VirtualClock(UnixTime(TestCertificates.notBefore) + .days(30))
    let store = InMemoryTokenStore()
    let contoso: TenantID
    let fabrikam: TenantID
    let signer: SigningKey

    init() throws {
        contoso = try #require(TenantID(Self.contosoText))
        fabrikam = try #require(TenantID(Self.fabrikamText))
        signer = try #require(Self.signer)
        publish()
    }

    private static let signer = try? SigningKey.generate(.rs256, keyID: "k1")
    static let stranger = try? SigningKey.generate(.rs256, keyID: "k1")

    var environment: ClientEnvironment {
        ClientEnvironment(transport: transport, clock: clock.source, random: .repeatable())
    }

    func app(_ credential: AppCredential? = .secret(Secret("app-secret"))) -> Microsoft365App {
        Microsoft365App(
            RegisteredApp(clientID: Self.clientID, credential: credential, cloud: .worldwide),
            environment: environment, store: store)
    }

    static func certificate() throws -> CertificateCredential {
        try CertificateCredential.parse(
            pem: Secret(TestCertificates.reports), keyPEM: Secret(TestCertificates.reportsKey))
    }

    // MARK: Keys

    /// The document of keys, each with these members besides its own.
    func publish(
        v1 issuer: JSONValue? = "https://sts.windows.net/{tenantid}/",
        v2: JSONValue? = "https://login.microsoftonline.com/{tenantid}/v2.0", _ keys: [SigningKey]? = nil
    ) {
        for (path, issuer) in [("/common/discovery/keys", issuer), ("/common/discovery/v2.0/keys", v2)] {
            transport.removeAnswers(for: path)
            let published = (keys ?? [signer]).map { key in
                var object = key.publicKey.json
                object["alg"] = nil
                object["issuer"] = issuer
                return JSONValue.object(object)
            }
            transport.on(path, json: ["keys": .array(published)])
        }
    }

    // MARK: Sign-in

    /// The claims that are right for this attempt, with some replaced; `null` removes one.
    func claims(_ attempt: ConnectAttempt, code: String? = "code-1", _ changes: JSONObject = [:]) throws -> JSONObject {
        var claims: JSONObject = [
            "iss": .string("https://sts.windows.net/\(contoso)/"), "aud": .string(Self.clientID), "ver": "1.0",
            "sub": "pairwise", "tid": .string(contoso.description), "oid": "A0000000-0000-4000-8000-000000000001",
            "iat": .integer((clock.now - 300).seconds), "nbf": .integer((clock.now - 300).seconds),
            "exp": .integer((clock.now + 3_600).seconds), "nonce": .string(attempt.nonce.revealed()),
            "name": "Megan Bowen", "upn": "megan@contoso.example",
            "wids": .strings(["62e90394-69f5-4237-9190-012177145e10"]),
        ]
        if let code { claims["c_hash"] = .string(try TokenHash.cHash(Secret(code), algorithm: .rs256)) }
        for (name, value) in changes.members { claims[name] = value == .null ? nil : value }
        return claims
    }

    func answer(
        _ attempt: ConnectAttempt, _ changes: JSONObject = [:], key: SigningKey? = nil, header: JSONObject = [:]
    ) throws -> FormFields {
        let token = try CompactJWS.sign(
            payload: try claims(attempt, changes).encoded(), header: header, with: key ?? signer)
        return [
            "code": "code-1", "id_token": token, "session_state": "s", "admin_consent": "True",
            "state": attempt.state.revealed(),
        ]
    }
}

/// The error that an operation ends with; `nil` when it does not fail.
func microsoftError<Value>(
    _ operation: () async throws(Microsoft365Error) -> Value
) async -> Microsoft365Error? {
    do throws(Microsoft365Error) {
        _ = try await operation()
        return nil
    } catch {
        return error
    }
}

/// The client's error that an operation ends with.
func clientError<Value>(_ operation: () async throws(ClientError) -> Value) async -> ClientError? {
    do throws(ClientError) {
        _ = try await operation()
        return nil
    } catch {
        return error
    }
}

/// A token endpoint's error, as the platform writes it.
func platformError(
    _ code: Int, _ error: String, _ text: String = "Something is wrong.", status: Int = 400,
    retryAfter: String? = nil
) -> TransportResponse {
    let trace = "Trace ID: 11111111-2222-4333-8444-555555555555\r\nCorrelation ID: 66666666-2222-4333-8444-555555555555"
    let description = "AADSTS\(code): \(text)\r\n\(trace)\r\nTimestamp: 2026-01-09 02:02:12Z"
    var response = TransportResponse.json(
        [
            "error": .string(error), "error_description": .string(description),
            "error_codes": .array([.integer(Int64(code))]),
        ], status: HTTPResponse.Status(code: status))
    response.head.headerFields[.retryAfter] = retryAfter
    return response
}
