import MailProtocol
import OAuthClient
public import OAuthCore
import Synchronization

/// Keeps an app within what Microsoft's mail services allow: at most four requests at once to one mailbox, and none
/// before the moment that a throttled answer named.
///
/// Share one among all mailboxes of an app. It holds something only of mailboxes that are being asked or have throttled.
/// The moment needs a clock, and so does a `Retry-After` that is a date; the name that a request bears in Microsoft's
/// logs (`client-request-id`) needs random bytes: without an environment only the number at once is kept.
public final class MailTraffic: Sendable {
    /// The service counts per app and mailbox.
    struct Lane: Hashable, Sendable {
        /// `MailboxLocation.key`.
        var mailbox: String
        var tokens: TokenKey
    }

    private typealias Waiter = CheckedContinuation<Bool, Never>

    private struct Load {
        var running = 0
        var waiters: [(id: Int, waiter: Waiter)] = []
        var notBefore: UnixTime?
    }

    private struct State {
        var loads: [Lane: Load] = [:]
        var nextID = 0
        /// Callers that were cancelled before they had begun to wait.
        var cancelledEarly: Set<Int> = []
    }

    /// What the services allow per app and mailbox.
    static let mostAtOnce = 4

    /// The clock and the random bytes, where they are known.
    let environment: ClientEnvironment?
    private let state = Mutex(State())

    /// Nothing is known yet.
    ///
    /// - Parameter environment: that of the app's sessions.
    public init(environment: ClientEnvironment? = nil) { self.environment = environment }

    /// How many mailboxes it knows something of.
    var laneCount: Int { state.withLock { $0.loads.count } }

    /// How many callers wait for their turn at a mailbox.
    func waiterCount(_ lane: Lane) -> Int { state.withLock { $0.loads[lane]?.waiters.count ?? 0 } }

    /// Waits for a turn, which `leave` gives back; false when the caller was cancelled meanwhile, who has none then.
    func enter(_ lane: Lane) async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isAdmitted = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                if let answer = join(waiter, id: id, lane) { waiter.resume(returning: answer) }
            }
        } onCancel: {
            cancel(id, lane)
        }
        // A cancellation that came with the turn leaves nothing behind.
        state.withLock { _ = $0.cancelledEarly.remove(id) }
        return isAdmitted
    }

    private func join(_ waiter: Waiter, id: Int, _ lane: Lane) -> Bool? {
        state.withLock { state in
            if state.cancelledEarly.remove(id) != nil { return false }
            if state.loads[lane, default: Load()].running < Self.mostAtOnce {
                state.loads[lane, default: Load()].running += 1
                return true
            }
            state.loads[lane]?.waiters.append((id, waiter))
            return nil
        }
    }

    private func cancel(_ id: Int, _ lane: Lane) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.loads[lane]?.waiters.firstIndex(where: { $0.id == id }) else {
                state.cancelledEarly.insert(id)
                return nil
            }
            return state.loads[lane]?.waiters.remove(at: index).waiter
        }
        waiter?.resume(returning: false)
    }

    /// Hands the turn on.
    func leave(_ lane: Lane) {
        let next = state.withLock { state -> Waiter? in
            guard var load = state.loads[lane] else { return nil }
            let next = load.waiters.isEmpty ? nil : load.waiters.removeFirst().waiter
            if next == nil { load.running -= 1 }
            state.loads[lane] = load.running == 0 && load.notBefore == nil ? nil : load
            return next
        }
        next?.resume(returning: true)
    }
}

extension MailTraffic {
    /// How long the mailbox must still be left alone; `nil` when it may be asked.
    func wait(_ lane: Lane) -> Seconds? {
        guard let now = environment?.clock() else { return nil }
        return state.withLock { state in
            guard let notBefore = state.loads[lane]?.notBefore else { return nil }
            if now < notBefore { return notBefore.since(now) }
            state.loads[lane]?.notBefore = nil
            return nil
        }
    }

    /// Notes that a mailbox is not to be asked for a while.
    func hold(_ lane: Lane, for duration: Seconds) {
        guard let now = environment?.clock() else { return }
        state.withLock { state in
            state.loads = state.loads.filter { _, load in
                load.running > 0 || load.notBefore.map { now < $0 } ?? false
            }
            let until = now + duration
            let known = state.loads[lane]?.notBefore ?? until
            state.loads[lane, default: Load()].notBefore = max(known, until)
        }
    }
}
