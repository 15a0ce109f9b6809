import OAuthCore
import Testing

@Suite("Secrets cannot be printed")
struct SecretTests {
    private struct Holder {
        var secret = Secret("canary-value")
        var optional: Secret? = Secret("canary-value")
        var list = [Secret("canary-value")]
        var credentials = BasicCredentials(clientID: "c", clientSecret: Secret("canary-value"))
    }

    @Test("not by print, dump, interpolation, mirrors or reflection, nor inside other values")
    func redaction() throws {
        let secret = Secret("canary-value")
        var texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), secret.description,
            secret.debugDescription, "\(Holder())", String(reflecting: Holder()), "\([secret: 1])", "\(secret as Any)",
            "\(try CodeVerifier.parse(String(repeating: "canary-value", count: 4)))",
        ]
        var output = ""
        print(secret, Holder(), to: &output)
        dump(secret, to: &output)
        dump(Holder(), to: &output)
        texts.append(output)
        texts += Mirror(reflecting: secret).children.map { "\($0)" }
        for text in texts { #expect(!text.contains("canary")) }
        #expect("\(secret)" == "Secret(redacted)")
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect(secret.revealed() == "canary-value")
    }

    @Test("equality is that of the bytes")
    func equality() {
        #expect(Secret("abc") == Secret(bytes: Array("abc".utf8)))
        #expect(Secret("abc") != Secret("abd"))
        #expect(Secret("abc") != Secret("ab"))
        #expect(Secret("") == Secret(bytes: []))
        #expect(constantTimeEqual([1, 2], [1, 2]))
        #expect(!constantTimeEqual([1, 2], [2, 1]))
    }

    @Test("a token carries its prefix and 256 random bits")
    func tokens() {
        let random = RandomSource { (0..<$0).map { UInt8($0) } }
        #expect(random.token(prefix: "sp_at_") == "sp_at_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
    }
}
