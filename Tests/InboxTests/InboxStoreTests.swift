import Foundation
import Logging
import Microsoft365
import OAuthCore
import OAuthStorage
import OAuthTesting
import Testing

@testable import Inbox

@Suite("What the inbox keeps")
struct InboxStoreTests {
    private let folder: TemporaryFolder
    private let store: InboxStore
    private let now = World.start

    init() throws {
        folder = try TemporaryFolder()
        store = try InboxStore(path: folder.path("inbox.sqlite"))
    }

    private static let ann = Session.operator(Operator(subject: "ann", name: "Ann"))

    @Test("a session is found by its token until it expires, and not after it was ended or replaced")
    func sessions() async throws {
        let (first, second) = (Secret("first session"), Secret("second session"))
        try await store.begin(Self.ann, token: first, replacing: nil, now: now)
        #expect(try await store.session(first, now: now + .hours(12) - 1) == Self.ann)
        #expect(try await store.session(first, now: now + .hours(12)) == nil)
        #expect(try await store.session(Secret("another"), now: now) == nil)
        #expect(try await store.session(nil, now: now) == nil)
        try await store.begin(Self.ann, token: second, replacing: first, now: now)
        #expect(try await store.session(first, now: now) == nil)
        try await store.endSession(second)
        #expect(try await store.session(second, now: now) == nil)
    }

    @Test("no token, state or answer lies in the files, and the key file is its owner's alone")
    func atRest() async throws {
        let (token, state) = (Secret("session-canary"), Secret("state-canary"))
        try await store.begin(Self.ann, token: token, replacing: nil, now: now)
        let request = try await attempt(state: state)
        try await store.insert(request, state: state, browser: Secret("browser-canary"), expiresAt: now + 60)
        _ = try await store.store(["state": "state-canary", "id_token": "answer-canary"], state: state, now: now)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(names.contains("inbox.sqlite.key") && names.contains("inbox.sqlite.tokens.key"))
        for name in names {
            let path = folder.path(name)
            let bytes = try Data(contentsOf: URL(filePath: path))
            for canary in ["session-canary", "state-canary", "browser-canary", "answer-canary"] {
                #expect(bytes.firstRange(of: Data(canary.utf8)) == nil, "\(canary) in \(name)")
            }
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
    }

    private func attempt(state: Secret) async throws -> Attempt {
        let json = """
            {"kind":"connect","authority":"common","state":"s","nonce":"n","client_id":"c","redirect_uri":"r",
            "created_at":1}
            """
        return .organisation(try JSONDecoder().decode(ConnectAttempt.self, from: Data(json.utf8)))
    }

    @Test("of two that finish one attempt at once, one gets it")
    func race() async throws {
        let (state, browser) = (Secret("state"), Secret("browser"))
        try await store.insert(try await attempt(state: state), state: state, browser: browser, expiresAt: now + 60)
        let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { [store, now] in
                    if case .taken = try await store.take(state: state, browser: browser, now: now) {
                        true
                    } else {
                        false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 1)
    }

    @Test("a browser has at most twenty sign-ins open; the oldest makes room")
    func openAttempts() async throws {
        let browser = Secret("browser")
        for number in 0..<25 {
            let state = Secret("state \(number)")
            try await store.insert(
                try await attempt(state: state), state: state, browser: browser,
                expiresAt: now + 60 + Seconds(Int64(number)))
        }
        for number in 0..<25 {
            let outcome = try await store.take(state: Secret("state \(number)"), browser: browser, now: now)
            #expect((outcome == .unknown) == (number < 5), "\(number)")
        }
    }

    @Test("what has expired is removed, in batches, and nothing else")
    func sweep() async throws {
        for number in 0..<5 {
            try await store.begin(Self.ann, token: Secret("\(number)"), replacing: nil, now: now)
        }
        let state = Secret("state")
        try await store.insert(
            try await attempt(state: state), state: state, browser: Secret("b"), expiresAt: now + .days(2))
        #expect(try await store.removeExpired(before: now + .hours(11), limit: 3) == 0)
        #expect(try await store.removeExpired(before: now + .hours(12), limit: 3) == 3)
        #expect(try await store.removeExpired(before: now + .hours(12), limit: 3) == 2)
        #expect(try await store.take(state: state, browser: Secret("b"), now: now) != .unknown)
    }

    @Test("the site sweeps all that has expired, again and again until it is told to stop")
    func sweeping() async throws {
        try await World.run { world in
            for number in 0..<250 {
                try await world.store.begin(
                    Self.ann, token: Secret("\(number)"), replacing: nil, now: world.clock.now)
            }
            world.clock.advance(by: .days(1))
            let rounds = Counter()
            await world.site.sweep(logger: Logger(label: "sweep")) { _ in
                #expect(try await world.store.removeExpired(before: world.clock.now, limit: 1) == 0)
                if await rounds.next() == 2 { throw CancellationError() }
            }
            #expect(await rounds.value == 2)
        }
    }

    private actor Counter {
        var value = 0

        func next() -> Int {
            value += 1
            return value
        }
    }

    @Test("organisations and to whom they were given outlive a restart")
    func restart() async throws {
        let contoso = try #require(TenantID(World.contoso))
        try await store.begin(Self.ann, token: Secret("x"), replacing: nil, now: now)
        try await store.connect(.init(id: contoso, name: "contoso.example", route: .graph, connectedAt: now))
        #expect(try await store.give(contoso, to: "ann", now: now))
        #expect(try await !store.give(contoso, to: "nobody", now: now))
        try await store.setRoute(.outlook, of: contoso)
        let again = try InboxStore(path: folder.path("inbox.sqlite"))
        #expect(try await again.tenants(givenTo: "ann").map(\.id) == [contoso])
        #expect(try await again.isGiven(contoso, to: "ann"))
        #expect(try await again.tenant(contoso)?.route == .outlook)
        try await again.connect(.init(id: contoso, name: "contoso.example", route: .graph, connectedAt: now + 1))
        #expect(try await again.tenant(contoso)?.route == .outlook)
        #expect(try await again.operators(of: contoso).map(\.subject) == ["ann"])
        try await again.disconnect(contoso)
        #expect(try await again.tenants().isEmpty)
        #expect(try await !again.isGiven(contoso, to: "ann"))
    }

    @Test("the key file of another database opens nothing")
    func otherKey() async throws {
        try await store.begin(Self.ann, token: Secret("x"), replacing: nil, now: now)
        let other = folder.path("other.sqlite")
        _ = try InboxStore(path: other)
        let key = try Data(contentsOf: URL(filePath: other + ".key"))
        try key.write(to: URL(filePath: folder.path("inbox.sqlite") + ".key"))
        let reopened = try InboxStore(path: folder.path("inbox.sqlite"))
        await #expect(throws: InboxStoreError.self) { try await reopened.session(Secret("x"), now: World.start) }
    }
}
