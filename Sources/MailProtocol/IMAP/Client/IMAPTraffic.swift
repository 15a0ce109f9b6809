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
    /// How many of those in flight are so, to save looking at each.
    private var expungers = 0
    private var alone = 0

    // MARK: Waiting

    mutating func enqueue(_ command: IMAPCommand, _ pipelining: IMAPPipelining) -> IMAPCommandID {
        lastNumber += 1
        let id = IMAPCommandID(number: lastNumber)
        queue.append(Entry(id: id, command: command, pipelining: pipelining))
        return id
    }

    var next: Entry? { queueHead < queue.count ? queue[queueHead] : nil }

    mutating func dequeue() -> Entry? {
        guard let entry = next else { return nil }
        queueHead += 1
        if queueHead == queue.count || queueHead > 1_000 {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
        return entry
    }

    // MARK: In flight

    var isIdle: Bool { inFlight.isEmpty }

    mutating func sent(_ entry: Entry) {
        inFlight[entry.id.number] = entry
        if entry.command.mayExpunge { expungers += 1 }
        if entry.command.standsAlone { alone += 1 }
    }

    mutating func answered(_ id: IMAPCommandID) -> IMAPCommand? {
        guard let entry = inFlight.removeValue(forKey: id.number) else { return nil }
        if entry.command.mayExpunge { expungers -= 1 }
        if entry.command.standsAlone { alone -= 1 }
        return entry.command
    }

    func isInFlight(_ isMeant: (IMAPCommand) -> Bool) -> Bool { inFlight.values.contains { isMeant($0.command) } }

    func isPending(_ isMeant: (IMAPCommand) -> Bool) -> Bool {
        isInFlight(isMeant) || queue[queueHead...].contains { isMeant($0.command) }
    }

    var pending: [IMAPCommandID] {
        inFlight.values.map(\.id).sorted { $0.number < $1.number } + queue[queueHead...].map(\.id)
    }

    /// Forgets everything, credentials included.
    mutating func clear() {
        awaited = .nothing
        queue = []
        queueHead = 0
        inFlight = [:]
    }

    /// Whether a command can be sent now, all that was submitted before it having been sent.
    func allows(_ entry: Entry) -> Bool {
        switch awaited {
        case .literal: return false
        case .login(_, _, _) where alone > 0: return entry.pipelining == .behindFreshLogin && canFollowLogin(entry)
        default: break
        }
        if alone > 0 { return false }
        switch entry.command {
        // Nobody could tell which answers came before, and which `+` is for whom.
        case .startTLS, .authenticate, .compress, .enable, .idle: return inFlight.isEmpty
        // Data of two mailboxes could not be told apart.
        case .select: return !isInFlight(\.isSelect)
        default: return !(entry.command.usesPositions && expungers > 0)
        }
    }

    /// Behind a login that has sent its token already, and has heard nothing yet.
    private func canFollowLogin(_ entry: Entry) -> Bool {
        guard case .login(_, let exchange, _) = awaited, exchange.hasSentToken, !exchange.hasFailed else {
            return false
        }
        return !entry.command.standsAlone
    }
}

extension IMAPCommand {
    var isSelect: Bool { if case .select = self { true } else { false } }
    var isAuthenticate: Bool { if case .authenticate = self { true } else { false } }
    var isStartTLS: Bool { if case .startTLS = self { true } else { false } }
    var isEnable: Bool { if case .enable = self { true } else { false } }
    var isLogout: Bool { if case .logout = self { true } else { false } }
}
