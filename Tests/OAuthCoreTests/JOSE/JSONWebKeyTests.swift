import OAuthCore
import Testing

@Suite("JSON Web Key, RFC 7517")
struct JSONWebKeyTests {
    @Test("has the thumbprint of RFC 7638 §3.1, whatever else the key says")
    func thumbprintRSA() throws {
        let key = try JSONWebKey.parse(Published.thumbprintKey)
        #expect(key.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(key.keyID == "2011-04-29")
        #expect(key.algorithm == .rs256)
    }

    @Test("has the thumbprint of RFC 8037 appendix A.3")
    func thumbprintEd25519() throws {
        let key = try JSONWebKey.parse(Published.ed25519Key)
        #expect(key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test(
        "reads what it writes",
        arguments: [
            Published.rsaKey, Published.ecKey, Published.ec521Key, Published.ed25519Key, Published.thumbprintKey,
        ])
    func roundTrip(_ object: JSONObject) throws {
        let key = try JSONWebKey.parse(object)
        #expect(key.json == object)
        #expect(try JSONWebKey.parse(key.json.encoded()) == key)
    }

    @Test("keeps members it does not know and leaves them out of its JSON")
    func extraMembers() throws {
        let issuer = "https://login.microsoftonline.com/{tenantid}/v2.0"
        var object = Published.rsaKey.setting("use", "sig").setting("kid", "1").setting("issuer", .string(issuer))
        object["x5c"] = .strings(["MIIC"])
        object["x5t"] = "AAAA"
        let key = try JSONWebKey.parse(object)
        #expect(key.extraMembers == ["issuer": .string(issuer), "x5c": .strings(["MIIC"]), "x5t": "AAAA"])
        #expect(key.json == Published.rsaKey.setting("use", "sig").setting("kid", "1"))
        #expect(try key != JSONWebKey.parse(key.json))
    }

    @Test("refuses private members", arguments: ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
    func privateMembers(_ name: String) {
        #expect(throws: JOSEError.privateKeyMaterial) {
            try JSONWebKey.parse(Published.ecKey.setting(name, "AA"))
        }
    }

    @Test(
        "refuses kinds it does not know",
        arguments: [
            (Published.ecKey.setting("kty", "oct"), .unknownKeyType(name: "oct")),
            (Published.ecKey.setting("kty", "ec"), .unknownKeyType(name: "ec")),
            (Published.ecKey.setting("kty", "<script>"), .unknownKeyType(name: nil)),
            (Published.ecKey.setting("kty", nil), .keyMember("kty")),
            (Published.ecKey.setting("kty", 1), .keyMember("kty")),
            (Published.ecKey.setting("crv", "secp256k1"), .unknownCurve(name: "secp256k1")),
            (Published.ed25519Key.setting("crv", "X25519"), .unknownCurve(name: "X25519")),
            (Published.ed25519Key.setting("crv", "Ed448"), .unknownCurve(name: "Ed448")),
        ] as [(JSONObject, JOSEError)])
    func unknown(_ object: JSONObject, _ error: JOSEError) {
        #expect(throws: error) { try JSONWebKey.parse(object) }
    }

    @Test(
        "refuses missing, malformed and wrong numbers",
        arguments: [
            (Published.ecKey.setting("y", nil), .keyMember("y")),
            (Published.ecKey.setting("x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU="), .keyMember("x")),
            (Published.ecKey.setting("x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEV"), .keyMember("x")),
            (Published.ecKey.setting("x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVE"), .keyMember("x")),
            (Published.ecKey.setting("y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"), .keyMember("y")),
            (Published.ecKey.setting("y", Published.ecKey["x"]), .invalidPoint),
            (Published.ecKey.setting("crv", "P-384"), .keyMember("x")),
            (Published.ed25519Key.setting("x", "AA"), .keyMember("x")),
            (Published.rsaKey.setting("n", ""), .keyMember("n")),
            (Published.rsaKey.setting("e", nil), .keyMember("e")),
            (Published.rsaKey.setting("e", "AQ"), .publicExponent),
            (Published.rsaKey.setting("e", "Ag"), .publicExponent),
            (Published.rsaKey.setting("e", "AQAAAAE"), .publicExponent),
            (Published.rsaKey.setting("kid", 7), .keyMember("kid")),
            (Published.rsaKey.setting("alg", .null), .keyMember("alg")),
            (Published.rsaKey.setting("key_ops", "verify"), .keyMember("key_ops")),
            (Published.rsaKey.setting("alg", "ES256"), .keyAlgorithmMismatch(.es256)),
            (Published.ecKey.setting("alg", "ES384"), .keyAlgorithmMismatch(.es384)),
            (Published.ecKey.setting("alg", "HS256"), .keyAlgorithmMismatch(.hs256)),
        ] as [(JSONObject, JOSEError)])
    func malformed(_ object: JSONObject, _ error: JOSEError) {
        #expect(throws: error) { try JSONWebKey.parse(object) }
    }

