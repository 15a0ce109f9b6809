public import MailProtocol
public import OAuthCore

/// An inbox over IMAP (RFC 3501, RFC 9051), opened read-only.
///
/// It keeps one connection between calls, serves one call at a time, and connects again when the server ends a session,
/// as servers do when the token has expired.
public actor IMAPMailbox: Mailbox {
    /// Where the mailbox is, and whose.
    public nonisolated let server: MailServer
    /// The address of the mailbox: for an application's own token and for shared mailboxes it is not the token's owner.
    public nonisolated let user: String
    let tokens: MailTokenSource
    let options: IMAPMailboxOptions
    let memory: IMAPMailboxMemory
    let clock: @Sendable () -> UnixTime
    private var connection: IMAPConnection?
    private var isBusy = false
    private var turns: [CheckedContinuation<Void, Never>] = []
    /// What went over the connections that have ended.
    private var pastFlights = 0
    /// How the inbox was when a caller last learnt of it; `nil` before.
    var lastSeen: IMAPInboxState?

    /// A mailbox; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - memory: what an earlier connection learnt, which saves a flight.
    ///   - clock: what time it is, to know how long a token still holds.
    public init(
        server: MailServer, user: String, tokens: MailTokenSource, options: IMAPMailboxOptions = IMAPMailboxOptions(),
        memory: IMAPMailboxMemory = IMAPMailboxMemory(), clock: @escaping @Sendable () -> UnixTime
    ) {
        self.server = server
        self.user = user
        self.tokens = tokens
        self.options = options
        self.memory = memory
        self.clock = clock
    }

    /// How often this side has waited for the server after a greeting, on all connections.
    public var flights: Int { pastFlights + (connection?.traffic.flights ?? 0) }

    /// Says goodbye. The next call connects again.
    public func close() async {
        let open = connection
        forget()
        await open?.close()
    }

    /// Runs one call at a time on an open connection, and once more on a new one when the server had ended the old.
    ///
    /// - Parameters:
    ///   - opening: commands that may be sent right behind a login; their ids are given to `body`, or none where the
    ///     connection was open already.
    func inTurn<Result: Sendable>(
        opening: [IMAPCommand],
        _ body: (IMAPConnection, [IMAPCommandID]) async throws(IMAPClientError) -> Result
    ) async throws(MailboxError) -> Result {
        await takeTurn()
        defer { endTurn() }
        if let connection, !connection.hasEnded {
            do throws(IMAPClientError) {
                return try await body(connection, [])
            } catch {
                if endsConnection(error) { await close() }
                guard error.isLostConnection else { throw MailboxError(error, host: server.host) }
            }
        }
        return try await onNewConnection(opening, body)
    }

    private func onNewConnection<Result: Sendable>(
        _ opening: [IMAPCommand],
        _ body: (IMAPConnection, [IMAPCommandID]) async throws(IMAPClientError) -> Result
    ) async throws(MailboxError) -> Result {
        let login = IMAPLogin(
            server: server, user: user, token: try await tokens.token(), options: options, memory: memory,
            now: clock())
        do throws(IMAPClientError) {
            forget()
            let fresh = try await login.connect()
            connection = fresh
            let ids = try await login.logIn(fresh, then: opening)
            return try await body(fresh, ids)
        } catch {
            if endsConnection(error) { await close() }
            throw MailboxError(error, host: server.host)
        }
    }

    /// Whether what is still under way could be taken for an answer to the next call.
    private func endsConnection(_ error: IMAPClientError) -> Bool {
        if case .refused(let status) = error, status.condition == .no { return false }
        return true
    }

    private func forget() {
        pastFlights += connection?.traffic.flights ?? 0
        connection = nil
    }

    private func takeTurn() async {
        guard isBusy else {
            isBusy = true
            return
        }
        await withCheckedContinuation { turns.append($0) }
    }

    private func endTurn() {
        if turns.isEmpty { isBusy = false } else { turns.removeFirst().resume() }
    }
}
