public import Logging
public import OAuthCore
public import OAuthServer

/// Removes expired rows while a server serves: a few at a time, so that no request waits for it.
///
/// Nothing depends on it but the size of the database: whatever has expired is refused whether it is still there or not.
public struct Sweeper: Sendable {
    private let grants: any GrantStore
    private let keys: any KeyStore
    private let clock: @Sendable () -> UnixTime
    private let logger: Logger

    /// The most rows of each kind that one commit removes.
    public static let batchSize = 200
    /// How long after the end of one sweep the next begins.
    public static let interval = Duration.seconds(60)

    /// A sweeper of these stores.
    public init(
        grants: any GrantStore, keys: any KeyStore, clock: @escaping @Sendable () -> UnixTime, logger: Logger
    ) {
        self.grants = grants
        self.keys = keys
        self.clock = clock
        self.logger = logger
    }

    /// Removes all that has expired by now, in batches with room for other commits between them.
    ///
    /// - Returns: how many rows were removed.
    public func sweep() async throws(StoreError) -> Int {
        let now = clock()
        var total = 0
        while !Task.isCancelled {
            let count = try await grants.removeExpired(before: now, limit: Self.batchSize)
            total += count
            // A kind with more left has filled its batch.
            guard count >= Self.batchSize else { break }
        }
        try await keys.removeUnpublished(before: now)
        return total
    }

    /// Sweeps now and then every `interval`, until the task is cancelled or `sleep` throws. A sweep that fails is
    /// logged; the next one is tried all the same.
    ///
    /// - Parameter sleep: waits so long.
    public func run(
        sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) async {
        while !Task.isCancelled {
            do throws(StoreError) {
                let count = try await sweep()
                logger.debug("expired rows removed", metadata: ["sweep.rows": "\(count)"])
            } catch {
                logger.info("sweep failed", metadata: ["error": "\(error)"])
            }
            do { try await sleep(Self.interval) } catch { return }
        }
    }
}
