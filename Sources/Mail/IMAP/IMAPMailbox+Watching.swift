public import MailProtocol
public import OAuthCore

extension IMAPMailbox {
    /// Waits until the inbox changes: a message came, went, or changed its flags (RFC 2177).
    ///
    /// What has changed since the call before counts as well, also where the server ended the session meanwhile, so
    /// that a caller who reads and waits in turn misses nothing. `IDLE` is renewed every 25 minutes, before servers take
    /// the client for gone. A server that cannot idle is asked every 60 seconds. After a new connection it may speak of a
    /// change that the caller has seen already.
    ///
    /// - Parameter limit: how long to wait at most, in seconds, 1 or more.
    /// - Returns: whether something changed.
    public func waitForChange(atMost limit: Seconds) async throws(MailboxError) -> Bool {
        let end = clock() + max(limit, 1)
        while true {
            let left = Seconds(end.seconds - clock().seconds)
            guard left > 0 else { return false }
            let known = lastSeen
            let hasChanged = try await inTurn(
                opening: [.select(IMAPSelect(.inbox))]
            ) { connection, ids throws(IMAPClientError) in
                let news = try await settle(ids, connection)
                let state = IMAPInboxState(try inbox(of: connection))
                defer { lastSeen = (try? inbox(of: connection)).map { IMAPInboxState($0) } ?? state }
                if news.contains(where: \.isChange) || state != known ?? state { return true }
                let canIdle = connection.session.capabilities?.supports(.idle) ?? false
                return canIdle
                    ? try await idle(connection, atMost: min(left, .minutes(25)))
                    : try await poll(connection, after: min(left, 60))
            }
            if hasChanged { return true }
        }
    }

    private func idle(_ connection: IMAPConnection, atMost limit: Seconds) async throws(IMAPClientError) -> Bool {
        let idle = try await connection.submit(.idle)
        let end = clock() + limit
        var hasChanged = false
        while !hasChanged {
            let left = Seconds(end.seconds - clock().seconds)
            guard left > 0 else { break }
            do throws(IMAPClientError) {
                let event = try await connection.nextEvent(timeout: left)
                if case .completed(idle, let status) = event { throw .refused(status) }
                hasChanged = event.isChange
            } catch {
                guard case .stream(.timedOut) = error else { throw error }
                break
            }
        }
        try await connection.endIdle()
        try await connection.wait(for: idle) { hasChanged = hasChanged || $0.isChange }
        return hasChanged
    }

    private func poll(_ connection: IMAPConnection, after pause: Seconds) async throws(IMAPClientError) -> Bool {
        do { try await Task.sleep(for: .seconds(pause.count)) } catch { throw .stream(.cancelled) }
        return try await connection.run(.noop).contains { $0.isChange }
    }
}

/// By what a changed inbox is told from one that is as it was, also by another connection.
struct IMAPInboxState: Hashable, Sendable {
    private var uidValidity: UInt32?
    private var uidNext: UInt32?
    private var exists: UInt32

    init(_ inbox: IMAPSelectedMailbox) {
        (uidValidity, uidNext, exists) = (inbox.uidValidity, inbox.uidNext, inbox.exists)
    }
}

extension IMAPEvent {
    fileprivate var isChange: Bool { if case .response(let response) = self { response.isChange } else { false } }
}

extension IMAPResponse {
    fileprivate var isChange: Bool {
        switch self {
        case .exists, .expunge, .vanished, .fetch: true
        default: false
        }
    }
}
