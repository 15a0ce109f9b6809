import OAuthCore
import Synchronization

/// The server's public keys, fetched when they are needed.
///
/// They are kept for 300 seconds. A key id that is not among them fetches them again, at most once in 60 seconds, so
/// that a rotated key is found and forged ids cost nothing. Callers share one fetch.
final class KeySetCache: Sendable {
    static let lifetime = Seconds(300)
    static let cooldown = Seconds(60)

    private struct State {
        var keys = JSONWebKeySet([])
        var fetchedAt: UnixTime?
        var refetchedForMissAt: UnixTime?
    }

    private let state = Mutex(State())
    private let flight = SingleFlight<Void>()
    private let fetch: @Sendable () async throws(ClientError) -> JSONWebKeySet
    private let clock: @Sendable () -> UnixTime

    init(
        clock: @escaping @Sendable () -> UnixTime,
        fetch: @escaping @Sendable () async throws(ClientError) -> JSONWebKeySet
    ) {
        self.clock = clock
        self.fetch = fetch
    }

    /// The keys, fresh enough for a token with this header; whether one matches is for the verification to say.
    func keys(for header: JWSHeader) async throws(ClientError) -> JSONWebKeySet {
        // The fetch that is joined may have been begun for another header and found nothing to do; so look again.
        for _ in 0..<2 where needsFetch(for: header) {
            try await flight.run { [self] () async throws(ClientError) in
                guard claimFetch(for: header) else { return }
                let keys = try await fetch()
                state.withLock { ($0.keys, $0.fetchedAt) = (keys, clock()) }
            }
        }
        return state.withLock { $0.keys }
    }

    private func needsFetch(for header: JWSHeader) -> Bool {
        let now = clock()
        return state.withLock { Self.needsFetch($0, header, now) }
    }

    /// Decides once more where only one caller is, and notes a fetch for an unknown key id before it is made.
    private func claimFetch(for header: JWSHeader) -> Bool {
        let now = clock()
        return state.withLock { state in
            guard Self.needsFetch(state, header, now) else { return false }
            if Self.isFresh(state, now) { state.refetchedForMissAt = now }
            return true
        }
    }

    private static func needsFetch(_ state: State, _ header: JWSHeader, _ now: UnixTime) -> Bool {
        guard isFresh(state, now) else { return true }
        guard state.keys.keys(matching: header).isEmpty else { return false }
        return state.refetchedForMissAt.map { $0 + cooldown <= now } ?? true
    }

    private static func isFresh(_ state: State, _ now: UnixTime) -> Bool {
        state.fetchedAt.map { now < $0 + lifetime } ?? false
    }
}
