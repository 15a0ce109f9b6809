import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("Refresh and rotation, RFC 6749 §6, RFC 9700 §4.14")
struct RefreshTokenTests {
    @Test("each refresh brings new tokens; the old access token lives on")
    func rotation() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens(["scope": "openid offline_access"])
        fixture.clock.advance(by: 100)
        let second = await fixture.refresh(first.refreshToken)
        #expect(second.status == 200)
        #expect(second.refreshToken != first.refreshToken)
        #expect(second.accessToken != first.accessToken)
        #expect(await fixture.isActive(first.accessToken))
        #expect(await fixture.isActive(second.accessToken))
    }

    @Test("whoever lost the answer gets the same one again within 30 seconds, with what is left of its life")
    func idempotent() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens()
        let second = await fixture.refresh(first.refreshToken)
        fixture.clock.advance(by: 30)
        let again = await fixture.refresh(first.refreshToken)
        #expect(again.status == 200)
        #expect(again.refreshToken == second.refreshToken)
        #expect(again.accessToken == second.accessToken)
        #expect(again["id_token"] == second["id_token"])
        #expect(again.body["expires_in"] == 3_570)
        #expect(await fixture.refresh(second.refreshToken).status == 200)
    }

    @Test("CVE-2026-1035: of many that refresh with one token at once, all get the same successor")
    func race() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens()
        let successors = await withTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { await fixture.refresh(first.refreshToken).refreshToken } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(successors.count == 1)
        #expect(successors.first?.hasPrefix("sp_rt_") == true)
    }

    @Test("RFC 9700 §4.14, stolen refresh token: used again after the window, it ends the family")
    func replay() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens()
        let second = await fixture.refresh(first.refreshToken)
        fixture.clock.advance(by: 31)
        let replay = await fixture.refresh(first.refreshToken)
        #expect(replay.status == 400)
        #expect(replay.error == "invalid_grant")
        #expect(replay.diagnostic == "token.refresh-replayed")
        #expect(await fixture.refresh(second.refreshToken).diagnostic == "token.refresh-unknown")
        #expect(await !fixture.isActive(first.accessToken))
        #expect(await !fixture.isActive(second.accessToken))
    }

    @Test("DOT #1617: a grandparent ends the family, even within the window")
    func grandparent() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens()
        let second = await fixture.refresh(first.refreshToken)
        let third = await fixture.refresh(second.refreshToken)
        #expect(await fixture.refresh(first.refreshToken).diagnostic == "token.refresh-grandparent-replayed")
        #expect(await fixture.refresh(third.refreshToken).error == "invalid_grant")
        #expect(await !fixture.isActive(third.accessToken))
    }

    @Test("another client can neither use a refresh token nor end its family")
    func otherClient() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens()
        #expect(await fixture.refresh(first.refreshToken, client: "other").error == "invalid_grant")
        let second = await fixture.refresh(first.refreshToken)
        fixture.clock.advance(by: 100)
        #expect(await fixture.refresh(first.refreshToken, client: "other").error == "invalid_grant")
        #expect(await fixture.refresh(second.refreshToken).status == 200)
    }

    @Test("DOT #1816: a token that was revoked is never honoured, nor its answer repeated")
    func revoked() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens()
        let second = await fixture.refresh(first.refreshToken)
        #expect(await fixture.post(.revocation, ["token": second.refreshToken]).status == 200)
        #expect(await fixture.refresh(first.refreshToken).error == "invalid_grant")
        #expect(await fixture.refresh(second.refreshToken).error == "invalid_grant")
        #expect(await !fixture.isActive(first.accessToken))
    }

    @Test("less scope can be asked for, and more again later; never more than was granted")
    func narrowing() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens(["scope": "openid messages.read messages.write"])
        let narrow = await fixture.refresh(first.refreshToken, scope: "messages.read")
        #expect(narrow["scope"] == "messages.read")
        #expect(narrow.body["id_token"] == nil)
        let wide = await fixture.refresh(narrow.refreshToken)
        #expect(wide["scope"] == "openid messages.read messages.write")
        let tooWide = await fixture.refresh(wide.refreshToken, scope: "messages.read email")
        #expect(tooWide.error == "invalid_scope")
        #expect(await fixture.refresh(wide.refreshToken).status == 200)
    }

    @Test("MSAL and oidc-agent: the whole scope, offline_access included, can be repeated")
    func repeated() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens(["scope": "openid profile offline_access"])
        let second = await fixture.refresh(first.refreshToken, scope: "openid profile offline_access")
        #expect(second["scope"] == "openid profile offline_access")
    }

    @Test("what an operator takes from the client is not handed out again")
    func clientReduced() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens(["scope": "openid messages.read messages.write"])
        try await fixture.change("app") { $0.scope = ["openid", "messages.read"] }
        #expect(await fixture.refresh(first.refreshToken)["scope"] == "openid messages.read")
    }

    @Test("an unused refresh token lives for 30 days, its family for a year")
    func expiry() async throws {
        let fixture = try await Fixture()
        var token = try await fixture.tokens(["scope": "openid offline_access"]).refreshToken
        for _ in 0..<12 {
            fixture.clock.advance(by: .days(30) - 1)
            token = await fixture.refresh(token).refreshToken
        }
        #expect(token.hasPrefix("sp_rt_"))
        fixture.clock.advance(by: .days(6))
        #expect(await fixture.refresh(token).diagnostic == "token.refresh-expired")
        let idle = try await fixture.tokens(["scope": "openid offline_access"]).refreshToken
        fixture.clock.advance(by: .days(30))
        #expect(await fixture.refresh(idle).diagnostic == "token.refresh-expired")
    }

    @Test("a client that may not refresh any more cannot")
    func unregistered() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens()
        try await fixture.change("app") { $0.grantTypes = [.authorizationCode] }
        #expect(await fixture.refresh(first.refreshToken).error == "unauthorized_client")
    }

    @Test("an access token, a code or nothing is no refresh token")
    func others() async throws {
        let fixture = try await Fixture()
        let code = try await fixture.code()
        for token in [code, await fixture.redeem(code).accessToken, "x"] {
            #expect(await fixture.refresh(token).error == "invalid_grant")
        }
        #expect(await fixture.refresh("").error == "invalid_request")
    }

    @Test("an ID token of a refresh keeps auth_time and has no nonce (OpenID Connect Core §12.2)")
    func idToken() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens()
        fixture.clock.advance(by: 100)
        let (before, after) = (
            try IDToken(first["id_token"]), try IDToken(await fixture.refresh(first.refreshToken)["id_token"])
        )
        #expect(after.claims["nonce"] == nil)
        #expect(before.claims["nonce"] == "n1")
        for name in ["iss", "sub", "aud", "auth_time"] { #expect(after.claims[name] == before.claims[name]) }
        #expect(after.claims["iat"]?.integer == before.claims["iat"]?.integer.map { $0 + 100 })
    }
}
