import OAuthCore
import OAuthServer

extension StoreCompatibility {
    static let grantChecks = [
        Check("an empty store knows nothing") { fixture in
            let digest = fixture.digest("unknown")
            try fixture.expect(try await fixture.grants.code(digest) == nil, "an unknown code is nil")
            try fixture.expect(try await fixture.grants.accessToken(digest) == nil, "an unknown access token is nil")
            try fixture.expect(try await fixture.grants.refreshToken(digest) == nil, "an unknown refresh token is nil")
            try fixture.expect(try await fixture.grants.session(digest) == nil, "an unknown sign-in is nil")
            try fixture.expect(try await !fixture.grants.isDenied(digest), "an unknown token is not denied")
            try fixture.expect(
                try await fixture.grants.consent(subject: "person", clientID: "client") == nil, "no consent is nil")
            try fixture.expect(
                try await fixture.grants.removeExpired(before: StoreFixture.now, limit: 10) == 0, "nothing has expired")
            try fixture.expect(try await fixture.grants.commit([]) == .committed, "an empty commit is made")
        },
        Check("records are found as they were inserted") { fixture in
            var bare = fixture.code("bare", fixture.grant(subject: nil))
            bare.redirectURI = nil
            bare.challenge = nil
            bare.nonce = nil
            let bound = fixture.grant(session: "session")
            let codes = [fixture.code(), fixture.code("bound", bound), bare]
            let accessTokens = [fixture.accessToken(), fixture.accessToken("own", fixture.grant(subject: nil))]
            let refreshTokens = [fixture.refreshToken(), fixture.refreshToken("bound", bound)]
            try await fixture.commit(
                codes.map(GrantChange.insertCode) + accessTokens.map(GrantChange.insertAccessToken)
                    + refreshTokens.map(GrantChange.insertRefreshToken) + [.insertSession(fixture.session())])
            // Twice: the second answer may come from memory.
            for _ in 0..<2 {
                for record in codes {
                    try fixture.expect(try await fixture.grants.code(record.digest) == record, "a code is what it was")
                }
                for record in accessTokens {
                    let found = try await fixture.grants.accessToken(record.digest)
                    try fixture.expect(found == record, "an access token is what it was")
                }
                for record in refreshTokens {
                    let found = try await fixture.grants.refreshToken(record.digest)
                    try fixture.expect(
                        found == RefreshTokenState(record: record, successorWasUsed: false),
                        "a refresh token is what it was")
                }
                let session = try await fixture.grants.session(fixture.session().digest)
                try fixture.expect(session == fixture.session(), "a sign-in is what it was")
            }
        },
        Check("a code is consumed once") { fixture in
            let (code, now) = (fixture.code(), StoreFixture.now)
            try await fixture.expectConflict([.consumeCode(code.digest, at: now)], "an unknown code is a conflict")
            try await fixture.commit([.insertCode(code)])
            try await fixture.commit([.consumeCode(code.digest, at: now + 3)])
            try await fixture.expectConflict([.consumeCode(code.digest, at: now + 4)], "a used code is a conflict")
            let found = try await fixture.grants.code(code.digest)
            try fixture.expect(found?.consumedAt == now + 3, "the time of the first use is kept")
        },
        Check("a conflict undoes the whole commit, whatever its place") { fixture in
            let (code, token, now) = (fixture.code(), fixture.accessToken(), StoreFixture.now)
            try await fixture.commit([.insertCode(code)])
            let unknown = GrantChange.consumeCode(fixture.digest("unknown"), at: now)
            let consume = GrantChange.consumeCode(code.digest, at: now)
            for changes in [
                [unknown, .insertAccessToken(token)], [.insertAccessToken(token), unknown],
                [consume, .insertAccessToken(token), unknown], [consume, consume],
            ] {
                try await fixture.expectConflict(changes, "an unknown code is a conflict")
                let (found, kept) = (
                    try await fixture.grants.accessToken(token.digest), try await fixture.grants.code(code.digest)
                )
                try fixture.expect(found == nil, "nothing is inserted")
                try fixture.expect(kept == code, "nothing is consumed")
            }
        },
        Check("a digest that is taken is a conflict, and its record stays") { fixture in
            let (code, token) = (fixture.code(), fixture.accessToken())
            let (refresh, session) = (fixture.refreshToken(), fixture.session())
            try await fixture.commit([
                .insertCode(code), .insertAccessToken(token), .insertRefreshToken(refresh), .insertSession(session),
            ])
            let other = fixture.grant(family: "other")
            for change in [
                GrantChange.insertCode(fixture.code("code", other)),
                .insertAccessToken(fixture.accessToken("access", other)),
                .insertRefreshToken(fixture.refreshToken("refresh", other)),
                .insertSession(fixture.session(subject: "other")),
            ] {
                try await fixture.expectConflict(
                    [.insertAccessToken(fixture.accessToken("new")), change], "it is taken")
            }
            try fixture.expect(
                try await fixture.grants.accessToken(fixture.digest("new")) == nil, "the rest is not inserted")
            try fixture.expect(try await fixture.grants.code(code.digest) == code, "the code stays")
            try fixture.expect(try await fixture.grants.accessToken(token.digest) == token, "the access token stays")
            try fixture.expect(try await fixture.grants.session(session.digest) == session, "the sign-in stays")
            let kept = try await fixture.grants.refreshToken(refresh.digest)
            try fixture.expect(kept?.record == refresh, "the refresh token stays")
        },
        Check("a refresh token is rotated once, and tells whether its successor was used") { fixture in
            let rotation = fixture.rotation(to: "second")
            let first = fixture.refreshToken()
            try await fixture.expectConflict(
                [.rotateRefreshToken(first.digest, rotation)], "an unknown refresh token is a conflict")
            try await fixture.commit([.insertRefreshToken(first)])
            try await fixture.commit([
                .rotateRefreshToken(first.digest, rotation), .insertRefreshToken(fixture.refreshToken("second")),
            ])
            var state = try await fixture.grants.refreshToken(first.digest)
            try fixture.expect(state?.record.rotation == rotation, "the rotation is kept as it was")
            try fixture.expect(state?.successorWasUsed == false, "the successor was not used yet")
            try await fixture.expectConflict(
                [.rotateRefreshToken(first.digest, fixture.rotation(to: "other"))], "a used token is a conflict")
            try await fixture.commit([
                .rotateRefreshToken(fixture.digest("second"), fixture.rotation(to: "third")),
                .insertRefreshToken(fixture.refreshToken("third")),
            ])
            state = try await fixture.grants.refreshToken(first.digest)
            try fixture.expect(state?.record.rotation == rotation, "the first rotation stays")
            try fixture.expect(state?.successorWasUsed == true, "the successor was used")
        },
        Check("a refresh token whose successor is gone says that it was used") { fixture in
            try await fixture.commit([
                .insertRefreshToken(fixture.refreshToken()),
                .insertRefreshToken(fixture.refreshToken("second", fixture.grant(family: "other"))),
                .rotateRefreshToken(fixture.digest("refresh"), fixture.rotation(to: "second")),
            ])
            try await fixture.commit([.revokeFamily("other")])
            let state = try await fixture.grants.refreshToken(fixture.digest("refresh"))
            try fixture.expect(state?.successorWasUsed == true, "a successor that is gone counts as used")
        },
        Check("consent is kept by person and client, byte by byte") { fixture in
            let consent = fixture.consent()
            try await fixture.commit([.saveConsent(consent)])
            var found = try await fixture.grants.consent(subject: "person", clientID: "client")
            try fixture.expect(found == consent, "a consent is what it was")
            for (subject, client) in [("Person", "client"), ("person", "Client"), ("client", "person")] {
                found = try await fixture.grants.consent(subject: subject, clientID: client)
                try fixture.expect(found == nil, "a consent belongs to one person and one client")
            }
            let wider = fixture.consent(scope: ["openid", "email"])
            try await fixture.commit([.saveConsent(wider)])
            found = try await fixture.grants.consent(subject: "person", clientID: "client")
            try fixture.expect(found == wider, "a later consent takes the place of the earlier one")
        },
        Check("connected clients are listed with the time of their last token") { fixture in
            let later = StoreFixture.now + 100
            try await fixture.commit([
                .saveConsent(fixture.consent(client: "b")), .saveConsent(fixture.consent(client: "a")),
                .saveConsent(fixture.consent(client: "c")), .saveConsent(fixture.consent(subject: "other")),
                .insertAccessToken(fixture.accessToken("1", fixture.grant(client: "a"))),
                .insertAccessToken(fixture.accessToken("2", fixture.grant(client: "a"), issuedAt: later)),
                .insertRefreshToken(fixture.refreshToken("3", fixture.grant(client: "b"))),
                .insertAccessToken(
                    fixture.accessToken("4", fixture.grant(client: "c", subject: "other"), issuedAt: later)),
            ])
            let connected = try await fixture.grants.connectedClients(of: "person")
            try fixture.expect(
                connected.map(\.consent.clientID) == ["a", "b", "c"], "clients come in the order of ids")
            try fixture.expect(
                connected.map(\.lastUsedAt) == [later, StoreFixture.now, nil], "each with its latest token's time")
        },
    ]
}
