import OAuthCore
import Testing

/// One case of Wycheproof's JSON Web Signature and JSON Web Key files.
struct WycheproofCase: Sendable, CustomTestStringConvertible {
    let id: Int64
    let comment: String
    let isValid: Bool
    let jws: String
    let keys: [JSONObject]

    var testDescription: String { "\(id) \(comment)" }

    static let signatures = load("wycheproof/json_web_signature_test.json")
    static let keys = load("wycheproof/json_web_key_test.json")

    private static func load(_ path: String) -> [WycheproofCase] {
        let file = (try? SharedVectors.json(path)) ?? [:]
        return (file["testGroups"]?.array ?? []).compactMap(\.object).flatMap { group in
            let keys = (group["public"] ?? group["private"])?.object ?? [:]
            return (group["tests"]?.array ?? []).compactMap(\.object).map { test in
                WycheproofCase(
                    id: test["tcId"]?.integer ?? 0, comment: test["comment"]?.string ?? "",
                    isValid: test["result"]?.string == "valid", jws: test["jws"]?.string ?? "",
                    keys: keys["keys"]?.array?.compactMap(\.object) ?? [keys])
            }
        }
    }

    /// Verifies as a caller would: with the shared key where all keys are shared, with the set of public ones
    /// otherwise.
    func verify() throws -> VerifiedJWS {
        let jws = try CompactJWS.parse(jws)
        guard keys.allSatisfy({ $0["kty"] == "oct" }) else {
            let publicKeys = keys.map { JSONValue.object($0.setting("d", nil)) }
            return try jws.verify(
                with: JSONWebKeySet.parse(["keys": .array(publicKeys)]),
                algorithms: JWSAlgorithm.asymmetric.union(JWSAlgorithm.symmetric))
        }
        let key = try #require(keys.count == 1 ? keys.first : keys.first { $0["kid"]?.string == jws.header.keyID })
        let bytes = try #require(Base64URL.decode(key["k"]?.string ?? ""))
        return try jws.verify(
            with: HMACKey(Secret(bytes: bytes), algorithm: JWSAlgorithm(rawValue: key["alg"]?.string ?? "")))
    }
}

@Suite(
    "JOSE vectors of Wycheproof and RFC 7520",
    .enabled(if: SharedVectors.exist, "published vectors lie in shared/vectors beside the package"))
struct JOSEVectorTests {
    /// Cases that Wycheproof calls valid and that are refused here on purpose.
    private static let refusedSignatures: [Int64: JOSEError] = [
        // The key's own `alg` is another algorithm, or `ES521`, which is none.
        346: .noMatchingKey(keyID: "bilbo.baggins@hobbiton.example"),
        347: .noMatchingKey(keyID: "bilbo.baggins@hobbiton.example"),
        350: .noMatchingKey(keyID: "bilbo.baggins@hobbiton.example"),
        351: .noMatchingKey(keyID: "bilbo.baggins@hobbiton.example"),
        // A character outside the alphabet, which a lenient decoder skips.
        372: .malformedPart(.header), 373: .malformedPart(.payload),
    ]

    /// Cases that Wycheproof calls invalid for a padding that the published text no longer has: they are case 357,
    /// which is valid, byte for byte.
    private static let acceptedSignatures: Set<Int64> = [367, 370]

    @Test("agrees with Wycheproof about signatures", arguments: WycheproofCase.signatures)
    func signatures(_ test: WycheproofCase) throws {
        if let error = Self.refusedSignatures[test.id] {
            #expect(throws: error) { try test.verify() }
        } else if test.isValid || Self.acceptedSignatures.contains(test.id) {
            _ = try test.verify()
        } else {
            #expect(throws: JOSEError.self) { try test.verify() }
        }
    }

    @Test("the cases of a lost padding are another case's text", arguments: acceptedSignatures)
    func lostPadding(_ id: Int64) throws {
        let valid = try #require(WycheproofCase.signatures.first { $0.id == 357 })
        #expect(WycheproofCase.signatures.first { $0.id == id }?.jws == valid.jws)
    }

    /// Case 4 has two shared keys of one `kid` in a set; there are no sets of shared keys here.
    @Test("agrees with Wycheproof about keys", arguments: WycheproofCase.keys.filter { $0.id != 4 })
    func keys(_ test: WycheproofCase) throws {
        if test.isValid {
            _ = try test.verify()
        } else {
            #expect(throws: JOSEError.self) { try test.verify() }
        }
    }

    @Test(
        "finds the weakness that Wycheproof's hostile keys have",
        arguments: [
            (7, .vulnerableKey), (8, .modulusLength(bits: 1024)), (9, .publicExponent), (22, .invalidPoint),
            (24, .keyMember("n")),
        ] as [(Int64, JOSEError)])
    func weakKeys(_ id: Int64, _ error: JOSEError) throws {
        let test = try #require(WycheproofCase.keys.first { $0.id == id })
        #expect(throws: error) { try JSONWebKey.parse(try #require(test.keys.first)) }
    }

    @Test("all of Wycheproof's cases are there")
    func complete() {
        #expect(WycheproofCase.signatures.count == 401)
        #expect(WycheproofCase.keys.count == 26)
    }

    @Test(
        "verifies the examples of RFC 7520 §4",
        arguments: ["4_1.rsa_v15_signature", "4_2.rsa-pss_signature", "4_3.ecdsa_signature", "jws"])
    func cookbook(_ name: String) throws {
        let file = try SharedVectors.json("jose-cookbook/\(name).json")
        let input = try #require(file["input"]?.object)
        var object = try #require(input["key"]?.object)
        #expect(throws: JOSEError.privateKeyMaterial) { try JSONWebKey.parse(object) }
        for name in ["d", "p", "q", "dp", "dq", "qi"] { object[name] = nil }
        let jws = try CompactJWS.parse(try #require(file["output"]?.object?["compact"]?.string))
        let verified = try jws.verify(with: JSONWebKey.parse(object))
        #expect(String(decoding: verified.payload, as: UTF8.self) == input["payload"]?.string)
    }

    @Test("verifies and makes the example of RFC 7520 §4.4")
    func cookbookHMAC() throws {
        let file = try SharedVectors.json("jose-cookbook/4_4.hmac-sha2_integrity_protection.json")
        let input = try #require(file["input"]?.object)
        let object = try #require(input["key"]?.object)
        let bytes = try #require(Base64URL.decode(object["k"]?.string ?? ""))
        let key = try HMACKey(Secret(bytes: bytes), algorithm: .hs256, keyID: object["kid"]?.string)
        let payload = Array(try #require(input["payload"]?.string).utf8)
        let compact = try #require(file["output"]?.object?["compact"]?.string)
        #expect(try CompactJWS.parse(compact).verify(with: key).payload == payload)
        #expect(try CompactJWS.sign(payload: payload, with: key) == compact)
    }

    @Test("reads the public keys of RFC 7520 §3", arguments: ["3_1.ec_public_key", "3_3.rsa_public_key"])
    func cookbookKeys(_ name: String) throws {
        let object = try SharedVectors.json("jose-cookbook/\(name).json")
        #expect(try JSONWebKey.parse(object).json == object)
    }
}
