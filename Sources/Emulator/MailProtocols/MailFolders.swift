import MailProtocol
import OAuthCore
import Synchronization

/// The folders of one mailbox as mail programs change them. Nothing of it outlives the process.
final class MailFolders: IMAPServerAccount {
    /// How a service names its folders.
    enum Layout: Sendable {
        case exchange, gmail

        var folders: [IMAPServerFolder] {
            switch self {
            case .exchange:
                [
                    .init("INBOX"), .init("Archive", specialUse: "\\Archive"),
                    .init("Deleted Items", specialUse: "\\Trash"), .init("Drafts", specialUse: "\\Drafts"),
                    .init("Junk Email", specialUse: "\\Junk"), .init("Sent Items", specialUse: "\\Sent"),
                ]
            case .gmail:
                [
                    .init("INBOX"), .init("[Gmail]", isSelectable: false),
                    .init("[Gmail]/All Mail", specialUse: "\\All"), .init("[Gmail]/Drafts", specialUse: "\\Drafts"),
                    .init("[Gmail]/Sent Mail", specialUse: "\\Sent"), .init("[Gmail]/Spam", specialUse: "\\Junk"),
                    .init("[Gmail]/Starred", specialUse: "\\Flagged"),
                    .init("[Gmail]/Trash", specialUse: "\\Trash"),
                ]
            }
        }
    }

    fileprivate struct Folder {
        var info: IMAPServerFolder
        var contents: IMAPServerContents
        var sources: [UInt32: StoredMessage] = [:]
    }

    fileprivate struct Content {
        var folders: [Folder]
        var keptBytes = 0
        var nextValidity: UInt32
        /// Messages that came since the start, or as copies: their ids count them.
        var arrivals = 0
        /// What was listed last; `nil` after a change.
        var listing: Listing?
    }

    /// The messages as lists over HTTP show them, the newest first.
    struct Listing: Sendable {
        var inbox: [StoredMessage]
        /// Those of all folders.
        var all: [StoredMessage]
    }

    /// Bytes of messages that programs may bring to one mailbox in its life; what they remove counts on.
    private static let quota = 256 << 20
    private static let folderLimit = 1_000
    private static let messageLimit = 1_000_000

    private let content: Mutex<Content>
    private let now: @Sendable () -> UnixTime

    /// Folders with messages in the inbox, and where Gmail keeps them once more.
    ///
    /// - Parameter messages: the newest first.
    init(
        _ messages: [StoredMessage], layout: Layout, uidValidity: UInt32, now: @escaping @Sendable () -> UnixTime
    ) {
        var content = Content(folders: [], nextValidity: uidValidity)
        for info in layout.folders {
            var folder = Folder(info: info, contents: content.emptyContents())
            if info.name == "INBOX" || info.specialUse == "\\All" {
                for message in messages.reversed() {
                    let flags: Set<String> = message.summary.isRead ? ["\\Seen"] : []
                    _ = folder.add(message, flags: flags, date: message.receivedAt)
                }
            }
            content.folders.append(folder)
        }
        self.content = Mutex(content)
        self.now = now
    }

    func folders() -> [IMAPServerFolder] { content.withLock { $0.folders.map(\.info) } }

    func contents(of folder: String) -> IMAPServerContents? {
        content.withLock { content in content.index(folder).map { content.folders[$0].contents } }
    }

    func message(_ uid: UInt32, in folder: String) -> [UInt8]? {
        let source = content.withLock { content in content.index(folder).flatMap { content.folders[$0].sources[uid] } }
        guard let source, case let bytes = source.wireBytes else { return nil }
        // A file that changed under the emulator would be another message than the one that was listed.
        return bytes.count == source.wireSize ? bytes : nil
    }

