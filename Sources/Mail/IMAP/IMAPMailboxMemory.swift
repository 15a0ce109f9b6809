import MailProtocol
import Synchronization

/// What one connection learnt about an inbox and the next can use: with it, the newest messages are one flight.
public final class IMAPMailboxMemory: Sendable {
    struct Newest: Hashable, Sendable {
        var uidValidity: UInt32
        /// The UIDs of the newest messages, the newest first.
        var uids: [UInt32]
    }

    private let newest = Mutex<Newest?>(nil)
    private let offered = Mutex<IMAPCapabilities?>(nil)

    /// Nothing is known.
    public init() {}

    func recall() -> Newest? { newest.withLock { $0 } }

    func remember(_ value: Newest?) { newest.withLock { $0 = value } }

    /// What the server offered before the login.
    var capabilities: IMAPCapabilities? {
        get { offered.withLock { $0 } }
        set { offered.withLock { $0 = newValue } }
    }
}
