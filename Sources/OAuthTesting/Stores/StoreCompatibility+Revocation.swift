import OAuthCore
import OAuthServer

extension StoreFixture {
    /// A code and both tokens of a grant.
    func everything(_ name: String, _ grant: GrantContext) -> [GrantChange] {
        [
            .insertCode(code("\(name) code", grant)), .insertAccessToken(accessToken("\(name) access", grant)),
            .insertRefreshToken(refreshToken("\(name) refresh", grant)),
        ]
    }

    /// Which of the three are there: 0 to 3.
    func remaining(_ name: String) async throws -> Int {
        var count = try await grants.code(digest("\(name) code")) == nil ? 0 : 1
        count += try await grants.accessToken(digest("\(name) access")) == nil ? 0 : 1
        count += try await grants.refreshToken(digest("\(name) refresh")) == nil ? 0 : 1
        return count
    }

    func expectGone(_ names: String..., because reason: String) async throws {
        for name in names { try expect(try await remaining(name) == 0, "\(name) is gone after \(reason)") }
    }

    func expectKept(_ names: String..., because reason: String) async throws {
        for name in names { try expect(try await remaining(name) == 3, "\(name) is still there after \(reason)") }
    }
}

extension StoreCompatibility {
    static let revocationChecks = [
        Check("an access token is revoked by itself") { fixture in
            try await fixture.commit([
                .insertAccessToken(fixture.accessToken()), .insertAccessToken(fixture.accessToken("other")),
            ])
            _ = try await fixture.grants.accessToken(fixture.digest("access"))
            try await fixture.commit([.revokeAccessToken(fixture.digest("access"))])
            try fixture.expect(
                try await fixture.grants.accessToken(fixture.digest("access")) == nil, "the token is gone")
            try fixture.expect(
                try await fixture.grants.accessToken(fixture.digest("other")) != nil, "the other one is not")
            try await fixture.commit([.revokeAccessToken(fixture.digest("access"))])
        },
        Check("a family is revoked with its tokens and its unused code") { fixture in
            let (mine, other) = (fixture.grant(), fixture.grant(family: "other"))
            try await fixture.commit(fixture.everything("mine", mine) + fixture.everything("other", other))
            try await fixture.commit([
                .insertCode(fixture.code("used", mine)), .consumeCode(fixture.digest("used"), at: StoreFixture.now),
            ])
            try await fixture.commit([.revokeFamily("family")])
            try await fixture.expectGone("mine", because: "its family was revoked")
            try await fixture.expectKept("other", because: "another family was revoked")
            let used = try await fixture.grants.code(fixture.digest("used"))
            try fixture.expect(used?.consumedAt != nil, "a used code stays, so that its replay is noticed")
        },
        Check("consent is revoked with all that came of it") { fixture in
            try await fixture.commit([.saveConsent(fixture.consent()), .saveConsent(fixture.consent(client: "other"))])
            try await fixture.commit(
                fixture.everything("one", fixture.grant()) + fixture.everything("two", fixture.grant(family: "second"))
                    + fixture.everything("else's", fixture.grant(subject: "other"))
                    + fixture.everything("elsewhere", fixture.grant(client: "other"))
                    + fixture.everything("own", fixture.grant(subject: nil)))
            try await fixture.commit([.revokeConsent(subject: "person", clientID: "client")])
            try await fixture.expectGone("one", "two", because: "the consent was revoked")
            try await fixture.expectKept("else's", "elsewhere", "own", because: "another consent was revoked")
            let consents = try await fixture.grants.connectedClients(of: "person").map(\.consent.clientID)
            try fixture.expect(consents == ["other"], "only the revoked consent is gone")
        },
        Check("a sign-in ends with what is bound to it") { fixture in
            try await fixture.commit([
                .insertSession(fixture.session()), .insertSession(fixture.session("other session")),
            ])
            try await fixture.commit(
                fixture.everything("bound", fixture.grant(session: "session"))
                    + fixture.everything("other", fixture.grant(session: "other session"))
                    + fixture.everything("offline", fixture.grant()))
            _ = try await fixture.grants.session(fixture.digest("session"))
            try await fixture.commit([.endSession(fixture.digest("session"))])
            try fixture.expect(
                try await fixture.grants.session(fixture.digest("session")) == nil, "the sign-in is gone")
            try fixture.expect(
                try await fixture.grants.session(fixture.digest("other session")) != nil, "the other is not")
            try await fixture.expectGone("bound", because: "its sign-in ended")
            try await fixture.expectKept("other", "offline", because: "another sign-in ended")
        },
        Check("a denied token stays denied until the later of two times") { fixture in
            let (digest, now) = (fixture.digest("jwt"), StoreFixture.now)
            try await fixture.commit([.denyAccessToken(digest, until: now + 60)])
            try await fixture.commit([.denyAccessToken(digest, until: now + 30)])
            try fixture.expect(try await fixture.grants.isDenied(digest), "the token is denied")
            _ = try await fixture.grants.removeExpired(before: now + 59, limit: 10)
            try fixture.expect(try await fixture.grants.isDenied(digest), "it is denied until it would have expired")
            _ = try await fixture.grants.removeExpired(before: now + 60, limit: 10)
            try fixture.expect(try await !fixture.grants.isDenied(digest), "and then forgotten")
        },
        Check("what has expired is removed, a limited number at a time, oldest first") { fixture in
            let now = StoreFixture.now
            try await fixture.commit(
                (1...5).map { .insertAccessToken(fixture.accessToken("\($0)", lifetime: Seconds($0))) })
            let first = try await fixture.grants.removeExpired(before: now + 4, limit: 3)
            try fixture.expect(first == 3, "three of four expired ones are removed")
            let left = try await fixture.count(of: 5) { number in
                try await fixture.grants.accessToken(fixture.digest("\(number + 1)")) != nil
            }
            try fixture.expect(left == 2, "two are left")
            try fixture.expect(
                try await fixture.grants.accessToken(fixture.digest("4")) != nil, "the oldest ones went first")
            let second = try await fixture.grants.removeExpired(before: now + 4, limit: 3)
            try fixture.expect(second == 1, "then the one that expires at this very second")
            try fixture.expect(
                try await fixture.grants.accessToken(fixture.digest("5")) != nil, "what is alive stays")
        },
        Check("every kind that has expired is removed") { fixture in
            let now = StoreFixture.now
            var family = fixture.refreshToken("family over")
            family.familyExpiresAt = now + 10
            let changes: [GrantChange] = [
                .insertCode(fixture.code("code", lifetime: 10)), .insertSession(fixture.session(lifetime: 10)),
                .insertRefreshToken(fixture.refreshToken(lifetime: 10)), .insertRefreshToken(family),
                .insertAccessToken(fixture.accessToken(lifetime: 10)),
                .denyAccessToken(fixture.digest("jwt"), until: now + 10),
            ]
            try await fixture.commit(changes)
            let early = try await fixture.grants.removeExpired(before: now + 9, limit: 10)
            try fixture.expect(early == 0, "nothing is removed before its time")
            let removed = try await fixture.grants.removeExpired(before: now + 10, limit: 10)
            try fixture.expect(removed == changes.count, "every kind is removed when its time has come")
            try fixture.expect(try await fixture.grants.code(fixture.digest("code")) == nil, "the code is gone")
            try fixture.expect(
                try await fixture.grants.session(fixture.digest("session")) == nil, "the sign-in is gone")
            try fixture.expect(
                try await fixture.grants.refreshToken(fixture.digest("family over")) == nil,
                "a refresh token is gone with its family's life")
        },
    ]
}
