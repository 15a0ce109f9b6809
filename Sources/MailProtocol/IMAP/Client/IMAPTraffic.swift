import OAuthCore

/// The commands of a session: those that wait, and those whose answers are awaited.
struct IMAPTraffic: Sendable {
    struct Entry {
        var id: IMAPCommandID
        var command: IMAPCommand
        var pipelining: IMAPPipelining
    }

    /// What a `+` of the server is for.
    enum Awaited {
        case nothing
        /// The rest of a command, in pieces each of which waits for its own `+`.
        case literal(IMAPCommandID, pieces: [[UInt8]])
        /// A login; commands may have been sent behind it.
        case login(IMAPCommandID, SASLExchange, isFollowed: Bool)
        case idle(IMAPCommandID, hasBegun: Bool, isEnding: Bool)
    }

    var awaited = Awaited.nothing
    private var queue: [Entry] = []
    private var queueHead = 0
    private var inFlight: [UInt64: Entry] = [:]
    private var lastNumber: UInt64 = 0
    /// How many there are of each kind, to save looking at all of them.
    private var waiting = Tally()
    private var flying = Tally()

    /// Counts of commands that others depend on.
    struct Tally: Sendable {
        var logins = 0
        var selections = 0
        var enablings = 0
        var beginningsOfTLS = 0
        var logouts = 0
        /// Those that stand alone.
        var alone = 0
        /// Those behind which positions may mean other messages.
        var expungers = 0

        mutating func count(_ command: IMAPCommand, by step: Int) {
            switch command {
            case .authenticate: logins += step
            case .select: selections += step
            case .enable: enablings += step
            case .startTLS: beginningsOfTLS += step
            case .logout: logouts += step
            default: break
            }
            if command.standsAlone { alone += step }
            if command.mayExpunge { expungers += step }
        }
    }

    // MARK: Waiting

    mutating func enqueue(_ command: IMAPCommand, _ pipelining: IMAPPipelining) -> IMAPCommandID {
        lastNumber += 1
        let id = IMAPCommandID(number: lastNumber)
        queue.append(Entry(id: id, command: command, pipelining: pipelining))
        waiting.count(command, by: 1)
        return id
    }

    var next: Entry? { queueHead < queue.count ? queue[queueHead] : nil }

    mutating func dequeue() -> Entry? {
        guard let entry = next else { return nil }
        queueHead += 1
        waiting.count(entry.command, by: -1)
        if queueHead == queue.count || queueHead > 1_000 {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
        return entry
    }

    // MARK: In flight

    mutating func sent(_ entry: Entry) {
        inFlight[entry.id.number] = entry
        flying.count(entry.command, by: 1)
    }

    mutating func answered(_ id: IMAPCommandID) -> IMAPCommand? {
        guard let entry = inFlight.removeValue(forKey: id.number) else { return nil }
        flying.count(entry.command, by: -1)
        return entry.command
    }

    /// Whether any of this kind has been sent and not been answered.
    func isInFlight(_ kind: KeyPath<Tally, Int>) -> Bool { flying[keyPath: kind] > 0 }

    /// Whether any of this kind waits or has been sent, and has not been answered.
    func isPending(_ kind: KeyPath<Tally, Int>) -> Bool { isInFlight(kind) || waiting[keyPath: kind] > 0 }

    var pending: [IMAPCommandID] {
        inFlight.values.map(\.id).sorted { $0.number < $1.number } + queue[queueHead...].map(\.id)
    }

    /// Forgets everything, credentials included.
    mutating func clear() { self = Self() }

    /// Whether a command can be sent now, all that was submitted before it having been sent.
    func allows(_ entry: Entry) -> Bool {
        if case .literal = awaited { return false }
        if flying.alone > 0, !canFollowLogin(entry) { return false }
        switch entry.command {
        // Nobody could tell which answers came before, and which `+` is for whom.
        case .startTLS, .authenticate, .compress, .enable, .idle: return inFlight.isEmpty
        // Data of two mailboxes could not be told apart.
        case .select: return flying.selections == 0
        default: return !(entry.command.usesPositions && flying.expungers > 0)
        }
    }

    /// Behind a login that has sent its token already, and has heard nothing yet.
    private func canFollowLogin(_ entry: Entry) -> Bool {
        guard case .login(_, let exchange, _) = awaited, exchange.hasSentToken, !exchange.hasFailed else {
            return false
        }
        return entry.pipelining == .behindFreshLogin && !entry.command.standsAlone
    }
}
