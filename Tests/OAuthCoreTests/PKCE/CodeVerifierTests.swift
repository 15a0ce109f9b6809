import OAuthCore
import Testing

@Suite("PKCE, RFC 7636")
struct CodeVerifierTests {
    @Test("appendix B: the verifier and its challenge")
    func vector() throws {
        let verifier = try CodeVerifier.parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        #expect(verifier.challenge.value == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        let challenge = try CodeChallenge.parse(verifier.challenge.value, method: "S256")
        #expect(challenge.matches(verifier))
        #expect(!challenge.matches(try CodeVerifier.parse(String(repeating: "a", count: 43))))
    }

    @Test("43 to 128 unreserved characters (§4.1)")
    func syntax() throws {
        for count in [43, 128] { _ = try CodeVerifier.parse(String(repeating: "~", count: count)) }
        for count in [0, 42, 129] {
            #expect(throws: PKCEError.verifierLength(count)) {
                try CodeVerifier.parse(String(repeating: "a", count: count))
            }
        }
        for character in ["+", "/", "=", " ", "%"] {
            #expect(throws: PKCEError.verifierCharacter) {
                try CodeVerifier.parse(String(repeating: "a", count: 42) + character)
            }
        }
    }

    @Test("plain, which is also what an absent method means, is refused", arguments: [nil, "plain", "s256", "S512"])
    func methods(method: String?) {
        #expect(throws: PKCEError.method(method ?? "plain")) {
            try CodeChallenge.parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", method: method)
        }
    }
}
