import Synchronization

/// A signer's public keys, fetched when they are needed.
///
/// They are kept for 300 seconds. A key id that is not among them fetches them again, at most once in 60 seconds, so
/// that a rotated key is found and forged ids cost nothing. Callers share one fetch.
package final class KeySetCache<Failure: Error & Sendable>: Sendable {
    private struct State {
        var keys = JSONWebKeySet([])
        var fetchedAt: UnixTime?
        var refetchedForMissAt: UnixTime?

        func isFresh(_ now: UnixTime) -> Bool { fetchedAt.map { now < $0 + Seconds(300) } ?? false }

        func needsFetch(for header: JWSHeader, _ now: UnixTime) -> Bool {
            guard isFresh(now) else { return true }
            guard keys.keys(matching: header).isEmpty else { return false }
            return refetchedForMissAt.map { $0 + Seconds(60) <= now } ?? true
        }
    }

    private let state = Mutex(State())
    private let flight: SingleFlight<Void, Failure>
    private let fetch: @Sendable () async throws(Failure) -> JSONWebKeySet
    private let clock: @Sendable () -> UnixTime

    /// - Parameter cancelled: what a caller that is cancelled while it waits is told.
    package init(
        clock: @escaping @Sendable () -> UnixTime, cancelled: Failure,
        fetch: @escaping @Sendable () async throws(Failure) -> JSONWebKeySet
    ) {
        self.clock = clock
        self.fetch = fetch
        flight = SingleFlight(cancelled: cancelled)
    }

    /// The keys, fresh enough for a token with this header; whether one matches is for the verification to say.
    ///
    /// - Throws: what the fetch failed with.
    package func keys(for header: JWSHeader) async throws(Failure) -> JSONWebKeySet {
        // The fetch that is joined may have been begun for another header and found nothing to do; so look again.
        for _ in 0..<2 where needsFetch(for: header) {
            try await flight.run { [self] () async throws(Failure) in
                guard claimFetch(for: header) else { return }
                let keys = try await fetch()
                state.withLock { ($0.keys, $0.fetchedAt) = (keys, clock()) }
            }
        }
        return state.withLock { $0.keys }
    }

    private func needsFetch(for header: JWSHeader) -> Bool {
        let now = clock()
        return state.withLock { $0.needsFetch(for: header, now) }
    }

    /// Decides once more where only one caller is, and notes a fetch for an unknown key id before it is made.
    private func claimFetch(for header: JWSHeader) -> Bool {
        let now = clock()
        return state.withLock { state in
            guard state.needsFetch(for: header, now) else { return false }
            if state.isFresh(now) { state.refetchedForMissAt = now }
            return true
        }
    }
}
