import OAuthCore
import Testing

@Suite("JWT claims and their validation, RFC 7519")
struct JWTClaimsTests {
    private static let key = Result { try SigningKey.generate(.es256) }
    private static let good: JSONObject = [
        "iss": "https://as.example", "sub": "u1", "aud": "client", "exp": 2_000, "nbf": 1_000, "iat": 1_000, "jti": "j",
    ]

    private func claims(_ object: JSONObject, type: String? = nil) throws -> JWTClaims {
        try claims(payload: object.encoded(), type: type)
    }

    private func claims(payload: [UInt8], type: String? = nil) throws -> JWTClaims {
        let key = try Self.key.get()
        let header: JSONObject = type.map { ["typ": .string($0)] } ?? [:]
        let text = try CompactJWS.sign(payload: payload, header: header, with: key)
        return try JWTClaims(CompactJWS.parse(text).verify(with: key.publicKey))
    }

    private func policy(_ tolerance: Seconds = 30, required: Set<String> = [], types: Set<String> = []) -> JWTValidation
    {
        JWTValidation(
            issuer: "https://as.example", audience: "client", clockTolerance: tolerance, requiredClaims: required,
            types: types)
    }

    @Test("reads the registered claims")
    func registered() throws {
        let claims = try claims(Self.good.setting("scope", "a b"))
        #expect(claims.issuer == "https://as.example")
        #expect(claims.subject == "u1")
        #expect(claims.audiences == ["client"])
        #expect(claims.expiresAt == UnixTime(2_000))
        #expect(claims.notBefore == UnixTime(1_000))
        #expect(claims.issuedAt == UnixTime(1_000))
        #expect(claims.jwtID == "j")
        #expect(claims["scope"] == "a b")
        let empty = try self.claims([:])
        #expect(empty.issuer == nil && empty.audiences.isEmpty && empty.expiresAt == nil)
    }

    @Test("reads several audiences, and cuts off fractions of seconds")
    func forms() throws {
        let claims = try claims(["aud": .strings(["a", "b"]), "exp": .double(1_999.9), "iat": .double(-0.5)])
        #expect(claims.audiences == ["a", "b"])
        #expect(claims.expiresAt == UnixTime(1_999))
        #expect(claims.issuedAt == UnixTime(-1))
    }

    @Test(
        "refuses registered claims of the wrong type",
        arguments: [
            ("iss", 1), ("iss", .null), ("sub", true), ("jti", .strings([])), ("aud", 1), ("aud", .object([:])),
            ("aud", .array(["a", 1])), ("exp", "2000"), ("exp", .null), ("nbf", true), ("iat", .double(1e300)),
        ] as [(String, JSONValue)])
    func wrongType(_ name: String, _ value: JSONValue) {
        #expect(throws: JOSEError.claimType(name)) { try claims(Self.good.setting(name, value)) }
    }

