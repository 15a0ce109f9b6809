import Foundation
import OAuthClient
import OAuthCore
import OAuthHummingbird
import OAuthStorage

/// The accounts of this user, in one folder: descriptions and tokens in `accounts.sqlite`, encrypted under the key file
/// beside it.
struct Accounts {
    private let store: SQLiteAccountStore

    /// Opens the folder, which is made for its owner alone if there is none.
    init(directory: String) throws {
        do {
            try FileManager.default.createDirectory(
                at: URL(filePath: directory), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(
                "The folder \(directory) cannot be made: \(error.sentence)", next: "Choose another with --accounts.")
        }
        let path = URL(filePath: directory).appending(path: "accounts.sqlite").path
        do {
            store = try SQLiteAccountStore(path: path)
        } catch {
            throw CommandFailure("The accounts cannot be used: \(error).", next: "Choose another folder by --accounts.")
        }
    }

    /// Where accounts are kept when nobody says otherwise: `$XDG_DATA_HOME/sallyport`, `~/.local/share/sallyport`.
    static func standardDirectory(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String {
        // The specification of these folders has relative paths ignored.
        if let base = environment["XDG_DATA_HOME"], base.hasPrefix("/") { return base + "/sallyport" }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (home ?? FileManager.default.homeDirectoryForCurrentUser.path) + "/.local/share/sallyport"
    }

    /// All of them, by name.
    func all() async throws -> [Account] {
        var accounts: [Account] = []
        for name in try await reporting({ () async throws(TokenStoreError) in try await store.names() }) {
            if let account = try await find(name) { accounts.append(account) }
        }
        return accounts
    }

    /// The account of this name, where there is one.
    func find(_ name: String) async throws -> Account? {
        let text = try await reporting { () async throws(TokenStoreError) in try await store.description(of: name) }
        guard let text else { return nil }
        guard let account = Account(name: name, text) else {
            throw CommandFailure(
                "The account \(name) was written by another version of this program.",
                next: "Run sallyport logout \(name), and sign in again.")
        }
        return account
    }

    /// The account of this name, or a failure that names those there are.
    func require(_ name: String) async throws -> Account {
        if let account = try await find(name) { return account }
        let names = try await reporting { () async throws(TokenStoreError) in try await store.names() }
        let next: String
        if let near = nearestName(to: name, among: names) {
            next = "Did you mean \(near)?"
        } else if names.isEmpty {
            next = "Make one with sallyport login."
        } else {
            next = "There are \(names.map(PlainText.line).joined(separator: ", "))."
        }
        throw CommandFailure("There is no account \(PlainText.line(name)).", next: next)
    }

    /// Keeps an account in place of what was there under its name, without the tokens that were there.
    func save(_ account: Account) async throws {
        let text = account.encoded()
        try await reporting { () async throws(TokenStoreError) in
            try await store.removeTokens(of: account.name)
            try await store.save(text, of: account.name)
        }
    }

    /// Forgets an account and its tokens.
    func remove(_ name: String) async throws {
        try await reporting { () async throws(TokenStoreError) in try await store.remove(name) }
    }

    /// Where an account's tokens are kept.
    func tokens(of account: Account) -> any TokenStore { store.tokens(of: account.name) }

    private func reporting<Value>(
        _ body: () async throws(TokenStoreError) -> Value
    ) async throws(CommandFailure) -> Value {
        do { return try await body() } catch {
            throw CommandFailure("The accounts cannot be used: \(error.reason).")
        }
    }
}
