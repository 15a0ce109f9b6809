/// What a client may make a server hold and do.
public struct IMAPServerLimits: Hashable, Sendable {
    /// Bytes of one line, 1,024 or more. Default 65,536: a token of 48 KB fits.
    public var line: Int
    /// Bytes of one literal other than a message, 0 or more. Default 8,192.
    public var literal: Int
    /// Bytes of a message that is appended, 0 or more. Default 35,651,584.
    public var message: Int
    /// Bytes of one command without the message in it, 1,024 or more. Default 131,072.
    public var command: Int
    /// Search keys of one command. Default 1,000.
    public var searchKeys: Int
    /// Brackets inside one another in a search. Default 20.
    public var depth: Int
    /// Commands in a row that make no sense before the connection ends. Default 20.
    public var badCommands: Int
    /// Bytes of answers after which a session waits until they are sent. Default 65,536.
    public var output: Int

    /// Limits that every usual client stays within.
    public init(
        line: Int = 65_536, literal: Int = 8_192, message: Int = 35_651_584, command: Int = 131_072,
        searchKeys: Int = 1_000, depth: Int = 20, badCommands: Int = 20, output: Int = 65_536
    ) {
        self.line = max(1_024, line)
        self.literal = max(0, literal)
        self.message = max(0, message)
        self.command = max(1_024, command)
        self.searchKeys = max(1, searchKeys)
        self.depth = max(1, depth)
        self.badCommands = max(1, badCommands)
        self.output = max(1, output)
    }
}
