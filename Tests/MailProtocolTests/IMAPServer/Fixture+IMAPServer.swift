import OAuthCore
import Synchronization

@testable import MailProtocol

/// A mailbox in memory whose inbox holds what a test says.
final class MemoryAccount: IMAPServerAccount {
    private struct Folder {
        var info: IMAPServerFolder
        var contents: IMAPServerContents
        var bytes: [UInt32: [UInt8]] = [:]

        mutating func add(_ message: [UInt8], _ flags: Set<String>, _ date: UnixTime) -> UInt32 {
            let uid = contents.uidNext
            contents.uidNext += 1
            contents.revision += 1
            contents.messages.append(.init(uid: uid, flags: flags, internalDate: date, size: message.count))
            bytes[uid] = message
            return uid
        }
    }

    private let state: Mutex<[Folder]>

    init(_ messages: [String]) {
        var folders: [Folder] = []
        for (index, name) in ["INBOX", "Sent Items", "Entwürfe & mehr", "a/b"].enumerated() {
            let use = name == "Sent Items" ? "\\Sent" : nil
            folders.append(
                Folder(
                    info: .init(name, specialUse: use),
                    contents: .init(uidValidity: UInt32(100 + index), uidNext: 1, revision: 1, messages: [])))
        }
        for message in messages { _ = folders[0].add(Self.wire(message), [], UnixTime(837_571_465)) }
        state = Mutex(folders)
    }

    static func wire(_ text: String) -> [UInt8] { text.utf8.flatMap { $0 == 10 ? [13, 10] : [$0] } }

    func folders() -> [IMAPServerFolder] { state.withLock { $0.map(\.info) } }

    func contents(of folder: String) -> IMAPServerContents? {
        state.withLock { $0.first { $0.info.name == folder }?.contents }
    }

    func message(_ uid: UInt32, in folder: String) -> [UInt8]? {
        state.withLock { $0.first { $0.info.name == folder }?.bytes[uid] }
    }

    func change(_ change: IMAPServerFlagChange, of uids: [UInt32], in folder: String) {
        state.withLock { folders in
            guard let index = folders.firstIndex(where: { $0.info.name == folder }) else { return }
            for position in folders[index].contents.messages.indices
            where uids.contains(folders[index].contents.messages[position].uid) {
                let flags = change.applied(to: folders[index].contents.messages[position].flags)
                folders[index].contents.messages[position].flags = flags
                folders[index].contents.revision += 1
            }
        }
    }

    func copy(
        _ uids: [UInt32], from folder: String, to target: String, removing: IMAPServerRemoval
    ) -> [(old: UInt32, new: UInt32)]? {
        let pairs = state.withLock { folders -> [(old: UInt32, new: UInt32)]? in
            guard let from = folders.firstIndex(where: { $0.info.name == folder }),
                let to = folders.firstIndex(where: { $0.info.name == target })
            else { return nil }
            return uids.compactMap { uid in
                guard let message = folders[from].contents.message(uid), let bytes = folders[from].bytes[uid] else {
                    return nil
                }
                return (uid, folders[to].add(bytes, message.flags, message.internalDate))
            }
        }
        if removing == .remove, let pairs { remove(pairs.map(\.old), from: folder) }
        return pairs
    }

    func append(_ message: [UInt8], flags: Set<String>, date: UnixTime?, to folder: String) -> IMAPServerAppend {
        state.withLock { folders in
            guard let index = folders.firstIndex(where: { $0.info.name == folder }) else { return .noSuchFolder }
            guard message.count < 1_000_000 else { return .overQuota }
            return .added(folders[index].add(message, flags, date ?? UnixTime(0)))
        }
    }

    func remove(_ uids: [UInt32], from folder: String) {
        state.withLock { folders in
            guard let index = folders.firstIndex(where: { $0.info.name == folder }) else { return }
            folders[index].contents.messages.removeAll { uids.contains($0.uid) }
            folders[index].contents.revision += 1
        }
    }

    func change(_ change: IMAPServerFolderChange) -> Bool {
        if case .create(let name) = change {
            state.withLock { folders in
                folders.append(
                    Folder(
                        info: .init(name),
                        contents: .init(uidValidity: 200, uidNext: 1, revision: 1, messages: [])))
            }
        }
        return true
    }
}

/// A conversation with a session whose every login goes as a test says.
struct IMAPConversation {
    var session: IMAPServerSession
    var login: IMAPServerLogin
    private(set) var isClosed = false
    private(set) var verified: [SASLBearerMessage] = []
    /// How many bytes are handed in at once.
    var step = Int.max

    init(
        _ persona: IMAPServerPersona = .exchange(host: "mail.example"), limits: IMAPServerLimits = IMAPServerLimits(),
        login: IMAPServerLogin = .refused
    ) {
        session = IMAPServerSession(persona: persona, limits: limits)
        self.login = login
    }

    static let blob = StrictBase64.encode(Array("user=megan@contoso.example\u{1}auth=Bearer token\u{1}\u{1}".utf8))

    /// A conversation in which somebody is logged in, and has `INBOX` open.
    static func opened(
        _ account: MemoryAccount, _ persona: IMAPServerPersona = .exchange(host: "mail.example"),
        limits: IMAPServerLimits = IMAPServerLimits()
    ) -> IMAPConversation {
        var conversation = IMAPConversation(persona, limits: limits, login: .accepted(account))
        _ = conversation.begin()
        _ = conversation.say("0 AUTHENTICATE XOAUTH2 \(blob)", "0 SELECT INBOX")
        return conversation
    }

    mutating func begin() -> String { carryOut(session.begin()) }

    /// Says lines, and hears what comes back.
    mutating func say(_ lines: String...) -> String { send(Array(lines.map { $0 + "\r\n" }.joined().utf8)) }

    mutating func send(_ bytes: [UInt8]) -> String {
        var answer = ""
        var rest = bytes[...]
        while !rest.isEmpty {
            answer += carryOut(session.receive(rest.prefix(step)))
            rest = rest.dropFirst(min(step, rest.count))
        }
        return answer
    }

    mutating func carryOut(_ actions: [IMAPServerAction]) -> String {
        var answer = ""
        for action in actions {
            switch action {
            case .send(let bytes): answer += String(decoding: bytes, as: UTF8.self)
            case .verify(let message):
                verified.append(message)
                answer += carryOut(session.finishLogin(login))
            case .resume: answer += carryOut(session.resume())
            case .close: isClosed = true
            }
        }
        return answer
    }
}
