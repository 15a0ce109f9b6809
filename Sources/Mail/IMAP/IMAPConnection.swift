import MailProtocol
import OAuthCore

/// A session over a connection, for one task at a time: it does what the session machine says, and hands out what
/// happened.
///
/// What is submitted is sent with the next wait, so that commands that may travel together are one packet.
final class IMAPConnection {
    private(set) var session: IMAPSession
    private let stream: MailStream
    private var outgoing: [UInt8] = []
    private var events: [IMAPEvent] = []
    private var nextEventIndex = 0
    /// Why nothing can be asked any more.
    private(set) var ending: IMAPClientError?
    /// Both directions from the moment on that the server agreed to compress (RFC 4978).
    private var compression: (inflater: Inflater, deflater: Deflater)?

    init(stream: MailStream, limits: IMAPLimits = IMAPLimits()) {
        self.stream = stream
        session = IMAPSession(limits: limits)
    }

    /// What went over the connection.
    var traffic: MailStream.Traffic { stream.traffic }
    /// Whether nothing can be asked any more.
    var hasEnded: Bool { ending != nil || session.state == .closed }

    /// Believes what is known of the server until it says otherwise.
    func assume(_ capabilities: IMAPCapabilities) { session.assume(capabilities) }

    /// Submits a command; it is sent with the next wait.
    func submit(
        _ command: IMAPCommand, _ pipelining: IMAPPipelining = .whenSafe
    ) async throws(IMAPClientError) -> IMAPCommandID {
        if let ending { throw ending }
        let submission: IMAPSession.Submission
        do { submission = try session.submit(command, pipelining) } catch { throw .command(error) }
        try await perform(submission.actions)
        return submission.id
    }

    /// Sends a command and waits for its answer.
    ///
    /// - Throws: `.refused` for any answer but `OK`.
    /// - Returns: the data that came meanwhile, other commands' included.
    @discardableResult
    func run(_ command: IMAPCommand) async throws(IMAPClientError) -> [IMAPResponse] {
        let id = try await submit(command)
        var responses: [IMAPResponse] = []
        try await wait(for: id) { event in
            if case .response(let response) = event { responses.append(response) }
        }
        return responses
    }

    /// Waits for a command's answer.
    ///
    /// - Parameter handle: is given everything else that happens meanwhile.
    /// - Throws: `.refused` for any answer but `OK`.
    @discardableResult
    func wait(
        for id: IMAPCommandID, _ handle: (IMAPEvent) throws(IMAPClientError) -> Void = { _ in }
    ) async throws(IMAPClientError) -> IMAPStatus {
        while true {
            let event = try await nextEvent()
            guard case .completed(id, let status) = event else {
                try handle(event)
                continue
            }
            guard status.condition == .ok else { throw .refused(status) }
            return status
        }
    }

    /// What happens next.
    ///
    /// - Parameter timeout: the longest silence, in seconds, after which the caller may go on; `nil` for the
    ///   connection's own, which ends it.
    func nextEvent(timeout: Seconds? = nil) async throws(IMAPClientError) -> IMAPEvent {
        var patience = Patience(limit: timeout ?? stream.readTimeout)
        while nextEventIndex == events.count {
            if let ending { throw ending }
            try await flush()
            let bytes: [UInt8]
            do {
                bytes = try await stream.read(timeout: try patience.rest())
                // The greeting is one line, however it comes.
                if session.state != .connecting { patience.note(bytes.count) }
            } catch {
                let error = patience.reason(error)
                // The machine may know better why, such as a goodbye that came before the end.
                if error == .closed { try await perform(session.receiveEnd()) }
                // A caller's own limit is no end: the connection goes on where the caller does.
                if timeout != nil, case .timedOut = error { throw .stream(error) }
                if ending == nil || ending == .ended { ending = .stream(error) }
                continue
            }
            try await receive(bytes)
        }
        defer { nextEventIndex += 1 }
        let event = events[nextEventIndex]
        if nextEventIndex + 1 == events.count {
            events.removeAll(keepingCapacity: true)
            nextEventIndex = -1
        }
        return event
    }

    /// Ends `IDLE`.
    func endIdle() async throws(IMAPClientError) { try await perform(session.endIdle()) }

    /// Says goodbye without waiting for the answer, and closes.
    func close() async {
        if ending == nil, let goodbye = try? session.submit(.logout) {
            // Whoever is gone needs no goodbye.
            try? await perform(goodbye.actions)
            try? await flush()
        }
        ending = ending ?? .ended
        await stream.close()
    }

    private func flush() async throws(IMAPClientError) {
        guard !outgoing.isEmpty else { return }
        let bytes = outgoing
        outgoing.removeAll()
        do { try await stream.write(compression?.deflater.compress(bytes) ?? bytes) } catch {
            await hearRest()
            throw end(.stream(error))
        }
    }

    /// What came before a connection ended, such as a goodbye, says more than that it has.
    private func hearRest() async {
        guard ending == nil, let bytes = try? await stream.read(timeout: 1) else { return }
        try? await receive(bytes)
    }

    private func receive(_ bytes: [UInt8]) async throws(IMAPClientError) {
        guard let inflater = compression?.inflater else { return try await perform(session.receive(bytes)) }
        inflater.append(bytes)
        while let piece = try await inflated(inflater) { try await perform(session.receive(piece)) }
    }

    private func inflated(_ inflater: Inflater) async throws(IMAPClientError) -> [UInt8]? {
        do { return try inflater.next() } catch {
            await stream.close()
            throw end(.compression(error))
        }
    }

    private func perform(_ actions: [IMAPAction]) async throws(IMAPClientError) {
        for action in actions {
            switch action {
            case .write(let bytes): outgoing += bytes
            case .writeSecret(let secret): secret.withBytes { outgoing += $0 }
            case .startTLS:
                try await flush()
                do { try await stream.startTLS() } catch { throw end(.stream(error)) }
                try await perform(session.tlsStarted())
            case .startCompression(let received):
                try await flush()
                do { compression = (try Inflater(), try Deflater()) } catch { throw end(.compression(error)) }
                try await receive(received)
            case .event(let event): events.append(event)
            case .close(let reason):
                // What was said before the end is still to be heard.
                ending = Self.error(reason)
                await stream.close()
            }
        }
    }

    /// What ended the connection first counts.
    private func end(_ error: IMAPClientError) -> IMAPClientError {
        let reason = ending ?? error
        ending = reason
        return reason
    }

    private static func error(_ reason: IMAPCloseReason) -> IMAPClientError {
        switch reason {
        case .bye(let status): .bye(status)
        case .failed(let error): .violation(error)
        case .loggedOut, .failedLogin, .endOfStream: .ended
        }
    }
}
