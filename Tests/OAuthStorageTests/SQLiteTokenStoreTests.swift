import Foundation
import OAuthClient
import OAuthCore
import Testing

@testable import OAuthStorage

@Suite("A client's tokens in SQLite")
struct SQLiteTokenStoreTests {
    let folder: TemporaryFolder
    var path: String { folder.path("tokens.sqlite") }
    let key = TokenKey(issuer: "https://as.example", clientID: "app", subject: "person", scope: ["b", "a"])

    init() throws { folder = try TemporaryFolder() }

    private func tokens(_ name: String) -> TokenSet {
        TokenSet(
            accessToken: Secret("access-\(name)-canary"), issuedAt: UnixTime(1_000), expiresAt: UnixTime(4_600),
            refreshToken: Secret("refresh-\(name)-canary"), scope: ["a"])
    }

    @Test("what is stored is there after opening again")
    func reopening() async throws {
        let version = try await stored(SQLiteTokenStore(path: path), expected: nil, tokens("one"))
        let found = try await SQLiteTokenStore(path: path).load(key)
        #expect(found == StoredTokens(tokens: tokens("one"), version: version))
    }

    @Test("keys that differ in any part never share tokens")
    func keys() async throws {
        let store = try SQLiteTokenStore(path: path)
        _ = try await stored(store, expected: nil, tokens("one"))
        let others = [
            TokenKey(issuer: "https://as.example/", clientID: "app", subject: "person", scope: ["a", "b"]),
            TokenKey(issuer: "https://as.example", clientID: "app", subject: nil, scope: ["a", "b"]),
            TokenKey(issuer: "https://as.example", clientID: "app", subject: "person", scope: ["ab"]),
            TokenKey(issuer: "https://as.example", clientID: "apppers", subject: "on", scope: ["a", "b"]),
            TokenKey(issuer: "https://as.example", clientID: "app", subject: "person", resource: "a", scope: ["b"]),
        ]
        for other in others { #expect(try await store.load(other) == nil) }
        // The order in which a scope is asked for makes no other key.
        let same = TokenKey(issuer: "https://as.example", clientID: "app", subject: "person", scope: ["a", "b"])
        #expect(try await store.load(same) != nil)
    }

    @Test("a write of another version is refused with what is there, and no version comes twice")
    func conflicts() async throws {
        let store = try SQLiteTokenStore(path: path)
        let first = try await stored(store, expected: nil, tokens("one"))
        let there = StoredTokens(tokens: tokens("one"), version: first)
        #expect(try await store.compareAndSwap(key, expected: nil, tokens: tokens("two")) == .conflict(there))
        #expect(try await store.compareAndSwap(key, expected: first + 1, tokens: tokens("two")) == .conflict(there))
        let second = try await stored(store, expected: first, tokens("two"))
        try await store.remove(key, expected: first)
        #expect(try await store.load(key)?.version == second)
        try await store.remove(key, expected: second)
        #expect(try await store.load(key) == nil)
        let third = try await stored(store, expected: nil, tokens("three"))
        #expect(Set([first, second, third]).count == 3)
    }

    @Test("of 50 tasks in two processes that replace the same tokens, one does")
    func racing() async throws {
        let stores = [try SQLiteTokenStore(path: path), try SQLiteTokenStore(path: path)]
        let first = try await stored(stores[0], expected: nil, tokens("one"))
        let key = key
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                let tokens = tokens("\(number)")
                group.addTask {
                    let outcome = try await stores[number % 2].compareAndSwap(key, expected: first, tokens: tokens)
                    if case .stored = outcome { return true }
                    return false
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }

    @Test("no token lies in the files, and another's key file opens nothing")
    func encryption() async throws {
        _ = try await stored(SQLiteTokenStore(path: path), expected: nil, tokens("one"))
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path("")) {
            let content = try Data(contentsOf: URL(filePath: folder.path(file)))
            #expect(content.range(of: Data("canary".utf8)) == nil, "\(file)")
        }
        try Data(repeating: 7, count: 32).write(to: URL(filePath: path + ".key"))
        let store = try SQLiteTokenStore(path: path)
        await #expect(throws: TokenStoreError.self) { try await store.load(key) }
    }

    private func stored(_ store: SQLiteTokenStore, expected: Int64?, _ tokens: TokenSet) async throws -> Int64 {
        guard case .stored(let version) = try await store.compareAndSwap(key, expected: expected, tokens: tokens) else {
            Issue.record("the tokens were not stored")
            return -1
        }
        return version
    }
}