    @Test("refuses payloads that are no object, or name a claim twice")
    func payloads() {
        #expect(throws: JOSEError.malformedClaims(.notAnObject)) { try claims(payload: Array("[]".utf8)) }
        #expect(throws: JOSEError.malformedClaims(.malformed)) { try claims(payload: []) }
        #expect(throws: JOSEError.malformedClaims(.duplicateName)) {
            try claims(payload: Array(#"{"sub":"a","sub":"b"}"#.utf8))
        }
    }

    @Test("accepts a token for us, now, from whom we expect")
    func accepts() throws {
        try claims(Self.good, type: "JWT").validate(policy(), now: UnixTime(1_500))
        try claims(Self.good.setting("aud", .strings(["x", "client"]))).validate(policy(), now: UnixTime(1_500))
        try claims(Self.good, type: "application/AT+jwt")
            .validate(policy(required: ["sub", "jti"], types: ["at+jwt"]), now: UnixTime(1_500))
    }

    @Test(
        "keeps to exp, nbf and iat to the second, the tolerance included",
        arguments: [
            (0, 999, .notYetValid(notBefore: UnixTime(1_000), now: UnixTime(999))), (0, 1_000, nil), (0, 1_999, nil),
            (0, 2_000, .expired(expiresAt: UnixTime(2_000), now: UnixTime(2_000))),
            (30, 969, .notYetValid(notBefore: UnixTime(1_000), now: UnixTime(969))), (30, 970, nil), (30, 2_029, nil),
            (30, 2_030, .expired(expiresAt: UnixTime(2_000), now: UnixTime(2_030))),
            (9_999, 2_300, .expired(expiresAt: UnixTime(2_000), now: UnixTime(2_300))), (9_999, 2_299, nil),
            (-5, 2_000, .expired(expiresAt: UnixTime(2_000), now: UnixTime(2_000))),
        ] as [(Int64, Int64, JWTValidationError?)])
    func times(_ tolerance: Int64, _ now: Int64, _ expected: JWTValidationError?) throws {
        let claims = try claims(Self.good)
        do throws(JWTValidationError) {
            try claims.validate(policy(Seconds(tolerance)), now: UnixTime(now))
            #expect(expected == nil)
        } catch {
            #expect(error == expected)
        }
    }

    @Test(
        "refuses what the policy does not accept",
        arguments: [
            (Self.good.setting("iss", nil), .missingClaim("iss")),
            (Self.good.setting("aud", nil), .missingClaim("aud")),
            (Self.good.setting("exp", nil), .missingClaim("exp")),
            (Self.good.setting("sub", nil), .missingClaim("sub")),
            (Self.good.setting("extra", .null), .missingClaim("extra")),
            (
                Self.good.setting("extra", 1).setting("iss", "https://as.example/"),
                .issuer(expected: "https://as.example", found: "https://as.example/")
            ),
            (
                Self.good.setting("extra", 1).setting("aud", .strings(["CLIENT", ""])),
                .audience(expected: ["client"], found: ["CLIENT", ""])
            ),
            (
                Self.good.setting("extra", 1).setting("aud", .array([])), .audience(expected: ["client"], found: [])
            ),
            (
                Self.good.setting("extra", 1).setting("nbf", nil).setting("iat", 1_531),
                .issuedInFuture(issuedAt: UnixTime(1_531), now: UnixTime(1_500))
            ),
        ] as [(JSONObject, JWTValidationError)])
    func refuses(_ object: JSONObject, _ error: JWTValidationError) throws {
        let required: Set<String> = object["extra"] == nil ? ["sub"] : ["sub", "extra"]
        let claims = try claims(object)
        #expect(throws: error) { try claims.validate(policy(required: required), now: UnixTime(1_500)) }
    }

    @Test("refuses another `typ`, or none, where the policy names some")
    func types() throws {
        let policy = policy(types: ["application/AT+JWT"])
        for type in ["JWT", "id+jwt", nil] {
            let claims = try claims(Self.good, type: type)
            #expect(throws: JWTValidationError.type(expected: ["at+jwt"], found: type)) {
                try claims.validate(policy, now: UnixTime(1_500))
            }
        }
    }

    @Test("compares issuers byte for byte, not as equivalent Unicode")
    func kelvinSign() throws {
        let claims = try claims(Self.good.setting("iss", "https://\u{212A}.example"))
        let policy = JWTValidation(issuer: "https://K.example", audience: "client")
        #expect("https://\u{212A}.example" == "https://K.example")
        #expect(throws: JWTValidationError.issuer(expected: "https://K.example", found: "https://\u{212A}.example")) {
            try claims.validate(policy, now: UnixTime(1_500))
        }
    }
}

@Suite("Token hashes, OpenID Connect Core §3.1.3.6")
struct TokenHashTests {
    @Test("makes the at_hash and c_hash of OpenID Connect Core appendix A")
    func examples() throws {
        let token = Secret("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y")
        #expect(try TokenHash.atHash(token, algorithm: .rs256) == "77QmUPtjPfzWtF2AnpK9RQ")
        let code = Secret("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk")
        #expect(try TokenHash.cHash(code, algorithm: .rs256) == "LDktKdoQak3Pk0cnXxCltA")
    }

    @Test(
        "takes half of the algorithm's own hash",
        arguments: [(JWSAlgorithm.es256, 16), (.ps384, 24), (.es512, 32), (.eddsa, 32)])
    func lengths(_ algorithm: JWSAlgorithm, _ count: Int) throws {
        let hash = try TokenHash.atHash(Secret("token"), algorithm: algorithm)
        #expect(Base64URL.decode(hash)?.count == count)
    }

    @Test("knows no hash for an unknown algorithm")
    func unknown() {
        #expect(throws: JOSEError.unsupportedAlgorithm(name: "ES256K")) {
            try TokenHash.atHash(Secret("token"), algorithm: JWSAlgorithm(rawValue: "ES256K"))
        }
    }
}
