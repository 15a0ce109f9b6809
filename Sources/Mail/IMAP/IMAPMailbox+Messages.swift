public import MailProtocol
import OAuthCore

extension IMAPMailbox {
    public func message(_ id: MessageID) async throws(MailboxError) -> Message {
        let (fetched, bytes) = try await wholeMessage(id)
        return Message(bytes[...], fetched, id: id, limits: options.mime)
    }

    public func attachment(
        _ id: AttachmentID, of message: MessageID
    ) async throws(MailboxError) -> AttachmentContent {
        let (_, bytes) = try await wholeMessage(message)
        return try MIMEPart.parse(bytes[...], limits: options.mime).attachment(id, limits: options.mime)
    }

    /// A message with all its bytes. It stays unread.
    private func wholeMessage(_ id: MessageID) async throws(MailboxError) -> (IMAPFetch, [UInt8]) {
        let missing = MailboxError(
            .messageNotFound, reason: "there is no such message, or no longer",
            remedy: "look at the newest messages again")
        guard let name = IMAPMessageName(id) else { throw missing }
        let limit = options.messageBytes
        let opening: [IMAPCommand] = [.select(IMAPSelect(.inbox))]
        let found = try await inTurn(opening: opening) { connection, ids throws(IMAPClientError) in
            try await settle(ids, connection)
            guard try inbox(of: connection).uidValidity == name.uidValidity else { return Found.nothing }
            // One byte beyond the limit tells a message that is too large without reading it.
            let whole = IMAPFetchRequest.Item.partial(.message, offset: 0, count: limit + 1)
            let fetch = try await connection.submit(
                .fetch(IMAPFetchRequest(.one(name.uid), .uid, [.uid, .flags, .internalDate, whole])))
            var reader = LiteralReader(uid: name.uid)
            try await connection.wait(for: fetch) { reader.take($0) }
            guard let message = reader.message else { return Found.nothing }
            return reader.bytes.count > limit ? .tooLarge : .message(message, reader.bytes)
        }
        switch found {
        case .nothing: throw missing
        case .tooLarge: throw MailboxError(.tooLarge, reason: "the message is larger than \(limit) bytes")
        case .message(let message, let bytes): return (message, bytes)
        }
    }

    private enum Found: Sendable {
        case nothing
        case tooLarge
        case message(IMAPFetch, [UInt8])
    }
}

/// Gathers the bytes of one message, whether they come at once or in pieces.
private struct LiteralReader {
    let uid: UInt32
    private(set) var message: IMAPFetch?
    private(set) var bytes: [UInt8] = []
    private var current: (id: IMAPLiteralID, bytes: [UInt8])?

    init(uid: UInt32) { self.uid = uid }

    mutating func take(_ event: IMAPEvent) {
        switch event {
        case .literalStarted(let literal): current = (literal.id, [])
        case .literalBytes(let id, let piece) where id == current?.id: current?.bytes += piece
        case .response(.fetch(let fetched)) where fetched.uid == uid: take(fetched)
        default: break
        }
    }

    private mutating func take(_ fetched: IMAPFetch) {
        for section in fetched.sections {
            switch section.content {
            case .bytes(let slice): bytes = Array(slice)
            case .streamed(let id, _) where id == current?.id: bytes = current?.bytes ?? []
            case .missing, .streamed: continue
            }
            message = fetched
        }
    }
}
