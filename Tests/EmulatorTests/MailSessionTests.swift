import Foundation
import MailProtocol
import OAuthCore
import Testing

@testable import Emulator

@Suite("SMTP and POP of the emulator")
struct MailSessionTests {
    static let blob = Data("user=megan@contoso.example\u{1}auth=Bearer token\u{1}\u{1}".utf8).base64EncodedString()

    /// Says lines, and hears what comes back; every login goes as `login` says.
    private func talk(
        _ session: some MailServerSession, _ login: MailLogin = .refused, _ lines: [String]
    ) -> (answers: String, isClosed: Bool) {
        var session = session
        var heard: [UInt8] = []
        var isClosed = false
        func carryOut(_ actions: [MailServerAction], _ session: inout some MailServerSession) {
            for action in actions {
                switch action {
                case .send(let bytes), .startTLS(let bytes): heard += bytes
                case .verify: carryOut(session.finishLogin(login), &session)
                case .resume: carryOut(session.resume(), &session)
                case .close: isClosed = true
                }
            }
        }
        carryOut(session.begin(), &session)
        for line in lines { carryOut(session.receive(Array((line + "\r\n").utf8)), &session) }
        return (String(decoding: heard, as: UTF8.self), isClosed)
    }

    private func account() -> MailFolders {
        let bytes = Array("Subject: x\n\nfirst\n.dot\nlast".utf8)
        let message = StoredMessage(bytes, source: .bytes(bytes), name: "x", isRead: false, fallback: Fixture.now)
        return MailFolders([message], layout: .exchange, uidValidity: 7) { Fixture.now }
    }

    private let smtp = SMTPSession(host: "mail.example", offersTLS: true)
    private let pop = POPSession(host: "mail.example")

    @Test("SMTP offers logins under TLS alone, and takes the token in one line or two")
    func smtpLogin() {
        let plain = talk(smtp, ["EHLO me", "AUTH XOAUTH2 \(Self.blob)"]).answers
        #expect(plain.contains("250-STARTTLS\r\n") && !plain.contains("AUTH") && plain.hasSuffix("command first\r\n"))
        for lines in [["AUTH XOAUTH2 \(Self.blob)"], ["AUTH XOAUTH2", Self.blob]] {
            let answer = talk(smtp, .accepted(account()), ["STARTTLS", "EHLO me"] + lines + ["MAIL FROM:<a@b.c>"])
            #expect(answer.answers.contains("250-AUTH LOGIN XOAUTH2\r\n"))
            #expect(answer.answers.contains("235 2.7.0 Authentication successful\r\n550 5.7.0 "))
        }
    }

    @Test("what comes in one breath with STARTTLS is not taken, RFC 3207 §4.2")
    func injection() {
        var session = smtp
        let actions = session.receive(Array("STARTTLS\r\nEHLO injected\r\n".utf8))
        #expect(actions == [.startTLS(Array("220 2.0.0 SMTP server ready\r\n".utf8))])
        #expect(session.receive(Array("NOOP\r\n".utf8)) == [.send("250 2.0.0 OK\r\n")])
    }

    @Test(
        "SMTP says why it refuses",
        arguments: [
            (MailLogin.refused, "535 5.7.3 Authentication unsuccessful\r\n"),
            (.notConnected, "535 5.7.3 Authentication unsuccessful\r\n"),
            (
                MailFault.smtpDisabledForTenant.login,
                "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."
            ),
            (
                MailFault.smtpDisabledForMailbox.login,
                "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."
            ),
            (MailFault.tokenExpiresSoon.login, "501 5.5.127 Token will expire soon\r\n"),
        ])
    func smtpRefusal(login: MailLogin, text: String) {
        #expect(talk(smtp, login, ["STARTTLS", "AUTH XOAUTH2 \(Self.blob)"]).answers.contains(text))
    }

    @Test("SMTP refuses passwords, mail without a login, and nonsense without end")
    func smtpRest() {
        let answers = talk(
            smtp,
            [
                "STARTTLS", "AUTH LOGIN", "AUTH PLAIN x", "MAIL FROM:<a@b.c>", "AUTH XOAUTH2 x", "AUTH XOAUTH2", "*",
                "QUIT",
            ]
        )
        for code in ["535 5.7.139", "504 5.7.4", "530 5.7.57", "535 5.7.3", "501 5.7.0", "221 2.0.0"] {
            #expect(answers.answers.contains("\r\n\(code) "), "\(code)")
        }
        #expect(answers.isClosed)
        #expect(talk(smtp, Array(repeating: "nonsense", count: 20)).isClosed)
        #expect(talk(smtp, [String(repeating: "a", count: 70_000)]).isClosed)
    }

