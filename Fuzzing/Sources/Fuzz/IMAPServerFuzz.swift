import MailProtocol
import OAuthCore

/// A server's session that hears anything must answer the same in whatever pieces it comes.
enum IMAPServerFuzz {
    static func run(_ input: FuzzInput) {
        var whole = Server(input.variant)
        var parts = Server(input.variant)
        whole.take(Array(input.bytes))
        for piece in input.pieces { parts.take(Array(piece)) }
        precondition(whole.said == parts.said, "pieces change the answer")
        precondition(whole.hasClosed == parts.hasClosed, "pieces change the end")
    }

    private struct Server {
        private var session: IMAPServerSession
        private(set) var said: [UInt8] = []
        private(set) var hasClosed = false
        private let login: IMAPServerLogin

        init(_ variant: UInt8) {
            let isGmail = variant & 1 != 0
            var limits = IMAPServerLimits()
            if variant & 2 != 0 {
                limits = IMAPServerLimits(
                    line: 1_024, literal: 16, message: 2_048, command: 1_024, searchKeys: 5, depth: 3, badCommands: 3,
                    output: 256)
            }
            session = IMAPServerSession(persona: isGmail ? .gmail : .exchange(host: "mail.example"), limits: limits)
            switch (variant >> 2) & 3 {
            case 0: login = .refused
            case 1: login = .notConnected
            default: login = .accepted(FuzzAccount())
            }
            carryOut(session.begin())
            // Most variants begin behind the login, which no mutation would find.
            if variant & 0x10 == 0 { take(Array("L AUTHENTICATE XOAUTH2 \(Self.credentials)\r\n".utf8)) }
        }

        /// `user=a@b.example`, 0x01, `auth=Bearer t`, 0x01, 0x01.
        private static let credentials = "dXNlcj1hQGIuZXhhbXBsZQFhdXRoPUJlYXJlciB0AQE="

        mutating func take(_ bytes: [UInt8]) { carryOut(session.receive(bytes)) }

        private mutating func carryOut(_ actions: [IMAPServerAction]) {
            var waiting = actions[...]
            while let action = waiting.popFirst() {
                precondition(!hasClosed, "the session goes on after its end")
                switch action {
                case .send(let bytes): said += bytes
                case .verify: waiting += session.finishLogin(login)
                case .resume: waiting += session.resume()
                case .close: hasClosed = true
                }
            }
        }
    }
}

/// A small mailbox that never changes, so that two sessions see the same.
private struct FuzzAccount: IMAPServerAccount {
    private static let text = Array(
        """
        From: =?utf-8?q?Ad=C3=A9?= <ada@b.example>\r\nTo: a@b.example\r\nSubject: Hello\r\n\
        Date: Wed, 18 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nHi\r\n--x\r\nContent-Type: image/png; name=a.png\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--x--\r\n
        """.utf8)

    func folders() -> [IMAPServerFolder] {
        [IMAPServerFolder("INBOX"), IMAPServerFolder("Sent", specialUse: "\\Sent")]
    }

    func contents(of folder: String) -> IMAPServerContents? {
        guard folder == "INBOX" || folder == "Sent" else { return nil }
        let messages = (1...3).map { number in
            IMAPServerMessage(
                uid: UInt32(number * 10), flags: number == 1 ? ["\\Seen"] : [],
                internalDate: UnixTime(1_795_000_000), size: Self.text.count)
        }
        return IMAPServerContents(uidValidity: 7, uidNext: 31, revision: 1, messages: messages)
    }

    func message(_ uid: UInt32, in folder: String) -> [UInt8]? { [10, 20, 30].contains(uid) ? Self.text : nil }

    func change(_ change: IMAPServerFlagChange, of uids: [UInt32], in folder: String) {}

    func copy(
        _ uids: [UInt32], from folder: String, to target: String, removing: IMAPServerRemoval
    ) -> [(old: UInt32, new: UInt32)]? {
        contents(of: target) == nil ? nil : uids.map { ($0, $0) }
    }

    func append(_ message: [UInt8], flags: Set<String>, date: UnixTime?, to folder: String) -> IMAPServerAppend {
        contents(of: folder) == nil ? .noSuchFolder : .added(31)
    }

    func remove(_ uids: [UInt32], from folder: String) {}

    func change(_ change: IMAPServerFolderChange) -> Bool { true }
}
