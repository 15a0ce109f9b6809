import OAuthCore
import OAuthServer

extension StoreCompatibility {
    static let conditionChecks = [
        Check("a commit that rests on a sign-in is not made without it") { fixture in
            let changes: [GrantChange] = [
                .requireSession(fixture.digest("session"), consent: nil), .saveConsent(fixture.consent()),
                .insertCode(fixture.code()),
            ]
            try await fixture.expectConflict(changes, "there is no sign-in yet")
            try await fixture.expectNothing("the sign-in was missing")
            try await fixture.commit([.insertSession(fixture.session())])
            try await fixture.commit(changes)
            try fixture.expect(try await fixture.grants.code(fixture.digest("code")) != nil, "the code is stored")
            try await fixture.commit([.endSession(fixture.digest("session"))])
            try await fixture.expectConflict(
                [.requireSession(fixture.digest("session"), consent: nil), .insertCode(fixture.code("second"))],
                "the sign-in has ended")
        },
        Check("a commit that rests on a consent is not made without it, or with another") { fixture in
            let consent = fixture.consent()
            let changes: [GrantChange] = [
                .requireSession(fixture.digest("session"), consent: consent), .insertCode(fixture.code()),
            ]
            try await fixture.commit([.insertSession(fixture.session())])
            try await fixture.expectConflict(changes, "there is no consent yet")
            try await fixture.commit([.saveConsent(fixture.consent(scope: []))])
            try await fixture.expectConflict(changes, "the consent is another")
            try await fixture.commit([.saveConsent(fixture.consent(client: "other"))])
            try await fixture.expectConflict(changes, "the consent is for another client")
            try fixture.expect(try await fixture.grants.code(fixture.digest("code")) == nil, "no code is stored")
            try await fixture.commit([.saveConsent(consent)])
            try await fixture.expectConflict(
                [.requireSession(fixture.digest("other"), consent: consent), .insertCode(fixture.code())],
                "the sign-in is missing")
            try await fixture.commit(changes)
            try fixture.expect(try await fixture.grants.code(fixture.digest("code")) != nil, "the code is stored")
        },
        Check("what a condition meets halfway is undone") { fixture in
            try await fixture.expectConflict(
                [
                    .saveConsent(fixture.consent()), .insertCode(fixture.code()),
                    .requireSession(fixture.digest("none"), consent: nil),
                ],
                "there is no such sign-in")
            try await fixture.expectNothing("a later condition was not met")
        },
        Check("of codes that race with the end of their consent, none is left") { fixture in
            let consent = fixture.consent()
            try await fixture.commit([.saveConsent(consent), .insertSession(fixture.session())])
            _ = try await fixture.count(of: 65) { number in
                guard number != 32 else {
                    return try await fixture.grants.commit([.revokeConsent(subject: "person", clientID: "client")])
                        == .committed
                }
                return try await fixture.grants.commit([
                    .requireSession(fixture.digest("session"), consent: consent),
                    .insertCode(fixture.code("code \(number)")),
                ]) == .committed
            }
            let left = try await fixture.count(of: 65) { number in
                try await fixture.grants.code(fixture.digest("code \(number)")) != nil
            }
            try fixture.expect(left == 0, "none is left, not \(left)")
        },
        Check("a sign-in that is renewed takes along what is bound to it") { fixture in
            try await fixture.commit([
                .insertSession(fixture.session()), .insertSession(fixture.session("other session")),
            ])
            try await fixture.commit(
                fixture.everything("bound", fixture.grant(session: "session"))
                    + fixture.everything("other", fixture.grant(session: "other session")))
            let token = fixture.digest("bound access")
            _ = try await fixture.grants.accessToken(token)
            try await fixture.commit([.renewSession(fixture.digest("session"), fixture.session("new session"))])
            try fixture.expect(
                try await fixture.grants.session(fixture.digest("session")) == nil, "the old sign-in is gone")
            try fixture.expect(
                try await fixture.grants.session(fixture.digest("new session")) == fixture.session("new session"),
                "the new one is there")
            let session = try await fixture.grants.accessToken(token)?.grant.session
            try fixture.expect(session == fixture.digest("new session"), "the token is bound to the new sign-in")
            try await fixture.commit([.endSession(fixture.digest("session"))])
            try await fixture.expectKept("bound", "other", because: "the sign-in ended that was renewed before")
            try await fixture.commit([.endSession(fixture.digest("new session"))])
            try await fixture.expectGone("bound", because: "the new sign-in ended")
            try await fixture.expectKept("other", because: "another sign-in ended")
        },
    ]
}

extension StoreFixture {
    /// Expects neither the consent nor the code.
    fileprivate func expectNothing(_ reason: String) async throws {
        try expect(try await grants.code(digest("code")) == nil, "no code is stored: \(reason)")
        let consent = try await grants.consent(subject: "person", clientID: "client")
        try expect(consent == nil, "no consent is stored: \(reason)")
    }
}
