import OAuthCore
import Synchronization

/// The one copy of the cloud's value, and its file.
final class CloudHolder: Sendable {
    private let cloud: Mutex<Cloud>
    private let save: @Sendable (CloudState) throws(EmulatorError) -> Void

    init(_ cloud: Cloud, save: @escaping @Sendable (CloudState) throws(EmulatorError) -> Void) {
        self.cloud = Mutex(cloud)
        self.save = save
    }

    /// The cloud as it is now.
    var current: Cloud { cloud.withLock { $0 } }

    /// Decides something. What it changes is on disk before the answer leaves; what cannot be written did not happen.
    func decide<Result: Sendable, Failure: Error>(
        now: UnixTime, _ body: (inout Cloud) throws(Failure) -> Result
    ) throws(Failure) -> Outcome<Result> {
        try cloud.withLock { cloud throws(Failure) -> Outcome<Result> in
            var changed = cloud
            let result = try body(&changed)
            guard changed.state != cloud.state else {
                cloud = changed
                return .done(result)
            }
            changed.state.sweep(now: now)
            do throws(EmulatorError) {
                try save(changed.state)
            } catch {
                return .notKept(error)
            }
            cloud = changed
            return .done(result)
        }
    }

    /// What became of a decision.
    enum Outcome<Result: Sendable>: Sendable {
        case done(Result)
        case notKept(EmulatorError)
    }
}
