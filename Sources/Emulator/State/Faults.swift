import OAuthCore
import Synchronization

/// Something that shall go wrong.
struct Fault: Sendable, Hashable {
    enum Place: String, Sendable, CaseIterable {
        case any, token, authorize, metadata, keys, mail, imap, pop, smtp, gmail

        /// Whether a mail protocol is spoken there, and not HTTP.
        var isMailProtocol: Bool { [.imap, .pop, .smtp, .gmail].contains(self) }
    }

    enum Kind: Sendable, Hashable {
        /// An error of the platform.
        case error(AADSTSError)
        /// An answer that takes so many milliseconds longer.
        case slow(Int64)
        /// A connection that closes without an answer.
        case drop
        /// 429 with `Retry-After` in seconds.
        case throttle(Int64)
        /// ID tokens without a signature.
        case unsignedIDToken
        /// What only mail protocols know.
        case mail(MailFault)
    }

    var place: Place
    var kind: Kind
    /// How many requests it meets; `nil`: all until it is taken back.
    var remaining: Int?
}

/// What was asked for at the control endpoint: faults, and how far the clock is moved. Neither outlives a restart.
final class Controls: Sendable {
    private struct Content {
        var faults: [Fault] = []
        var clockOffset: Seconds = 0
    }

    private let content = Mutex(Content())
    private let systemNow: @Sendable () -> UnixTime

    init(clock: @escaping @Sendable () -> UnixTime) { systemNow = clock }

    /// The cloud's time.
    var now: UnixTime { systemNow() + content.withLock { $0.clockOffset } }

    var clockOffset: Seconds {
        get { content.withLock { $0.clockOffset } }
        set { content.withLock { $0.clockOffset = newValue } }
    }

    var faults: [Fault] { content.withLock { $0.faults } }

    func add(_ fault: Fault) { content.withLock { $0.faults.append(fault) } }

    func clear() { content.withLock { $0.faults = [] } }

    /// The first fault for a request at this place that is among the wanted ones; it is counted down.
    func take(_ place: Fault.Place, where isWanted: (Fault.Kind) -> Bool) -> Fault.Kind? {
        content.withLock { content in
            let index = content.faults.firstIndex { ($0.place == place || $0.place == .any) && isWanted($0.kind) }
            guard let index else { return nil }
            let kind = content.faults[index].kind
            if let remaining = content.faults[index].remaining {
                if remaining <= 1 {
                    content.faults.remove(at: index)
                } else {
                    content.faults[index].remaining = remaining - 1
                }
            }
            return kind
        }
    }
}
