import Foundation
import GRDB
import HTTPTypes
import Logging
import OAuthCore
import OAuthServer
import OAuthTesting
import Synchronization
import Testing

@testable import OAuthStorage

@Suite("What a SQLite store writes")
struct SQLiteCommitTests {
    let folder: TemporaryFolder
    var path: String { folder.path("store.sqlite") }

    init() throws { folder = try TemporaryFolder() }

    @Test("the full code flow takes at most 8 statements")
    func statements() async throws {
        let (filling, log) = (try SQLiteStore(path: path), StatementLog())
        let cookie = try await SampleServer(filling).server.beginSession(for: Sample.user, replacing: nil)
        let store = try SQLiteStore(path: path, seams: log.seams)
        let sample = try await SampleServer(store, isNew: false)
        // A server loads its clients and keys once.
        _ = try await store.client("client")
        _ = try await store.signingKeys()
        log.clear()
        let code = try #require(try await sample.authorize(cookie))
        #expect(await sample.redeem(code).head.status == .ok)
        #expect(log.queries.count <= 8, "\(log.queries)")
    }

    @Test("every statement of a request finds its rows by an index")
    func indexes() async throws {
        let log = StatementLog()
        for (number, check) in StoreCompatibility.checks.enumerated() {
            try await check.run(on: .init(try SQLiteStore(path: folder.path("\(number)"), seams: log.seams)))
        }
        let store = try SQLiteStore(path: path)
        let queries = Set(log.queries).filter { !$0.contains("sqlite_") && !$0.contains("grdb_") }
        #expect(queries.count > 40)
        let scans = try await store.pool.read { db in
            try queries.flatMap { query in
                try Row.fetchAll(db.makeStatement(sql: "EXPLAIN QUERY PLAN " + query.replacing("?", with: "1")))
                    .compactMap { row -> String? in
                        (row["detail"] as String?).flatMap { $0.hasPrefix("SCAN") ? $0 : nil }
                    }
            }
        }
        // Lists for people, and what is read once and then remembered.
        let expected = ["client", "user", "signing_key", "installation", "holder", "(", "CONSTANT"]
        for scan in scans {
            #expect(expected.contains { scan.hasPrefix("SCAN " + $0) }, "\(scan)")
        }
    }

    @Test("commits that wait together share a transaction")
    func grouping() async throws {
        let log = StatementLog()
        let store = try SQLiteStore(path: path, seams: log.seams)
        log.clear()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    let token = Sample.accessToken("access \(number)")
                    let outcome = try await store.commit([.insertAccessToken(token)])
                    #expect(outcome == .committed)
                }
            }
            try await group.waitForAll()
        }
        let transactions = log.all.count { $0.hasPrefix("COMMIT") }
        #expect((1_000 / GroupCommit.batchLimit...500).contains(transactions))
        #expect(!log.all.contains { $0.hasPrefix("SAVEPOINT") })
    }

    @Test("nothing that opens anything is in the files")
    func canaries() async throws {
        let store = try SQLiteStore(path: path)
        let sample = try await SampleServer(store)
        let cookie = try await sample.server.beginSession(for: Sample.user, replacing: nil)
        let code = try #require(try await sample.authorize(cookie))
        let first = await sample.redeem(code)
        let second = await sample.refresh(try #require(first["refresh_token"]))
        #expect(second.head.status == .ok)
        let tokens = [first, second].flatMap { [$0["access_token"], $0["refresh_token"], $0["id_token"]] }
        var canaries = tokens.compactMap { $0.map { Data($0.utf8) } }
        #expect(canaries.count == 6)
        let texts = [code, cookie.revealed(), Sample.clientSecret, SampleServer.password] + TokenPrefix.all
        canaries += texts.map { Data($0.utf8) }
        canaries += try await store.signingKeys().map {
            $0.key.pkcs8DER().withBytes { Data($0.dropFirst(30).prefix(32)) }
        }
        canaries.append(try Data(contentsOf: URL(fileURLWithPath: path + ".key")))
        canaries.append(store.serverSecret.withBytes { Data($0) })
        for suffix in ["", "-wal", "-shm"] {
            let file = try Data(contentsOf: URL(fileURLWithPath: path + suffix))
            for canary in canaries { #expect(file.range(of: canary) == nil) }
        }
    }

    @Test("a sweep removes all that has expired, and the next waits for its interval")
    func sweeper() async throws {
        let store = try SQLiteStore(path: path)
        let count = 2 * Sweeper.batchSize + 1
        _ = try await store.commit((0..<count).map { .insertAccessToken(Sample.accessToken("access \($0)")) })
        let later = Sample.now + .hours(1)
        let sweeper = Sweeper(grants: store, keys: store, clock: { later }, logger: Logger(label: "test"))
        let waits = Mutex<[Duration]>([])
        await sweeper.run { duration in
            waits.withLock { $0.append(duration) }
            guard waits.withLock({ $0.count }) < 3 else { throw CancellationError() }
        }
        #expect(waits.withLock { $0 } == Array(repeating: Sweeper.interval, count: 3))
        #expect(try await store.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM access_token") } == 0)
        #expect(try await sweeper.sweep() == 0)
    }
}
