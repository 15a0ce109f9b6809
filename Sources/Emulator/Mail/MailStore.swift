import Crypto
import Foundation
import MailProtocol
import OAuthCore
import Synchronization

/// A message of a mailbox: what lists need is kept, the rest is read when it is asked for.
struct StoredMessage: Sendable {
    enum Source: Sendable {
        case bytes([UInt8])
        case file(URL)
    }

    private(set) var id: String
    let source: Source
    private(set) var summary: MessageSummary
    let sender: MailAddress?
    private(set) var receivedAt: UnixTime
    let sentAt: UnixTime
    let conversationID: String
    /// Bytes of ``wireBytes``.
    let wireSize: Int

    /// The message as it was sent; empty where its file has gone.
    var bytes: [UInt8] {
        switch source {
        case .bytes(let bytes): bytes
        case .file(let url): (try? Data(contentsOf: url)).map(Array.init) ?? []
        }
    }

    /// The message with the line ends that mail protocols want.
    var wireBytes: [UInt8] { WireLines.converted(bytes) }

    init(_ bytes: [UInt8], source: Source, name: String, isRead: Bool, fallback: UnixTime) {
        id = Self.id(name)
        let part = MIMEPart.parse(bytes[...])
        let message = Message(part, id: MessageID(id), isRead: isRead)
        self.source = source
        wireSize = bytes.count + WireLines.missingReturns(bytes)
        summary = message.summary
        sender = part.header.addresses("Sender").first ?? message.summary.from
        receivedAt = message.summary.receivedAt ?? fallback
        sentAt = message.sentAt ?? receivedAt
        conversationID = Self.conversation(part.header, subject: message.summary.subject)
    }

    private static func id(_ name: String) -> String {
        "AAMkAGEm" + Base64URL.encode(Array(SHA256.hash(data: Data("message\n\(name)".utf8))))
    }

    /// The same message once more, with an id of its own.
    func copied(as name: String) -> StoredMessage {
        var copy = self
        copy.id = Self.id(name)
        copy.summary.id = MessageID(copy.id)
        return copy
    }

    /// The message as it lies in a folder now.
    func lying(isRead: Bool, since date: UnixTime) -> StoredMessage {
        var message = self
        message.summary.isRead = isRead
        message.receivedAt = date
        return message
    }

    /// A thread is what the first reference names, and for messages without one their own id.
    private static func conversation(_ header: HeaderFields, subject: String) -> String {
        let names = ["References", "In-Reply-To", "Message-ID"]
        let root = names.lazy.compactMap { header.first($0)?.text.split(separator: " ").first }.first
        let digest = SHA256.hash(data: Data("conversation\n\(root.map(String.init) ?? subject)".utf8))
        return "AAQkAGEm" + Base64URL.encode(Array(digest.prefix(16)))
    }
}

/// The mailboxes of all tenants, newest messages first.
struct MailStore: Sendable {
    private let mailboxes: [String: [StoredMessage]]

    /// The inbox of an address; `nil` where there is no mailbox.
    subscript(address: String) -> [StoredMessage]? { mailboxes[address] }

    init(_ mailboxes: [String: [StoredMessage]]) {
        self.mailboxes = mailboxes.mapValues(Self.sorted)
    }

    /// Messages with the newest first.
    static func sorted(_ messages: [StoredMessage]) -> [StoredMessage] {
        messages.sorted { ($0.receivedAt, $0.id) > ($1.receivedAt, $1.id) }
    }

    /// Fills the mailboxes of a directory from a folder, or with the samples.
    ///
    /// - Throws: ``EmulatorError`` for a folder that cannot be read.
    static func load(_ folder: URL?, directory: Directory, now: UnixTime) throws(EmulatorError) -> MailStore {
        let users = directory.tenants.flatMap(\.users).filter(\.hasMailbox).map(\.userPrincipalName)
        var mailboxes: [String: [StoredMessage]] = [:]
        guard let folder else {
            for user in users { mailboxes[user] = SampleMail.messages(for: user) }
            return MailStore(mailboxes)
        }
        let common = try messages(in: folder, now: now)
        for user in users {
            let own = folder.appending(path: user)
            mailboxes[user] =
                FileManager.default.fileExists(atPath: own.path) ? try messages(in: own, now: now) : common
        }
        return MailStore(mailboxes)
    }

    /// The `.eml` files of a folder, and the messages of a Maildir.
    private static func messages(in folder: URL, now: UnixTime) throws(EmulatorError) -> [StoredMessage] {
        var files = try list(folder).filter { $0.pathExtension.lowercased() == "eml" }
        for part in ["cur", "new"] {
            let place = folder.appending(path: part)
            if FileManager.default.fileExists(atPath: place.path) { files += try list(place) }
        }
        return files.compactMap { file in
            guard let data = try? Data(contentsOf: file) else { return nil }
            // A Maildir says behind the name whether a message was seen.
            let flags = file.lastPathComponent.components(separatedBy: ":2,").dropFirst().first ?? ""
            return StoredMessage(
                Array(data), source: .file(file), name: file.lastPathComponent, isRead: flags.contains("S"),
                fallback: now)
        }
    }

    private static func list(_ folder: URL) throws(EmulatorError) -> [URL] {
        do {
            return try FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: nil,
                options: [.skipsHiddenFiles, .skipsSubdirectoryDescendants])
        } catch {
            throw EmulatorError("The folder \(folder.path) cannot be read: \(error.localizedDescription).")
        }
    }
}

/// How much each application may ask of each mailbox: 10,000 requests in ten minutes, four at once.
final class Throttle: Sendable {
    private struct Ledger {
        var windowStart = UnixTime(0)
        var count = 0
        var running = 0
    }

    private static let window: Seconds = .minutes(10)
    private static let requestLimit = 10_000
    private static let concurrencyLimit = 4
    private let ledgers = Mutex<[String: Ledger]>([:])

    /// Begins a request.
    ///
    /// - Returns: `nil` where it may go on, else after how many seconds to try again. Only what went on is ended.
    func begin(_ key: String, now: UnixTime) -> Int64? {
        ledgers.withLock { ledgers in
            var ledger = ledgers[key] ?? Ledger()
            if now >= ledger.windowStart + Self.window || now < ledger.windowStart {
                ledger.windowStart = now
                ledger.count = 0
            }
            guard ledger.count < Self.requestLimit else {
                return max(1, (ledger.windowStart + Self.window).since(now).count)
            }
            guard ledger.running < Self.concurrencyLimit else { return 1 }
            ledger.count += 1
            ledger.running += 1
            ledgers[key] = ledger
            return nil
        }
    }

    func end(_ key: String) {
        ledgers.withLock { $0[key]?.running -= 1 }
    }
}