    @Test("POP takes a token in two lines, and closes on one")
    func popLogin() {
        let answer = talk(pop, .accepted(account()), ["AUTH XOAUTH2", Self.blob, "STAT"])
        #expect(answer.answers.hasPrefix("+OK The Microsoft Exchange POP3 service is ready. [bQBh"))
        #expect(answer.answers.hasSuffix("+ \r\n+OK User successfully authenticated [1].\r\n+OK 1 31\r\n"))
        let oneLine = talk(pop, .accepted(account()), ["AUTH XOAUTH2 \(Self.blob)"])
        #expect(oneLine.answers.hasSuffix("-ERR Protocol error. Connection is closed. 10\r\n") && oneLine.isClosed)
        let refused = talk(pop, ["AUTH XOAUTH2", Self.blob, "USER a", "PASS b", "STAT"])
        #expect(refused.answers.contains("-ERR Authentication failure: unknown user name or bad password.\r\n"))
        #expect(
            refused.answers.contains("-ERR Logon failure") && refused.answers.hasSuffix("-ERR Protocol error. 14\r\n"))
    }

    @Test("POP reads, with dots before dots, and removes when it was said goodbye to")
    func popReading() {
        let account = account()
        let login = ["AUTH XOAUTH2", Self.blob]
        let answers = talk(
            pop, .accepted(account), login + ["LIST", "UIDL 1", "RETR 1", "TOP 1 1", "TOP 1 0", "RETR 2", "DELE 0"]
        ).answers
        #expect(answers.contains("+OK\r\n1 31\r\n.\r\n+OK 1 7.1\r\n"))
        #expect(answers.contains("+OK\r\nSubject: x\r\n\r\nfirst\r\n..dot\r\nlast\r\n.\r\n"))
        #expect(answers.contains("+OK\r\nSubject: x\r\n\r\nfirst\r\n.\r\n+OK\r\nSubject: x\r\n\r\n.\r\n-ERR "))
        #expect(talk(pop, .accepted(account), login + ["DELE 1", "RSET", "QUIT"]).isClosed)
        #expect(account.contents(of: "INBOX")?.messages.count == 1)
        _ = talk(pop, .accepted(account), login + ["DELE 1", "QUIT"])
        #expect(account.contents(of: "INBOX")?.messages.isEmpty == true)
    }

    @Test("folders hold their rules: names once, places of the system for good, room for so much")
    func folders() {
        let account = account()
        #expect(account.change(.create("a/b")) && !account.change(.create("a/b")) && !account.change(.create("")))
        #expect(account.change(.create("a")) && account.change(.rename("a", to: "c")))
        #expect(account.contents(of: "c/b") != nil && account.contents(of: "a/b") == nil)
        #expect(!account.change(.delete("INBOX")) && !account.change(.rename("Sent Items", to: "x")))
        #expect(account.change(.delete("c")) && !account.change(.delete("c")))
        #expect(account.append([1], flags: [], date: nil, to: "nowhere") == .noSuchFolder)
        #expect(
            account.append(Array(repeating: 65, count: 257 << 20), flags: [], date: nil, to: "Drafts") == .overQuota)
        let validities = account.folders().compactMap { account.contents(of: $0.name)?.uidValidity }
        #expect(Set(validities).count == validities.count)
    }

    @Test(
        "line ends become those of mail",
        arguments: [
            ("a\nb\r\nc\n", "a\r\nb\r\nc\r\n"), ("", ""), ("\n", "\r\n"), ("a\r", "a\r"), ("\r\n\n", "\r\n\r\n"),
        ])
    func lineEnds(text: String, wire: String) {
        #expect(WireLines.converted(Array(text.utf8)) == Array(wire.utf8))
        #expect(text.utf8.count + WireLines.missingReturns(Array(text.utf8)) == wire.utf8.count)
    }

    private func talk(_ session: some MailServerSession, _ lines: [String]) -> (answers: String, isClosed: Bool) {
        talk(session, .refused, lines)
    }

    @Test("lists over HTTP show what mail programs did")
    func listing() throws {
        let folders = account()
        let first = try #require(folders.listing().inbox.first)
        #expect(folders.listing().all.map(\.id) == [first.id] && !first.summary.isRead)

        folders.change(.add(["\\Seen"]), of: [1], in: "INBOX")
        #expect(folders.listing().inbox.first?.summary.isRead == true)

        let later = Fixture.now + 60
        let text = Array("Subject: brought\n\nText\n".utf8)
        #expect(folders.append(text, flags: [], date: later, to: "INBOX") == .added(2))
        #expect(folders.listing().inbox.map(\.summary.subject) == ["brought", "x"], "the newest first")
        #expect(folders.listing().inbox.first?.receivedAt == later)

        _ = folders.copy([1], from: "INBOX", to: "Archive", removing: .keep)
        #expect(folders.listing().inbox.count == 2 && folders.listing().all.count == 3)
        #expect(Set(folders.listing().all.map(\.id)).count == 3, "a copy is another message")
        #expect(folders.listing().all.allSatisfy { $0.summary.id.rawValue == $0.id })

        _ = folders.copy([1], from: "INBOX", to: "Deleted Items", removing: .remove)
        #expect(folders.listing().inbox.map(\.summary.subject) == ["brought"])
        #expect(folders.listing().all.contains { $0.id == first.id }, "a moved message is the same")
        folders.remove([2], from: "INBOX")
        #expect(folders.listing().inbox.isEmpty && folders.listing().all.count == 2)
    }
}
