import GRDB
import OAuthCore
import OAuthServer
import Testing

@testable import OAuthStorage

@Suite("What a SQLite store remembers")
struct SQLiteCacheTests {
    let folder: TemporaryFolder
    var path: String { folder.path("store.sqlite") }

    init() throws { folder = try TemporaryFolder() }

    @Test("what was used lately is answered without a query")
    func hits() async throws {
        let log = StatementLog()
        let store = try SQLiteStore(path: path, seams: log.seams)
        let sample = try await SampleServer(store)
        let cookie = try await sample.server.beginSession(for: Sample.user, replacing: nil)
        _ = try await store.commit([.insertAccessToken(Sample.accessToken("token"))])
        func use() async throws {
            #expect(try await store.client("client") != nil)
            #expect(try await store.user(subject: "person") != nil)
            #expect(try await store.accessToken(Sample.digest("token")) != nil)
            #expect(try await store.session(TokenDigest(of: cookie)) != nil)
            #expect(try await store.signingKeys().count == 1)
            #expect(try await !store.anyClientAllows(origin: "https://client.example"))
        }
        try await use()
        log.clear()
        for _ in 0..<100 { try await use() }
        #expect(log.queries.isEmpty)
    }

    @Test("what another process changes is seen at once by a person's measure")
    func otherProcess() async throws {
        let time = ManualTime()
        let (server, command) = (try SQLiteStore(path: path, seams: time.seams), try SQLiteStore(path: path))
        let old = try Sample.client()
        _ = try await server.insert(old)
        _ = try await server.commit([.insertAccessToken(Sample.accessToken("token"))])
        #expect(try await server.client("client") == old)
        #expect(try await server.anyClientAllows(origin: "https://new.example") == false)
        #expect(try await server.signingKeys().isEmpty)

        var new = old
        new.origins = ["https://new.example"]
        #expect(try await command.replace(old, with: new) == .committed)
        _ = try await command.commit([.revokeAccessToken(Sample.digest("token"))])
        try await command.rotate(
            to: SigningKeyRecord(key: try SigningKey.generate(.es256), algorithm: .es256, createdAt: Sample.now),
            publishedUntil: Sample.now)
        time.advance(milliseconds: 20)
        #expect(try await server.client("client") == new)
        #expect(try await server.anyClientAllows(origin: "https://new.example"))
        #expect(try await server.accessToken(Sample.digest("token")) == nil)
        #expect(try await server.signingKeys().count == 1)
    }

    @Test("a commit of its own lets a process see what others have changed")
    func ownCommit() async throws {
        let time = ManualTime()
        let (server, command) = (try SQLiteStore(path: path, seams: time.seams), try SQLiteStore(path: path))
        _ = try await server.commit([.insertAccessToken(Sample.accessToken("token"))])
        _ = try await command.commit([.revokeAccessToken(Sample.digest("token"))])
        _ = try await server.commit([.insertAccessToken(Sample.accessToken("other"))])
        #expect(try await server.accessToken(Sample.digest("token")) == nil)
        #expect(try await server.accessToken(Sample.digest("other")) != nil)
    }

    @Test("a refresh token that another process has rotated brings the same successor")
    func rotatedElsewhere() async throws {
        let (first, second) = (try SQLiteStore(path: path), try SQLiteStore(path: path))
        let here = try await SampleServer(first)
        let there = try await SampleServer(second, isNew: false)
        _ = try await first.commit([.insertRefreshToken(Sample.refreshToken("sp_rt_first"))])
        #expect(try await first.refreshToken(Sample.digest("sp_rt_first"))?.record.rotation == nil)
        let successor = try #require(await there.refresh("sp_rt_first")["refresh_token"])
        #expect(await here.refresh("sp_rt_first")["refresh_token"] == successor)
    }

    @Test("of two processes that consume one code, one wins")
    func twoProcesses() async throws {
        let stores = [try SQLiteStore(path: path), try SQLiteStore(path: path)]
        _ = try await stores[0].commit((0..<50).map { .insertCode(Sample.code("code \($0)")) })
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                for store in stores {
                    group.addTask {
                        let digest = Sample.digest("code \(number)")
                        return try await store.commit([.consumeCode(digest, at: Sample.now)]) == .committed
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 50)
    }

    @Test("an epoch that has passed keeps nothing of a read that began in it")
    func staleRead() throws {
        let cache = RecordCache(monotonicTime: { 1 })
        try DatabaseQueue().inDatabase { try cache.verify($0) }
        let token = Sample.accessToken("token")
        let look = { cache.find({ $0.accessTokens.value(token.digest) }, verify: {}) }
        guard case .missing(let epoch) = look() else {
            Issue.record("an empty cache has no token")
            return
        }
        cache.apply([.forgetAccessToken(token.digest)])
        cache.keep(since: epoch) { $0.accessTokens.keep(token, for: token.digest) }
        guard case .missing(let later) = look() else {
            Issue.record("a revoked token came back")
            return
        }
        cache.keep(since: later) { $0.accessTokens.keep(token, for: token.digest) }
        guard case .record(token) = look() else {
            Issue.record("a token that was read is not kept")
            return
        }
    }

    @Test("it looks for other processes' commits in time, once, and trusts nothing that is too old")
    func verification() throws {
        let time = ManualTime()
        let cache = RecordCache(monotonicTime: time.seams.monotonicTime)
        let database = try DatabaseQueue()
        var looks = 0
        let isTrusted = {
            switch cache.find({ $0.origins }, verify: { looks += 1 }) {
            case .unverified: false
            default: true
            }
        }
        #expect(!isTrusted())
        try database.inDatabase { try cache.verify($0) }
        time.advance(milliseconds: 9)
        #expect(isTrusted() && looks == 0)
        time.advance(milliseconds: 1)
        #expect(isTrusted() && isTrusted() && looks == 1)
        time.advance(milliseconds: 10)
        #expect(!isTrusted())
    }

    @Test("a bounded cache forgets what was not used for longest")
    func bounded() {
        var cache = BoundedCache<Int, Int>(capacity: 10)
        for number in 0..<1_000 {
            cache.keep(number, for: number)
            #expect(cache.value(0) == 0)
        }
        #expect((0..<1_000).count { cache.value($0) != nil } <= 10)
        cache.forget(999)
        #expect(cache.value(999) == nil)
    }
}
