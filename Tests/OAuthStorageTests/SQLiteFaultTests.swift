import Foundation
import GRDB
import OAuthCore
import OAuthServer
import Testing

@testable import OAuthStorage

@Suite("A SQLite store whose disk fails")
struct SQLiteFaultTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func isUnavailable<Value>(_ body: () async throws(StoreError) -> Value) async -> Bool {
        do {
            _ = try await body()
            return false
        } catch {
            guard case .unavailable = error else { return false }
            return true
        }
    }

    @Test("a full disk leaves nothing half-done, and the store works again when there is room")
    func fullDisk() async throws {
        let store = try SQLiteStore(path: folder.path("store.sqlite"))
        _ = try await store.commit([.insertCode(Sample.code("code"))])
        try await setLargestSize(of: store, pages: 1)
        // So many rows that no page has room for them.
        let tokens = (0..<500).map { Sample.accessToken("access \($0)") }
        let changes = [.consumeCode(Sample.digest("code"), at: Sample.now)] + tokens.map(GrantChange.insertAccessToken)
        #expect(await isUnavailable { () async throws(StoreError) in try await store.commit(changes) })
        #expect(try await store.code(Sample.digest("code"))?.consumedAt == nil)
        #expect(try await store.accessToken(tokens[0].digest) == nil)

        try await setLargestSize(of: store, pages: 1_000_000)
        #expect(try await store.commit(changes) == .committed)
        #expect(try await store.accessToken(tokens[499].digest) == tokens[499])
    }

    /// SQLite raises the number to the present size.
    private func setLargestSize(of store: SQLiteStore, pages: Int) async throws {
        try await store.pool.writeWithoutTransaction { db in
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
        }
    }

    @Test("of many commits that meet a full disk, each is answered, and only those that were answered are there")
    func fullDiskUnderLoad() async throws {
        let store = try SQLiteStore(path: folder.path("store.sqlite"))
        let pages = try await store.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
        try await setLargestSize(of: store, pages: pages + 20)
        let committed = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<2_000 {
                group.addTask {
                    let token = Sample.accessToken("access \(number)")
                    return (try? await store.commit([.insertAccessToken(token)])) == .committed ? number : nil
                }
            }
            return await group.reduce(into: Set<Int>()) { set, number in number.map { _ = set.insert($0) } }
        }
        #expect((1..<2_000).contains(committed.count))
        try store.close()
        let reopened = try SQLiteStore(path: folder.path("store.sqlite"))
        for number in 0..<2_000 {
            let isThere = try await reopened.accessToken(Sample.digest("access \(number)")) != nil
            #expect(isThere == committed.contains(number))
        }
    }

    @Test("a database that was moved away is unavailable until it is back", arguments: [true, false])
    func moved(isReplaced: Bool) async throws {
        let time = ManualTime()
        let store = try SQLiteStore(path: folder.path("store.sqlite"), seams: time.seams)
        _ = try await store.commit([.insertAccessToken(Sample.accessToken("first"))])
        let files = ["", "-wal", "-shm"].map { "store.sqlite" + $0 }
        for file in files {
            try FileManager.default.moveItem(atPath: folder.path(file), toPath: folder.path("x" + file))
        }
        if isReplaced {
            try FileManager.default.copyItem(atPath: folder.path("xstore.sqlite"), toPath: folder.path("store.sqlite"))
        }
        let second = GrantChange.insertAccessToken(Sample.accessToken("second"))
        #expect(await isUnavailable { () async throws(StoreError) in try await store.commit([second]) })
        #expect(await isUnavailable { () async throws(StoreError) in try await store.code(Sample.digest("code")) })
        time.advance(milliseconds: 1_000)
        #expect(
            await isUnavailable { () async throws(StoreError) in try await store.accessToken(Sample.digest("first")) })

        if isReplaced { try FileManager.default.removeItem(atPath: folder.path("store.sqlite")) }
        for file in files {
            try FileManager.default.moveItem(atPath: folder.path("x" + file), toPath: folder.path(file))
        }
        #expect(try await store.accessToken(Sample.digest("first")) != nil)
        #expect(try await store.accessToken(Sample.digest("second")) == nil)
        #expect(try await store.commit([second]) == .committed)
    }

    @Test("a record that cannot be read is an error, and spoils no other commit")
    func unreadable() async throws {
        let store = try SQLiteStore(path: folder.path("store.sqlite"))
        let client = try Sample.client()
        _ = try await store.insert(client)
        try await store.pool.write { try $0.execute(sql: "UPDATE client SET origins = '{'") }
        await #expect(throws: StoreError.unreadable(what: "client")) { try await store.client("client") }
        let others = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    guard number != 25 else {
                        await #expect(throws: StoreError.unreadable(what: "client")) {
                            try await store.replace(client, with: client)
                        }
                        return false
                    }
                    let token = Sample.accessToken("access \(number)")
                    return try await store.commit([.insertAccessToken(token)]) == .committed
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(others == 49)
    }

    @Test("an encrypted signing key that was put in another's place is refused")
    func exchangedKey() async throws {
        let store = try SQLiteStore(path: folder.path("store.sqlite"))
        for _ in 0..<2 {
            let key = try SigningKey.generate(.es256)
            try await store.rotate(
                to: SigningKeyRecord(key: key, algorithm: .es256, createdAt: Sample.now), publishedUntil: Sample.now)
        }
        try await store.pool.write { db in
            try db.execute(
                sql: """
                    UPDATE signing_key SET sealed_private_key =
                    (SELECT sealed_private_key FROM signing_key WHERE number = 1)
                    """)
        }
        await #expect(throws: StoreError.unreadable(what: "signing key")) { try await store.signingKeys() }
    }
}
