import Foundation
import GRDB
import OAuthCore
import OAuthServer
import Testing

@testable import OAuthStorage

@Suite("Opening a SQLite store")
struct SQLiteOpeningTests {
    let folder: TemporaryFolder
    var path: String { folder.path("store.sqlite") }
    var keyPath: String { path + ".key" }

    init() throws { folder = try TemporaryFolder() }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func setMode(_ mode: Int, _ path: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// What opening fails with.
    private func failure() throws -> StoreOpeningError? {
        do {
            try SQLiteStore(path: path).close()
            return nil
        } catch let error as StoreOpeningError {
            return error
        }
    }

    @Test("every file is for its owner alone")
    func modes() async throws {
        let store = try SQLiteStore(path: path)
        _ = try await store.commit([.insertAccessToken(Sample.accessToken("token"))])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(Set(names) == ["store.sqlite", "store.sqlite.key", "store.sqlite-wal", "store.sqlite-shm"])
        for name in names { #expect(try mode(folder.path(name)) == 0o600, "\(name)") }
        #expect(try Data(contentsOf: URL(fileURLWithPath: keyPath)).count == 32)
    }

    @Test("commits are synchronised with the disk, which the live writing connection confirms")
    func synchronous() async throws {
        let store = try SQLiteStore(path: path)
        _ = try await store.commit([.insertAccessToken(Sample.accessToken("token"))])
        let settings = try await store.pool.writeWithoutTransaction { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA synchronous"), try String.fetchOne(db, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(db, sql: "PRAGMA busy_timeout")
            )
        }
        let full = 2
        #expect(settings.0 == full)
        #expect(settings.1 == "wal")
        #expect(settings.2 == 5_000)
    }

    @Test("reopening keeps everything, and the same secret")
    func reopening() async throws {
        let first = try SQLiteStore(path: path)
        let key = SigningKeyRecord(key: try SigningKey.generate(.es256), algorithm: .es256, createdAt: Sample.now)
        try await first.rotate(to: key, publishedUntil: Sample.now)
        _ = try await first.insert(try Sample.client())
        _ = try await first.commit([.insertRefreshToken(Sample.refreshToken("refresh"))])
        let secret = first.serverSecret
        try first.close()

        let second = try SQLiteStore(path: path)
        await #expect(throws: StoreError.self) { try await first.code(Sample.digest("code")) }
        await #expect(throws: StoreError.self) { try await first.commit([.insertCode(Sample.code("code"))]) }
        await #expect(throws: StoreError.self) { try await first.accessToken(Sample.digest("token")) }
        #expect(second.serverSecret == secret)
        #expect(try await second.client("client") == Sample.client())
        #expect(try await second.refreshToken(Sample.digest("refresh"))?.record == Sample.refreshToken("refresh"))
        #expect(try await second.signingKeys().map { $0.key.pkcs8DER() } == [key.key.pkcs8DER()])
    }

    @Test("a key file that others may read is refused", arguments: [0o640, 0o604, 0o660, 0o700, 0o644])
    func openKeyFile(_ mode: Int) throws {
        try SQLiteStore(path: path).close()
        try setMode(mode, keyPath)
        #expect(try failure() == .keyFilePermissions(path: keyPath, found: UInt32(mode)))
        try setMode(0o600, keyPath)
        #expect(try failure() == nil)
    }

    @Test("a key file that is missing is not made anew for a database that has one")
    func missingKeyFile() throws {
        try SQLiteStore(path: path).close()
        try FileManager.default.removeItem(atPath: keyPath)
        #expect(try failure() == .keyFileMissing(path: keyPath))
        #expect(!FileManager.default.fileExists(atPath: keyPath))
    }

    @Test("a key file of another length is refused", arguments: [0, 31, 33])
    func keyFileLength(_ count: Int) throws {
        try SQLiteStore(path: path).close()
        try Data(repeating: 7, count: count).write(to: URL(fileURLWithPath: keyPath))
        try setMode(0o600, keyPath)
        #expect(try failure() == .keyFileLength(path: keyPath, found: count))
    }

    @Test("the key file of another database is refused")
    func otherKeyFile() throws {
        try SQLiteStore(path: path).close()
        try Data(repeating: 7, count: 32).write(to: URL(fileURLWithPath: keyPath))
        try setMode(0o600, keyPath)
        #expect(try failure() == .keyFileOfAnotherDatabase(path: keyPath))
    }

    @Test("a link in the place of the key file is refused")
    func linkedKeyFile() throws {
        try SQLiteStore(path: path).close()
        try FileManager.default.moveItem(atPath: keyPath, toPath: folder.path("elsewhere"))
        try FileManager.default.createSymbolicLink(atPath: keyPath, withDestinationPath: folder.path("elsewhere"))
        guard case .cannotOpen(keyPath, _) = try failure() else {
            Issue.record("a link was followed")
            return
        }
    }

    @Test("a file that is no database, a folder that is not there, and a later schema are named")
    func unusable() throws {
        #expect(throws: StoreOpeningError.self) { try SQLiteStore(path: folder.path("nowhere/store.sqlite")) }
        let store = try SQLiteStore(path: path)
        try store.pool.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999 from the future')") }
        try store.close()
        #expect(try failure() == .newerSchema(path: path))
        try Data(repeating: 65, count: 8_192).write(to: URL(fileURLWithPath: path))
        guard case .cannotOpen(path, _) = try failure() else {
            Issue.record("a text was taken for a database")
            return
        }
    }

    @Test("many who open a new database at once all get the same one")
    func openingRace() async throws {
        let path = path
        let secrets = try await withThrowingTaskGroup(of: Secret.self) { group in
            for _ in 0..<6 { group.addTask { try SQLiteStore(path: path).serverSecret } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(secrets.count == 1)
    }

    @Test("errors say what to do")
    func descriptions() {
        let error = StoreOpeningError.keyFilePermissions(path: "/var/lib/store.key", found: 0o644)
        #expect(error.description.contains("0644") && error.description.contains("chmod 600"))
    }
}
