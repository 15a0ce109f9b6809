import MailProtocol
import OAuthCore
import Testing

@testable import Mail

@Suite("From a probe to a report")
struct TranscriptTests {
    @Test("an SMTP conversation becomes a transcript, and its cause is found") func smtp() throws {
        let context = Sample.context(Sample.person(scope: "IMAP.AccessAsUser.All"))
        let token = try #require(context.token)
        var transcript = LoginTranscript(
            service: .smtp, server: MailServer(host: "smtp.office365.com", port: 587, security: .startTLS))
        transcript.steps.append(LoginStep(.connect))
        var probe = SMTPProbe(
            try SASLCredentials(.xoauth2, user: Sample.mailbox, token: token),
            options: ProbeOptions(protection: .asItIs))
        let said = [
            "220 LO2P.outlook.office365.com Microsoft ESMTP MAIL Service ready\r\n",
            "250-x\r\n250 AUTH LOGIN XOAUTH2\r\n",
            "334 \r\n", "535 5.7.3 Authentication unsuccessful [LO2P265CA0001.GBRP265.PROD.OUTLOOK.COM]\r\n",
        ]
        for text in said {
            for case .report(let event) in try probe.receive(Array(text.utf8)) { transcript.record(event) }
        }
        let report = Diagnosis.run(transcript, context: context)
        #expect(report.mostLikely?.number == 15)
        #expect(report.mostLikely?.confidence == .certain)
        #expect(report.text().contains("(as row 3)"))
        #expect(report.steps.map(\.name) == ["connect", "greeting", "capabilities", "authenticate"])
    }

    @Test("an IMAP conversation that leads nowhere becomes a transcript, and its causes are ranked") func imap() throws
    {
        let context = Sample.context(Sample.app())
        let token = try #require(context.token)
        var transcript = LoginTranscript(
            service: .imap, server: MailServer(host: "outlook.office365.com", port: 993))
        transcript.steps = [LoginStep(.connect), LoginStep(.tls)]
        var probe = IMAPProbe(
            try SASLCredentials(.xoauth2, user: Sample.mailbox, token: token),
            options: ProbeOptions(protection: .asItIs))
        let said = [
            "* OK The Microsoft Exchange IMAP4 service is ready.\r\n",
            "* CAPABILITY IMAP4 IMAP4rev1 AUTH=XOAUTH2 SASL-IR\r\nA1 OK CAPABILITY completed.\r\n",
            "A2 OK AUTHENTICATE completed.\r\n", "A3 BAD User is authenticated but not connected.\r\n",
        ]
        for text in said {
            for case .report(let event) in try probe.receive(Array(text.utf8)) { transcript.record(event) }
        }
        let report = Diagnosis.run(transcript, context: context)
        #expect(report.candidates.map(\.number) == [10, 11, 12])
        #expect(report.mostLikely?.confidence == .likely)
        #expect(report.evidence.reached == .select)
    }

    @Test("what POP's one line leads to is named") func pop() {
        let transcript = Sample.attempt(
            answer: "-ERR Protocol error. Connection is closed. 10", service: .pop)
        #expect(Diagnosis.run(transcript, context: Sample.context()).mostLikely?.number == 19)
    }

    @Test("SMTP and POP are logged in when the login is") func loggedIn() {
        for service in [MailService.smtp, .pop] {
            #expect(Sample.attempt(.authenticate, nil, answer: "235 ok", service: service).isLoggedIn)
        }
        #expect(!Sample.attempt(.authenticate, nil, answer: "OK").isLoggedIn)
    }

    @Test("a probe's end before the end is a step that failed") func closed() {
        var transcript = LoginTranscript(service: .pop, server: MailServer(host: "mail.contoso.example", port: 995))
        transcript.record(.closed(.authentication), at: .authentication)
        transcript.record(.lineTooLong(limit: 10), at: .greeting)
        #expect(transcript.steps.map(\.stage) == [.authenticate, .greeting])
        #expect(transcript.steps.map(\.failure) == [.closed, .malformed("a line of more than 10 bytes")])
    }
}
