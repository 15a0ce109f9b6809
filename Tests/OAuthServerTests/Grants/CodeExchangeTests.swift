import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("The exchange of a code, RFC 6749 §4.1")
struct CodeExchangeTests {
    @Test("a code becomes tokens, and no cache may keep them (§5.1)")
    func exchange() async throws {
        let fixture = try await Fixture()
        let answer = try await fixture.tokens(["scope": "openid messages.read"])
        #expect(answer["token_type"] == "Bearer")
        #expect(answer.body["expires_in"] == 3_600)
        #expect(answer["scope"] == "openid messages.read")
        #expect(answer.accessToken.hasPrefix("sp_at_"))
        #expect(answer.refreshToken.hasPrefix("sp_rt_"))
        #expect(answer.headers[.cacheControl] == "no-store")
        #expect(answer.headers[.contentType] == "application/json")
        #expect(await fixture.isActive(answer.accessToken))
    }

    @Test("CVE-2023-48228: a verifier left out is refused")
    func verifierLeftOut() async throws {
        let fixture = try await Fixture()
        let answer = await fixture.redeem(try await fixture.code(), ["code_verifier": nil])
        #expect(answer.status == 400)
        #expect(answer.error == "invalid_grant")
        #expect(answer.diagnostic == "token.verifier-missing")
    }

    @Test("CVE-2023-48228: an empty verifier counts as left out")
    func verifierEmpty() async throws {
        let fixture = try await Fixture()
        #expect(await fixture.redeem(try await fixture.code(), ["code_verifier": ""]).error == "invalid_grant")
    }

    @Test("RFC 9700 §4.8, PKCE downgrade: a verifier where no challenge was sent is refused")
    func downgrade() async throws {
        let fixture = try await Fixture { $0.profile = "compatible" }
        let changes: [String: String?] = ["code_challenge": nil, "code_challenge_method": nil]
        #expect(await fixture.redeem(try await fixture.code(changes)).diagnostic == "token.verifier-unexpected")
        #expect(await fixture.redeem(try await fixture.code(changes), ["code_verifier": nil]).status == 200)
    }

    @Test("RFC 9700 §4.5, code injection: a code does not work with another transaction's verifier")
    func injection() async throws {
        let fixture = try await Fixture()
        let other = String(repeating: "x", count: 43)
        let answer = await fixture.redeem(try await fixture.code(), ["code_verifier": other])
        #expect(answer.diagnostic == "token.verifier-wrong")
    }

    @Test("a malformed verifier is refused", arguments: ["short", String(repeating: "a", count: 129), "é"])
    func verifierMalformed(verifier: String) async throws {
        let fixture = try await Fixture()
        let answer = await fixture.redeem(try await fixture.code(), ["code_verifier": verifier])
        #expect(answer.error == "invalid_grant")
    }

    @Test("a code works once; bringing it again ends every token that came of it (§4.1.2)")
    func replay() async throws {
        let fixture = try await Fixture()
        let code = try await fixture.code()
        let first = await fixture.redeem(code)
        let second = await fixture.refresh(first.refreshToken)
        #expect(await fixture.isActive(second.accessToken))
        #expect(await fixture.redeem(code).diagnostic == "token.code-replayed")
        #expect(await !fixture.isActive(first.accessToken))
        #expect(await !fixture.isActive(second.accessToken))
        #expect(await fixture.refresh(second.refreshToken).error == "invalid_grant")
    }

    @Test("another client's attempt neither works nor spoils the code")
    func otherClient() async throws {
        let fixture = try await Fixture()
        let code = try await fixture.code()
        let answer = await fixture.redeem(code, client: "other")
        #expect(answer.error == "invalid_grant")
        #expect(answer["error_description"] == "the code was issued to another client")
        #expect(await fixture.redeem(code).status == 200)
    }

    @Test("a code lives for 60 seconds")
    func expiry() async throws {
        let fixture = try await Fixture()
        let early = try await fixture.code()
        fixture.clock.advance(by: 59)
        #expect(await fixture.redeem(early).status == 200)
        let late = try await fixture.code()
        fixture.clock.advance(by: 60)
        #expect(await fixture.redeem(late).diagnostic == "token.code-expired")
    }

    @Test("CVE-2026-22751: of many that redeem one code at once, one gets tokens")
    func race() async throws {
        let fixture = try await Fixture()
        let code = try await fixture.code()
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { await fixture.redeem(code).status } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 1)
        #expect(statuses.filter { $0 == 400 }.count == 49)
    }

    @Test("GHSA-6mq3-xmgp-pjm5: no part of a code or token is one")
    func truncated() async throws {
        let fixture = try await Fixture()
        let code = try await fixture.code()
        for length in 1..<code.count {
            #expect(await fixture.redeem(String(code.prefix(length))).error == "invalid_grant")
        }
        let token = await fixture.redeem(code).accessToken
        for length in 1..<token.count { #expect(await !fixture.isActive(String(token.prefix(length)))) }
        for index in token.indices {
            var changed = token
            changed.replaceSubrange(index...index, with: token[index] == "x" ? "y" : "x")
            #expect(await !fixture.isActive(changed))
        }
    }

    @Test("a client that is not registered for codes gets none, nor for one it holds")
    func unregistered() async throws {
        let fixture = try await Fixture()
        let code = try await fixture.code()
        try await fixture.change("app") { $0.grantTypes = [.clientCredentials] }
        #expect(await fixture.redeem(code).error == "unauthorized_client")
    }

    @Test("a person who is gone gets no tokens")
    func userGone() async throws {
        let fixture = try await Fixture()
        let code = try await fixture.code()
        #expect(try await fixture.store.removeUser(subject: try await fixture.subject(of: "ann")) == .committed)
        #expect(await fixture.redeem(code).error == "invalid_grant")
    }

    @Test("no refresh token for a client that is not registered for them")
    func withoutRefresh() async throws {
        let fixture = try await Fixture { $0.grantTypes = ["authorization_code"] }
        #expect(try await fixture.tokens().body["refresh_token"] == nil)
    }

    @Test("tokens end with the sign-in unless offline_access was granted")
    func signOut() async throws {
        let fixture = try await Fixture()
        let bound = try await fixture.tokens()
        let offline = try await fixture.tokens(["scope": "openid offline_access"])
        try await fixture.provider.signOut("ann")
        #expect(await !fixture.isActive(bound.accessToken))
        #expect(await fixture.refresh(bound.refreshToken).error == "invalid_grant")
        #expect(await fixture.isActive(offline.accessToken))
        #expect(await fixture.refresh(offline.refreshToken).status == 200)
    }
}
