import OAuthCore

extension IMAPSession {
    /// Takes what arrived, in pieces of any size, after TLS and compression have been removed.
    public mutating func receive(_ bytes: [UInt8]) -> [IMAPAction] { receive(bytes.span.bytes) }

    /// Takes what arrived, in pieces of any size, after TLS and compression have been removed.
    public mutating func receive(_ bytes: RawSpan) -> [IMAPAction] {
        // What came before TLS is anybody's word (RFC 9051 §6.2.1).
        guard state != .closed, !isStartingTLS else { return [] }
        framer.append(bytes)
        var actions: [IMAPAction] = []
        do throws(IMAPError) {
            while state != .closed, !isStartingTLS, let output = try framer.next() {
                try handle(output, into: &actions)
            }
        } catch {
            close(.failed(error), into: &actions)
        }
        return actions
    }

    /// Says that TLS is established, after `IMAPAction.startTLS`.
    public mutating func tlsStarted() -> [IMAPAction] {
        guard isStartingTLS else { return [] }
        isStartingTLS = false
        var actions: [IMAPAction] = []
        send(into: &actions)
        return actions
    }

    /// Says that the connection has ended.
    public mutating func receiveEnd() -> [IMAPAction] {
        guard state != .closed else { return [] }
        var actions: [IMAPAction] = []
        close(traffic.isInFlight(\.logouts) ? .loggedOut : .endOfStream, into: &actions)
        return actions
    }

    private mutating func close(_ reason: IMAPCloseReason, into actions: inout [IMAPAction]) {
        state = .closed
        traffic.clear()
        _ = framer.takeRest()
        actions.append(.close(reason))
    }

    private mutating func handle(
        _ output: ResponseFramer.Output, into actions: inout [IMAPAction]
    ) throws(IMAPError) {
        switch output {
        case .response(let frame): try handle(frame, into: &actions)
        case .literalStarted(let frame, let id, let count):
            guard state != .connecting else { throw .malformed(.greeting) }
            var parser = ResponseParser(frame, limits: limits, form: textForm)
            actions.append(.event(.literalStarted(parser.beginning(literal: id, count: count))))
        case .literalBytes(let id, let bytes): actions.append(.event(.literalBytes(id, bytes)))
        case .literalEnded(let id): actions.append(.event(.literalEnded(id)))
        }
    }

    private mutating func handle(
        _ frame: ResponseFramer.Frame, into actions: inout [IMAPAction]
    ) throws(IMAPError) {
        var parser = ResponseParser(frame, limits: limits, form: textForm)
        if state == .connecting { return try greet(&parser, into: &actions) }
        if parser.skip(UInt8(ascii: "+")) {
            _ = parser.skip(.space)
            try continueCommand(parser.takeRest(), into: &actions)
        } else if parser.skip(UInt8(ascii: "*")) {
            try handleUntagged(&parser, into: &actions)
        } else if !parser.isAtEnd {
            // An empty line between responses is no response, and harms nobody.
            try handleTagged(&parser, into: &actions)
        }
    }

    private mutating func greet(
        _ parser: inout ResponseParser, into actions: inout [IMAPAction]
    ) throws(IMAPError) {
        try parser.expect(UInt8(ascii: "*"), .greeting)
        parser.skipSpaces()
        let status = try parser.status(parser.take { $0.isLetter }, .greeting)
        switch status.condition {
        case .ok: state = .notAuthenticated
        case .preAuth: state = .authenticated
        case .bye: break
        case .no, .bad: throw .malformed(.greeting)
        }
        note(status.code)
        actions.append(.event(.greeting(status)))
        if status.condition == .bye { return close(.bye(status), into: &actions) }
        send(into: &actions)
    }

    // MARK: Continuations

