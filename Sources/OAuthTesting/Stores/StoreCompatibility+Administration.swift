import OAuthCore
import OAuthServer

extension StoreCompatibility {
    static let administrationChecks = clientChecks + keyChecks + userChecks

    private static let clientChecks = [
        Check("a client is found by the bytes of its id, as it was inserted") { fixture in
            let composed = try fixture.client("caf\u{E9}")
            try fixture.expect(try await fixture.clients.insert(composed), is: .committed, "a new client is added")
            try fixture.expect(try await fixture.clients.insert(composed), is: .conflict, "its id is taken")
            for _ in 0..<2 {
                try fixture.expect(
                    try await fixture.clients.client("caf\u{E9}") == composed, "a client is what it was")
                for other in ["cafe\u{301}", "Caf\u{E9}", "caf\u{E9} ", "caf\u{E9}\0", "%", ""] {
                    try fixture.expect(try await fixture.clients.client(other) == nil, "another id is another client")
                }
            }
        },
        Check("clients are listed by name, all or an owner's") { fixture in
            for (id, name, owner) in [("1", "B", "person"), ("2", "A", "person"), ("3", "C", nil), ("4", "A", "other")]
            {
                let outcome = try await fixture.clients.insert(try fixture.client(id, name: name, owner: owner))
                try fixture.expect(outcome, is: .committed, "a new client is added")
            }
            let all = try await fixture.clients.clients(owner: nil).map(\.id)
            try fixture.expect(all == ["2", "4", "1", "3"], "all are listed by name")
            let own = try await fixture.clients.clients(owner: "person").map(\.id)
            try fixture.expect(own == ["2", "1"], "an owner's are listed by name")
        },
        Check("an origin is allowed while a client has it") { fixture in
            var client = try fixture.client()
            let origin = "https://client.example"
            try fixture.expect(try await !fixture.clients.anyClientAllows(origin: origin), "nobody has it yet")
            _ = try await fixture.clients.insert(client)
            try fixture.expect(try await fixture.clients.anyClientAllows(origin: origin), "someone has it")
            try fixture.expect(
                try await !fixture.clients.anyClientAllows(origin: origin + "."), "nobody has another")
            let old = client
            client.origins = []
            _ = try await fixture.clients.replace(old, with: client)
            try fixture.expect(try await !fixture.clients.anyClientAllows(origin: origin), "nobody has it any more")
        },
        Check("a client is replaced only while it is what it was") { fixture in
            let old = try fixture.client()
            var (first, second) = (old, old)
            first.name = "First"
            second.secrets = []
            try fixture.expect(
                try await fixture.clients.replace(old, with: first), is: .conflict, "there is no client yet")
            _ = try await fixture.clients.insert(old)
            _ = try await fixture.clients.client(old.id)
            try fixture.expect(try await fixture.clients.replace(old, with: first), is: .committed, "it is replaced")
            try fixture.expect(
                try await fixture.clients.replace(old, with: second), is: .conflict, "someone else changed it")
            try fixture.expect(try await fixture.clients.client(old.id) == first, "the first change stays")
        },
        Check("a client is removed with all that it was granted") { fixture in
            _ = try await fixture.clients.insert(try fixture.client())
            _ = try await fixture.clients.insert(try fixture.client("other"))
            try await fixture.commit([.saveConsent(fixture.consent()), .saveConsent(fixture.consent(client: "other"))])
            try await fixture.commit(
                fixture.everything("person's", fixture.grant())
                    + fixture.everything("own", fixture.grant(family: "own", subject: nil))
                    + fixture.everything("other", fixture.grant(family: "other", client: "other")))
            _ = try await fixture.clients.client("client")
            try fixture.expect(try await fixture.clients.removeClient("client"), is: .committed, "it is removed")
            try fixture.expect(try await fixture.clients.removeClient("client"), is: .conflict, "it is gone")
            try fixture.expect(try await fixture.clients.client("client") == nil, "it is not found")
            try await fixture.expectGone("person's", "own", because: "the client was removed")
            try await fixture.expectKept("other", because: "another client was removed")
            let connected = try await fixture.grants.connectedClients(of: "person").map(\.consent.clientID)
            try fixture.expect(connected == ["other"], "its consents are gone")
        },
    ]

    private static let keyChecks = [
        Check("a new key takes over, and the old one is published until its time") { fixture in
            let now = StoreFixture.now
            try fixture.expect(try await fixture.keys.signingKeys().isEmpty, "there are no keys yet")
            let first = SigningKeyRecord(key: try SigningKey.generate(.es256), algorithm: .es256, createdAt: now)
            let other = SigningKeyRecord(key: try SigningKey.generate(.eddsa), algorithm: .eddsa, createdAt: now)
            let second = SigningKeyRecord(key: try SigningKey.generate(.es256), algorithm: .es256, createdAt: now + 9)
            for key in [first, other, second] {
                try await fixture.keys.rotate(to: key, publishedUntil: now + 100)
                _ = try await fixture.keys.signingKeys()
            }
            let keys = try await fixture.keys.signingKeys()
            try fixture.expect(
                keys.map(\.key.keyID) == [second, other, first].map(\.key.keyID), "keys are listed newest first")
            try fixture.expect(keys[2].key.pkcs8DER() == first.key.pkcs8DER(), "a key is what it was")
            try fixture.expect(keys.map(\.algorithm) == [.es256, .eddsa, .es256], "each has its algorithm")
            try fixture.expect(keys.map(\.retiredAt) == [nil, nil, now + 9], "only the old one is retired")
            try fixture.expect(keys.map(\.publishedUntil) == [nil, nil, now + 100], "it is published for a while")
            try await fixture.keys.removeUnpublished(before: now + 99)
            try fixture.expect(try await fixture.keys.signingKeys().count == 3, "it stays until then")
            try await fixture.keys.removeUnpublished(before: now + 100)
            try fixture.expect(try await fixture.keys.signingKeys().count == 2, "and is removed after that")
        }
    ]

