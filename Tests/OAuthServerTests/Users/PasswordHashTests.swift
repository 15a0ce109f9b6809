import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("Passwords are kept as scrypt, RFC 7914")
struct PasswordHashTests {
    private static let cheap = PasswordHash.Parameters(logarithmicCost: 10)

    private func hash(_ password: String) throws -> PasswordHash {
        try #require(PasswordHash.make(Secret(password), parameters: Self.cheap, random: .repeatable()))
    }

    @Test("the password matches, and nothing else does")
    func matching() throws {
        let hash = try hash("correct horse")
        #expect(hash.matches(Secret("correct horse")))
        for other in ["correct horse ", "Correct horse", "", "correct hors"] {
            #expect(!hash.matches(Secret(other)))
        }
    }

    @Test("what is stored can be read again, says its parameters, and is salted")
    func encoding() throws {
        let hash = try hash("correct horse")
        #expect(hash.encoded.hasPrefix("$scrypt$ln=10,r=8,p=1$"))
        let read = try #require(PasswordHash.parse(hash.encoded))
        #expect(read == hash)
        #expect(read.matches(Secret("correct horse")))
        let random = RandomSource.repeatable()
        let twice = [0, 1].map { _ in PasswordHash.make(Secret("x"), parameters: Self.cheap, random: random)?.encoded }
        #expect(twice[0] != twice[1])
    }

    @Test(
        "RFC 7914 §12: a hash that another program made",
        arguments: [
            // P="pleaseletmein", S="SodiumChloride", N=16384, r=8, p=1, the first 32 bytes of the 64.
            ("pleaseletmein", "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046_2o-7qQT44-qbVD9lRdofI")
        ])
    func vector(password: String, encoded: String) throws {
        #expect(try #require(PasswordHash.parse(encoded)).matches(Secret(password)))
    }

    @Test(
        "what is no hash is not read",
        arguments: [
            "", "x", "$scrypt$", "$argon2id$ln=14,r=8,p=1$YQ$YQ", "$scrypt$ln=99,r=8,p=1$YWFhYQ$\(hex)",
            "$scrypt$ln=14,r=8$YWFhYQ$\(hex)", "$scrypt$ln=14,r=8,p=1$YWFhYQ$YQ", "$scrypt$ln=x,r=8,p=1$YWFhYQ$\(hex)",
        ])
    func malformed(text: String) { #expect(PasswordHash.parse(text) == nil) }
    private static let hex = "cCO9yzr9c0hGHAbNgf046_2o-7qQT44-qbVD9lRdofI"

    @Test("more than 1,024 bytes are not hashed and match nothing")
    func tooLong() throws {
        let long = Secret(String(repeating: "a", count: 1_025))
        #expect(PasswordHash.make(long, parameters: Self.cheap, random: .repeatable()) == nil)
        #expect(try !hash(String(repeating: "a", count: 1_024)).matches(long))
    }

    @Test("nothing prints it")
    func redaction() throws {
        let hash = try hash("x")
        var dumped = ""
        dump(hash, to: &dumped)
        for text in ["\(hash)", String(reflecting: hash), dumped] {
            #expect(!text.contains("scrypt$"))
            #expect(text.contains("redacted"))
        }
    }
}
