public import OAuthCore

/// Slows down guessing at passwords: after a few failures an account, or an address, must wait, each time longer.
///
/// A value: whoever owns it locks it. What it remembers is bounded, and forgotten a while after the last failure.
public struct SignInThrottle: Sendable {
    /// How many failures are free.
    public struct Limits: Sendable, Hashable {
        /// Failures of one account before it must wait. Default 5.
        public var perAccount = 5
        /// Failures from one address before it must wait; people share addresses. Default 20.
        public var perAddress = 20
        /// The longest wait. Default 5 minutes.
        public var longestDelay: Seconds = .minutes(5)
        /// How long after the last failure all is forgotten. Default one hour.
        public var memory: Seconds = .hours(1)
        /// How many accounts and addresses are remembered. Default 50,000.
        public var capacity = 50_000

        /// The defaults.
        public init() {}
    }

    private struct Failures {
        var count = 0
        var last: UnixTime
    }

    private let limits: Limits
    private var accounts: [String: Failures] = [:]
    private var addresses: [String: Failures] = [:]

    /// A throttle that remembers nothing yet.
    public init(limits: Limits = .init()) { self.limits = limits }

    /// How long this account, or someone at this address, must still wait; zero or less for not at all. Without an
    /// address, only the account counts.
    public func delay(account: String, address: String?, now: UnixTime) -> Seconds {
        max(
            delay(accounts[Self.key(account)], free: limits.perAccount, now: now),
            delay(address.flatMap { addresses[$0] }, free: limits.perAddress, now: now))
    }

    /// Counts an attempt before its password is checked, so that many at once count too.
    public mutating func begin(account: String, address: String?, now: UnixTime) {
        Self.count(&accounts, Self.key(account), now, limits)
        if let address { Self.count(&addresses, address, now, limits) }
    }

    /// Forgets an account's failures after the right password. The address keeps its own.
    public mutating func succeed(account: String, address: String?) {
        accounts[Self.key(account)] = nil
        if let address { addresses[address]?.count -= 1 }
    }

    private func delay(_ failures: Failures?, free: Int, now: UnixTime) -> Seconds {
        guard let failures, failures.count >= free, now.since(failures.last) < limits.memory else { return 0 }
        let doublings = min(failures.count - free, 20)
        let wait = min(Seconds(1 << Int64(doublings)), limits.longestDelay)
        return Seconds(wait.count - now.since(failures.last).count)
    }

    /// The same for all spellings that the directory takes for one name, or each would be free attempts.
    private static func key(_ account: String) -> String { String(UserRecord.usernameKey(account).prefix(64)) }

    private static func count(_ table: inout [String: Failures], _ key: String, _ now: UnixTime, _ limits: Limits) {
        if table[key] == nil, table.count >= limits.capacity {
            table = table.filter { now.since($0.value.last) < limits.memory }
            if table.count >= limits.capacity, let oldest = table.min(by: { $0.value.last < $1.value.last })?.key {
                table[oldest] = nil
            }
        }
        var failures = table[key] ?? Failures(last: now)
        if now.since(failures.last) >= limits.memory { failures.count = 0 }
        failures.count += 1
        failures.last = now
        table[key] = failures
    }
}