    /// What Graph and Outlook show now.
    func listing() -> Listing {
        content.withLock { content in
            if let known = content.listing { return known }
            let folders = content.folders.map(\.listed)
            let inbox = MailStore.sorted(content.index("INBOX").map { folders[$0] } ?? [])
            let all = Array(folders.joined())
            let listing = Listing(inbox: inbox, all: all.count == inbox.count ? inbox : MailStore.sorted(all))
            content.listing = listing
            return listing
        }
    }

    func change(_ change: IMAPServerFlagChange, of uids: [UInt32], in folder: String) {
        let wanted = Set(uids)
        content.withLock { content in
            guard let index = content.index(folder) else { return }
            content.listing = nil
            for position in content.folders[index].contents.messages.indices {
                let message = content.folders[index].contents.messages[position]
                guard wanted.contains(message.uid), case let flags = change.applied(to: message.flags),
                    flags != message.flags, flags.count <= 64
                else { continue }
                content.folders[index].contents.messages[position].flags = flags
                content.folders[index].contents.revision += 1
            }
        }
    }

    func copy(
        _ uids: [UInt32], from folder: String, to target: String, removing: IMAPServerRemoval
    ) -> [(old: UInt32, new: UInt32)]? {
        content.withLock { content in
            guard let from = content.index(folder), let to = content.index(target) else { return nil }
            content.listing = nil
            var pairs: [(old: UInt32, new: UInt32)] = []
            for uid in uids {
                guard let message = content.folders[from].contents.message(uid),
                    let source = content.folders[from].sources[uid],
                    content.folders[to].contents.messages.count < Self.messageLimit
                else { continue }
                let arrived = removing == .remove ? source : source.copied(as: content.nextName())
                let new = content.folders[to].add(arrived, flags: message.flags, date: message.internalDate)
                pairs.append((uid, new))
            }
            if removing == .remove { content.folders[from].remove(Set(pairs.map(\.old))) }
            return pairs
        }
    }

    func append(_ message: [UInt8], flags: Set<String>, date: UnixTime?, to folder: String) -> IMAPServerAppend {
        let date = date ?? now()
        return content.withLock { content in
            guard let index = content.index(folder) else { return .noSuchFolder }
            guard content.keptBytes + message.count <= Self.quota,
                content.folders[index].contents.messages.count < Self.messageLimit
            else { return .overQuota }
            content.keptBytes += message.count
            content.listing = nil
            let bytes = WireLines.converted(message)
            let arrived = StoredMessage(
                bytes, source: .bytes(bytes), name: content.nextName(), isRead: flags.contains("\\Seen"),
                fallback: date)
            return .added(content.folders[index].add(arrived, flags: flags, date: date))
        }
    }

    func remove(_ uids: [UInt32], from folder: String) {
        content.withLock { content in
            guard !uids.isEmpty, let index = content.index(folder) else { return }
            content.listing = nil
            content.folders[index].remove(Set(uids))
        }
    }

    func change(_ change: IMAPServerFolderChange) -> Bool {
        content.withLock { content in
            content.listing = nil
            return content.change(change, limit: Self.folderLimit)
        }
    }
}

extension MailFolders.Content {
    /// The position of a folder that can be opened.
    fileprivate func index(_ name: String) -> Int? {
        folders.firstIndex { $0.info.name == name && $0.info.isSelectable }
    }

    /// A name that no other message of the mailbox has.
    fileprivate mutating func nextName() -> String {
        arrivals += 1
        return "\(nextValidity) \(arrivals)"
    }

    fileprivate mutating func emptyContents() -> IMAPServerContents {
        defer { nextValidity += 1 }
        return IMAPServerContents(uidValidity: nextValidity, uidNext: 1, revision: 1, messages: [])
    }

