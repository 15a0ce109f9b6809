import Synchronization

/// Says once that all parts of a program answer.
final class Readiness: Sendable {
    private let missing: Mutex<Int>
    private let announce: @Sendable () -> Void

    /// - Parameter parts: how many parts there are.
    init(parts: Int, announce: @escaping @Sendable () -> Void) {
        missing = Mutex(parts)
        self.announce = announce
    }

    /// One part answers.
    func partIsReady() {
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        if isLast { announce() }
    }
}
