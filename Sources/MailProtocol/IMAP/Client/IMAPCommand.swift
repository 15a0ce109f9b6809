public import OAuthCore

/// Something to ask of a server. Nothing in it can break out of its place: what is not an atom is quoted, and what
/// cannot be quoted is sent as a literal.
public enum IMAPCommand: Hashable, Sendable {
    /// Asks what the server can do.
    case capability
    /// Asks for nothing, so that the server can say what is new.
    case noop
    /// Ends the session.
    case logout
    /// Says who the client is, and asks who the server is (RFC 2971); `[:]` says nothing of the client. At most 30
    /// fields are sent.
    case id([String: String])
    /// Begins TLS on a plain connection.
    case startTLS
    /// Logs in with a token, in one step where the server offers that (RFC 4959).
    case authenticate(SASLCredentials)
    /// Turns extensions on (RFC 5161), such as `UTF8=ACCEPT`, `QRESYNC` and `IMAP4REV2`.
    case enable([IMAPCapability])
    /// Turns compression on (RFC 4978).
    case compress
    /// Asks where whose mailboxes lie (RFC 2342).
    case namespace
    /// Lists mailboxes.
    case list(IMAPList)
    /// Counts a mailbox that is not the selected one.
    case status(IMAPMailboxName, [IMAPStatusItem])
    /// Opens a mailbox.
    case select(IMAPSelect)
    /// Makes a mailbox.
    case create(IMAPMailboxName)
    /// Deletes a mailbox with its messages.
    case delete(IMAPMailboxName)
    /// Gives a mailbox another name.
    case rename(IMAPMailboxName, to: IMAPMailboxName)
    /// Puts a mailbox on the list of those that are shown.
    case subscribe(IMAPMailboxName)
    /// Takes a mailbox off that list.
    case unsubscribe(IMAPMailboxName)
    /// Puts a message into a mailbox.
    case append(IMAPAppend)
    /// Waits for news (RFC 2177). Ends when another command is submitted, or by `IMAPSession.endIdle()`. Servers end
    /// sessions that idle for 30 minutes: end it after 29 at most.
    case idle
    /// Closes the mailbox and expunges its deleted messages, unless it was open for reading alone.
    case close
    /// Closes the mailbox and expunges nothing (RFC 9051 §6.4.2).
    case unselect
    /// Expunges the messages marked as deleted; of these UIDs alone, if any are given (RFC 4315 §2.1).
    case expunge(uids: IMAPMessageSet?)
    /// Searches the mailbox.
    case search(IMAPSearch)
    /// Reads messages; none of it marks them as read.
    case fetch(IMAPFetchRequest)
    /// Changes flags.
    case store(IMAPStore)
    /// Copies messages.
    case copy(IMAPMessageSet, IMAPNumbering, to: IMAPMailboxName)
    /// Moves messages (RFC 6851).
    case move(IMAPMessageSet, IMAPNumbering, to: IMAPMailboxName)
}

/// Opening a mailbox.
public struct IMAPSelect: Hashable, Sendable {
    /// What may be done with it.
    public enum Access: Hashable, Sendable {
        /// Reading; nothing changes, not even `\Recent`.
        case readOnly
        /// Reading and changing.
        case readWrite
    }

    /// Where an earlier session stopped (RFC 7162 §3.2.5).
    public struct ResumePoint: Hashable, Sendable {
        /// `UIDVALIDITY` of then.
        public var uidValidity: UInt32
        /// The highest change number of then, 1 or more.
        public var modSeq: UInt64
        /// The UIDs that were known then; `nil` for all.
        public var knownUIDs: IMAPNumberSet?

        /// The point at which an earlier session stopped.
        public init(uidValidity: UInt32, modSeq: UInt64, knownUIDs: IMAPNumberSet? = nil) {
            self.uidValidity = uidValidity
            self.modSeq = modSeq
            self.knownUIDs = knownUIDs
        }
    }

    /// Whether changes are told with their numbers.
    public enum Changes: Hashable, Sendable {
        /// They are not.
        case untracked
        /// They are (RFC 7162 §3.1.8).
        case numbered
        /// They are, and all that happened since is told first. `QRESYNC` has to be enabled before.
        case since(ResumePoint)
    }

    /// The mailbox.
    public var mailbox: IMAPMailboxName
    /// What may be done with it.
    public var access: Access
    /// Whether changes are told with their numbers.
    public var changes: Changes

    /// Opening a mailbox.
    public init(_ mailbox: IMAPMailboxName, access: Access = .readOnly, changes: Changes = .untracked) {
        self.mailbox = mailbox
        self.access = access
        self.changes = changes
    }
}

/// Listing mailboxes (RFC 9051 §6.3.9).
public struct IMAPList: Hashable, Sendable {
    /// Which of the mailboxes, and what to say of them. Both need `LIST-EXTENDED`, but for the special use.
    public enum Option: Hashable, Sendable {
        /// Whether others lie below.
        case children
        /// Whether they are subscribed to.
        case subscribed
        /// What they are for (RFC 6154).
        case specialUse
        /// Their counts (RFC 5819).
        case status([IMAPStatusItem])
    }

