import ArgumentParser
import OAuthCore
import OAuthHTTPClient
import OAuthServer
import OAuthStorage

/// Removing what has expired, by hand; a running server does it by itself.
struct Sweep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove expired rows. A running server does this by itself.")

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let store = try await database.open(create: false).store
        let now = UnixTime.systemNow()
        var total = 0
        while true {
            let removed = try await store.removeExpired(before: now, limit: 1_000)
            guard removed > 0 else { break }
            total += removed
        }
        try await store.removeUnpublished(before: now)
        output.print(.object(["removed": .integer(Int64(total))])) { ["Removed \(total) expired rows."] }
    }
}
