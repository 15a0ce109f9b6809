import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import MailProtocol
import NIOCore
import NIOPosix
import NIOSSL
import OAuthCore
import ServiceLifecycle
import Testing

@testable import Emulator

@Suite("The emulator's mail ports", .serialized, .timeLimit(.minutes(1)))
struct MailListenerTests {
    /// Certificates are verified, and for that the time is always the computer's.
    private static let now: @Sendable () -> UnixTime = { UnixTime(Int64(Date().timeIntervalSince1970)) }

    /// An emulator, and a listener of it on a free port, for as long as the body runs.
    private func withListener(
        _ kind: MailListener.Kind, _ body: @Sendable (Microsoft365Emulator, MailPeer.Place) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "emulator-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let random = RandomSource { count in (0..<count).map { _ in UInt8.random(in: .min ... .max) } }
        let emulator = try Microsoft365Emulator(
            .init(port: 8443, dataDirectory: folder, clock: Self.now, random: random))
        let listener = MailListener(
            kind: kind, port: 0, tls: try NIOSSLContext(configuration: try emulator.tlsConfiguration()),
            cloud: emulator.holder, controls: emulator.controls, accounts: emulator.mailAccounts,
            gmailTokens: emulator.gmailTokens, logger: Logger(label: "tests"))
        let server = try await listener.bind()
        let place = MailPeer.Place(
            port: try #require(server.channel.localAddress?.port), authority: emulator.authorityFile.path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.run(server) }
            do { try await body(emulator, place) } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
            while let result = await group.nextResult() { _ = result }
        }
    }

    /// A token that the control endpoint makes.
    private func token(_ emulator: Microsoft365Emulator, _ body: JSONObject, at path: String = "tokens") async throws
        -> String
    {
        try #require(try await control(emulator, path, body)["access_token"]?.string)
    }

    @discardableResult
    private func control(_ emulator: Microsoft365Emulator, _ path: String, _ body: JSONObject) async throws
        -> JSONObject
    {
        try await Application(router: emulator.router()).test(.router) { client in
            try await client.execute(
                uri: "/emulator/\(path)", method: .post, headers: [.contentType: "application/json"],
                body: ByteBuffer(bytes: body.encoded())
            ) { try JSONObject.parse(Array($0.body.readableBytesView)) }
        }
    }