    fileprivate mutating func change(_ change: IMAPServerFolderChange, limit: Int) -> Bool {
        func exists(_ name: String) -> Bool { folders.contains { $0.info.name == name } }
        func isFree(_ name: String) -> Bool {
            !exists(name) && !name.isEmpty && name.utf8.count <= 255 && !name.hasPrefix("/") && !name.hasSuffix("/")
        }
        switch change {
        case .create(let name):
            guard folders.count < limit, isFree(name) else { return false }
            folders.append(.init(info: .init(name), contents: emptyContents()))
        case .delete(let name):
            guard let index = index(name), name != "INBOX", folders[index].info.specialUse == nil else { return false }
            folders.remove(at: index)
        case .rename(let name, let other):
            guard let index = index(name), name != "INBOX", folders[index].info.specialUse == nil, isFree(other) else {
                return false
            }
            for position in folders.indices where folders[position].info.name.hasPrefix(name + "/") {
                folders[position].info.name = other + folders[position].info.name.dropFirst(name.count)
            }
            folders[index].info.name = other
        case .subscribe(let name, let isSubscribed):
            guard let index = index(name) else { return false }
            folders[index].info.isSubscribed = isSubscribed
        }
        return true
    }
}

extension MailFolders.Folder {
    fileprivate mutating func add(_ source: StoredMessage, flags: Set<String>, date: UnixTime) -> UInt32 {
        let uid = contents.uidNext
        contents.uidNext += 1
        contents.revision += 1
        contents.messages.append(
            IMAPServerMessage(uid: uid, flags: flags, internalDate: date, size: source.wireSize))
        sources[uid] = source
        return uid
    }

    /// The messages with what became of them.
    fileprivate var listed: [StoredMessage] {
        contents.messages.compactMap { message in
            sources[message.uid]?.lying(isRead: message.flags.contains("\\Seen"), since: message.internalDate)
        }
    }

    fileprivate mutating func remove(_ uids: Set<UInt32>) {
        contents.messages.removeAll { uids.contains($0.uid) }
        contents.revision += 1
        for uid in uids { sources[uid] = nil }
    }
}

/// The line ends of mail: files on disk have others.
enum WireLines {
    /// With a carriage return before each line feed.
    static func converted(_ bytes: [UInt8]) -> [UInt8] {
        let missing = missingReturns(bytes)
        guard missing > 0 else { return bytes }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + missing)
        var last: UInt8 = 0
        for byte in bytes {
            if byte == 10, last != 13 { output.append(13) }
            output.append(byte)
            last = byte
        }
        return output
    }

    static func missingReturns(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            var (count, last) = (0, UInt8(0))
            for byte in bytes {
                if byte == 10, last != 13 { count += 1 }
                last = byte
            }
            return count
        }
    }
}

/// The mailboxes that mail programs have opened, made when they are opened first.
final class MailAccounts: Sendable {
    private let store: MailStore
    private let uidValidity: UInt32
    private let now: @Sendable () -> UnixTime
    private let accounts = Mutex<[String: MailFolders]>([:])

    init(_ store: MailStore, startedAt: UnixTime, now: @escaping @Sendable () -> UnixTime) {
        self.store = store
        // What a process gave out ends with it.
        uidValidity = UInt32(clamping: startedAt.seconds)
        self.now = now
    }

    /// What Graph and Outlook show of a mailbox: as it was filled, until a mail program opens it.
    func listing(_ address: String) -> MailFolders.Listing {
        let opened = accounts.withLock { $0[Self.key(address, .exchange)] }
        if let opened { return opened.listing() }
        let messages = store[address] ?? []
        return MailFolders.Listing(inbox: messages, all: messages)
    }

    private static func key(_ address: String, _ layout: MailFolders.Layout) -> String { "\(layout) \(address)" }

    /// The mailbox of an address; one that has no mail gets the samples.
    func account(_ address: String, layout: MailFolders.Layout) -> MailFolders {
        accounts.withLock { accounts in
            let key = Self.key(address, layout)
            if let known = accounts[key] { return known }
            let made = MailFolders(
                store[address] ?? SampleMail.messages(for: address), layout: layout, uidValidity: uidValidity, now: now)
            accounts[key] = made
            return made
        }
    }
}