    @Test("refuses RSA moduli outside 2048…8192 bits", arguments: [(128, 1024), (255, 2040), (1025, 8200)])
    func modulusLength(_ byteCount: Int, _ bits: Int) {
        let modulus = [UInt8](repeating: 0xFF, count: byteCount)
        let object = Published.rsaKey.setting("n", .string(Base64URL.encode(modulus)))
        #expect(throws: JOSEError.modulusLength(bits: bits)) { try JSONWebKey.parse(object) }
    }

    @Test("drops a zero before the modulus, so that a key has one thumbprint")
    func leadingZero() throws {
        let modulus = try #require(Base64URL.decode(Published.rsaModulus))
        let padded = Published.rsaKey.setting("n", .string(Base64URL.encode([0] + modulus)))
        #expect(try JSONWebKey.parse(padded) == JSONWebKey.parse(Published.rsaKey))
    }
}

@Suite("JSON Web Key Set, RFC 7517 §5")
struct JSONWebKeySetTests {
    @Test("skips keys that cannot be used and says why")
    func skips() throws {
        let keys: [JSONValue] = [
            .object(Published.ecKey), .object(["kty": "oct", "k": "AA", "kid": "shared"]), 7,
            .object(["kty": "AKP", "kid": "future"]), .object(Published.rsaKey),
        ]
        let set = try JSONWebKeySet.parse(JSONObject(dictionaryLiteral: ("keys", .array(keys))).encoded())
        #expect(set.keys.map(\.keyType) == ["EC", "RSA"])
        #expect(set.skipped.map(\.index) == [1, 2, 3])
        #expect(set.skipped.map(\.keyID) == ["shared", nil, "future"])
        #expect(
            set.skipped.map(\.reason)
                == [.privateKeyMaterial, .malformedKey(.notAnObject), .unknownKeyType(name: "AKP")])
        #expect(set.json["keys"]?.array?.count == 2)
    }

    @Test("refuses what is no set, and sets that are too large")
    func malformed() {
        #expect(throws: JOSEError.malformedKey(.notAnObject)) { try JSONWebKeySet.parse(Array("[]".utf8)) }
        #expect(throws: JOSEError.keyMember("keys")) { try JSONWebKeySet.parse(["keys": .object([:])]) }
        let many = JSONValue.array(Array(repeating: .object(Published.ecKey), count: 101))
        #expect(throws: JOSEError.tooManyKeys(count: 101, limit: 100)) { try JSONWebKeySet.parse(["keys": many]) }
    }

    @Test("chooses by kid, then by kind, alg, use and key_ops")
    func selection() throws {
        let set = try JSONWebKeySet.parse([
            "keys": .array([
                .object(Published.ecKey.setting("kid", "a")), .object(Published.rsaKey.setting("kid", "a")),
                .object(Published.rsaKey.setting("kid", "b").setting("use", "enc")),
                .object(Published.rsaKey.setting("kid", "c").setting("alg", "PS256")),
                .object(Published.rsaKey.setting("kid", "d").setting("key_ops", .strings(["sign"]))),
                .object(Published.thumbprintKey.setting("kid", nil)),
            ])
        ])
        func chosen(_ header: JSONObject) throws -> [String?] {
            let text = "\(Base64URL.encode(header.encoded()))..AA"
            return set.keys(matching: try CompactJWS.parse(text).header).map(\.keyID)
        }
        #expect(try chosen(["alg": "ES256", "kid": "a"]) == ["a"])
        #expect(try chosen(["alg": "RS256"]) == ["a", nil])
        #expect(try chosen(["alg": "PS256"]) == ["a", "c"])
        #expect(try chosen(["alg": "RS256", "kid": "b"]).isEmpty)
        #expect(try chosen(["alg": "RS256", "kid": "c"]).isEmpty)
        #expect(try chosen(["alg": "RS256", "kid": "d"]).isEmpty)
        #expect(try chosen(["alg": "RS256", "kid": "unheard of"]) == [nil])
        #expect(try chosen(["alg": "EdDSA", "kid": "a"]).isEmpty)
        #expect(try chosen(["alg": "HS256", "kid": "a"]).isEmpty)
    }
}
