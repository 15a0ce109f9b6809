import NIOPosix
public import OAuthCore
public import OAuthServer
import Synchronization

/// People and passwords in a store, with the hashing on a bounded pool of its own threads: hashing is slow on purpose,
/// and must not hold up those who ask for tokens.
public struct PasswordDirectory: UserDirectory {
    private let users: any UserStore
    private let pool: PasswordPool
    private let decoy: PasswordHash

    /// A directory over a store.
    public init(users: any UserStore, pool: PasswordPool, random: RandomSource) {
        self.users = users
        self.pool = pool
        decoy = PasswordHash.decoy(random: random)
    }

    public func user(subject: String) async throws(StoreError) -> UserRecord? {
        try await users.user(subject: subject)
    }

    public func user(username: String, password: Secret) async throws(StoreError) -> UserRecord? {
        let credential = try await users.credential(username: username)
        // Nobody learns from the time it takes whether a name exists.
        let hash = credential?.passwordHash ?? decoy
        let matches = try await pool.run { hash.matches(password) }
        guard matches, let credential else { return nil }
        // The check takes its time, and attempts wait in line for it: what was changed meanwhile is no password any more.
        let current = try await users.credential(username: username)
        return current?.passwordHash == credential.passwordHash ? current?.user : nil
    }
}

/// Threads for hashing passwords, and a bound on how many wait for them.
public final class PasswordPool: Sendable {
    private let threads: NIOThreadPool
    private let waiting = Atomic<Int>(0)
    private let capacity: Int

    /// A pool, started.
    ///
    /// - Parameters:
    ///   - threadCount: how many hash at once. Default 1: each takes 16 MiB and a whole core.
    ///   - capacity: how many may wait. Default 64; more are turned away with an error at once.
    public init(threadCount: Int = 1, capacity: Int = 64) {
        threads = NIOThreadPool(numberOfThreads: max(1, threadCount))
        self.capacity = capacity
        threads.start()
    }

    /// Runs something slow.
    ///
    /// - Throws: `StoreError.unavailable` when too many wait already, or the pool is shut down.
    public func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(StoreError) -> Value {
        defer { waiting.subtract(1, ordering: .relaxed) }
        guard waiting.add(1, ordering: .relaxed).oldValue < capacity else {
            throw .unavailable(reason: "too many sign-ins at once")
        }
        do {
            return try await threads.runIfActive(work)
        } catch {
            throw .unavailable(reason: "the password pool is shut down")
        }
    }

    /// Ends the threads once they have nothing more to do.
    public func shutdown() async {
        // An error here says that the pool has been shut down already.
        try? await threads.shutdownGracefully()
    }
}
