import OAuthCore

/// A login to an IMAP server, to see how it goes: bytes in, actions out. It opens INBOX for reading, which shows that
/// the login leads somewhere, and logs out. No message is read and nothing changes.
public struct IMAPProbe: Sendable {
    /// Where in the conversation it is.
    public private(set) var stage = ProbeStage.greeting
    private var session: IMAPSession
    /// Why nothing more is read.
    private var failure: ProbeError?
    private var awaited: IMAPCommandID?
    private var isProtected: Bool
    private let credentials: SASLCredentials

    /// A probe of a connection on which nothing was said yet.
    ///
    /// - Parameters:
    ///   - credentials: the user, the token and the mechanism.
    ///   - limits: what is accepted from the server; those of `options` are for SMTP and POP.
    public init(_ credentials: SASLCredentials, options: ProbeOptions, limits: IMAPLimits = IMAPLimits()) {
        self.credentials = credentials
        session = IMAPSession(limits: limits)
        isProtected = options.protection == .asItIs
    }

    /// Takes bytes from the server, in pieces of any size; none at all is a piece too.
    ///
    /// - Throws: ``ProbeError``; the connection is of no more use then. Where the same piece caused actions before, they
    ///   are returned, and the next call throws.
    public mutating func receive(_ bytes: some Collection<UInt8>) throws(ProbeError) -> [ProbeAction] {
        if failure == nil {
            var output: [ProbeAction] = []
            for action in session.receive(Array(bytes)) where failure == nil {
                do throws(ProbeError) { output += try perform([action]) } catch { failure = error }
            }
            if !output.isEmpty { return output }
        }
        if let failure { throw failure }
        return []
    }

    /// TLS stands; the conversation begins anew.
    public mutating func tlsEstablished() throws(ProbeError) -> [ProbeAction] {
        isProtected = true
        stage = .capabilities
        return try perform(session.tlsStarted()) + submit(.capability)
    }

    /// The server ended the connection.
    ///
    /// - Throws: ``ProbeError/closed(_:)`` unless the probe had come to its end.
    public func connectionClosed() throws(ProbeError) {
        guard stage == .ending else { throw .closed(stage) }
    }

    private mutating func perform(_ actions: [IMAPAction]) throws(ProbeError) -> [ProbeAction] {
        var output: [ProbeAction] = []
        for action in actions {
            switch action {
            case .write(let bytes): output.append(.send(Secret(bytes: bytes)))
            case .writeSecret(let secret): output.append(.send(secret))
            case .startTLS: output.append(.startTLS)
            case .startCompression: throw .malformed(stage)
            case .event(let event): output += try handle(event)
            case .close(let reason): output += try close(reason)
            }
        }
        return output
    }

    private mutating func handle(_ event: IMAPEvent) throws(ProbeError) -> [ProbeAction] {
        switch event {
        case .greeting(let status):
            // Whoever is logged in already cannot show how a login goes.
            guard status.condition != .preAuth else { throw .malformed(.greeting) }
            guard status.condition == .ok else { return [] }
            stage = .capabilities
            return try [.report(.greeting(Self.text(status)))] + submit(.capability)
        case .completed(let id, let status) where id == awaited: return try completed(status)
        case .loginRefused(_, let failure): return [.report(.challenge(failure))]
        case .response(.status(let status))
        where stage != .ending && (status.condition != .ok || status.code == .alert):
            return [.report(.notice(Self.text(status)))]
        default: return []
        }
    }

    private mutating func completed(_ status: IMAPStatus) throws(ProbeError) -> [ProbeAction] {
        let isDone = status.condition == .ok
        switch stage {
        case .capabilities: return try offer()
        case .startTLS where isDone: return []
        case .authentication where isDone:
            stage = .mailbox
            return try [.report(.authenticated(Self.text(status)))] + submit(.select(IMAPSelect(.inbox)))
        case .mailbox where isDone: return try [.report(.opened(Self.text(status)))] + quit()
        case .greeting, .ending: return []
        case .startTLS, .authentication, .mailbox:
            return try [.report(.refused(stage, Self.text(status)))] + quit()
        }
    }

    private mutating func offer() throws(ProbeError) -> [ProbeAction] {
        let capabilities = session.capabilities ?? IMAPCapabilities()
        let report = ProbeAction.report(.capabilities(capabilities.list.map(\.name)))
        guard isProtected else {
            guard capabilities.supports(.startTLS) else {
                return try [report, .report(.notOffered("STARTTLS"))] + quit()
            }
            stage = .startTLS
            return try [report] + submit(.startTLS)
        }
        guard capabilities.supports(.auth(credentials.mechanism)) else {
            return try [report, .report(.notOffered(credentials.mechanism.rawValue))] + quit()
        }
        stage = .authentication
        return try [report] + submit(.authenticate(credentials))
    }

    private mutating func submit(_ command: IMAPCommand) throws(ProbeError) -> [ProbeAction] {
        let submission: IMAPSession.Submission
        do throws(IMAPCommandError) {
            submission = try session.submit(command)
        } catch {
            // The session ended by what came in the same piece; why, is the next action.
            guard error == .closed else { throw .malformed(stage) }
            return []
        }
        awaited = submission.id
        return try perform(submission.actions)
    }

    private mutating func quit() throws(ProbeError) -> [ProbeAction] {
        stage = .ending
        return try submit(.logout)
    }

    private mutating func close(_ reason: IMAPCloseReason) throws(ProbeError) -> [ProbeAction] {
        let ended = stage
        switch reason {
        case .failed(let error): throw .imap(error)
        case .bye(let status) where ended != .ending:
            stage = .ending
            return [.report(.refused(ended, Self.text(status))), .close]
        case .loggedOut, .bye, .failedLogin, .endOfStream: return [.close]
        }
    }

    /// `NO [CODE] text`, as the server wrote it but for the code's arguments.
    private static func text(_ status: IMAPStatus) -> String {
        [status.condition.rawValue, status.code.map { "[\($0.name)]" }, status.text].compactMap(\.self)
            .joined(separator: " ")
    }
}
