import Foundation
import OAuthCore
import OAuthHTTPClient
import OAuthServer
import OAuthStorage

/// The store of a command, opened, with what belongs to every server: its signing keys.
struct Database {
    let store: SQLiteStore

    static func open(_ location: String, create: Bool = true) async throws -> Database {
        guard location.hasPrefix("sqlite:"), location.count > "sqlite:".count else {
            throw CommandFailure(
                "\"\(location)\" is no database.",
                next: "Write sqlite: and the path of a file, as in sqlite:sallyport.sqlite.")
        }
        let path = String(location.dropFirst("sqlite:".count))
        if !create, !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure("There is no database \(path).", next: "sallyport user add creates one.")
        }
        do {
            let database = Database(store: try SQLiteStore(path: path))
            try await database.ensureSigningKeys()
            return database
        } catch {
            throw CommandFailure("The database \(path) cannot be used: \(error).")
        }
    }

    private func ensureSigningKeys() async throws {
        let records = try await store.signingKeys()
        for algorithm in [JWSAlgorithm.es256, .rs256] where !records.contains(where: { $0.algorithm == algorithm }) {
            try await rotate(algorithm, lifetimes: Lifetimes())
        }
    }

    /// Makes a key that signs from now on; those before stay published until their last token has expired.
    @discardableResult
    func rotate(_ algorithm: JWSAlgorithm, lifetimes: Lifetimes) async throws -> SigningKeyRecord {
        let now = UnixTime.systemNow()
        let record = SigningKeyRecord(key: try SigningKey.generate(algorithm), algorithm: algorithm, createdAt: now)
        try await store.rotate(to: record, publishedUntil: now + lifetimes.keyPublication)
        return record
    }
}
