import OAuthCore
import Synchronization

/// Runs one piece of work for all who ask for it at the same time.
///
/// The work runs in a task of its own, so that no caller's cancellation ends it for the others; a cancelled caller
/// leaves at once. Its outcome, good or bad, goes to everyone who waited, and the next caller starts anew.
final class SingleFlight<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Result<Value, ClientError>, Never>

    private struct State {
        var waiters: [Int: Waiter] = [:]
        /// Callers that were cancelled before they had begun to wait.
        var cancelledEarly: Set<Int> = []
        var nextID = 0
        var isRunning = false
    }

    private let state = Mutex(State())

    /// How many callers wait at the moment.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Joins the work that is running, or starts it.
    ///
    /// - Throws: what the work failed with, or `ClientError.cancelled`.
    func run(_ work: @escaping @Sendable () async throws(ClientError) -> Value) async throws(ClientError) -> Value {
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
        // A cancellation that came after the outcome has left its mark.
        state.withLock { _ = $0.cancelledEarly.remove(id) }
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
        if isCancelled { waiter.resume(returning: .failure(.cancelled)) }
        return mustStart
    }

    private func start(_ work: @escaping @Sendable () async throws(ClientError) -> Value) {
        Task {
            let result: Result<Value, ClientError>
            do throws(ClientError) { result = .success(try await work()) } catch { result = .failure(error) }
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
        waiter?.resume(returning: .failure(.cancelled))
    }
}
