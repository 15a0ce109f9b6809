import OAuthCore
import OAuthServer

extension StoreCompatibility {
    static let raceChecks = [
        Check("of 100 tasks that consume one code, one wins") { fixture in
            try await fixture.commit([.insertCode(fixture.code())])
            let winners = try await fixture.count(of: 100) { number in
                let token = fixture.accessToken("access \(number)")
                let changes: [GrantChange] = [
                    .consumeCode(fixture.digest("code"), at: StoreFixture.now), .insertAccessToken(token),
                ]
                guard try await fixture.grants.commit(changes) == .committed else { return false }
                try fixture.expect(
                    try await fixture.grants.accessToken(token.digest) == token, "the winner's token is there at once")
                return true
            }
            try fixture.expect(winners == 1, "one wins, not \(winners)")
            let tokens = try await fixture.count(of: 100) { number in
                try await fixture.grants.accessToken(fixture.digest("access \(number)")) != nil
            }
            try fixture.expect(tokens == 1, "one token is stored, not \(tokens)")
        },
        Check("of 100 tasks that rotate one refresh token, one wins, and all then see the same successor") { fixture in
            try await fixture.commit([.insertRefreshToken(fixture.refreshToken())])
            let winners = try await fixture.count(of: 100) { number in
                let successor = "refresh \(number)"
                let outcome = try await fixture.grants.commit([
                    .rotateRefreshToken(fixture.digest("refresh"), fixture.rotation(to: successor)),
                    .insertRefreshToken(fixture.refreshToken(successor)),
                ])
                let state = try await fixture.grants.refreshToken(fixture.digest("refresh"))
                guard let found = state?.record.rotation?.successor else {
                    throw StoreCompatibilityFailure(
                        check: fixture.check, expectation: "whoever lost sees the winner's rotation")
                }
                let stored = try await fixture.grants.refreshToken(found)
                try fixture.expect(stored != nil, "the successor is there with the rotation")
                return outcome == .committed
            }
            try fixture.expect(winners == 1, "one wins, not \(winners)")
        },
        Check("commits that race with one that fails are all made") { fixture in
            try await fixture.commit([.insertAccessToken(fixture.accessToken("taken"))])
            let made = try await fixture.count(of: 100) { number in
                // Every tenth wants a digest that is taken.
                let name = number.isMultiple(of: 10) ? "taken" : "access \(number)"
                return try await fixture.grants.commit([
                    .insertCode(fixture.code("code \(number)")), .insertAccessToken(fixture.accessToken(name)),
                ]) == .committed
            }
            try fixture.expect(made == 90, "90 are made, not \(made)")
            let codes = try await fixture.count(of: 100) { number in
                try await fixture.grants.code(fixture.digest("code \(number)")) != nil
            }
            try fixture.expect(codes == 90, "nothing of the others is left")
        },
        Check("no read brings back what was revoked before it began") { fixture in
            let wrong = try await fixture.count(of: 64) { number in
                let token = fixture.accessToken("access \(number)", fixture.grant(family: "\(number)"))
                try await fixture.commit([.insertAccessToken(token)])
                async let early = fixture.grants.accessToken(token.digest)
                async let late = fixture.grants.accessToken(token.digest)
                try await fixture.commit([.revokeFamily("\(number)")])
                let found = try await fixture.grants.accessToken(token.digest)
                // What began before may have seen either; what begins after them must not see what they saw.
                _ = try await (early, late)
                let again = try await fixture.grants.accessToken(token.digest)
                return found != nil || again != nil
            }
            try fixture.expect(wrong == 0, "\(wrong) of 64 revoked tokens were read")
        },
        Check("no read brings back a client that was changed before it began") { fixture in
            let client = try fixture.client()
            _ = try await fixture.clients.insert(client)
            let readers = Task {
                while !Task.isCancelled { _ = try await fixture.clients.client(client.id) }
            }
            defer { readers.cancel() }
            var current = client
            for number in 0..<50 {
                var next = current
                next.name = "Name \(number)"
                let outcome = try await fixture.clients.replace(current, with: next)
                try fixture.expect(outcome, is: .committed, "a client that is what it was is replaced")
                try fixture.expect(try await fixture.clients.client(client.id) == next, "the change is seen at once")
                current = next
            }
        },
        Check("of 20 tasks that replace one client, one wins") { fixture in
            let old = try fixture.client()
            _ = try await fixture.clients.insert(old)
            let winners = try await fixture.count(of: 20) { number in
                var new = old
                new.name = "Name \(number)"
                return try await fixture.clients.replace(old, with: new) == .committed
            }
            try fixture.expect(winners == 1, "one wins, not \(winners)")
        },
        Check("of 20 tasks that take one username, one wins") { fixture in
            let hash = try fixture.passwordHash()
            let winners = try await fixture.count(of: 20) { number in
                let name = number.isMultiple(of: 2) ? "zoë" : "ZOË"
                let user = fixture.user("person \(number)", username: name)
                return try await fixture.users.insert(user, passwordHash: hash) == .committed
            }
            try fixture.expect(winners == 1, "one wins, not \(winners)")
            try fixture.expect(try await fixture.users.users().count == 1, "one person is stored")
        },
    ]
}
