public import OAuthCore

/// Searching the selected mailbox (RFC 9051 §6.4.4).
public struct IMAPSearch: Hashable, Sendable {
    /// What to tell (RFC 4731 §3.1, RFC 5182).
    public enum Return: String, Hashable, Sendable {
        /// The lowest number.
        case minimum = "MIN"
        /// The highest number.
        case maximum = "MAX"
        /// How many there are.
        case count = "COUNT"
        /// All of them.
        case all = "ALL"
        /// Nothing: they are kept for `IMAPMessageSet.saved`.
        case save = "SAVE"
    }

    /// What to look for.
    public var key: IMAPSearchKey
    /// What the numbers found mean.
    public var numbering: IMAPNumbering
    /// What to tell; `nil` for a plain answer, for servers without `ESEARCH`.
    public var returning: [Return]?

    /// A search.
    public init(_ key: IMAPSearchKey, _ numbering: IMAPNumbering = .uid, returning: [Return]? = nil) {
        self.key = key
        self.numbering = numbering
        self.returning = returning
    }
}

/// What to look for in messages.
public indirect enum IMAPSearchKey: Hashable, Sendable {
    /// All messages.
    case everything
    /// Messages with this flag.
    case flag(IMAPFlag)
    /// Messages without this flag.
    case notFlag(IMAPFlag)
    /// Messages with these numbers.
    case sequence(IMAPMessageSet)
    /// Messages with these UIDs.
    case uid(IMAPMessageSet)
    /// Text in the writer's address or name.
    case from(String)
    /// Text in an addressee's address or name.
    case to(String)
    /// Text in the address or name of who got a copy.
    case cc(String)
    /// Text in the subject.
    case subject(String)
    /// Text in the message's body.
    case body(String)
    /// Text in the header or the body.
    case text(String)
    /// Text in this field; empty text asks whether there is the field.
    case header(String, String)
    /// Received before this day; the time of day does not count, days are UTC's.
    case before(UnixTime)
    /// Received on this day.
    case on(UnixTime)
    /// Received on this day or later.
    case since(UnixTime)
    /// Sent before this day.
    case sentBefore(UnixTime)
    /// Sent on this day or later.
    case sentSince(UnixTime)
    /// More bytes than this.
    case larger(UInt64)
    /// Fewer bytes than this.
    case smaller(UInt64)
    /// Changed with this number or later (RFC 7162 §3.1.5).
    case modSeq(UInt64)
    /// Everything that this key does not find.
    case not(IMAPSearchKey)
    /// What either finds.
    case or(IMAPSearchKey, IMAPSearchKey)
    /// What all of them find; everything, for none.
    case and([IMAPSearchKey])
}
