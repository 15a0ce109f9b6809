import OAuthCore

/// How long to wait for a server that says little: a byte now and then is as good as silence.
struct Patience {
    /// As many bytes count as more than silence.
    private static let progress = 1_024
    private static let clock = ContinuousClock()

    let limit: Seconds
    private var heard = 0
    private var end: ContinuousClock.Instant

    init(limit: Seconds) {
        self.limit = limit
        end = Self.clock.now + .seconds(limit.count)
    }

    /// How long a read may take, in seconds.
    func rest() throws(MailStreamError) -> Seconds {
        let rest = Self.clock.now.duration(to: end)
        guard rest > .zero else { throw .timedOut(after: limit) }
        return Seconds(rest.components.seconds + 1)
    }

    /// The last read may have been given less than all.
    func reason(_ error: MailStreamError) -> MailStreamError {
        if case .timedOut = error { .timedOut(after: limit) } else { error }
    }

    mutating func note(_ count: Int) {
        heard += count
        guard heard >= Self.progress else { return }
        heard = 0
        end = Self.clock.now + .seconds(limit.count)
    }
}
