import Foundation
import MailProtocol
import OAuthCore
import Testing

@testable import Mail

/// The session machine against a server that this project did not write.
@Suite(
    "IMAP commands at Dovecot", .serialized, .timeLimit(.minutes(2)),
    .enabled(if: Dovecot.isInstalled, "Dovecot is not installed (Debian: dovecot-imapd)"))
struct DovecotCommandTests {
    /// A connection that is logged in, with the inbox open for changes.
    private func withInbox(
        messages: Int, _ options: (IMAPMailboxOptions) -> IMAPMailboxOptions = { $0 },
        _ body: (IMAPConnection) async throws -> Void
    ) async throws {
        try await Dovecot.run(messages: messages) { server in
            let login = IMAPLogin(
                server: server.place(), user: Dovecot.user, token: MailToken(try server.token()),
                options: options(server.options), memory: IMAPMailboxMemory(), now: Dovecot.now())
            let connection = try await login.connect()
            let ids = try await login.logIn(
                connection, then: [.select(IMAPSelect(.inbox, access: .readWrite, changes: .numbered))])
            for id in ids { try await connection.wait(for: id) }
            try await body(connection)
            await connection.close()
        }
    }

    private func found(_ key: IMAPSearchKey, _ connection: IMAPConnection) async throws -> [UInt32] {
        var found: [[UInt32]] = []
        for returning in [nil, [IMAPSearch.Return.all]] {
            let responses = try await connection.run(.search(IMAPSearch(key, returning: returning)))
            found.append(
                responses.flatMap { response -> [UInt32] in
                    switch response {
                    case .search(let uids, _): uids
                    case .eSearch(let result): result.all?.numbers(limit: 100_000) ?? []
                    default: []
                    }
                }.sorted())
        }
        #expect(found[0] == found[1], "with and without ESEARCH")
        return found[0]
    }

    @Test("searches by flag, subject, size, and combinations")
    func searches() async throws {
        try await withInbox(messages: 120) { connection in
            let all = try await found(.everything, connection)
            #expect(all == Array(1...120))
            #expect(try await found(.subject("Message 12"), connection) == [12, 120])
            #expect(try await found(.notFlag(.seen), connection) == [])
            let both = IMAPSearchKey.and([.subject("Message 1"), .not(.subject("Message 10"))])
            #expect(try await found(both, connection) == [1] + Array(11...19) + Array(110...120))
            #expect(try await found(.or(.subject("Message 33"), .body("message 44.")), connection) == [33, 44])
            #expect(try await found(.subject("ю and \"quotes\" {3}"), connection) == [])
        }
    }

    @Test("changes flags, and hears of what it changed with its number")
    func flags() async throws {
        try await withInbox(messages: 4) { connection in
            let added = try await connection.run(.store(IMAPStore(.range(1...2), .uid, .add([.flagged]))))
            let fetched = added.compactMap { if case .fetch(let message) = $0 { message } else { nil } }
            #expect(fetched.map(\.uid) == [1, 2])
            #expect(fetched.allSatisfy { $0.flags?.contains(.flagged) == true && $0.modSeq != nil })
            #expect(try await found(.flag(.flagged), connection) == [1, 2])
            try await connection.run(.store(IMAPStore(.one(1), .uid, .replace([.seen]))))
            try await connection.run(.store(IMAPStore(.one(2), .uid, .remove([.seen]), tellsResult: false)))
            #expect(try await found(.flag(.flagged), connection) == [2])
            #expect(try await found(.notFlag(.seen), connection) == [2])
        }
    }

    @Test("copies, moves, brings and removes messages")
    func moves() async throws {
        try await withInbox(messages: 5) { connection in
            let folder: IMAPMailboxName = "Projékte/日本"
            try await connection.run(.create(folder))
            try await connection.run(.copy(.one(1), .uid, to: folder))
            try await connection.run(.move(.range(2...3), .uid, to: folder))
            #expect(try await found(.everything, connection) == [1, 4, 5])
            try await connection.run(.store(IMAPStore(.one(4), .uid, .add([.deleted]))))
            try await connection.run(.expunge(uids: .one(4)))
            #expect(try await found(.everything, connection) == [1, 5])
            let message = Array("Subject: brought\r\n\r\nText\r\n".utf8)
            try await connection.run(.append(IMAPAppend(to: folder, flags: [.draft], message: message)))
            let listed = try await connection.run(.list(IMAPList()))
            #expect(listed.contains { if case .list(let entry) = $0 { entry.name == folder } else { false } })
            try await connection.run(.select(IMAPSelect(folder)))
            #expect(try await found(.everything, connection) == [1, 2, 3, 4])
            #expect(try await found(.flag(.draft), connection) == [4])
            try await connection.run(.unselect)
            try await connection.run(.delete(folder))
        }
    }

    @Test("says nothing of unread messages that it peeks into")
    func peeks() async throws {
        try await withInbox(messages: 1) { connection in
            try await connection.run(.store(IMAPStore(.one(1), .uid, .remove([.seen]))))
            try await connection.run(.fetch(IMAPFetchRequest(.one(1), .uid, [.section(.message)])))
            #expect(try await found(.notFlag(.seen), connection) == [1])
        }
    }

    @Test("reads the same under compression")
    func compresses() async throws {
        let options = { (plain: IMAPMailboxOptions) in
            var options = plain
            options.compression = .whenOffered
            return options
        }
        try await withInbox(messages: 400, options) { connection in
            let id = try await connection.submit(.fetch(IMAPFetchRequest(.all, .uid, [.uid, .section(.message)])))
            var uids: [UInt32] = []
            try await connection.wait(for: id) { event in
                if case .response(.fetch(let message)) = event, let uid = message.uid { uids.append(uid) }
            }
            #expect(uids == Array(1...400))
        }
    }

    @Test("idles, and is told of a message that another session brings")
    func idles() async throws {
        try await Dovecot.run(messages: 1) { server in
            let memory = IMAPMailboxMemory()
            func session() async throws -> IMAPConnection {
                let login = IMAPLogin(
                    server: server.place(), user: Dovecot.user, token: MailToken(try server.token()),
                    options: server.options, memory: memory, now: Dovecot.now())
                let connection = try await login.connect()
                for id in try await login.logIn(connection, then: [.select(IMAPSelect(.inbox))]) {
                    try await connection.wait(for: id)
                }
                return connection
            }
            let (reader, writer) = (try await session(), try await session())
            let idle = try await reader.submit(.idle)
            let message = Array("Subject: pushed\r\n\r\nText\r\n".utf8)
            var count: UInt32?
            try await writer.run(.append(IMAPAppend(to: .inbox, message: message)))
            while count == nil {
                if case .response(.exists(let exists)) = try await reader.nextEvent() { count = exists }
            }
            #expect(count == 2)
            try await reader.endIdle()
            try await reader.wait(for: idle)
            await writer.close()
            await reader.close()
        }
    }
}
