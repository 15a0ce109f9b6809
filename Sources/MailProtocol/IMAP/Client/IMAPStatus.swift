/// A status of a server: the answer to a command, or one that came by itself (RFC 9051 §7.1).
public struct IMAPStatus: Hashable, Sendable {
    /// What a status says.
    public enum Condition: String, Hashable, Sendable {
        /// Done.
        case ok = "OK"
        /// Not done.
        case no = "NO"
        /// Not understood, or out of place.
        case bad = "BAD"
        /// The connection ends.
        case bye = "BYE"
        /// In the greeting: logged in already.
        case preAuth = "PREAUTH"
    }

    /// What it says.
    public var condition: Condition
    /// What a program can read of it.
    public var code: IMAPResponseCode?
    /// What a person can read of it, without control characters.
    public var text: String

    /// A status.
    public init(_ condition: Condition, code: IMAPResponseCode? = nil, text: String = "") {
        self.condition = condition
        self.code = code
        self.text = text
    }
}

/// The code in brackets that begins a status' text (RFC 9051 §7.1, RFC 4315, RFC 7162).
public enum IMAPResponseCode: Hashable, Sendable {
    /// A person has to see the text.
    case alert
    /// What the server can do.
    case capability(IMAPCapabilities)
    /// The flags that can be changed for good.
    case permanentFlags([IMAPFlag])
    /// The mailbox is open for reading alone.
    case readOnly
    /// The mailbox is open for changes.
    case readWrite
    /// The target does not exist and could be created.
    case tryCreate
    /// The UID that the next message is likely to get.
    case uidNext(UInt32)
    /// While this number stays, so do UIDs.
    case uidValidity(UInt32)
    /// The number of the first unread message (RFC 3501 §7.1).
    case unseen(UInt32)
    /// The UIDs that appended messages got (RFC 4315 §3).
    case appendUID(uidValidity: UInt32, uids: IMAPNumberSet)
    /// The UIDs that copied or moved messages had and got, in the same order (RFC 4315 §3).
    case copyUID(uidValidity: UInt32, from: IMAPNumberSet, to: IMAPNumberSet)
    /// UIDs do not outlast the session.
    case uidNotSticky
    /// The highest change number of the mailbox (RFC 7162 §3.1.2.1).
    case highestModSeq(UInt64)
    /// The mailbox has no change numbers (RFC 7162 §3.1.2.2).
    case noModSeq
    /// The messages that were not changed, because somebody else had changed them (RFC 7162 §3.1.3).
    case modified(IMAPNumberSet)
    /// The mailbox selected before is closed; what follows is about the new one (RFC 7162 §3.2.11).
    case closed
    /// Compression is on already (RFC 4978 §3).
    case compressionActive
    /// The charsets that a search may use.
    case badCharset([String])
    /// Any other, in capitals, and its argument: `AUTHENTICATIONFAILED`, `UNAVAILABLE`, `OVERQUOTA` and so on.
    case other(String, String?)

    /// The name as the server wrote it, in capitals.
    public var name: String {
        switch self {
        case .alert: "ALERT"
        case .capability: "CAPABILITY"
        case .permanentFlags: "PERMANENTFLAGS"
        case .readOnly: "READ-ONLY"
        case .readWrite: "READ-WRITE"
        case .tryCreate: "TRYCREATE"
        case .uidNext: "UIDNEXT"
        case .uidValidity: "UIDVALIDITY"
        case .unseen: "UNSEEN"
        case .appendUID: "APPENDUID"
        case .copyUID: "COPYUID"
        case .uidNotSticky: "UIDNOTSTICKY"
        case .highestModSeq: "HIGHESTMODSEQ"
        case .noModSeq: "NOMODSEQ"
        case .modified: "MODIFIED"
        case .closed: "CLOSED"
        case .compressionActive: "COMPRESSIONACTIVE"
        case .badCharset: "BADCHARSET"
        case .other(let name, _): name
        }
    }
}
