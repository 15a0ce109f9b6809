import OAuthCore
import OAuthServer
import Synchronization

/// Checks passwords, each attempt counted before it is made.
final class SignInGate: Sendable {
    enum Outcome: Sendable {
        case signedIn(UserRecord)
        case wrongCredentials
        case throttled(Seconds)
    }

    private let throttle: Mutex<SignInThrottle>
    private let users: any UserDirectory
    private let clock: @Sendable () -> UnixTime

    init(users: any UserDirectory, limits: SignInThrottle.Limits, clock: @escaping @Sendable () -> UnixTime) {
        throttle = Mutex(SignInThrottle(limits: limits))
        self.users = users
        self.clock = clock
    }

    func attempt(username: String, password: Secret, address: String) async throws(StoreError) -> Outcome {
        let now = clock()
        let delay = throttle.withLock { throttle in
            let delay = throttle.delay(account: username, address: address, now: now)
            if delay <= 0 { throttle.begin(account: username, address: address, now: now) }
            return delay
        }
        guard delay <= 0 else { return .throttled(delay) }
        guard let user = try await users.user(username: username, password: password) else { return .wrongCredentials }
        throttle.withLock { $0.succeed(account: username, address: address) }
        return .signedIn(user)
    }
}