    private static let userChecks = [
        Check("a person is found by subject, and by name without regard to case") { fixture in
            let (user, hash) = (fixture.user(), try fixture.passwordHash())
            try fixture.expect(
                try await fixture.users.insert(user, passwordHash: hash), is: .committed, "a new person is added")
            for taken in ["zoë", "ZOË", "zoe\u{308}"] {
                let outcome = try await fixture.users.insert(
                    fixture.user("other", username: taken), passwordHash: hash)
                try fixture.expect(outcome, is: .conflict, "the name is taken")
                let credential = try await fixture.users.credential(username: taken)
                try fixture.expect(credential?.user == user, "a person is found by name")
                try fixture.expect(credential?.passwordHash == hash, "with the password's hash")
            }
            try fixture.expect(
                try await fixture.users.insert(fixture.user(username: "other"), passwordHash: hash), is: .conflict,
                "the subject is taken")
            for other in ["zoe", "zoë\0", "zoë "] {
                try fixture.expect(
                    try await fixture.users.credential(username: other) == nil, "another name is another person")
            }
            try fixture.expect(try await fixture.users.user(subject: "person") == user, "a person is what they were")
            try fixture.expect(try await fixture.users.user(subject: "Person") == nil, "subjects differ by case")
            _ = try await fixture.users.insert(fixture.user("second", username: "adam"), passwordHash: hash)
            try fixture.expect(
                try await fixture.users.users().map(\.subject) == ["second", "person"], "people are listed by name")
        },
        Check("another password ends a person's sign-ins and tokens") { fixture in
            let hash = try fixture.passwordHash("B")
            try fixture.expect(
                try await fixture.users.setPassword(hash, subject: "person"), is: .conflict, "there is nobody yet")
            try await fixture.makePeople()
            try fixture.expect(
                try await fixture.users.setPassword(hash, subject: "person"), is: .committed, "it is set")
            let credential = try await fixture.users.credential(username: "Zoë")
            try fixture.expect(credential?.passwordHash == hash, "the new password counts")
            try fixture.expect(
                try await fixture.grants.session(fixture.digest("session")) == nil, "the sign-in has ended")
            try fixture.expect(
                try await fixture.grants.session(fixture.digest("other's session")) != nil, "another's has not")
            try await fixture.expectGone("mine", "elsewhere", because: "the password was changed")
            try await fixture.expectKept("other's", because: "another's password was changed")
            try fixture.expect(
                try await fixture.grants.consent(subject: "person", clientID: "client") != nil, "consent stays")
        },
        Check("a person is removed with all that is theirs") { fixture in
            try await fixture.makePeople()
            _ = try await fixture.clients.insert(try fixture.client("theirs", owner: "person"))
            _ = try await fixture.clients.insert(try fixture.client("another's", owner: "other"))
            try await fixture.commit(
                fixture.everything("by their client", fixture.grant(family: "x", client: "theirs", subject: "other")))
            _ = try await fixture.users.user(subject: "person")
            _ = try await fixture.clients.client("theirs")
            try fixture.expect(try await fixture.users.removeUser(subject: "person"), is: .committed, "it is done")
            try fixture.expect(try await fixture.users.removeUser(subject: "person"), is: .conflict, "nobody is left")
            try fixture.expect(try await fixture.users.user(subject: "person") == nil, "the person is gone")
            try fixture.expect(try await fixture.users.credential(username: "Zoë") == nil, "and their password")
            try fixture.expect(try await fixture.clients.client("theirs") == nil, "and the client they registered")
            try fixture.expect(try await fixture.clients.client("another's") != nil, "but no other's")
            try fixture.expect(
                try await fixture.grants.consent(subject: "person", clientID: "client") == nil, "and their consent")
            try fixture.expect(
                try await fixture.grants.session(fixture.digest("session")) == nil, "and their sign-in")
            try await fixture.expectGone("mine", "elsewhere", "by their client", because: "the person was removed")
            try await fixture.expectKept("other's", because: "another person was removed")
        },
    ]
}

extension StoreFixture {
    /// Two people with a sign-in, a consent, and a grant each; the first has one at another client too.
    fileprivate func makePeople() async throws {
        _ = try await users.insert(user(), passwordHash: try passwordHash())
        _ = try await users.insert(user("other", username: "adam"), passwordHash: try passwordHash())
        try await commit([
            .insertSession(session()), .insertSession(session("other's session", subject: "other")),
            .saveConsent(consent()), .saveConsent(consent(subject: "other")),
        ])
        try await commit(
            everything("mine", grant()) + everything("elsewhere", grant(family: "2", client: "elsewhere"))
                + everything("other's", grant(family: "3", subject: "other")))
    }
}
