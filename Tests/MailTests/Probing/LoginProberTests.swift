import MailProtocol
import OAuthCore
import Testing

@testable import Mail

@Suite("Trying a login")
struct LoginProberTests {
    private typealias Step = ScriptedMailServer.Step
    private let token = "token-that-never-shows"

    private func prober(
        _ service: MailService, _ port: Int, _ security: MailServer.Security = .unsafePlaintext,
        trust: MailStreamOptions.Trust = .system, patience: Seconds = 30
    ) -> LoginProber {
        LoginProber(
            service: service, server: MailServer(host: "localhost", port: port, security: security),
            user: "megan@contoso.example", token: Secret(token),
            options: MailStreamOptions(readTimeout: patience, trust: trust))
    }

    private static let exchange = "* OK The Microsoft Exchange IMAP4 service is ready. [QQBCAA==]\r\n"
    private static let offers = IMAPScript.ok("* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR\r\n")

    @Test("IMAP: every stage is written down, and nothing is read")
    func imapSucceeds() async throws {
        let authority = try TestAuthority()
        let script: [Step] = [
            .send(Self.exchange), Self.offers, IMAPScript.ok(), IMAPScript.ok(IMAPScript.inbox(exists: 3)),
        ]
        try await ScriptedMailServer.run([script], tls: try authority.server()) { server in
            let transcript = await prober(.imap, server.port, .implicitTLS, trust: .pem(authority.pem)).run()
            #expect(transcript.isLoggedIn)
            #expect(
                transcript.steps.map(\.stage) == [.connect, .tls, .greeting, .capability, .authenticate, .select])
            #expect(transcript.steps.allSatisfy { $0.duration != nil })
            #expect(transcript.mechanism == "XOAUTH2")
            #expect(transcript.credentialsLength ?? 0 > token.utf8.count)
            #expect(Diagnosis.run(transcript, context: LoginContext()).verdict == .loggedIn)
        }
    }

    @Test("IMAP: Exchange's two ways to refuse are told apart")
    func imapRefused() async throws {
        let refused: [Step] = [.send(Self.exchange), Self.offers, IMAPScript.status("NO AUTHENTICATE failed.")]
        let halfway: [Step] = [
            .send(Self.exchange), Self.offers, IMAPScript.ok(),
            IMAPScript.status("BAD User is authenticated but not connected."),
        ]
        try await ScriptedMailServer.run([refused, halfway]) { server in
            let first = await prober(.imap, server.port).run()
            #expect(first.steps.last?.stage == .authenticate)
            #expect(first.steps.last?.failure == .refused)
            #expect(first.challenge == nil)
            let second = await prober(.imap, server.port).run()
            #expect(second.steps.last?.stage == .select)
            #expect(second.steps.last?.answer?.contains("authenticated but not connected") ?? false)
        }
    }

    @Test("IMAP: the error challenge is answered with an empty line, and the token sent once")
    func imapChallenge() async throws {
        let challenge =
            "+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==\r\n"
        let script: [Step] = [
            .send("* OK Gimap ready for requests\r\n"),
            IMAPScript.ok("* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2\r\n"), .answer { _ in challenge },
            .answer { line in
                #expect(line.isEmpty)
                return "A2 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n"
            },
        ]
        try await ScriptedMailServer.run([script]) { server in
            let transcript = await prober(.imap, server.port).run()
            #expect(transcript.challenge?.status == "400")
            #expect(transcript.challenge?.scope == "https://mail.google.com/")
            #expect(server.lines[0].filter { $0.contains("AUTHENTICATE") }.count == 1)
        }
    }

    @Test("SMTP and POP: the login goes through, by STARTTLS too")
    func lineProtocols() async throws {
        let authority = try TestAuthority()
        let smtp: [Step] = [
            .send("220 smtp.office365.com ready\r\n"), .line("EHLO"), .send("250-hello\r\n250-STARTTLS\r\n250 OK\r\n"),
            .line("STARTTLS"), .startTLS(after: "220 go\r\n"), .line("EHLO"),
            .send("250-hello\r\n250 AUTH XOAUTH2\r\n"),
            .line("AUTH XOAUTH2"), .send("334 \r\n"), .answer { _ in "235 2.7.0 Authentication successful\r\n" },
        ]
        let pop: [Step] = [
            .send("+OK The Microsoft Exchange POP3 service is ready.\r\n"), .line("CAPA"),
            .send("+OK\r\nSASL PLAIN XOAUTH2\r\n.\r\n"), .line("AUTH XOAUTH2"), .send("+ \r\n"),
            .answer { _ in "+OK User successfully authenticated.\r\n" },
        ]
        try await ScriptedMailServer.run([smtp], startTLS: try authority.server()) { server in
            let transcript = await prober(.smtp, server.port, .startTLS, trust: .pem(authority.pem)).run()
            #expect(transcript.isLoggedIn, "\(transcript)")
            #expect(server.mismatches.isEmpty)
        }
        try await ScriptedMailServer.run([pop]) { server in
            let transcript = await prober(.pop, server.port).run()
            #expect(transcript.isLoggedIn, "\(transcript)")
            #expect(server.mismatches.isEmpty)
        }
    }

    @Test("what fails before the login is written down at its stage", arguments: MailService.allCases)
    func earlyFailures(service: MailService) async throws {
        let authority = try TestAuthority()
        let other = try TestAuthority()
        let port = try await ScriptedMailServer.run([]) { $0.port }
        let unreachable = await prober(service, port).run()
        #expect(unreachable.steps.map(\.stage) == [.connect])
        try await ScriptedMailServer.run([[]], tls: try authority.server()) { server in
            let untrusted = await prober(service, server.port, .implicitTLS, trust: .pem(other.pem)).run()
            #expect(untrusted.steps.last?.stage == .tls)
            if case .certificate = untrusted.steps.last?.failure {} else { Issue.record("\(untrusted)") }
        }
        try await ScriptedMailServer.run([[.close]]) { server in
            let gone = await prober(service, server.port).run()
            #expect(gone.steps.last == LoginStep(.greeting, failure: .closed, duration: gone.steps.last?.duration))
        }
    }

    @Test("a server that stalls is given up at its stage")
    func stalls() async throws {
        let authority = try TestAuthority()
        let handshake: [Step] = [
            .send("220 ready\r\n"), .line("EHLO"), .send("250-hello\r\n250 STARTTLS\r\n"), .line("STARTTLS"),
            .startTLS(after: "220 go\r\n"),
        ]
        // Without TLS of its own the server leaves the handshake unanswered.
        try await ScriptedMailServer.run([handshake, [.drip("2", milliseconds: 20)]]) { server in
            let stalled = await prober(.smtp, server.port, .startTLS, trust: .pem(authority.pem), patience: 3).run()
            #expect(stalled.steps.last?.stage == .tls)
            #expect(stalled.steps.last?.failure == .timedOut)
            let slow = await prober(.smtp, server.port, patience: 3).run()
            #expect(slow.steps.last?.stage == .greeting)
            #expect(slow.steps.last?.failure == .timedOut)
        }
    }
}
