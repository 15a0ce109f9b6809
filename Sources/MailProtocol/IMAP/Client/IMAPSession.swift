/// A client's session with an IMAP server, from the greeting to the goodbye (RFC 3501, RFC 9051).
///
/// A value without a connection: it is given what arrived and what to ask, and answers with what to do. It neither
/// waits nor reads a clock. Bytes may arrive in any pieces.
///
/// ```swift
/// var session = IMAPSession()
/// perform(session.receive(bytes))                         // the greeting
/// let login = try session.submit(.authenticate(credentials))
/// perform(login.actions)
/// let inbox = try session.submit(.select(IMAPSelect(.inbox)), .behindFreshLogin)
/// perform(inbox.actions)
/// ```
public struct IMAPSession: Sendable {
    /// How far a session is.
    public enum State: Hashable, Sendable {
        /// The greeting has not come.
        case connecting
        /// Nobody is logged in.
        case notAuthenticated
        /// Somebody is, and no mailbox is open.
        case authenticated
        /// A mailbox is open.
        case selected(IMAPSelectedMailbox)
        /// It has ended; nothing is sent or read any more.
        case closed
    }

    /// A command and what it causes at once.
    public struct Submission: Hashable, Sendable {
        /// The command, to be found again in `IMAPEvent.completed`.
        public var id: IMAPCommandID
        /// What to do now.
        public var actions: [IMAPAction]
    }

    /// How far the session is.
    public internal(set) var state = State.connecting
    /// What the server last said it can do; `nil` as long as it has said nothing.
    public internal(set) var capabilities: IMAPCapabilities?
    /// Whether `capabilities` were told since the last login or beginning of TLS, either of which may change them.
    public internal(set) var capabilitiesAreCurrent = false
    /// What has been enabled (RFC 5161).
    public internal(set) var enabled: Set<IMAPCapability> = []
    /// How names and texts are written now.
    public internal(set) var textForm = IMAPTextForm.modifiedUTF7

    let limits: IMAPLimits
    var framer: ResponseFramer
    var traffic = IMAPTraffic()
    /// The mailbox that is being opened, as far as the server has described it.
    var selecting: IMAPSelectedMailbox?
    /// Whether the server told its capabilities since a login or TLS was asked for.
    var hasToldCapabilities = false
    /// Between the server's consent to TLS and its beginning: what arrives now is not the server's word.
    var isStartingTLS = false
    /// Untagged responses since the last tagged one.
    var untaggedCount = 0

    /// A session whose greeting has not come.
    public init(limits: IMAPLimits = IMAPLimits()) {
        self.limits = limits
        framer = ResponseFramer(limits: limits)
    }

    /// Believes what the server said it can do in an earlier session, so that nothing has to be asked before the login.
    /// The server's own word, as soon as it comes, replaces it.
    public mutating func assume(_ remembered: IMAPCapabilities) {
        if capabilities == nil { capabilities = remembered }
    }

    /// The `IDLE` that the server has agreed to and that has not been told to end.
    public var idling: IMAPCommandID? {
        if case .idle(let id, hasBegun: true, isEnding: false) = traffic.awaited { id } else { nil }
    }

    /// The commands whose answers have not come, in the order of submission.
    public var pending: [IMAPCommandID] { traffic.pending }
}

/// The mailbox that is open.
public struct IMAPSelectedMailbox: Hashable, Sendable {
    /// Its name.
    public var name: IMAPMailboxName
    /// What may be done with it; the server may grant less than was asked for.
    public var access: IMAPSelect.Access
    /// How many messages it has.
    public var exists: UInt32 = 0
    /// While this number stays, so do UIDs.
    public var uidValidity: UInt32?
    /// The UID that the next message is likely to get.
    public var uidNext: UInt32?
    /// The highest change number (RFC 7162); `nil` where the mailbox has none.
    public var highestModSeq: UInt64?
    /// The flags that messages of it can have.
    public var flags: [IMAPFlag] = []
    /// The flags that can be changed for good.
    public var permanentFlags: [IMAPFlag] = []

    /// A mailbox of which nothing is known.
    public init(name: IMAPMailboxName, access: IMAPSelect.Access) {
        self.name = name
        self.access = access
    }
}
