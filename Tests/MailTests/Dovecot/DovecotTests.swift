import Crypto
import Foundation
import MailProtocol
import OAuthCore
import Testing

@testable import Mail

/// A server that this project did not write, over real connections.
@Suite(
    "Reading mail at Dovecot", .serialized, .timeLimit(.minutes(3)),
    .enabled(if: Dovecot.isInstalled, "Dovecot is not installed (Debian: dovecot-imapd)"))
struct DovecotTests {
    @Test("lists the newest ten in two flights, and in one when they are remembered")
    func lists() async throws {
        try await Dovecot.run(messages: 300) { server in
            let memory = IMAPMailboxMemory()
            let expected = (291...300).reversed().map { "Message \($0)" }
            for flights in [2, 1] {
                let mailbox = try server.mailbox(memory: memory)
                let page = try await mailbox.newestMessages(10)
                #expect(page.messages.map(\.subject) == expected)
                #expect(await mailbox.flights == flights)
                await mailbox.close()
            }
        }
    }

    @Test("logs in by either mechanism, with TLS of either kind")
    func logsIn() async throws {
        try await Dovecot.run(messages: 3) { server in
            for mechanism in [SASLMechanism.xoauth2, .oauthBearer] {
                for security in [MailServer.Security.implicitTLS, .startTLS] {
                    var options = server.options
                    options.mechanisms = [mechanism]
                    let mailbox = try server.mailbox(server.place(security), options: options)
                    #expect(try await mailbox.newestMessages(10).messages.count == 3)
                    await mailbox.close()
                }
            }
        }
    }

    @Test("sends nothing where TLS was asked for and the certificate is a stranger's")
    func distrusts() async throws {
        try await Dovecot.run(messages: 0) { server in
            for security in [MailServer.Security.implicitTLS, .startTLS] {
                let options = IMAPMailboxOptions(
                    stream: MailStreamOptions(connectTimeout: 60, trust: .pem(try TestAuthority().pem)))
                let mailbox = try server.mailbox(server.place(security), options: options)
                let error = await #expect(throws: MailboxError.self) { try await mailbox.newestMessages(1) }
                #expect(error?.reason.contains("certificate") == true, "\(security): \(String(reflecting: error))")
            }
        }
    }

    @Test("is told of a token that is out of date, another's, or of another issuer")
    func isRefused() async throws {
        try await Dovecot.run(messages: 1) { server in
            let tokens = [
                try server.token(lifetime: -60), try server.token(user: "somebody"),
                try server.token(key: P256.Signing.PrivateKey()), Secret("opaque"),
            ]
            for token in tokens {
                for options in [server.options, server.options.withoutHurry] {
                    let mailbox = try server.mailbox(options: options, token: token)
                    let error = await #expect(throws: MailboxError.self) { try await mailbox.newestMessages(1) }
                    #expect(error?.kind == .notAuthorized)
                    #expect(error?.code == "AUTHENTICATIONFAILED" || options == server.options)
                }
            }
        }
    }

    @Test("pages through a mailbox from the newest to the oldest")
    func pages() async throws {
        try await Dovecot.run(messages: 95) { server in
            let mailbox = try server.mailbox()
            var page = try await mailbox.newestMessages(20)
            var subjects = page.messages.map(\.subject)
            while let next = page.next {
                page = try await mailbox.messages(after: next)
                subjects += page.messages.map(\.subject)
            }
            #expect(subjects == (1...95).reversed().map { "Message \($0)" })
            await mailbox.close()
        }
    }

    @Test("reads a message whole, and leaves it unread")
    func readsOne() async throws {
        try await Dovecot.run(messages: 5) { server in
            try server.deliver(6)
            let mailbox = try server.mailbox()
            let newest = try #require(try await mailbox.newestMessages(1).messages.first)
            #expect(newest.subject == "Message 6")
            #expect(!newest.isRead)
            let message = try await mailbox.message(newest.id)
            #expect(message.body.text.contains("This is message 6."))
            #expect(try await mailbox.newestMessages(1).messages.first?.isRead == false)
            await mailbox.close()
        }
    }

    @Test("is told of a message that comes while it waits, and of one that came before")
    func waits() async throws {
        try await Dovecot.run(messages: 3) { server in
            let mailbox = try server.mailbox()
            #expect(try await mailbox.newestMessages(1).messages.first?.subject == "Message 3")
            try server.deliver(4)
            #expect(try await mailbox.waitForChange(atMost: 60))
            #expect(try await mailbox.newestMessages(1).messages.first?.subject == "Message 4")
            async let change = mailbox.waitForChange(atMost: 60)
            try server.deliver(5)
            #expect(try await change)
            #expect(try await mailbox.newestMessages(1).messages.first?.subject == "Message 5")
            await mailbox.close()
        }
    }

    @Test("goes on waiting when the line is cut, and misses nothing of what came meanwhile")
    func waitsAgain() async throws {
        try await Dovecot.run(messages: 3) { server in
            try await CuttingProxy.run(to: server.tlsPort) { proxy in
                let mailbox = try server.mailbox(server.place(port: proxy.port))
                _ = try await mailbox.newestMessages(1)
                await proxy.cut()
                try server.deliver(4)
                #expect(try await mailbox.waitForChange(atMost: 60))
                #expect(proxy.count == 2)
                await mailbox.close()
            }
        }
    }

    @Test("connects again for the next call when the line was cut")
    func connectsAgain() async throws {
        try await Dovecot.run(messages: 3) { server in
            try await CuttingProxy.run(to: server.tlsPort) { proxy in
                let mailbox = try server.mailbox(server.place(port: proxy.port))
                for _ in 0..<3 {
                    #expect(try await mailbox.newestMessages(10).messages.count == 3)
                    await proxy.cut()
                }
                #expect(proxy.count == 3)
                await mailbox.close()
            }
        }
    }

    @Test("downloads a mailbox through a line that is cut twice, each message once and whole")
    func downloads() async throws {
        try await Dovecot.run(messages: 2_000) { server in
            let folder = server.folder.appending(path: "download")
            try await CuttingProxy.run(to: server.tlsPort, cutAfter: [300_000, 500_000]) { proxy in
                let mailbox = try server.mailbox(server.place(port: proxy.port))
                let progress = try await mailbox.download(into: folder)
                #expect(progress.messages == 2_000)
                #expect(progress.reconnections == 2)
                #expect(try await mailbox.download(into: folder).messages == 0, "all of it is there")
                await mailbox.close()
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(names.count == 2_000)
            for name in names {
                let number = try #require(Int(name.split(separator: ".")[1]))
                let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
                #expect(text == Dovecot.message(number))
            }
        }
    }

    @Test("reads every summary of ten thousand messages")
    func readsMany() async throws {
        try await Dovecot.run(messages: 10_000) { server in
            var options = server.options
            options.compression = .whenOffered
            let mailbox = try server.mailbox(options: options)
            var page = try await mailbox.newestMessages(1_000)
            var count = page.messages.count
            while let next = page.next {
                page = try await mailbox.messages(after: next)
                count += page.messages.count
            }
            #expect(count == 10_000)
            await mailbox.close()
        }
    }
}

extension IMAPMailboxOptions {
    /// The same, but nothing is sent behind a login before its answer.
    fileprivate var withoutHurry: Self {
        var options = self
        options.freshFor = nil
        return options
    }
}
