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
        let address = Self.network(of: address)
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

    /// What counts as one address: an IPv4 address, or the 64 bits of an IPv6 address that one household or machine has
    /// to itself; none for this computer, behind which a proxy speaks for everybody.
    static func network(of address: String) -> String? {
        // A socket for both versions writes IPv4 as `::ffff:192.0.2.1`.
        if address.contains("."), let colon = address.lastIndex(of: ":") {
            return network(of: String(address[address.index(after: colon)...]))
        }
        guard !address.hasPrefix("127."), address != "::1" else { return nil }
        guard address.contains(":") else { return address }
        let groups = { (text: Substring) in text.split(separator: ":").map(String.init) }
        guard let gap = address.firstRange(of: "::") else {
            return groups(address[...]).prefix(4).joined(separator: ":")
        }
        let (head, tail) = (groups(address[..<gap.lowerBound]), groups(address[gap.upperBound...]))
        let zeros = Array(repeating: "0", count: max(0, 8 - head.count - tail.count))
        return (head + zeros + tail).prefix(4).joined(separator: ":")
    }
}
