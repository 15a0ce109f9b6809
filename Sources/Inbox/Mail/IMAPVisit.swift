import Mail
import MailProtocol
import Synchronization

/// A mailbox over IMAP for as long as one call takes: a page is asked for rarely, and a server counts connections.
///
/// What a connection learnt is kept for the next, which saves it a flight.
struct IMAPVisit: Mailbox {
    /// Makes the mailbox of one connection.
    let open: @Sendable () -> IMAPMailbox

    func newestMessages(_ count: Int) async throws(MailboxError) -> MessagePage {
        try await visit { mailbox throws(MailboxError) in try await mailbox.newestMessages(count) }
    }

    func messages(after cursor: PageCursor) async throws(MailboxError) -> MessagePage {
        try await visit { mailbox throws(MailboxError) in try await mailbox.messages(after: cursor) }
    }

    func message(_ id: MessageID) async throws(MailboxError) -> Message {
        try await visit { mailbox throws(MailboxError) in try await mailbox.message(id) }
    }

    func attachment(_ id: AttachmentID, of message: MessageID) async throws(MailboxError) -> AttachmentContent {
        try await visit { mailbox throws(MailboxError) in try await mailbox.attachment(id, of: message) }
    }

    private func visit<Value: Sendable>(
        _ body: (IMAPMailbox) async throws(MailboxError) -> Value
    ) async throws(MailboxError) -> Value {
        let mailbox = open()
        do {
            let value = try await body(mailbox)
            await mailbox.close()
            return value
        } catch {
            await mailbox.close()
            throw error
        }
    }
}

/// What connections to mailboxes learnt, of so many mailboxes as were visited last.
final class IMAPMemories: Sendable {
    private static let limit = 1_000
    private let memories = Mutex<[String: IMAPMailboxMemory]>([:])

    /// The memory of a mailbox; a fresh one where it is not known.
    func memory(of mailbox: String) -> IMAPMailboxMemory {
        memories.withLock { memories in
            if let known = memories[mailbox] { return known }
            // All are as good as new ones, only slower by a flight.
            if memories.count >= Self.limit { memories.removeAll() }
            let fresh = IMAPMailboxMemory()
            memories[mailbox] = fresh
            return fresh
        }
    }
}
