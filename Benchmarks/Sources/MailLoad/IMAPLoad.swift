import Foundation
import Mail
import MailProtocol
import OAuthCore
import OAuthHTTPClient

/// Mailboxes over IMAP, by the library's own interface.
struct IMAPLoad {
    private let arguments: Arguments
    private let server: MailServer
    private let options: IMAPMailboxOptions
    private let token: MailToken

    /// Options: `host`, `port`, `user`, `token`, and `ca`, a file of certificates, without which there is no TLS.
    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        let authority = try arguments.optional("ca").map { Array(try Data(contentsOf: URL(filePath: $0))) }
        server = MailServer(
            host: try arguments.text("host"), port: try arguments.number("port"),
            security: authority == nil ? .unsafePlaintext : .implicitTLS)
        options = IMAPMailboxOptions(stream: MailStreamOptions(trust: authority.map { .pem($0) } ?? .system))
        token = MailToken(Secret(try arguments.text("token")), expiresAt: .systemNow() + 3_600)
    }

    private func mailbox(user: String, memory: IMAPMailboxMemory = IMAPMailboxMemory()) -> IMAPMailbox {
        IMAPMailbox(
            server: server, user: user, tokens: .fixed(token), options: options, memory: memory,
            clock: { .systemNow() })
    }

    /// The ten newest messages, on a new connection, and again on another that remembers.
    func newest() async throws -> [String: Double] {
        let memory = IMAPMailboxMemory()
        var figures: [String: Double] = [:]
        for name in ["first", "second"] {
            let mailbox = mailbox(user: try arguments.text("user"), memory: memory)
            let (page, seconds) = try await ContinuousClock.timed { try await mailbox.newestMessages(10) }
            figures[name] = seconds
            figures["\(name)Count"] = Double(page.messages.count)
            figures["\(name)Flights"] = Double(await mailbox.flights)
            await mailbox.close()
        }
        return figures
    }

    /// The summaries of all messages, page by page.
    func envelopes() async throws -> [String: Double] {
        let mailbox = mailbox(user: try arguments.text("user"))
        // Both sides count from an open mailbox on.
        _ = try await mailbox.newestMessages(1)
        let (count, seconds) = try await ContinuousClock.timed {
            var page = try await mailbox.newestMessages(1_000)
            var count = page.messages.count
            while let next = page.next {
                page = try await mailbox.messages(after: next)
                count += page.messages.count
            }
            return count
        }
        await mailbox.close()
        return ["seconds": seconds, "count": Double(count)]
    }

    /// A whole mailbox to a folder, `into`.
    func download() async throws -> [String: Double] {
        let mailbox = mailbox(user: try arguments.text("user"))
        let folder = URL(filePath: try arguments.text("into"))
        let (progress, seconds) = try await ContinuousClock.timed { try await mailbox.download(into: folder) }
        await mailbox.close()
        return ["seconds": seconds, "bytes": Double(progress.bytes), "count": Double(progress.messages)]
    }

    /// The newest messages of `mailboxes` mailboxes, `user` and a number, all connected at once.
    func many() async throws -> [String: Double] {
        let user = try arguments.text("user")
        let mailboxes = (1...(try arguments.number("mailboxes"))).map { mailbox(user: "\(user)\($0)") }
        let (count, seconds) = try await ContinuousClock.timed {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for mailbox in mailboxes { group.addTask { try await mailbox.newestMessages(10).messages.count } }
                return try await group.reduce(0, +)
            }
        }
        // All are still connected here.
        for mailbox in mailboxes { await mailbox.close() }
        return ["seconds": seconds, "count": Double(count)]
    }
}
