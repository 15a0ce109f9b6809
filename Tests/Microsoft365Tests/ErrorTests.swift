import Microsoft365
import OAuthClient
import OAuthCore
import OAuthTesting
import Testing

@Suite("The platform's numbers")
struct AADSTSTests {
    @Test("every number has a cause and a fix, short and without a full stop", arguments: AADSTS.all)
    func entries(entry: AADSTS.Entry) {
        for text in [entry.cause, entry.fix] {
            #expect((4...120).contains(text.count))
            #expect(!text.hasSuffix("."))
            #expect(text.first?.isUppercase == false || text.hasPrefix("Microsoft"))
        }
        #expect(entry.oauthError?.allSatisfy { $0.isLowercase || $0 == "_" } ?? true)
    }

    @Test(
        "the numbers that people meet are known",
        arguments: [
            16_000, 50_001, 500_011, 50_011, 50_012, 50_013, 500_133, 50_020, 50_034, 50_053, 50_055, 50_144, 50_056,
            50_057, 50_058, 50_059, 90_019, 50_072, 50_074, 50_076, 50_079, 50_089, 50_105, 50_126, 50_128, 501_481,
            50_173, 50_194, 50_196, 53_000, 53_003, 530_034, 530_032, 530_035, 54_005, 65_001, 65_002, 65_004, 65_005,
            650_056, 650_057, 650_052, 650_053, 70_000, 70_001, 700_016, 70_002, 700_005, 70_008, 700_082, 700_084,
            70_011, 28_002, 70_016, 70_018, 70_019, 700_022, 28_000, 700_025, 700_027, 700_054, 7_000_112, 7_000_215,
            7_000_218, 7_000_222, 90_002, 90_014, 900_144, 90_094, 9_001_023, 90_124, 900_561, 9_002_325, 9_002_326,
            901_002, 500_113, 900_971,
        ])
    func known(code: Int) throws {
        #expect(try #require(AADSTS.entry(code)).code == code)
    }

    @Test(
        "numbers are found in texts",
        arguments: [
            ("AADSTS65001: The user has not consented.", [65_001]),
            ("AADSTS70002: Error validating credentials. AADSTS50012: Invalid secret.", [70_002, 50_012]),
            ("no number", []), ("AADSTS: none", []), ("AADSTS12", []), ("AADSTS65001 AADSTS65001", [65_001]),
            ("AADSTS99999999999", []),
        ])
    func found(text: String, codes: [Int]) {
        #expect(AADSTS.codes(in: text) == codes)
    }
}

@Suite("Errors of Microsoft 365")
struct Microsoft365ErrorTests {
    private func error(
        _ code: String, _ description: String?, status: Int = 400, retryAfter: Seconds? = nil
    ) -> Microsoft365Error {
        Microsoft365Error(
            .server(
                ServerError(
                    ErrorCode(rawValue: code), errorDescription: description, status: status, retryAfter: retryAfter)))
    }

    @Test(
        "an answer's kind is what a program can act on",
        arguments: [
            ("invalid_grant", "AADSTS65001: x", .notConsented), ("access_denied", "AADSTS65004: x", .declined),
            ("access_denied", nil, .declined), ("permission_denied", nil, .declined),
            ("access_denied", "AADSTS90093: x", .notAdministrator), ("access_denied", "AADSTS50105: x", .refused),
            ("consent_required", nil, .notConsented), ("unauthorized_client", "AADSTS700016: x", .notConsented),
            ("invalid_client", "AADSTS7000215: x", .credential(nil)), ("invalid_client", nil, .credential(nil)),
            ("interaction_required", "AADSTS50076: x", .interactionRequired), ("server_error", nil, .unavailable),
            ("temporarily_unavailable", "AADSTS90033: x", .unavailable),
            ("invalid_request", "AADSTS90002: x", .refused),
            ("never_heard_of", nil, .refused),
        ] as [(String, String?, Microsoft365Error.Kind)])
    func kinds(code: String, description: String?, kind: Microsoft365Error.Kind) {
        #expect(error(code, description).kind == kind)
    }

    @Test("a person reads number, cause and fix; the number inside a wrapper says more")
    func description() {
        let refused = error("invalid_client", "AADSTS70002: Error. AADSTS7000222: The secret has expired.")
        #expect(
            refused.description
                == "AADSTS7000222: the app's secret has expired; make a new secret in the app's registration")
        let text = "AADSTS90033: A transient error.??Trace ID: 11111111-2222-4333-8444-555555555555??Correlation ID: x"
        let unknown = error("server_error", text)
        #expect(unknown.description == "AADSTS90033: A transient error; try again in a while")
        #expect(unknown.traceID == "11111111-2222-4333-8444-555555555555")
        #expect(!unknown.description.contains("1111"))
    }

    @Test(
        "an assertion that was refused says whether it is the certificate",
        arguments: [
            ("[Reason - The key was not found., Thumbprint of key used by client: 'AB']", "not one of"),
            ("[Reason - The key used is expired., Thumbprint of key used by client: 'AB']", "has expired"),
            ("AADSTS700023: Client assertion audience claim does not match.", "another address"),
            ("Something new.", "signature of the app's assertion"),
        ])
    func assertions(text: String, reason: String) {
        let found = error("invalid_client", "AADSTS700027: Client assertion failed signature validation. " + text)
        #expect(found.kind == .credential(nil))
        #expect(found.reason.contains(reason))
    }

    @Test("too many requests say how long to wait")
    func throttled() {
        let throttled = error("temporarily_unavailable", "AADSTS50196: x", status: 429, retryAfter: 17)
        #expect(throttled.kind == .throttled(retryAfter: 17))
        #expect(throttled.isTransient)
        #expect(throttled.description.contains("17 seconds"))
        let plain = Microsoft365Error(.http(HTTPFailure(status: 429, retryAfter: nil)))
        #expect(plain.kind == .throttled(retryAfter: nil))
    }

    @Test(
        "what the client itself found keeps its words",
        arguments: [
            (ClientError.transport(.unreachable(host: "h", reason: "refused")), Microsoft365Error.Kind.unavailable),
            (.transport(.tls(host: "h", reason: "not trusted")), .unavailable), (.cancelled, .cancelled),
            (.malformed("access_token"), .malformedAnswer("access_token")),
            (.reauthenticationRequired(nil), .interactionRequired),
            (.reauthenticationRequired(ServerError(.invalidGrant, status: 400)), .interactionRequired),
            (.idToken(.nonceMismatch), .idToken(.nonceMismatch)),
            (.store(TokenStoreError(reason: "disk full")), .local),
            (
                .assertion(.certificateExpired(notAfter: UnixTime(0), now: UnixTime(1))),
                .credential(.expired(notAfter: UnixTime(0), now: UnixTime(1)))
            ), (.http(HTTPFailure(status: 502)), .unavailable),
        ])
    func client(error: ClientError, kind: Microsoft365Error.Kind) {
        let found = Microsoft365Error(error)
        #expect(found.kind == kind)
        #expect(!found.reason.isEmpty)
    }
}
