import JWTKit
import OAuthCore
import Testing

/// JWTKit is a second, independent reading of the same specifications.
@Suite("JWS beside JWTKit")
struct JWTKitOracleTests {
    struct Payload: JWTPayload, Equatable {
        var iss: String
        var exp: Int

        func verify(using algorithm: some JWTKit.JWTAlgorithm) async throws {}
    }

    private static let payload = Payload(iss: "https://as.example", exp: 2_000_000_000)
    private static let algorithms: [JWSAlgorithm] = [.es256, .es384, .es512, .rs256, .ps256, .eddsa]

    private func privateKeys(_ key: SigningKey) async throws -> JWTKeyCollection {
        let keys = JWTKeyCollection()
        let text = pem(key.pkcs8DER()).revealed()
        let kid = JWKIdentifier(string: key.keyID)
        switch key.algorithm {
        case .es256: await keys.add(ecdsa: try ES256PrivateKey(pem: text), kid: kid)
        case .es384: await keys.add(ecdsa: try ES384PrivateKey(pem: text), kid: kid)
        case .es512: await keys.add(ecdsa: try ES512PrivateKey(pem: text), kid: kid)
        case .rs256: await keys.add(rsa: try Insecure.RSA.PrivateKey(pem: text), digestAlgorithm: .sha256, kid: kid)
        case .ps256: await keys.add(pss: try Insecure.RSA.PrivateKey(pem: text), digestAlgorithm: .sha256, kid: kid)
        default:
            let seed = key.pkcs8DER().withBytes { Base64URL.encode(Array($0.suffix(32))) }
            await keys.add(eddsa: try EdDSA.PrivateKey(d: base64(seed), curve: .ed25519), kid: kid)
        }
        return keys
    }

    private func base64(_ text: String) -> String { text.replacing("-", with: "+").replacing("_", with: "/") + "=" }

    @Test("verifies what JWTKit signs", arguments: algorithms)
    func verifies(_ algorithm: JWSAlgorithm) async throws {
        let key = try SigningKey.generate(algorithm)
        let text = try await privateKeys(key).sign(Self.payload, kid: JWKIdentifier(string: key.keyID))
        let verified = try CompactJWS.parse(text)
            .verify(with: JSONWebKeySet([key.publicKey]), algorithms: [algorithm])
        let claims = try JWTClaims(verified)
        #expect(claims.issuer == Self.payload.iss)
        #expect(claims.expiresAt == UnixTime(2_000_000_000))
    }

    @Test("signs what JWTKit verifies by the published set", arguments: algorithms)
    func signs(_ algorithm: JWSAlgorithm) async throws {
        let key = try SigningKey.generate(algorithm)
        let claims: JSONObject = ["iss": .string(Self.payload.iss), "exp": 2_000_000_000]
        let text = try CompactJWS.sign(payload: claims.encoded(), header: ["typ": "JWT"], with: key)
        let keys = JWTKeyCollection()
        try await keys.add(jwksJSON: String(decoding: JSONWebKeySet([key.publicKey]).json.encoded(), as: UTF8.self))
        #expect(try await keys.verify(text, as: Payload.self) == Self.payload)
    }
}
