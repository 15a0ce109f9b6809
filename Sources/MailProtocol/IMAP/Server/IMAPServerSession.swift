/// What a session wants done, in this order.
public enum IMAPServerAction: Hashable, Sendable {
    /// Send these bytes.
    case send([UInt8])
    /// Verify these credentials, then call ``IMAPServerSession/finishLogin(_:)``.
    case verify(SASLBearerMessage)
    /// When everything before is on its way, call ``IMAPServerSession/resume()``.
    case resume
    /// Close the connection when everything before is on its way.
    case close
}

/// What became of a login.
public enum IMAPServerLogin: Sendable {
    /// The token opens this mail.
    case accepted(any IMAPServerAccount)
    /// The token is good, and the mailbox behind it cannot be reached: Exchange says yes, and then nothing works.
    case notConnected
    /// The token is refused.
    case refused
}

/// The server's side of an IMAP connection (RFC 3501, RFC 9051): bytes in, actions out.
///
/// It reads no clock and no sockets; mail comes from an ``IMAPServerAccount``. Whoever drives it hands in bytes as
/// they come, in pieces of any size, and carries out the actions.
public struct IMAPServerSession: Sendable {
    enum Phase {
        case notAuthenticated
        /// Waits for a line of the mechanism.
        case awaitingMessage(tag: String, mechanism: String)
        /// Waits for whoever verifies tokens.
        case verifying(tag: String)
        /// Waits for the client's answer to an error challenge.
        case challenged(tag: String)
        /// Exchange's state between yes and no.
        case notConnected(commands: Int)
        case authenticated
        /// Waits for `DONE`.
        case idle(tag: String)
        case closed
    }

    /// A folder that is open, as the client knows it.
    struct Selection: Sendable {
        var folder: String
        var isReadOnly: Bool
        /// What the client was told, in the order of its numbers.
        var messages: [IMAPServerMessage]
        var revision: UInt64
    }

    /// A `FETCH` on its way.
    struct Fetch: Sendable {
        var tag: String
        var name: String
        var items: [IMAPServerFetchItem]
        var numbering: IMAPServerNumbering
        /// Positions in the selection that are still to be answered, and where to go on.
        var positions: [Int]
        var next = 0
    }

    let persona: IMAPServerPersona
    let limits: IMAPServerLimits
    var phase = Phase.notAuthenticated
    var input: IMAPServerInput
    var output: [UInt8] = []
    var actions: [IMAPServerAction] = []
    var account: (any IMAPServerAccount)?
    var user = ""
    var selection: Selection?
    var fetch: Fetch?
    private var badCommands = 0

    /// A session that has said nothing yet.
    public init(persona: IMAPServerPersona, limits: IMAPServerLimits = IMAPServerLimits()) {
        self.persona = persona
        self.limits = limits
        input = IMAPServerInput(limits: limits)
    }

    /// Whether somebody is logged in and has mail here.
    public var isAuthenticated: Bool {
        switch phase {
        case .authenticated, .idle: true
        default: false
        }
    }

    /// Whether the connection is over.
    public var isClosed: Bool { if case .closed = phase { true } else { false } }

    /// The greeting.
    public mutating func begin() -> [IMAPServerAction] {
        output.append("* OK \(persona.greeting)\r\n")
        return finish()
    }

    /// Takes what the client sent.
    public mutating func receive(_ bytes: some Collection<UInt8>) -> [IMAPServerAction] {
        guard !isClosed else { return [] }
        input.append(bytes)
        // What waits behind a command that takes its time has to be kept.
        guard input.count <= limits.message + 2 * limits.command else { return end(persona.closed) }
        return run()
    }

    /// Goes on after what was sent is on its way.
    public mutating func resume() -> [IMAPServerAction] { run() }

    /// Takes what became of ``IMAPServerAction/verify(_:)``.
    public mutating func finishLogin(_ login: IMAPServerLogin) -> [IMAPServerAction] {
        guard case .verifying(let tag) = phase else { return [] }
        switch login {
        case .accepted(let account):
            self.account = account
            phase = .authenticated
            let text = persona.authenticated.replacing("{user}", with: Self.printable(user))
            let code = "[CAPABILITY \(capabilities)] "
            if persona.announcesAfterLogin { output.append("* CAPABILITY \(capabilities)\r\n") }
            output.append("\(tag) OK \(persona.announcesAfterLogin ? code : "")\(text)\r\n")
        case .notConnected:
            phase = .notConnected(commands: 0)
            output.append("\(tag) OK \(persona.authenticated.replacing("{user}", with: Self.printable(user)))\r\n")
        case .refused:
            if let challenge = persona.challenge {
                phase = .challenged(tag: tag)
                output.append("+ \(StrictBase64.encode(Array(challenge.utf8)))\r\n")
            } else {
                phase = .notAuthenticated
                answer(tag, "NO", persona.refused)
            }
        }
        return run()
    }

    /// Tells a client that idles what has changed since.
    public mutating func refresh() -> [IMAPServerAction] {
        guard case .idle = phase else { return [] }
        synchronise()
        return finish()
    }

    /// Ends the connection of a client whose token is out of date.
    public mutating func expire() -> [IMAPServerAction] { end(persona.tokenExpired) }

