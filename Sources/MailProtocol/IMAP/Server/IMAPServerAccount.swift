public import OAuthCore

/// One person's mail as a session of the server's side reads and changes it.
///
/// Folder names are Unicode with `/` between levels; `INBOX` is always there. Several sessions may use one account at
/// once: each learns of the others' changes by comparing ``contents(of:)`` with what it told its client.
public protocol IMAPServerAccount: Sendable {
    /// All folders, `INBOX` first.
    func folders() -> [IMAPServerFolder]
    /// What a folder holds now; `nil` where there is no such folder.
    func contents(of folder: String) -> IMAPServerContents?
    /// A message with the line ends of mail, as long as its ``IMAPServerMessage/size`` says; `nil` when it has gone.
    func message(_ uid: UInt32, in folder: String) -> [UInt8]?
    /// Changes flags. What is not there is passed over.
    func change(_ change: IMAPServerFlagChange, of uids: [UInt32], in folder: String)
    /// Copies messages, or moves them.
    ///
    /// - Returns: the old and the new identifiers of those that were there, in pairs; `nil` where there is no such
    ///   folder.
    func copy(_ uids: [UInt32], from folder: String, to target: String, removing: IMAPServerRemoval)
        -> [(old: UInt32, new: UInt32)]?
    /// Adds a message, as it came.
    func append(_ message: [UInt8], flags: Set<String>, date: UnixTime?, to folder: String) -> IMAPServerAppend
    /// Removes messages for good.
    func remove(_ uids: [UInt32], from folder: String)
    /// Makes, removes, renames, or subscribes to a folder.
    ///
    /// - Returns: whether that could be done.
    func change(_ change: IMAPServerFolderChange) -> Bool
}

/// A folder of an account.
public struct IMAPServerFolder: Hashable, Sendable {
    /// The name with its parents', `/` between them.
    public var name: String
    /// What it is for (RFC 6154 §2), such as `\Sent`; `nil` for no special use.
    public var specialUse: String?
    /// Whether it can be opened.
    public var isSelectable: Bool
    /// Whether `LSUB` lists it.
    public var isSubscribed: Bool

    /// A folder that is subscribed to.
    public init(_ name: String, specialUse: String? = nil, isSelectable: Bool = true, isSubscribed: Bool = true) {
        self.name = name
        self.specialUse = specialUse
        self.isSelectable = isSelectable
        self.isSubscribed = isSubscribed
    }
}

/// What a folder holds at one moment.
public struct IMAPServerContents: Sendable {
    /// Changes when identifiers are no longer those of before (RFC 9051 §2.3.1.1).
    public var uidValidity: UInt32
    /// The identifier that the next message will have.
    public var uidNext: UInt32
    /// Grows with every change of the folder.
    public var revision: UInt64
    /// The messages, by ascending identifier.
    public var messages: [IMAPServerMessage]

    /// The contents of a folder.
    public init(uidValidity: UInt32, uidNext: UInt32, revision: UInt64, messages: [IMAPServerMessage]) {
        self.uidValidity = uidValidity
        self.uidNext = uidNext
        self.revision = revision
        self.messages = messages
    }

    /// The message with an identifier.
    public func message(_ uid: UInt32) -> IMAPServerMessage? {
        var (low, high) = (0, messages.count)
        while low < high {
            let middle = (low + high) / 2
            if messages[middle].uid < uid { low = middle + 1 } else { high = middle }
        }
        return low < messages.count && messages[low].uid == uid ? messages[low] : nil
    }
}

/// What a server knows of a message without reading it.
public struct IMAPServerMessage: Hashable, Sendable {
    /// Its identifier in its folder, 1 or more.
    public var uid: UInt32
    /// Its flags, those of the system as in `\Seen`.
    public var flags: Set<String>
    /// When it arrived.
    public var internalDate: UnixTime
    /// Bytes, with the line ends of mail.
    public var size: Int

    /// A message.
    public init(uid: UInt32, flags: Set<String>, internalDate: UnixTime, size: Int) {
        self.uid = uid
        self.flags = flags
        self.internalDate = internalDate
        self.size = size
    }
}

/// A change of flags, as `STORE` asks for it.
public enum IMAPServerFlagChange: Hashable, Sendable {
    /// These and no others.
    case replace(Set<String>)
    /// These as well.
    case add(Set<String>)
    /// These no more.
    case remove(Set<String>)

    /// The flags after the change.
    public func applied(to flags: Set<String>) -> Set<String> {
        switch self {
        case .replace(let new): new
        case .add(let new): flags.union(new)
        case .remove(let old): flags.subtracting(old)
        }
    }
}

/// What became of a message that was to be added.
public enum IMAPServerAppend: Hashable, Sendable {
    /// It is there, under this identifier.
    case added(UInt32)
    /// There is no such folder.
    case noSuchFolder
    /// There is no room for it.
    case overQuota
}

/// Whether messages stay where they were copied from.
public enum IMAPServerRemoval: Hashable, Sendable {
    /// They stay.
    case keep
    /// They go.
    case remove
}

/// A change among an account's folders.
public enum IMAPServerFolderChange: Hashable, Sendable {
    /// Make a folder.
    case create(String)
    /// Remove a folder with its messages.
    case delete(String)
    /// Give a folder and those in it another name.
    case rename(String, to: String)
    /// List it in `LSUB`, or no more.
    case subscribe(String, Bool)
}