    /// What the patterns begin from; usually empty.
    public var reference: String
    /// Names, with `*` for anything and `%` for anything within one level; at least one.
    public var patterns: [String]
    /// Leaves out all mailboxes that are not so; `.subscribed` or `.specialUse`.
    public var only: [Option]
    /// What to say of each.
    public var returning: [Option]

    /// A listing; by default of all mailboxes.
    public init(
        reference: String = "", patterns: [String] = ["*"], only: [Option] = [], returning: [Option] = []
    ) {
        self.reference = reference
        self.patterns = patterns
        self.only = only
        self.returning = returning
    }
}

/// A count of a mailbox.
public enum IMAPStatusItem: String, Hashable, Sendable, CaseIterable {
    /// Its messages.
    case messages = "MESSAGES"
    /// Its new messages (RFC 3501 alone).
    case recent = "RECENT"
    /// Its unread messages.
    case unseen = "UNSEEN"
    /// Its messages marked as deleted (RFC 9051).
    case deleted = "DELETED"
    /// The UID that the next message is likely to get.
    case uidNext = "UIDNEXT"
    /// While this number stays, so do UIDs.
    case uidValidity = "UIDVALIDITY"
    /// Its size in bytes (RFC 9051).
    case size = "SIZE"
    /// Its highest change number (RFC 7162).
    case highestModSeq = "HIGHESTMODSEQ"
    /// Its identifier for good (RFC 8474).
    case mailboxID = "MAILBOXID"
}

/// Putting a message into a mailbox.
public struct IMAPAppend: Hashable, Sendable {
    /// The mailbox.
    public var mailbox: IMAPMailboxName
    /// The message's flags.
    public var flags: [IMAPFlag]
    /// When it was received; `nil` for now.
    public var internalDate: UnixTime?
    /// The message as it goes over the wire, lines ending in CRLF.
    public var message: [UInt8]

    /// A message for a mailbox.
    public init(to mailbox: IMAPMailboxName, flags: [IMAPFlag] = [], internalDate: UnixTime? = nil, message: [UInt8]) {
        self.mailbox = mailbox
        self.flags = flags
        self.internalDate = internalDate
        self.message = message
    }
}

/// Reading messages (RFC 9051 §6.4.5).
public struct IMAPFetchRequest: Hashable, Sendable {
    /// What to read of a message.
    public enum Item: Hashable, Sendable {
        /// Its UID; comes by itself where UIDs are asked for.
        case uid
        /// Its flags.
        case flags
        /// When the mailbox received it.
        case internalDate
        /// Its size in bytes.
        case size
        /// Its most important fields.
        case envelope
        /// Its parts.
        case structure
        /// Its change number (RFC 7162).
        case modSeq
        /// Its identifier for good (RFC 8474).
        case emailID
        /// A piece of its text.
        case section(IMAPSection)
        /// Some bytes of a piece of its text: at most `count`, 1 or more, from `offset`.
        case partial(IMAPSection, offset: UInt64, count: UInt64)
    }

    /// The messages.
    public var messages: IMAPMessageSet
    /// What their numbers mean.
    public var numbering: IMAPNumbering
    /// What to read; at least one.
    public var items: [Item]
    /// Only what changed after this (RFC 7162 §3.1.4).
    public var changedSince: UInt64?
    /// With `changedSince` and `QRESYNC`: asks which of the UIDs are gone, too (RFC 7162 §3.2.6).
    public var reportsVanished: Bool

    /// What a list of messages shows: UID, flags, times, size, envelope and parts.
    public static let summary: [Item] = [.uid, .flags, .internalDate, .size, .envelope, .structure]

    /// A request.
    public init(
        _ messages: IMAPMessageSet, _ numbering: IMAPNumbering, _ items: [Item], changedSince: UInt64? = nil,
        reportsVanished: Bool = false
    ) {
        self.messages = messages
        self.numbering = numbering
        self.items = items
        self.changedSince = changedSince
        self.reportsVanished = reportsVanished
    }
}

/// Changing flags (RFC 9051 §6.4.6).
public struct IMAPStore: Hashable, Sendable {
    /// What happens to flags.
    public enum Change: Hashable, Sendable {
        /// These are added.
        case add([IMAPFlag])
        /// These are taken away.
        case remove([IMAPFlag])
        /// There are these, and no others.
        case replace([IMAPFlag])
    }

    /// The messages.
    public var messages: IMAPMessageSet
    /// What their numbers mean.
    public var numbering: IMAPNumbering
    /// What happens to their flags.
    public var change: Change
    /// Whether the server tells the flags that result.
    public var tellsResult: Bool
    /// Leaves messages alone that somebody has changed after this (RFC 7162 §3.1.3).
    public var unchangedSince: UInt64?

    /// A change.
    public init(
        _ messages: IMAPMessageSet, _ numbering: IMAPNumbering, _ change: Change, tellsResult: Bool = true,
        unchangedSince: UInt64? = nil
    ) {
        self.messages = messages
        self.numbering = numbering
        self.change = change
        self.tellsResult = tellsResult
        self.unchangedSince = unchangedSince
    }
}
