public import MailProtocol
import OAuthCore

extension IMAPMailbox {
    private static let largestPage = 1_000

    public func newestMessages(_ count: Int) async throws(MailboxError) -> MessagePage {
        let count = min(max(1, count), Self.largestPage)
        let known = memory.recall().flatMap { $0.uids.count >= count ? $0 : nil }
        var opening: [IMAPCommand] = [.select(IMAPSelect(.inbox))]
        if let known { opening.append(.fetch(Self.summaries(fromUID: known.uids[count - 1]))) }
        return try await inTurn(opening: opening) { connection, ids throws(IMAPClientError) in
            var newest = NewestMessages(count: count)
            if ids.isEmpty {
                try await openInbox(connection)
            } else {
                try await connection.wait(for: ids[0])
            }
            if ids.count == 2 { try await connection.wait(for: ids[1]) { newest.take($0) } }
            let inbox = try inbox(of: connection)
            lastSeen = IMAPInboxState(inbox)
            // Messages may be gone since, or the server may have numbered all of them anew.
            if known == nil || known?.uidValidity != inbox.uidValidity || !newest.isFull {
                newest = NewestMessages(count: count)
                try await fetch(upTo: inbox.exists, into: &newest, connection)
            }
            memory.remember(
                inbox.uidValidity.map { .init(uidValidity: $0, uids: newest.messages.compactMap(\.uid)) })
            return page(newest.messages, inbox)
        }
    }

    public func messages(after cursor: PageCursor) async throws(MailboxError) -> MessagePage {
        guard let position = IMAPPosition(cursor) else {
            throw MailboxError(.badCursor, reason: "this is no position in the mailbox")
        }
        let opening: [IMAPCommand] = [.select(IMAPSelect(.inbox))]
        let found: MessagePage? = try await inTurn(opening: opening) { connection, ids throws(IMAPClientError) in
            try await settle(ids, connection)
            let inbox = try inbox(of: connection)
            guard inbox.uidValidity == position.uidValidity else { return nil }
            var older = NewestMessages(count: position.pageSize, below: position.uid)
            // Positions shrink when messages are expunged, and never grow: what lies below is older.
            try await fetch(upTo: min(position.sequenceNumber, inbox.exists), into: &older, connection)
            return page(older.messages, inbox)
        }
        guard let found else {
            throw MailboxError(.badCursor, reason: "the server numbered the mailbox anew: begin with the newest")
        }
        return found
    }

    /// Waits for the commands that were sent behind a login, or opens the inbox where there are none.
    ///
    /// - Returns: what the server told of an inbox that was open already.
    @discardableResult
    func settle(
        _ ids: [IMAPCommandID], _ connection: IMAPConnection
    ) async throws(IMAPClientError) -> [IMAPResponse] {
        guard !ids.isEmpty else { return try await openInbox(connection) }
        for id in ids { try await connection.wait(for: id) }
        return []
    }

    /// Opens the inbox, or learns what is new where it is open already.
    @discardableResult
    private func openInbox(_ connection: IMAPConnection) async throws(IMAPClientError) -> [IMAPResponse] {
        if case .selected = connection.session.state { return try await connection.run(.noop) }
        try await connection.run(.select(IMAPSelect(.inbox)))
        return []
    }

    func inbox(of connection: IMAPConnection) throws(IMAPClientError) -> IMAPSelectedMailbox {
        guard case .selected(let mailbox) = connection.session.state else { throw connection.ending ?? .ended }
        return mailbox
    }

    /// Reads summaries downwards from a position until the page is full.
    private func fetch(
        upTo highest: UInt32, into newest: inout NewestMessages, _ connection: IMAPConnection
    ) async throws(IMAPClientError) {
        var highest = highest
        var span = UInt32(newest.missing)
        while highest > 0, !newest.isFull {
            let missing = newest.missing
            let lowest = highest > span ? highest - span + 1 : 1
            let request = IMAPFetchRequest(.range(lowest...highest), .sequence, IMAPFetchRequest.summary)
            let id = try await connection.submit(.fetch(request))
            try await connection.wait(for: id) { newest.take($0) }
            highest = lowest - 1
            // A server that tells of nothing in a mailbox that it calls huge would be asked for ever.
            span = newest.missing < missing ? UInt32(newest.missing) : min(span, .max / 2) * 2
        }
    }

    private static func summaries(fromUID uid: UInt32) -> IMAPFetchRequest {
        IMAPFetchRequest(.from(uid), .uid, IMAPFetchRequest.summary)
    }

    private static func summary(_ message: IMAPFetch, _ uidValidity: UInt32) -> MessageSummary? {
        message.uid.map { MessageSummary(message, id: IMAPMessageName(uidValidity: uidValidity, uid: $0).id) }
    }

    private func page(_ messages: [IMAPFetch], _ inbox: IMAPSelectedMailbox) -> MessagePage {
        let validity = inbox.uidValidity ?? 0
        let oldest = messages.last
        let next: PageCursor? = oldest.flatMap { message in
            guard message.sequenceNumber > 1, let uid = message.uid else { return nil }
            return IMAPPosition(
                uidValidity: validity, uid: uid, sequenceNumber: message.sequenceNumber, pageSize: messages.count
            ).cursor
        }
        return MessagePage(messages: messages.compactMap { Self.summary($0, validity) }, next: next)
    }
}

/// The newest of the messages that a server tells of, in any order and with repetitions.
private struct NewestMessages {
    let count: Int
    /// Only messages with smaller UIDs count; `nil` for all.
    let below: UInt32?
    /// By ascending UID, as servers tell of them, so that most are added at the end; at most `count`.
    private var ascending: [IMAPFetch] = []

    init(count: Int, below: UInt32? = nil) {
        self.count = count
        self.below = below
    }

    /// The newest first.
    var messages: [IMAPFetch] { ascending.reversed() }
    var isFull: Bool { ascending.count >= count }
    var missing: Int { max(1, count - ascending.count) }

    mutating func take(_ event: IMAPEvent) {
        guard case .response(.fetch(let message)) = event, let uid = message.uid, message.envelope != nil else {
            return
        }
        if let below, uid >= below { return }
        var index = ascending.count
        while index > 0, let other = ascending[index - 1].uid, other > uid { index -= 1 }
        if index > 0, ascending[index - 1].uid == uid {
            ascending[index - 1] = message
        } else {
            ascending.insert(message, at: index)
            if ascending.count > count { ascending.removeFirst() }
        }
    }
}
