import Foundation
import GRDB
import OAuthClient
import OAuthCore
import OAuthStorage
import Testing

@Suite("Accounts in SQLite")
final class SQLiteAccountStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "accounts-\(UUID().uuidString)")
    private var path: String { folder.appending(path: "accounts.sqlite").path }
    private let key = TokenKey(issuer: "https://auth.example", clientID: "client", subject: "ada")
    private let tokens = TokenSet(accessToken: Secret("canary-token"), issuedAt: UnixTime(1_000))

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    @Test("a description is found again by another process, and lies encrypted")
    func descriptions() async throws {
        try await SQLiteAccountStore(path: path).save(Secret("canary-description"), of: "work")
        let store = try SQLiteAccountStore(path: path)
        #expect(try await store.names() == ["work"])
        #expect(try await store.description(of: "work") == Secret("canary-description"))
        #expect(try await store.description(of: "other") == nil)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let content = try Data(contentsOf: folder.appending(path: file))
            #expect(content.range(of: Data("canary".utf8)) == nil, "\(file)")
        }
    }

    @Test("tokens of one account are not another's, and not the whole store's")
    func separate() async throws {
        let store = try SQLiteAccountStore(path: path)
        _ = try await store.tokens(of: "work").compareAndSwap(key, expected: nil, tokens: tokens)
        #expect(try await store.tokens(of: "work").load(key)?.tokens == tokens)
        #expect(try await store.tokens(of: "home").load(key) == nil)
        #expect(try await SQLiteTokenStore(path: path).load(key) == nil)
    }

    @Test("an account goes with all its tokens, and with nobody else's")
    func removal() async throws {
        let store = try SQLiteAccountStore(path: path)
        for name in ["work", "home"] {
            try await store.save(Secret(name), of: name)
            _ = try await store.tokens(of: name).compareAndSwap(key, expected: nil, tokens: tokens)
        }
        try await store.remove("work")
        #expect(try await store.names() == ["home"])
        #expect(try await store.tokens(of: "work").load(key) == nil)
        #expect(try await store.tokens(of: "home").load(key)?.tokens == tokens)
        try await store.removeTokens(of: "home")
        #expect(try await store.names() == ["home"])
        #expect(try await store.tokens(of: "home").load(key) == nil)
    }

    @Test("a description that was put in another's place is refused")
    func bound() async throws {
        let store = try SQLiteAccountStore(path: path)
        try await store.save(Secret("work"), of: "work")
        try await DatabaseQueue(path: path).write { try $0.execute(sql: "UPDATE account SET name = 'home'") }
        await #expect(throws: TokenStoreError.self) { try await store.description(of: "home") }
    }
}
