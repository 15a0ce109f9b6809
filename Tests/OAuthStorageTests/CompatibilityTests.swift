import OAuthServer
import OAuthStorage
import OAuthTesting
import Testing

@Suite("Every store does what a store must do")
struct CompatibilityTests {
    @Test("in memory", arguments: StoreCompatibility.checks)
    func memory(_ check: StoreCompatibility.Check) async throws {
        try await check.run(on: .init(InMemoryStore()))
    }

    @Test("in SQLite", arguments: StoreCompatibility.checks)
    func sqlite(_ check: StoreCompatibility.Check) async throws {
        let folder = try TemporaryFolder()
        try await check.run(on: .init(try SQLiteStore(path: folder.path("store.sqlite"))))
    }
}
