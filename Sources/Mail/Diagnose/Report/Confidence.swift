/// How sure a cause is.
public enum Confidence: String, Hashable, Sendable, CaseIterable, Comparable {
    /// The evidence allows it, and other causes as well.
    case possible
    /// The evidence points to it.
    case likely
    /// The evidence leaves nothing else, as far as the words can be trusted.
    case certain

    public static func < (less: Self, more: Self) -> Bool { less.rank < more.rank }

    private var rank: Int {
        switch self {
        case .possible: 0
        case .likely: 1
        case .certain: 2
        }
    }
}

/// What to do about a cause.
public struct Fix: Hashable, Sendable {
    /// What to do, in a sentence or two.
    public var text: ReportText
    /// Commands to run, in order; each is one line.
    public var commands: [ReportText]
    /// Where to click instead.
    public var clickPath: ReportText?

    init(_ text: ReportText, commands: [ReportText] = [], clickPath: ReportText? = nil) {
        self.text = text
        self.commands = commands
        self.clickPath = clickPath
    }
}

/// A cause that the evidence allows.
public struct Candidate: Hashable, Sendable {
    /// The number of its row.
    public var number: Int
    /// Its stable name, such as `token-for-graph`.
    public var id: String
    /// The cause.
    public var cause: ReportText
    /// How sure it is.
    public var confidence: Confidence
    /// What speaks for it.
    public var because: [ReportText]
    /// What to do.
    public var fix: Fix
}
