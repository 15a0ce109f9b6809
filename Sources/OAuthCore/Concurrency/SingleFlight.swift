import Synchronization

/// Runs one piece of work for all who ask for it at the same time.
///
/// The work runs in a task of its own, so that no caller's cancellation ends it for the others; a cancelled caller
/// leaves at once. Its outcome, good or bad, goes to everyone who waited, and the next caller starts anew.
package final class SingleFlight<Value: Sendable, Failure: Error & Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Result<Value, Failure>, Never>

    private struct State {
        var waiters: [Int: Waiter] = [:]
        /// Callers that were cancelled before they had begun to wait.
        var cancelledEarly: Set<Int> = []
        var nextID = 0
        var isRunning = false
    }

    private let state = Mutex(State())
    private let cancelled: Failure

    /// - Parameter cancelled: what a caller that is cancelled is told.
    package init(cancelled: Failure) { self.cancelled = cancelled }

    /// How many callers wait at the moment.
    package var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Joins the work that is running, or starts it.
    ///
    /// - Throws: what the work failed with, or what `init` was given for a cancelled caller.
    package func run(_ work: @escaping @Sendable () async throws(Failure) -> Value) async throws(Failure) -> Value {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                if join(waiter, id: id) { start(work) }
            }
        } onCancel: {
            cancel(id)
        }
        forget(id)
        return try result.get()
    }

    /// Adds a waiter; true when nothing was running and it has to be started.
    private func join(_ waiter: Waiter, id: Int) -> Bool {
        let (isCancelled, mustStart) = state.withLock { state in
            if state.cancelledEarly.remove(id) != nil { return (true, false) }
            state.waiters[id] = waiter
            defer { state.isRunning = true }
            return (false, !state.isRunning)
        }
        if isCancelled { waiter.resume(returning: .failure(cancelled)) }
        return mustStart
    }

    private func start(_ work: @escaping @Sendable () async throws(Failure) -> Value) {
        Task {
            let result: Result<Value, Failure>
            do throws(Failure) { result = .success(try await work()) } catch { result = .failure(error) }
            let waiters = state.withLock { state in
                defer { (state.waiters, state.isRunning) = ([:], false) }
                return state.waiters
            }
            for waiter in waiters.values { waiter.resume(returning: result) }
        }
    }

    private func cancel(_ id: Int) {
        let waiter = state.withLock { state in
            let waiter = state.waiters.removeValue(forKey: id)
            if waiter == nil { state.cancelledEarly.insert(id) }
            return waiter
        }
        waiter?.resume(returning: .failure(cancelled))
    }

    /// A cancellation that came as the answer did leaves nothing behind.
    private func forget(_ id: Int) {
        state.withLock { _ = $0.cancelledEarly.remove(id) }
    }
}
