/// What a server may make its client hold or do. Beyond any of these the session ends with the `IMAPError` that the
/// limit names; nothing is left out silently.
public struct IMAPLimits: Hashable, Sendable {
    /// Bytes of a line of text: greeting, status, continuation. Default 65,536.
    public var textLineBytes = 65_536
    /// Bytes of one line of data, literals apart; large mailboxes answer a search in one line. Default 4,194,304.
    public var dataLineBytes = 4_194_304
    /// Bytes of a literal that is kept in memory; larger ones in `FETCH` are streamed, elsewhere they are refused.
    /// Default 65,536.
    public var literalBytes = 65_536
    /// Bytes of a literal that is streamed. Default 1,073,741,824.
    public var streamedLiteralBytes: UInt64 = 1_073_741_824
    /// Literals of one response that are streamed. Default 100.
    public var streamedLiterals = 100
    /// Bytes of one response with all that is kept of it. Default 16,777,216.
    public var responseBytes = 16_777_216
    /// Parentheses, and parts of a message, inside one another, 1...100. Default 50.
    public var nesting = 50 {
        // Reading nests calls as deeply.
        didSet { nesting = min(max(1, nesting), 100) }
    }
    /// Untagged responses to the commands in flight. Default 4,000,000, for the envelopes of a very large mailbox.
    public var untaggedResponses = 4_000_000
    /// Untagged responses while nobody is logged in. Default 1,000.
    public var untaggedBeforeLogin = 1_000
    /// Capabilities in one list. Default 1,000.
    public var capabilities = 1_000
    /// Items of one list: addresses, flags, parameters, parts, ranges. Default 1,000,000.
    public var listItems = 1_000_000
    /// Bytes of a challenge as it stands on the wire. Default 16,384.
    public var challengeBytes = 16_384

    /// Limits that every usual server stays within.
    public init() {}
}
