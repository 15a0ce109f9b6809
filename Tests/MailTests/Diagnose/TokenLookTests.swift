import OAuthCore
import Testing

@testable import Mail

@Suite("Looking at tokens")
struct TokenLookTests {
    @Test(
        "tells kinds apart",
        arguments: [
            ("EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA", TokenLook.Kind.microsoftPersonal, false),
            ("ya29.vF9dft4qmTc2Nvb3Rlck", .google, false), ("sp_at_0123456789", .sallyport, false),
            ("1//0gabcdefg", .googleRefresh, true), ("0.AXYA", .microsoftRefresh, true),
            ("1.AXYA", .microsoftRefresh, true),
            ("M.C123_BAY.0.U", .microsoftRefresh, true), ("sp_rt_0123", .sallyportRefresh, true),
            ("4/0Adeu5B", .authorizationCode, true), ("GOCSPX-abc", .clientSecret, true),
            (#"{"access_token":"x"}"#, .json, true), ("None", .placeholder, true), ("", .empty, true),
            ("vF9dft4qmTc2Nvb3Rlck", .opaque, false), ("eyJ.eyJ.x", .opaque, false),
            ("eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d", .encryptedJWT, false),
        ]) func kinds(_ text: String, _ kind: TokenLook.Kind, isWrong: Bool)
    {
        let look = TokenLook.examine(Secret(text))
        #expect(look.kind == kind)
        #expect(look.isWrongKind == isWrong)
        #expect(look.length == text.utf8.count)
    }

    @Test("reads the claims that matter, of both versions") func claims() throws {
        let v1 = try #require(
            TokenLook.examine(Sample.jwt(Sample.person(scope: "IMAP.AccessAsUser.All Mail.Read"))).claims)
        #expect(v1.scopes == ["IMAP.AccessAsUser.All", "Mail.Read"])
        #expect(v1.person == Sample.mailbox)
        #expect(v1.appID == Sample.appID)
        #expect(!v1.isAppOnly)
        let v2 = try #require(
            TokenLook.examine(
                Sample.jwt([
                    "aud": .strings(["a", "b"]), "azp": .string(Sample.appID), "preferred_username": "m@c.example",
                    "scp": "x", "exp": "1800000000", "ver": "2.0",
                ])
            ).claims)
        #expect(v2.audiences == ["a", "b"])
        #expect(v2.appID == Sample.appID)
        #expect(v2.person == "m@c.example")
        #expect(v2.expiresAt == Sample.now)
        let app = try #require(TokenLook.examine(Sample.jwt(Sample.app())).claims)
        #expect(app.isAppOnly)
        #expect(app.roles == ["IMAP.AccessAsApp"])
    }

    @Test("knows ID tokens") func idTokens() throws {
        for claims: JSONObject in [
            ["iss": "https://accounts.google.com", "aud": "x"], ["nonce": "n", "aud": "x"], ["at_hash": "h"],
        ] {
            #expect(TokenLook.examine(Sample.jwt(claims)).isWrongKind)
        }
        #expect(!TokenLook.examine(Sample.jwt(Sample.person())).isWrongKind)
    }

    @Test("the fingerprint is the beginning of the SHA-256, as sha256sum prints it") func fingerprint() {
        // printf %s sp_at_abcdefghijklmnopqrstuvwxyz | sha256sum
        #expect(TokenLook.examine(Secret("sp_at_abcdefghijklmnopqrstuvwxyz")).fingerprint == "f0d1dd06ef92")
        #expect(TokenLook.examine(Secret("short")).fingerprint == nil)
    }

    @Test("a personal account's name loses its prefix, a guest is known") func people() throws {
        let live = try #require(
            TokenLook.examine(Sample.jwt(["unique_name": "live.com#m@outlook.com", "scp": "x"])).claims)
        #expect(live.person == "m@outlook.com")
        let guest = try #require(
            TokenLook.examine(Sample.jwt(["upn": "m_c.example#EXT#@f.example", "scp": "x"])).claims)
        #expect(guest.isGuest)
    }
}
