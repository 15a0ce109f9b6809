import MailProtocol

/// Where a page of messages begins: what `PageCursor` says, checked.
///
/// As text it is the service's own `@odata.nextLink` with the rest in its fragment, which no such link has. A service
/// that gives more or fewer messages at once than it was asked for thereby still yields pages of the right size.
struct PagePosition: Hashable, Sendable {
    /// The query of the link.
    var query: String
    /// Messages of the page.
    var count: Int
    /// Messages of the service's answer that an earlier page had.
    var skipped: Int

    init(query: String, count: Int, skipped: Int = 0) {
        self.query = query
        self.count = count
        self.skipped = skipped
    }

    /// Reads a cursor; `nil` unless it is one of this inbox.
    init?(_ cursor: PageCursor, in location: MailboxLocation, inbox: [String]) {
        let text = cursor.rawValue
        guard let mark = text.lastIndex(of: "#"), let query = location.query(of: String(text[..<mark]), to: inbox)
        else { return nil }
        let numbers = text[text.index(after: mark)...].split(separator: "-", omittingEmptySubsequences: false)
            .map { Int($0) }
        guard numbers.count == 2, let count = numbers[0], let skipped = numbers[1], Self.counts.contains(count),
            Self.skips.contains(skipped)
        else { return nil }
        self.init(query: query, count: count, skipped: skipped)
    }

    func cursor(in location: MailboxLocation, inbox: [String]) -> PageCursor {
        PageCursor(location.url(inbox, query: query) + "#\(count)-\(skipped)")
    }

    static let counts = 1...1_000
    private static let skips = 0...100_000
}
