/// Data of a server: what was asked for, or what it thought worth saying (RFC 9051 §7).
public enum IMAPResponse: Hashable, Sendable {
    /// A status that answers no command in particular.
    case status(IMAPStatus)
    /// What the server can do.
    case capabilities(IMAPCapabilities)
    /// What is now enabled (RFC 5161).
    case enabled([IMAPCapability])
    /// The server's name and version, and whatever else it says of itself (RFC 2971); empty for `NIL`.
    case id([String: String])
    /// A mailbox that exists.
    case list(IMAPListEntry)
    /// Counts of a mailbox.
    case mailboxStatus(IMAPMailboxStatus)
    /// Where whose mailboxes lie (RFC 2342).
    case namespace(IMAPNamespaces)
    /// The flags of the selected mailbox.
    case flags([IMAPFlag])
    /// How many messages the selected mailbox has.
    case exists(UInt32)
    /// How many of them are new (RFC 3501 §7.3.2).
    case recent(UInt32)
    /// The message with this number is gone; those behind it move up.
    case expunge(UInt32)
    /// Messages with these UIDs are gone (RFC 7162 §3.2.10). `earlier`: before this session, so no numbers change.
    case vanished(IMAPNumberSet, earlier: Bool)
    /// Numbers or UIDs that a search found (RFC 3501 §7.2.5).
    case search([UInt32], highestModSeq: UInt64?)
    /// What a search found (RFC 4731).
    case eSearch(IMAPSearchResult)
    /// What is known of a message.
    /// Behind a pointer: an event is handed on several times, and this is by far the largest.
    indirect case fetch(IMAPFetch)
    /// A response of another kind, by its name in capitals. Its arguments are left out.
    case other(String)
    /// A response that cannot be read. Those after it can.
    case unreadable(IMAPError)
}

/// A mailbox as `LIST` names it (RFC 9051 §7.3.1).
public struct IMAPListEntry: Hashable, Sendable {
    /// Its name.
    public var name: IMAPMailboxName
    /// What separates levels of names; `nil` where there are none.
    public var separator: Character?
    /// Its attributes, such as `\Noselect`, `\HasChildren` and the special uses of RFC 6154.
    public var attributes: Set<IMAPFlag>
    /// The name by which it was asked for, or its former one (RFC 9051 §7.3.1, `OLDNAME`).
    public var oldName: IMAPMailboxName?

    /// A mailbox.
    public init(
        name: IMAPMailboxName, separator: Character? = nil, attributes: Set<IMAPFlag> = [],
        oldName: IMAPMailboxName? = nil
    ) {
        self.name = name
        self.separator = separator
        self.attributes = attributes
        self.oldName = oldName
    }

    /// Whether it can be selected.
    public var isSelectable: Bool {
        attributes.isDisjoint(with: [IMAPFlag("\\Noselect"), IMAPFlag("\\NonExistent")])
    }

    /// What it is for, if it is for something special.
    public var use: IMAPSpecialUse? {
        name == .inbox ? .inbox : IMAPSpecialUse.allCases.first { attributes.contains(IMAPFlag($0.rawValue)) }
    }
}

/// What a mailbox is for (RFC 6154 §2, and Gmail's older names).
public enum IMAPSpecialUse: String, Hashable, Sendable, CaseIterable {
    /// New mail.
    case inbox = "\\Inbox"
    /// All mail.
    case all = "\\All"
    /// Mail put away.
    case archive = "\\Archive"
    /// Unfinished mail.
    case drafts = "\\Drafts"
    /// Mail marked for attention.
    case flagged = "\\Flagged"
    /// Unwanted mail.
    case junk = "\\Junk"
    /// Mail sent.
    case sent = "\\Sent"
    /// Deleted mail.
    case trash = "\\Trash"
}

/// Counts of a mailbox (RFC 9051 §7.3.4). What was not asked for is `nil`.
public struct IMAPMailboxStatus: Hashable, Sendable {
    /// The mailbox.
    public var name: IMAPMailboxName
    /// Its messages.
    public var messages: UInt32?
    /// Its new messages (RFC 3501).
    public var recent: UInt32?
    /// Its unread messages.
    public var unseen: UInt32?
    /// Its messages marked as deleted.
    public var deleted: UInt32?
    /// The UID that the next message is likely to get.
    public var uidNext: UInt32?
    /// While this number stays, so do UIDs.
    public var uidValidity: UInt32?
    /// Its size in bytes.
    public var size: UInt64?
    /// Its highest change number (RFC 7162).
    public var highestModSeq: UInt64?
    /// Its identifier for good (RFC 8474).
    public var mailboxID: String?

    /// Counts of a mailbox, none of them known.
    public init(name: IMAPMailboxName) { self.name = name }
}

/// Where whose mailboxes lie (RFC 2342 §5).
public struct IMAPNamespaces: Hashable, Sendable {
    /// One place.
    public struct Namespace: Hashable, Sendable {
        /// What names there begin with.
        public var prefix: IMAPMailboxName
        /// What separates levels of names; `nil` where there are none.
        public var separator: Character?

        /// A place.
        public init(prefix: IMAPMailboxName, separator: Character?) {
            self.prefix = prefix
            self.separator = separator
        }
    }

    /// One's own mailboxes.
    public var personal: [Namespace]
    /// Other people's.
    public var others: [Namespace]
    /// Shared ones.
    public var shared: [Namespace]

    /// These places.
    public init(personal: [Namespace] = [], others: [Namespace] = [], shared: [Namespace] = []) {
        self.personal = personal
        self.others = others
        self.shared = shared
    }
}

/// What a search found (RFC 4731 §3.1). What was not asked for, or does not exist, is `nil`.
public struct IMAPSearchResult: Hashable, Sendable {
    /// The command that it answers.
    public var command: IMAPCommandID?
    /// What the numbers mean.
    public var numbering: IMAPNumbering
    /// The lowest number found.
    public var minimum: UInt32?
    /// The highest number found.
    public var maximum: UInt32?
    /// How many were found.
    public var count: UInt32?
    /// All that were found.
    public var all: IMAPNumberSet?
    /// The highest change number among them (RFC 7162 §3.1.10).
    public var highestModSeq: UInt64?

    /// A result in which nothing is known.
    public init(numbering: IMAPNumbering, command: IMAPCommandID? = nil) {
        self.numbering = numbering
        self.command = command
    }
}
