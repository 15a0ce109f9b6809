public import Foundation
public import MailProtocol
import OAuthCore

/// How far a download is.
public struct MailDownload: Hashable, Sendable {
    /// Messages that were written.
    public var messages = 0
    /// Their bytes.
    public var bytes: UInt64 = 0
    /// How often the server ended the session, and the download went on with the next message.
    public var reconnections = 0

    /// Nothing yet.
    public init() {}
}

extension IMAPMailbox {
    /// Writes every message of the inbox to a folder, in memory of a constant size.
    ///
    /// Each is a file `UIDVALIDITY.UID.eml`, which appears when it is whole. Messages that are there already are not
    /// read again, so that a download that was cut off goes on where it ended. When the server ends the session, it goes
    /// on with a fresh token on a new connection.
    ///
    /// - Throws: `MailboxError`; `.unavailable` too when a file cannot be written.
    public func download(into folder: URL) async throws(MailboxError) -> MailDownload {
        var progress = MailDownload()
        let writer = MailFolderWriter(folder)
        try writer.makeFolder()
        var stalled = 0
        while true {
            let before = progress.messages
            do throws(MailboxError) {
                try await downloadRest(writer, &progress)
                return progress
            } catch {
                stalled = progress.messages > before ? 0 : stalled + 1
                // A server that ends every session before one message is through would be asked for ever.
                guard error.kind == .unavailable, !writer.hasFailed, stalled < 2 else { throw error }
                progress.reconnections += 1
            }
        }
    }

    private func downloadRest(
        _ writer: MailFolderWriter, _ progress: inout MailDownload
    ) async throws(MailboxError) {
        var counted = progress
        defer { progress = counted }
        try await inTurn(opening: [.select(IMAPSelect(.inbox))]) { connection, ids throws(IMAPClientError) in
            try await settle(ids, connection)
            let inbox = try inbox(of: connection)
            guard inbox.exists > 0, let validity = inbox.uidValidity else { return }
            let first = try await firstMissing(writer, validity, connection)
            guard let first else { return }
            let items: [IMAPFetchRequest.Item] = [.uid, .section(.message)]
            let id = try await connection.submit(.fetch(IMAPFetchRequest(.from(first), .uid, items)))
            writer.begin(validity)
            try await connection.wait(for: id) { event throws(IMAPClientError) in
                do throws(MailFolderError) { try writer.take(event, &counted) } catch { throw .local(error.reason) }
            }
        }
    }

    /// The smallest UID that is not in the folder yet; `nil` if all are.
    private func firstMissing(
        _ writer: MailFolderWriter, _ validity: UInt32, _ connection: IMAPConnection
    ) async throws(IMAPClientError) -> UInt32? {
        let written = writer.uids(validity)
        guard !written.isEmpty else { return 1 }
        let id = try await connection.submit(.search(IMAPSearch(.everything)))
        var missing: UInt32?
        try await connection.wait(for: id) { event in
            guard case .response(let response) = event else { return }
            for uid in response.foundUIDs where !written.contains(uid) { missing = min(missing ?? uid, uid) }
        }
        return missing
    }
}

extension IMAPResponse {
    fileprivate var foundUIDs: [UInt32] {
        switch self {
        case .search(let uids, _): uids
        case .eSearch(let result): result.all?.numbers(limit: 10_000_000) ?? []
        default: []
        }
    }
}