    private mutating func continueCommand(
        _ text: ArraySlice<UInt8>, into actions: inout [IMAPAction]
    ) throws(IMAPError) {
        switch traffic.awaited {
        case .nothing: throw .unexpectedContinuation
        case .literal(let id, var pieces):
            guard !pieces.isEmpty else { throw .unexpectedContinuation }
            actions.append(.write(pieces.removeFirst()))
            traffic.awaited = pieces.isEmpty ? .nothing : .literal(id, pieces: pieces)
            if pieces.isEmpty { send(into: &actions) }
        case .login(let id, let exchange, let isFollowed):
            try continueLogin(id, exchange, isFollowed: isFollowed, challenge: text, into: &actions)
        case .idle(let id, let hasBegun, let isEnding):
            guard !hasBegun else { return try countUntagged() }
            traffic.awaited = .idle(id, hasBegun: true, isEnding: isEnding)
            actions.append(.event(.idling(id)))
            if isEnding { actions.append(.write(Array("DONE\r\n".utf8))) }
        }
    }

    private mutating func continueLogin(
        _ id: IMAPCommandID, _ exchange: SASLExchange, isFollowed: Bool, challenge: ArraySlice<UInt8>,
        into actions: inout [IMAPAction]
    ) throws(IMAPError) {
        guard challenge.count <= limits.challengeBytes else {
            throw .challengeTooLarge(limit: limits.challengeBytes)
        }
        var exchange = exchange
        let step = exchange.answer(to: challenge)
        traffic.awaited = .login(id, exchange, isFollowed: isFollowed)
        switch step {
        case .respond(let secret): actions.append(.writeSecret(Self.line([], secret)))
        case .acknowledge(let answer, let failure):
            actions.append(.event(.loginRefused(id, failure)))
            // What was sent behind the login has been taken for the answer.
            if !isFollowed { actions.append(.write(answer + [.carriageReturn, .lineFeed])) }
        case .giveUp: throw .endlessChallenge
        }
    }

    // MARK: Tagged

    private mutating func handleTagged(
        _ parser: inout ResponseParser, into actions: inout [IMAPAction]
    ) throws(IMAPError) {
        let tag = parser.take(while: \.isTagCharacter)
        guard let id = IMAPCommandID(tag: tag), let command = traffic.answered(id) else { throw .unknownTag }
        parser.skipSpaces()
        let status = try parser.status(parser.take { $0.isLetter }, .status)
        guard [.ok, .no, .bad].contains(status.condition) else { throw .malformed(.status) }
        untaggedCount = 0
        note(status.code)
        let isFollowed = endAwaiting(id)
        actions.append(.event(.completed(id, status)))
        conclude(command, status, into: &actions)
        if case .authenticate = command, status.condition != .ok, isFollowed {
            return close(.failedLogin(id), into: &actions)
        }
        send(into: &actions)
    }

    /// Forgets what the command waited for. Whether it was a login with others sent behind it.
    private mutating func endAwaiting(_ id: IMAPCommandID) -> Bool {
        switch traffic.awaited {
        case .login(id, _, let isFollowed):
            traffic.awaited = .nothing
            return isFollowed
        case .literal(id, _), .idle(id, _, _): traffic.awaited = .nothing
        default: break
        }
        return false
    }

    /// What a command's answer changes.
    private mutating func conclude(
        _ command: IMAPCommand, _ status: IMAPStatus, into actions: inout [IMAPAction]
    ) {
        let isDone = status.condition == .ok
        switch command {
        case .authenticate where isDone:
            state = .authenticated
            capabilitiesAreCurrent = hasToldCapabilities
        case .select: concludeSelection(isDone: isDone)
        case .close where isDone, .unselect where isDone: if isSelected { state = .authenticated }
        case .startTLS where isDone:
            isStartingTLS = true
            capabilities = nil
            capabilitiesAreCurrent = false
            _ = framer.takeRest()
            actions.append(.startTLS)
        case .compress where isDone: actions.append(.startCompression(received: framer.takeRest()))
        case .logout where isDone: close(.loggedOut, into: &actions)
        default: break
        }
    }

    /// A mailbox that could not be opened leaves none open (RFC 9051 §6.3.2).
    private mutating func concludeSelection(isDone: Bool) {
        if isDone, let opened = selecting {
            state = .selected(opened)
        } else if isSelected {
            state = .authenticated
        }
        selecting = nil
    }
}
