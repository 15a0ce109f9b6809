import OAuthCore
import Testing

@Suite("Compact JWS, RFC 7515")
struct CompactJWSTests {
    private static let claims = Array(
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}".utf8)

    private func token(_ header: String, payload: String = "e30", signature: String = "AA") -> String {
        "\(Base64URL.encode(Array(header.utf8))).\(payload).\(signature)"
    }

    @Test(
        "verifies the examples of RFC 7515 A.2 and A.3 and RFC 8037 A.4",
        arguments: [
            (Published.rs256, Published.rsaKey), (Published.es256, Published.ecKey),
            (Published.eddsa, Published.ed25519Key),
        ])
    func examples(_ text: String, _ key: JSONObject) throws {
        let jws = try CompactJWS.parse(text)
        let key = try JSONWebKey.parse(key)
        let verified = try jws.verify(with: JSONWebKeySet([key]), algorithms: [jws.header.algorithm])
        #expect(verified.key == key)
        #expect(verified.payload == jws.unverifiedPayload)
        #expect(try jws.verify(with: key) == verified)
    }

    @Test("verifies and makes the example of RFC 7515 A.1 with a shared key")
    func sharedKey() throws {
        let key = try HMACKey(Secret(bytes: try #require(Base64URL.decode(Published.hmacKey))), algorithm: .hs256)
        let verified = try CompactJWS.parse(Published.hs256).verify(with: key)
        #expect(verified.payload == Self.claims)
        #expect(verified.key == nil)
        let signed = try CompactJWS.sign(payload: Self.claims, header: ["typ": "JWT"], with: key)
        #expect(try CompactJWS.parse(signed).verify(with: key).payload == Self.claims)
    }

    @Test("refuses `none` in any case", arguments: ["none", "None", "NONE", "nOnE"])
    func unsecured(_ name: String) {
        #expect(throws: JOSEError.unsecured) { try CompactJWS.parse(token("{\"alg\":\"\(name)\"}", signature: "")) }
    }

    @Test(
        "refuses headers it does not wholly understand",
        arguments: [
            (#"{"typ":"JWT"}"#, .headerParameter("alg")), (#"{"alg":null}"#, .headerParameter("alg")),
            (#"{"alg":["ES256"]}"#, .headerParameter("alg")),
            (#"{"alg":"es256"}"#, .unsupportedAlgorithm(name: "es256")),
            (#"{"alg":"ES256K"}"#, .unsupportedAlgorithm(name: "ES256K")),
            (#"{"alg":"a b"}"#, .unsupportedAlgorithm(name: nil)), (#"{"alg":""}"#, .unsupportedAlgorithm(name: nil)),
            (#"{"alg":"ES256","kid":1}"#, .headerParameter("kid")),
            (#"{"alg":"ES256","typ":{}}"#, .headerParameter("typ")),
            (#"{"alg":"ES256","x5t#S256":null}"#, .headerParameter("x5t#S256")),
            (#"{"alg":"ES256","crit":["exp"],"exp":1}"#, .criticalHeader),
            (#"{"alg":"ES256","crit":["b64"],"b64":false}"#, .criticalHeader),
            (#"{"alg":"ES256","crit":[]}"#, .criticalHeader), (#"{"alg":"ES256","crit":null}"#, .criticalHeader),
            (#"{"alg":"ES256","b64":false}"#, .refusedHeaderParameter("b64")),
            (#"{"alg":"ES256","b64":true}"#, .refusedHeaderParameter("b64")),
            (#"{"alg":"ES256","zip":"DEF"}"#, .refusedHeaderParameter("zip")),
            (#"{"alg":"none","alg":"ES256"}"#, .malformedHeader(.duplicateName)),
            (#"{"alg":"ES256"} x"#, .malformedHeader(.malformed)), ("[]", .malformedHeader(.notAnObject)),
            ("", .malformedHeader(.malformed)),
        ] as [(String, JOSEError)])
    func headers(_ header: String, _ error: JOSEError) {
        #expect(throws: error) { try CompactJWS.parse(token(header)) }
    }

    @Test(
        "refuses texts that are not three canonical parts",
        arguments: [
            ("", .partCount(1)), ("a.b", .partCount(2)), ("a.b.c.d", .partCount(4)), ("....", .partCount(5)),
            ("{\"payload\":\"\"}", .partCount(1)), ("e30=.e30.AA", .malformedPart(.header)),
            (" e30.e30.AA", .malformedPart(.header)), ("e31.e30.AA", .malformedPart(.header)),
            ("eyJhbGciOiJFUzI1NiJ9.e3.AA", .malformedPart(.payload)),
            ("eyJhbGciOiJFUzI1NiJ9.e30?.AA", .malformedPart(.payload)),
            ("eyJhbGciOiJFUzI1NiJ9.e30.A+", .malformedPart(.signature)),
            ("eyJhbGciOiJFUzI1NiJ9.e30.AA\n", .malformedPart(.signature)),
            ("eyJhbGciOiJFUzI1NiJ9.e30.A", .malformedPart(.signature)),
        ] as [(String, JOSEError)])
    func forms(_ text: String, _ error: JOSEError) {
        #expect(throws: error) { try CompactJWS.parse(text) }
    }

    @Test("keeps to its limit")
    func limit() throws {
        let text = Published.es256
        #expect(throws: JOSEError.tooLarge(count: text.utf8.count, limit: 100)) {
            try CompactJWS.parse(text, limit: 100)
        }
        _ = try CompactJWS.parse(text, limit: text.utf8.count)
        let long = String(repeating: "A", count: 16_385)
        #expect(throws: JOSEError.tooLarge(count: 16_385, limit: 16_384)) { try CompactJWS.parse(long) }
    }

    @Test(
        "requires the exact length of an ECDSA signature, so that DER is refused too",
        arguments: [JWSAlgorithm.es256, .es384, .es512])
    func signatureLength(_ algorithm: JWSAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let parts = try CompactJWS.sign(payload: Self.claims, with: key).split(separator: ".")
        let signature = try #require(Base64URL.decode(parts[2]))
        let expected = [JWSAlgorithm.es256: 64, .es384: 96, .es512: 132][algorithm] ?? 0
        #expect(signature.count == expected)
        for wrong in [[], signature.dropLast(), signature + [0], [0] + signature, [0x30, 0x44] + signature] {
            let text = "\(parts[0]).\(parts[1]).\(Base64URL.encode(Array(wrong)))"
            #expect(throws: JOSEError.signatureLength(found: wrong.count, expected: expected)) {
                try CompactJWS.parse(text).verify(with: key.publicKey)
            }
        }
    }

    @Test("refuses a signature of zeros (CVE-2022-21449)")
    func zeroSignature() throws {
        let zeros = Base64URL.encode([UInt8](repeating: 0, count: 64))
        let jws = try CompactJWS.parse("eyJhbGciOiJFUzI1NiJ9.\(Published.payload).\(zeros)")
        #expect(throws: JOSEError.invalidSignature) { try jws.verify(with: JSONWebKey.parse(Published.ecKey)) }
    }

    @Test("refuses a changed header, payload or signature")
    func changed() throws {
        let key = try JSONWebKey.parse(Published.ecKey)
        let changes = [
            Published.es256.replacing("eyJhbGciOiJFUzI1NiJ9", with: "eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ"),
            Published.es256.replacing(".eyJpc3Mi", with: ".eyJpc3Nj"),
            Published.es256.replacing(".DtEh", with: ".DtEi"),
        ]
        for text in changes {
            #expect(text != Published.es256)
            #expect(throws: JOSEError.invalidSignature) { try CompactJWS.parse(text).verify(with: key) }
        }
    }

    @Test("refuses algorithms that the caller does not allow")
    func algorithms() throws {
        let jws = try CompactJWS.parse(Published.rs256)
        let key = try JSONWebKey.parse(Published.rsaKey)
        #expect(throws: JOSEError.algorithmNotAllowed(.rs256)) { try jws.verify(with: key, algorithms: [.ps256]) }
        #expect(throws: JOSEError.algorithmNotAllowed(.rs256)) {
            try jws.verify(with: JSONWebKeySet([key]), algorithms: [])
        }
    }

    @Test("refuses a public key taken for a shared one (algorithm confusion)")
    func algorithmConfusion() throws {
        let key = try SigningKey.generate(.rs256)
        let publicBytes = Secret(bytes: key.publicKey.json.encoded())
        let forged = try CompactJWS.sign(
            payload: Self.claims, header: ["kid": .string(key.keyID)],
            with: HMACKey(publicBytes, algorithm: .hs256))
        let jws = try CompactJWS.parse(forged)
        let everything = JWSAlgorithm.asymmetric.union(JWSAlgorithm.symmetric)
        #expect(throws: JOSEError.algorithmNotAllowed(.hs256)) { try jws.verify(with: key.publicKey) }
        #expect(throws: JOSEError.keyAlgorithmMismatch(.hs256)) {
            try jws.verify(with: key.publicKey, algorithms: everything)
        }
        #expect(throws: JOSEError.noMatchingKey(keyID: key.keyID)) {
            try jws.verify(with: JSONWebKeySet([key.publicKey]), algorithms: everything)
        }
        let asymmetric = try CompactJWS.parse(CompactJWS.sign(payload: Self.claims, with: key))
        #expect(throws: JOSEError.keyAlgorithmMismatch(.rs256)) {
            try asymmetric.verify(with: HMACKey(publicBytes, algorithm: .hs256))
        }
    }

    @Test("holds a key to its own alg, curve, use and key_ops")
    func keyAgreement() throws {
        let rs256 = try CompactJWS.parse(Published.rs256)
        let es256 = try CompactJWS.parse(Published.es256)
        func refuses(_ jws: CompactJWS, _ key: JSONObject, _ error: JOSEError) throws {
            let key = try JSONWebKey.parse(key)
            #expect(throws: error) { try jws.verify(with: key) }
        }
        try refuses(rs256, Published.rsaKey.setting("alg", "PS256"), .keyAlgorithmMismatch(.rs256))
        try refuses(rs256, Published.rsaKey.setting("alg", "RSA-OAEP"), .keyAlgorithmMismatch(.rs256))
        try refuses(rs256, Published.ecKey, .keyAlgorithmMismatch(.rs256))
        try refuses(es256, Published.ec521Key, .keyAlgorithmMismatch(.es256))
        try refuses(es256, Published.ecKey.setting("use", "enc"), .keyUse)
        try refuses(es256, Published.ecKey.setting("use", ""), .keyUse)
        try refuses(es256, Published.ecKey.setting("key_ops", .strings(["sign", "deriveKey"])), .keyUse)
    }

    @Test("takes no key from the header")
    func embeddedKey() throws {
        let attacker = try SigningKey.generate(.es256)
        let forged = try CompactJWS.sign(
            payload: Self.claims, header: ["jwk": .object(attacker.publicKey.json), "kid": .null], with: attacker)
        let keys = JSONWebKeySet([try JSONWebKey.parse(Published.ecKey)])
        #expect(throws: JOSEError.invalidSignature) {
            try CompactJWS.parse(forged).verify(with: keys, algorithms: [.es256])
        }
    }

    @Test("tries every key that matches")
    func severalKeys() throws {
        let keys = try (0..<3).map { _ in try SigningKey.generate(.es256, keyID: "same") }
        let set = JSONWebKeySet(keys.map(\.publicKey))
        for key in keys {
            let text = try CompactJWS.sign(payload: [], with: key)
            #expect(try CompactJWS.parse(text).verify(with: set, algorithms: [.es256]).key == key.publicKey)
        }
    }

    @Test("compares media types as RFC 7515 §4.1.9 says")
    func mediaType() throws {
        func type(_ text: String) throws -> String? {
            try CompactJWS.parse(token("{\"alg\":\"ES256\",\"typ\":\"\(text)\"}")).header.mediaType
        }
        #expect(try type("application/at+JWT") == "at+jwt")
        #expect(try type("JWT") == "jwt")
        #expect(try type("text/plain") == "text/plain")
        #expect(try type("application/a/b") == "application/a/b")
    }

    @Test("does not print tokens or keys")
    func redaction() throws {
        let key = try HMACKey(Secret(String(repeating: "secret", count: 8)), algorithm: .hs256)
        let jws = try CompactJWS.parse(Published.es256)
        var text = "\(jws) \(key) " + String(reflecting: jws) + String(reflecting: key)
        dump([jws as Any, key as Any], to: &text)
        for leak in ["secret", "DtEh", "joe", "\(jws.signature[0]), \(jws.signature[1])"] {
            #expect(!text.contains(leak))
        }
    }
}

@Suite("Signing keys and compact JWS")
struct SigningKeyTests {
    @Test("signs what its public key verifies", arguments: JWSAlgorithm.asymmetric.sorted { $0.rawValue < $1.rawValue })
    func signs(_ algorithm: JWSAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let text = try CompactJWS.sign(payload: Array("{}".utf8), header: ["typ": "at+jwt"], with: key)
        let jws = try CompactJWS.parse(text)
        #expect(
            jws.header.parameters == ["alg": .string(algorithm.rawValue), "kid": .string(key.keyID), "typ": "at+jwt"])
        #expect(key.keyID == key.publicKey.thumbprint)
        #expect(key.publicKey.use == "sig")
        #expect(key.publicKey.algorithm == algorithm)
        let keys = try JSONWebKeySet.parse(JSONWebKeySet([key.publicKey]).json)
        #expect(try jws.verify(with: keys, algorithms: [algorithm]).payload == Array("{}".utf8))
    }

    @Test("comes back from PKCS#8 and PEM as it was", arguments: [JWSAlgorithm.es256, .es384, .es512, .eddsa, .ps256])
    func roundTrip(_ algorithm: JWSAlgorithm) throws {
        let key = try SigningKey.generate(algorithm, keyID: "one")
        let der = key.pkcs8DER()
        #expect(try SigningKey(pkcs8DER: der, algorithm: algorithm, keyID: "one").publicKey == key.publicKey)
        #expect(try SigningKey(pem: pem(der), algorithm: algorithm, keyID: "one").publicKey == key.publicKey)
        #expect(try SigningKey(pkcs8DER: der, algorithm: algorithm).keyID == key.publicKey.thumbprint)
    }

    @Test(
        "reads the older forms of private keys, which lie inside PKCS#8",
        arguments: [(JWSAlgorithm.es256, "EC PRIVATE KEY"), (.rs256, "RSA PRIVATE KEY")])
    func olderForms(_ algorithm: JWSAlgorithm, _ label: String) throws {
        let key = try SigningKey.generate(algorithm)
        let inner = key.pkcs8DER().withBytes { Array($0.dropFirst(algorithm == .es256 ? 29 : 26)) }
        let text = pem(Secret(bytes: inner)).revealed().replacing("PRIVATE KEY", with: label)
        let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
        let read = try SigningKey(pem: Secret(parameters + text), algorithm: algorithm)
        #expect(read.publicKey == key.publicKey)
    }

    @Test("makes the signature of RFC 8037 A.4 from the private key of A.1")
    func ed25519() throws {
        let prefix: [UInt8] = [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20]
        let seed = try #require(Base64URL.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
        let key = try SigningKey(pkcs8DER: Secret(bytes: prefix + seed), algorithm: .eddsa)
        let payload = Array("Example of Ed25519 signing".utf8)
        #expect(try CompactJWS.sign(payload: payload, header: ["kid": .null], with: key) == Published.eddsa)
    }

    @Test("refuses keys of another kind, and what is no key")
    func malformed() throws {
        let der = try SigningKey.generate(.es256).pkcs8DER()
        for algorithm in [JWSAlgorithm.es384, .rs256, .eddsa] {
            #expect(throws: JOSEError.malformedPrivateKey) { try SigningKey(pkcs8DER: der, algorithm: algorithm) }
        }
        #expect(throws: JOSEError.unsupportedAlgorithm(name: "HS256")) {
            try SigningKey(pkcs8DER: der, algorithm: .hs256)
        }
        for text in [
            "", "-----BEGIN PRIVATE KEY-----\nAAAA", "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----",
        ] {
            #expect(throws: JOSEError.malformedPrivateKey) { try SigningKey(pem: Secret(text), algorithm: .es256) }
        }
    }

    @Test("generates no weak RSA key and no shared key")
    func generation() {
        #expect(throws: JOSEError.modulusLength(bits: 1024)) { try SigningKey.generate(.rs256, rsaBits: 1024) }
        #expect(throws: JOSEError.modulusLength(bits: 9000)) { try SigningKey.generate(.rs256, rsaBits: 9000) }
        #expect(throws: JOSEError.unsupportedAlgorithm(name: "HS256")) { try SigningKey.generate(.hs256) }
    }

    @Test("does not sign headers that it would not read")
    func headers() throws {
        let key = try SigningKey.generate(.es256)
        func sign(_ header: JSONObject) throws -> String { try CompactJWS.sign(payload: [], header: header, with: key) }
        #expect(throws: JOSEError.headerParameter("alg")) { try sign(["alg": "none"]) }
        #expect(throws: JOSEError.criticalHeader) { try sign(["crit": .strings(["exp"])]) }
        #expect(throws: JOSEError.refusedHeaderParameter("zip")) { try sign(["zip": "DEF"]) }
        let header = try CompactJWS.parse(sign(["alg": "ES256", "kid": "other", "x5t": "AAAA"])).header
        #expect(header.keyID == "other")
        #expect(header.certificateThumbprint == "AAAA")
        #expect(try CompactJWS.parse(sign(["kid": .null])).header.keyID == nil)
    }

    @Test("shared keys are at least as long as their hash (RFC 7518 §3.2)")
    func sharedKeyLength() throws {
        for (algorithm, minimum) in [(JWSAlgorithm.hs256, 32), (.hs384, 48), (.hs512, 64)] {
            #expect(throws: JOSEError.keyTooShort(count: minimum - 1, minimum: minimum)) {
                try HMACKey(Secret(bytes: [UInt8](repeating: 7, count: minimum - 1)), algorithm: algorithm)
            }
            _ = try HMACKey(Secret(bytes: [UInt8](repeating: 7, count: minimum)), algorithm: algorithm)
        }
        #expect(throws: JOSEError.keyAlgorithmMismatch(.es256)) {
            try HMACKey(Secret(bytes: [UInt8](repeating: 7, count: 64)), algorithm: .es256)
        }
    }

    @Test("does not print itself")
    func redaction() throws {
        let key = try SigningKey.generate(.es256, keyID: "one")
        var text = "\(key) " + String(reflecting: key)
        dump(key, to: &text)
        #expect(text.hasPrefix("SigningKey(ES256, one, redacted)"))
        #expect(!text.contains("PrivateKey"))
    }
}
