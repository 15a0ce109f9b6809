import OAuthCore

extension IMAPSession {
    /// Submits a command. It is sent as soon as that is safe, in the order of submission; its answer comes as
    /// `IMAPEvent.completed`.
    ///
    /// - Throws: `IMAPCommandError` for what cannot be sent; nothing happens then.
    public mutating func submit(
        _ command: IMAPCommand, _ pipelining: IMAPPipelining = .whenSafe
    ) throws(IMAPCommandError) -> Submission {
        guard state != .closed, !traffic.isPending(\.logouts) else { throw .closed }
        try command.validate()
        try checkStage(of: command)
        try checkCapability(of: command)
        let id = traffic.enqueue(command, pipelining)
        var actions = requestEndOfIdle()
        send(into: &actions)
        return Submission(id: id, actions: actions)
    }

    /// Ends `IDLE`, if it has been sent; nothing happens otherwise. Where the server has not agreed to it yet, it ends
    /// as soon as it does.
    public mutating func endIdle() -> [IMAPAction] { requestEndOfIdle() }

    /// What the commands before it will have brought about counts as done: they are only submitted yet.
    private func checkStage(of command: IMAPCommand) throws(IMAPCommandError) {
        switch command.stage {
        case .always: break
        case .notAuthenticated:
            guard state == .connecting || state == .notAuthenticated, !traffic.isPending(\.logins) else {
                throw .wrongState
            }
        case .authenticated:
            // The greeting may say PREAUTH.
            guard state != .notAuthenticated || traffic.isPending(\.logins) else { throw .wrongState }
        case .selected: guard isSelected || traffic.isPending(\.selections) else { throw .wrongState }
        }
    }

    private func checkCapability(of command: IMAPCommand) throws(IMAPCommandError) {
        if case .authenticate(let credentials) = command, let capabilities, state == .notAuthenticated,
            !traffic.isPending(\.beginningsOfTLS)
        {
            guard capabilities.supports(.auth(credentials.mechanism)) else {
                throw .mechanismNotOffered(credentials.mechanism)
            }
        }
        // What was told before the login is not all that there is.
        guard capabilitiesAreCurrent, let capabilities, let needed = command.neededCapability,
            state != .connecting, !traffic.isPending(\.logins)
        else { return }
        guard capabilities.supports(needed) else { throw .unsupported(needed) }
        if case .since = command.selectedChanges, !enabled.contains(.qResync), !traffic.isPending(\.enablings) {
            throw .wrongState
        }
    }

    var isSelected: Bool { if case .selected = state { true } else { false } }

    // MARK: Sending

    /// Sends what waits, as far as it is safe.
    mutating func send(into actions: inout [IMAPAction]) {
        while state != .connecting, state != .closed, !isStartingTLS, let entry = traffic.next {
            guard hasReached(entry.command.stage) else {
                _ = traffic.dequeue()
                actions.append(.event(.dropped(entry.id)))
                continue
            }
            guard traffic.allows(entry) else { return }
            if case .authenticate(let credentials) = entry.command {
                _ = traffic.dequeue()
                sendLogin(entry, credentials, into: &actions)
            } else {
                guard sendPlain(entry, into: &actions) else { return }
            }
        }
    }

    private func hasReached(_ stage: IMAPCommand.Stage) -> Bool {
        switch stage {
        case .always: true
        case .notAuthenticated: state == .notAuthenticated
        case .authenticated: state != .notAuthenticated || traffic.isInFlight(\.logins)
        case .selected: isSelected || traffic.isInFlight(\.selections)
        }
    }

    private var literalStyle: IMAPWriter.LiteralStyle {
        guard let capabilities else { return .synchronizing }
        if capabilities.supports(.literalPlus) { return .nonSynchronizing(upTo: .max) }
        // RFC 7888 §5.
        return capabilities.supports(.literalMinus) ? .nonSynchronizing(upTo: 4_096) : .synchronizing
    }

    /// Sends a command up to its first literal that has to wait. False where it has to wait for a login.
    private mutating func sendPlain(_ entry: IMAPTraffic.Entry, into actions: inout [IMAPAction]) -> Bool {
        let (bytes, pauses) = CommandEncoder.encode(
            entry.command, tag: entry.id.tag, literals: literalStyle, form: textForm)
        if case .login(let id, let exchange, _) = traffic.awaited {
            // A `+` would be for the login and for the literal alike.
            guard pauses.isEmpty else { return false }
            traffic.awaited = .login(id, exchange, isFollowed: true)
        }
        _ = traffic.dequeue()
        traffic.sent(entry)
        if let first = pauses.first {
            let ends = pauses.dropFirst() + [bytes.count]
            let pieces = zip(pauses, ends).map { Array(bytes[$0..<$1]) }
            traffic.awaited = .literal(entry.id, pieces: pieces)
            actions.append(.write(Array(bytes[..<first])))
        } else {
            actions.append(.write(bytes))
        }
        switch entry.command {
        case .select(let select): selecting = IMAPSelectedMailbox(name: select.mailbox, access: select.access)
        case .startTLS: hasToldCapabilities = false
        case .idle: traffic.awaited = .idle(entry.id, hasBegun: false, isEnding: traffic.next != nil)
        default: break
        }
        return true
    }

    private mutating func sendLogin(
        _ entry: IMAPTraffic.Entry, _ credentials: SASLCredentials, into actions: inout [IMAPAction]
    ) {
        hasToldCapabilities = false
        var exchange = SASLExchange(credentials)
        traffic.sent(entry)
        let (bytes, _) = CommandEncoder.encode(
            entry.command, tag: entry.id.tag, literals: .synchronizing, form: textForm)
        // RFC 4959 §3.
        if capabilities?.supports(.saslIR) == true, let response = exchange.initialResponse() {
            actions.append(.writeSecret(Self.line(Array(bytes.dropLast(2)) + [.space], response)))
        } else {
            actions.append(.write(bytes))
        }
        traffic.awaited = .login(entry.id, exchange, isFollowed: false)
    }

    /// A line that ends in a secret.
    static func line(_ beginning: [UInt8], _ secret: Secret) -> Secret {
        var line: [UInt8] = []
        line.reserveCapacity(beginning.count + secret.count + 2)
        defer { line.withUnsafeMutableBytes { wipe($0) } }
        line.append(contentsOf: beginning)
        secret.withBytes { line.append(contentsOf: $0) }
        line.append(contentsOf: [.carriageReturn, .lineFeed])
        return Secret(bytes: line)
    }

    /// `DONE`, once the server has agreed to idle (RFC 2177 §3).
    mutating func requestEndOfIdle() -> [IMAPAction] {
        guard case .idle(let id, let hasBegun, let isEnding) = traffic.awaited, !isEnding else { return [] }
        traffic.awaited = .idle(id, hasBegun: hasBegun, isEnding: true)
        return hasBegun ? [.write(Array("DONE\r\n".utf8))] : []
    }
}

extension IMAPCommand {
    fileprivate var selectedChanges: IMAPSelect.Changes? {
        if case .select(let select) = self { select.changes } else { nil }
    }
}