    private func blob(_ user: String, _ token: String) -> String {
        Data("user=\(user)\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8).base64EncodedString()
    }

    private static let megan = "megan@contoso.example"

    @Test("mail is read over TLS, and a message that comes in is told to a client that idles")
    func reading() async throws {
        try await withListener(.imap) { emulator, place in
            let token = try await token(emulator, ["user": .string(Self.megan)])
            try await MailPeer.connect(place) { peer in
                #expect(try await peer.line().hasPrefix("* OK The Microsoft Exchange IMAP4 service is ready. ["))
                try await peer.say("1 AUTHENTICATE XOAUTH2 \(blob(Self.megan, token))")
                #expect(try await peer.line() == "1 OK AUTHENTICATE completed.")
                try await peer.say("2 SELECT INBOX")
                let inbox = emulator.mailAccounts.listing(Self.megan).inbox
                let count = inbox.count
                #expect(try await peer.lines(through: "2 ").first == "* \(count) EXISTS")
                try await peer.say("3 FETCH 1:* (UID RFC822.SIZE BODY.PEEK[])")
                let sizes = inbox.reduce(0) { $0 + $1.wireSize }
                #expect(try await peer.lines(through: "3 ").joined(separator: "\r\n").utf8.count > sizes)
                try await peer.say("4 IDLE")
                #expect(try await peer.line().hasPrefix("+ "))
                try await control(emulator, "messages", ["user": .string(Self.megan), "message": "Subject: x\n\nx\n"])
                #expect(try await peer.line() == "* \(count + 1) EXISTS")
                try await peer.say("DONE")
                #expect(try await peer.line() == "4 OK IDLE completed.")
            }
        }
    }

    @Test("a session ends with its token, by the emulator's clock and on demand")
    func expiry() async throws {
        try await withListener(.imap) { emulator, place in
            for isStaged in [false, true] {
                let token = try await token(emulator, ["user": .string(Self.megan)])
                try await MailPeer.connect(place) { peer in
                    _ = try await peer.line()
                    try await peer.say("1 AUTHENTICATE XOAUTH2 \(blob(Self.megan, token))")
                    #expect(try await peer.line().hasPrefix("1 OK"))
                    if isStaged {
                        try await control(emulator, "faults", ["at": "imap", "kind": "expire_session"])
                        try await peer.say("2 NOOP")
                    } else {
                        try await control(emulator, "clock", ["offset_seconds": 3_600])
                    }
                    #expect(try await peer.line() == "* BYE Session invalidated - AccessTokenExpired")
                    #expect(try await peer.isEnded())
                }
                try await control(emulator, "clock", ["offset_seconds": 0])
            }
        }
    }

    @Test("Gmail's persona has tokens and a challenge of its own")
    func gmail() async throws {
        try await withListener(.gmail) { emulator, place in
            let token = try await token(emulator, ["user": "ada@gmail.example"], at: "gmail/tokens")
            #expect(token.hasPrefix("ya29."))
            try await MailPeer.connect(place) { peer in
                #expect(try await peer.line().hasPrefix("* OK Gimap ready"))
                try await peer.say("1 AUTHENTICATE XOAUTH2 \(blob("other@gmail.example", token))")
                #expect(try await peer.line().hasPrefix("+ eyJzdGF0dXMiOiI0MDAi"))
                try await peer.say("")
                #expect(try await peer.line() == "1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)")
                try await peer.say("2 AUTHENTICATE XOAUTH2 \(blob("ada@gmail.example", token))")
                #expect(try await peer.lines(through: "2 ").last?.contains("authenticated (Success)") == true)
            }
        }
    }

    @Test("SMTP begins TLS in the middle, and refuses in Exchange's words")
    func smtp() async throws {
        try await withListener(.smtp) { emulator, place in
            let token = try await token(emulator, ["user": .string(Self.megan)])
            try await control(emulator, "faults", ["at": "smtp", "kind": "smtp_disabled_for_tenant"])
            try await MailPeer.connect(place, isSecure: false) { peer in
                #expect(try await peer.line().hasPrefix("220 "))
                try await peer.say("STARTTLS")
                #expect(try await peer.line() == "220 2.0.0 SMTP server ready")
                try await peer.startTLS()
                try await peer.say("AUTH XOAUTH2 \(blob(Self.megan, token))")
                #expect(try await peer.line() == SMTPRefusal.disabledForTenant.rawValue)
                try await peer.say("AUTH XOAUTH2 \(blob(Self.megan, token))")
                #expect(try await peer.line() == "235 2.7.0 Authentication successful")
            }
        }
    }

    @Test("a connection may be closed at once, or come without TLS")
    func connectionFaults() async throws {
        try await withListener(.pop) { emulator, place in
            try await control(emulator, "faults", ["at": "pop", "kind": "no_tls"])
            let plain = try await MailPeer.connect(place, isSecure: false) { try await $0.line() }
            #expect(plain.hasPrefix("+OK The Microsoft Exchange POP3 service"))
            try await control(emulator, "faults", ["at": "pop", "kind": "drop"])
            let isEnded = try await MailPeer.connect(place, isSecure: false) { try await $0.isEnded() }
            #expect(isEnded)
            let greeting = try await MailPeer.connect(place) { try await $0.line() }
            #expect(greeting.hasPrefix("+OK "))
        }
    }

    @Test("faults are refused where they cannot happen, and listed where they wait")
    func control() async throws {
        try await withListener(.imap) { emulator, _ in
            for wrong in [
                ["at": "token", "kind": "hang"], ["at": "imap", "kind": "throttle", "retry_after": 1],
                ["at": "pop", "kind": "not_connected"], ["at": "imap", "kind": "nothing"],
            ] as [JSONObject] {
                #expect(try await control(emulator, "faults", wrong)["error"] != nil)
            }
            let state = try await control(emulator, "faults", ["at": "imap", "kind": "not_connected", "count": 2])
            #expect(state["faults"]?.array?.first?.object?["kind"] == "not_connected")
            #expect(try await control(emulator, "exchange", ["tenant": "nowhere"])["error"] != nil)
            #expect(try await control(emulator, "tokens", ["user": "nobody"])["error"] != nil)
            #expect(try await control(emulator, "gmail/tokens", ["user": "nobody"])["error"] != nil)
            let exchange: JSONObject = ["tenant": "contoso.example", "imap_disabled": .strings([Self.megan])]
            #expect(try await control(emulator, "exchange", exchange)["error"] == nil)
            #expect(emulator.directory.tenant("contoso.example")?.exchange.imapDisabled == [Self.megan])
        }
    }

    @Test("the cloud's description names the ports, and the service ends when it is told to")
    func service() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "emulator-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let random = RandomSource { count in (0..<count).map { _ in UInt8.random(in: .min ... .max) } }
        var configuration = Microsoft365Emulator.Configuration(
            port: 8443, dataDirectory: folder, clock: Self.now, random: random)
        configuration.imapPort = 0
        let emulator = try Microsoft365Emulator(configuration)
        let description = emulator.holder.current.description
        #expect(description["imap"] == .object(["host": "localhost", "port": 0]) && description["smtp"] == nil)
        let service = try emulator.mailService(logger: Logger(label: "tests"))
        let group = ServiceGroup(configuration: .init(services: [service], logger: Logger(label: "tests")))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            await service.waitUntilListening()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
