import OAuthCore
import OAuthTesting
import Testing

@testable import OAuthClient

@Suite("ID tokens beside a code, OpenID Connect Core §3.3.2.11")
struct HybridIDTokenTests {
    let fixture: LoginFixture

    init() throws { fixture = try LoginFixture() }

    private func failure(_ changes: JSONObject) async throws -> ClientError? {
        let provider = fixture.provider
        var expectation = IDTokenExpectation(for: provider.configuration)
        expectation.code = Secret("code-1")
        let token = Secret(try fixture.sign(fixture.claims(for: nil, changes)))
        return await clientError { () async throws(ClientError) in
            try await provider.verify(idToken: token, expectation)
        }
    }

    @Test("c_hash must be there, and be the code's")
    func codeHash() async throws {
        let right = try TokenHash.cHash(Secret("code-1"), algorithm: .es256)
        let other = try TokenHash.cHash(Secret("code-2"), algorithm: .es256)
        #expect(try await failure(["c_hash": .string(right)]) == nil)
        #expect(try await failure([:]) == .idToken(.claims(.missingClaim("c_hash"))))
        #expect(try await failure(["c_hash": .string(other)]) == .idToken(.codeHashMismatch))
        #expect(try await failure(["c_hash": 7]) == .idToken(.codeHashMismatch))
    }
}