    /// Ends the connection of a client that takes too long.
    public mutating func timeOut() -> [IMAPServerAction] { end(persona.closed) }

    /// Ends the connection.
    ///
    /// - Parameter reason: what `BYE` says.
    public mutating func end(_ reason: String) -> [IMAPServerAction] {
        guard !isClosed else { return [] }
        output.append("* BYE \(reason)\r\n")
        close()
        return finish()
    }

    // MARK: The loop

    private mutating func run() -> [IMAPServerAction] {
        while step() {
            guard output.count < limits.output else {
                let actions = finish()
                return isClosed ? actions : actions + [.resume]
            }
        }
        return finish()
    }

    /// Does the next thing that can be done.
    ///
    /// - Returns: whether there may be more.
    private mutating func step() -> Bool {
        if fetch != nil {
            answerNextMessage()
            return true
        }
        switch phase {
        case .closed, .verifying: return false
        case .awaitingMessage, .challenged, .idle: return take(input.nextLine())
        case .notAuthenticated, .notConnected: return take(input.nextCommand(messageLimit: 0))
        case .authenticated: return take(input.nextCommand(messageLimit: limits.message))
        }
    }

    private mutating func take(_ event: IMAPServerInput.Event) -> Bool {
        switch event {
        case .incomplete: return false
        case .literalAnnounced: output.append("+ Ready for additional command text.\r\n")
        case .literalTooLong(let tag, isSynchronising: true):
            let tag = String(decoding: tag.prefix(128).filter { 0x21...0x7E ~= $0 }, as: UTF8.self)
            output.append("\(tag.isEmpty ? "*" : tag) NO [TOOBIG] The literal is too long.\r\n")
            countBadCommand()
        case .literalTooLong, .tooLong:
            output.append("* BYE \(persona.closed)\r\n")
            close()
        case .complete(let bytes): takeComplete(bytes)
        }
        return true
    }

    private mutating func takeComplete(_ bytes: [UInt8]) {
        let line = bytes[...].trimmed
        switch phase {
        case .awaitingMessage(let tag, let mechanism): authenticate(tag, mechanism, Array(line))
        case .challenged(let tag):
            phase = .notAuthenticated
            answer(tag, "NO", persona.refused)
        case .idle(let tag):
            synchronise()
            phase = .authenticated
            if line.equalsIgnoringCase("DONE") { complete(tag, "IDLE") } else { bad(tag, persona.malformedCommand) }
        case .notConnected(let count): refuseHalfway(bytes, count: count + 1)
        case .notAuthenticated, .authenticated: perform(bytes)
        case .verifying, .closed: break
        }
    }

    private mutating func perform(_ bytes: [UInt8]) {
        var parser = IMAPServerParser(bytes, limits: limits)
        guard let tag = parser.tag() else { return bad("*", persona.malformedCommand) }
        do throws(IMAPServerSyntaxError) {
            let (name, command) = try parser.command()
            badCommands = 0
            perform(command, tag: tag, name: name)
        } catch {
            switch error {
            case .malformed: bad(tag, persona.malformedCommand)
            case .unknownCommand: bad(tag, persona.unknownCommand)
            case .unknownCharset: answer(tag, "NO", "[BADCHARSET (US-ASCII UTF-8)] The charset is unknown.")
            }
        }
    }

    /// After two commands that get no further, Exchange hangs up.
    private mutating func refuseHalfway(_ bytes: [UInt8], count: Int) {
        var parser = IMAPServerParser(bytes, limits: limits)
        answer(parser.tag() ?? "*", "BAD", "User is authenticated but not connected.")
        phase = .notConnected(commands: count)
        guard count >= 2 else { return }
        output.append("* BYE \(persona.closed)\r\n")
        close()
    }

    // MARK: Answers

    var capabilities: String {
        (isAuthenticated ? persona.capabilitiesAfterLogin : persona.capabilities).joined(separator: " ")
    }

    mutating func answer(_ tag: String, _ condition: String, _ text: String) {
        output.append("\(tag) \(condition) \(text)\r\n")
    }

    mutating func complete(_ tag: String, _ name: String, code: String = "") {
        answer(tag, "OK", code + persona.completed.replacing("{command}", with: name))
    }

    mutating func bad(_ tag: String, _ text: String) {
        answer(tag, "BAD", text)
        countBadCommand()
    }

    private mutating func countBadCommand() {
        badCommands += 1
        guard badCommands >= limits.badCommands else { return }
        output.append("* BYE \(persona.closed)\r\n")
        close()
    }

    mutating func close() {
        phase = .closed
        input.clear()
        fetch = nil
        selection = nil
        actions.append(.send(output))
        output = []
        actions.append(.close)
    }

    private mutating func finish() -> [IMAPServerAction] {
        if !output.isEmpty { actions.append(.send(output)) }
        output = []
        defer { actions = [] }
        return actions
    }

    /// A name of somebody as a line may hold it.
    private static func printable(_ text: String) -> String {
        String(decoding: text.utf8.prefix(320).filter { 0x21...0x7E ~= $0 }, as: UTF8.self)
    }
}
