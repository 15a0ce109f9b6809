import HTTPTypes
import OAuthCore
import OAuthServer
import OAuthTesting
import Testing

@Suite("Revocation, RFC 7009, and introspection, RFC 7662")
struct RevocationTests {
    @Test("a refresh token goes with its whole family, an access token alone")
    func revoke() async throws {
        let fixture = try await Fixture()
        let first = try await fixture.tokens()
        let second = await fixture.refresh(first.refreshToken)
        #expect(await fixture.post(.revocation, ["token": first.accessToken]).status == 200)
        #expect(await !fixture.isActive(first.accessToken))
        #expect(await fixture.isActive(second.accessToken))
        #expect(await fixture.post(.revocation, ["token": second.refreshToken]).status == 200)
        #expect(await !fixture.isActive(second.accessToken))
        #expect(await fixture.refresh(second.refreshToken).error == "invalid_grant")
    }

    @Test("a hint that is wrong or unknown changes nothing (§2.1)", arguments: ["access_token", "refresh_token", "x"])
    func hint(hint: String) async throws {
        let fixture = try await Fixture()
        let tokens = try await fixture.tokens()
        let answer = await fixture.post(
            .revocation, ["token": tokens.refreshToken, "token_type_hint": hint])
        #expect(answer.status == 200)
        #expect(await !fixture.isActive(tokens.accessToken))
    }

    @Test("CVE-2016-6582, DOT #727: revocation by another client is a 200 that does nothing")
    func otherClient() async throws {
        let fixture = try await Fixture { $0.accessTokenFormat = "jwt" }
        let tokens = try await fixture.tokens()
        let own = await fixture.post(.token, ["grant_type": "client_credentials"])
        for token in [tokens.accessToken, tokens.refreshToken, own.accessToken] {
            #expect(await fixture.post(.revocation, ["token": token], client: "other").status == 200)
            let byPublic = await fixture.post(
                .revocation, ["token": token, "client_id": "native"], client: nil)
            #expect(byPublic.status == 200)
        }
        #expect(await fixture.isActive(tokens.accessToken))
        #expect(await fixture.isActive(own.accessToken))
        #expect(await fixture.refresh(tokens.refreshToken).status == 200)
    }

    @Test("Doorkeeper #1806: a confidential client's token needs its secret")
    func unauthenticated() async throws {
        let fixture = try await Fixture()
        let tokens = try await fixture.tokens()
        for fields in [["client_id": "app"], [:]] as [[String: String?]] {
            let answer = await fixture.post(
                .revocation, fields.merging(["token": tokens.accessToken]) { $1 }, client: nil)
            #expect(answer.error == "invalid_client")
        }
        #expect(await fixture.isActive(tokens.accessToken))
    }

    @Test("what is no token, or dead already, is revoked with a 200 (§2.2)")
    func unknown() async throws {
        let fixture = try await Fixture()
        let tokens = try await fixture.tokens()
        for token in ["x", tokens.accessToken, tokens.accessToken, tokens.refreshToken, tokens.refreshToken, "a.b.c"] {
            #expect(await fixture.post(.revocation, ["token": token]).status == 200)
        }
    }

    @Test("an API is told all about an access token")
    func introspection() async throws {
        let fixture = try await Fixture()
        let tokens = try await fixture.tokens(["scope": "openid messages.read"])
        let answer = await fixture.post(.introspection, ["token": tokens.accessToken], client: "api")
        let now = fixture.clock.now.seconds
        let subject = try await fixture.subject(of: "ann")
        #expect(
            answer.body == [
                "active": true, "scope": "openid messages.read", "client_id": "app", "token_type": "Bearer",
                "iss": .string(Fixture.issuer), "sub": .string(subject), "aud": .string(Fixture.issuer),
                "username": "ann", "exp": .integer(now + 3_600), "iat": .integer(now),
            ])
        #expect(answer.headers[.cacheControl] == "no-store")
    }

    @Test("RFC 7662 §4: a client is told about its own tokens; about others' and about nonsense it hears the same")
    func rights() async throws {
        let fixture = try await Fixture()
        let tokens = try await fixture.tokens()
        for token in [tokens.accessToken, tokens.refreshToken] {
            #expect(await fixture.post(.introspection, ["token": token]).body["active"] == true)
            #expect(await fixture.post(.introspection, ["token": token], client: "other").body == ["active": false])
        }
        #expect(await fixture.post(.introspection, ["token": "x"], client: "other").body == ["active": false])
        let publicClient = await fixture.post(
            .introspection, ["token": tokens.accessToken, "client_id": "native"], client: nil)
        #expect(publicClient.status == 401)
        #expect(publicClient.error == "invalid_client")
    }

    @Test("a refresh token opens no API: only its own client hears that it lives")
    func refreshToken() async throws {
        let fixture = try await Fixture()
        let tokens = try await fixture.tokens()
        let answer = await fixture.post(.introspection, ["token": tokens.refreshToken], client: "api")
        #expect(answer.body == ["active": false])
        _ = await fixture.refresh(tokens.refreshToken)
        #expect(await fixture.post(.introspection, ["token": tokens.refreshToken]).body == ["active": false])
    }

    @Test("an expired token is not active")
    func expired() async throws {
        let fixture = try await Fixture()
        let tokens = try await fixture.tokens()
        fixture.clock.advance(by: 3_599)
        #expect(await fixture.isActive(tokens.accessToken))
        fixture.clock.advance(by: 1)
        #expect(await !fixture.isActive(tokens.accessToken))
    }
}
