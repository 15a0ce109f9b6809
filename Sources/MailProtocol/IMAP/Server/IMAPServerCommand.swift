import OAuthCore

/// A command as a client sends it (RFC 3501 §6, RFC 9051 §6, and the extensions that are announced).
enum IMAPServerCommand: Equatable, Sendable {
    case capability, noop, logout, check, close, unselect, idle, namespace, startTLS
    case id
    case login
    case authenticate(mechanism: String, initial: [UInt8]?)
    case enable([String])
    case list(IMAPServerListRequest)
    case status(String, [String])
    case select(String, readOnly: Bool)
    case change(IMAPServerFolderChange)
    case append(String, flags: Set<String>, date: UnixTime?, message: [UInt8])
    case expunge(IMAPServerNumbers?)
    case fetch(IMAPServerNumbers, [IMAPServerFetchItem], by: IMAPServerNumbering)
    case search(IMAPServerSearch, by: IMAPServerNumbering)
    case store(IMAPServerNumbers, IMAPServerFlagChange, isSilent: Bool, by: IMAPServerNumbering)
    case copy(IMAPServerNumbers, to: String, IMAPServerRemoval, by: IMAPServerNumbering)
}

/// Whether numbers count messages or name them.
enum IMAPServerNumbering: Equatable, Sendable { case sequence, uid }

/// What `LIST`, `LSUB` or `XLIST` asks for (RFC 5258, RFC 5819, RFC 6154).
struct IMAPServerListRequest: Equatable, Sendable {
    enum Kind: String, Sendable { case list = "LIST", lsub = "LSUB", xlist = "XLIST" }

    var kind: Kind
    var reference = ""
    var patterns: [String] = []
    /// `SUBSCRIBED`, `SPECIAL-USE` and their like: which folders are wanted.
    var selection: [String] = []
    /// What `RETURN (STATUS (…))` asks for.
    var status: [String] = []
}

/// Numbers of messages, as in `1:4,7,9:*` (RFC 9051 §9, sequence-set).
struct IMAPServerNumbers: Equatable, Sendable {
    /// Pairs of ends in either order; `nil` is `*`.
    var ranges: [Range]

    struct Range: Equatable, Sendable {
        var first: UInt32?
        var last: UInt32?
    }

    /// Without overlaps, ascending.
    ///
    /// - Parameter largest: what `*` means.
    func resolved(largest: UInt32) -> IMAPServerResolvedNumbers {
        let all = ranges.map { range -> ClosedRange<UInt32> in
            let (one, other) = (range.first ?? largest, range.last ?? largest)
            return min(one, other)...max(one, other)
        }
        var merged: [ClosedRange<UInt32>] = []
        for range in all.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return IMAPServerResolvedNumbers(ranges: merged)
    }
}

/// Numbers without `*`.
struct IMAPServerResolvedNumbers: Equatable, Sendable {
    var ranges: [ClosedRange<UInt32>]

    func contains(_ number: UInt32) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(number)
    }

    /// Numbers as the wire writes them, neighbours joined.
    static func text(_ numbers: [UInt32]) -> String {
        var parts: [String] = []
        var index = 0
        while index < numbers.count {
            var end = index
            while end + 1 < numbers.count, numbers[end] < .max, numbers[end + 1] == numbers[end] + 1 { end += 1 }
            parts.append(index == end ? "\(numbers[index])" : "\(numbers[index]):\(numbers[end])")
            index = end + 1
        }
        return parts.joined(separator: ",")
    }
}

/// What `FETCH` asks for.
enum IMAPServerFetchItem: Equatable, Sendable {
    case flags, uid, internalDate, size, envelope, body, bodyStructure
    case section(IMAPServerSection)
}

/// A piece of a message, as in `BODY.PEEK[1.HEADER.FIELDS (SUBJECT)]<0.100>`.
struct IMAPServerSection: Equatable, Sendable {
    enum Text: Equatable, Sendable {
        case header, text, mime
        /// The named fields, or all but them.
        case fields([String], isExcluding: Bool)
    }

    /// The position of the part, as in `1.2`; empty for the message.
    var part = ""
    /// Which text of it; `nil` for all.
    var text: Text?
    /// Where to begin, and how many bytes at most.
    var partial: Partial?
    /// Whether the message stays unread.
    var isPeek = false
    /// `RFC822` and its like, which answer under their own name.
    var label: String?

    struct Partial: Equatable, Sendable {
        var start: Int
        var count: Int
    }
}

/// What `SEARCH` asks for.
struct IMAPServerSearch: Equatable, Sendable {
    var key: IMAPServerSearchKey
    /// `MIN`, `MAX`, `COUNT` and `ALL` (RFC 4731); `nil` for the answer of before.
    var returns: [String]?
}

/// A criterion of a search (RFC 3501 §6.4.4).
indirect enum IMAPServerSearchKey: Equatable, Sendable {
    case all
    /// A flag that is there.
    case flag(String)
    case not(IMAPServerSearchKey)
    case or(IMAPServerSearchKey, IMAPServerSearchKey)
    case and([IMAPServerSearchKey])
    case numbers(IMAPServerNumbers)
    case uids(IMAPServerNumbers)
    /// The same with `*` filled in.
    case resolved(IMAPServerResolvedNumbers, IMAPServerNumbering)
    /// Text in a field; empty for the field itself.
    case header(String, String)
    case body(String)
    case text(String)
    case size(Comparison, Int)
    /// The day of arrival, as days since 1970.
    case arrived(Comparison, day: Int64)
    /// The day that the sender wrote.
    case sent(Comparison, day: Int64)

    enum Comparison: Sendable { case before, on, since }
}
