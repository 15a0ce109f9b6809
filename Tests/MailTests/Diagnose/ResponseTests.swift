import Foundation
import MailProtocol
import OAuthCore
import Testing

@testable import Mail

/// What a program printed, and what is to be read from it.
struct ResponseCase: Sendable, CustomTestStringConvertible {
    let program: String?
    let text: String
    let row: Int?
    var persona: ServerPersona = .unknown
    var service: MailService?
    var testDescription: String { "\(program ?? "?"): \(text.prefix(60))" }

    static let all = [
        ResponseCase(
            program: "Python's imaplib", text: "imaplib.IMAP4.error: b'AUTHENTICATE failed.'", row: nil,
            persona: .exchange, service: .imap),
        ResponseCase(
            program: "Python's smtplib",
            text:
                """
                smtplib.SMTPAuthenticationError: (535, b'5.7.3 Authentication unsuccessful \
                [LO2P265CA0001.GBRP265.PROD.OUTLOOK.COM]')
                """,
            row: 15, persona: .exchange, service: .smtp),
        ResponseCase(
            program: "Python's smtplib",
            text:
                """
                smtplib.SMTPAuthenticationError: (535, b'5.7.139 Authentication unsuccessful, the user credentials \
                were incorrect. [x]')
                """,
            row: 17, persona: .exchange, service: .smtp),
        ResponseCase(
            program: "msmtp",
            text:
                """
                msmtp: authentication failed (method XOAUTH2)\nmsmtp: server message: 535 5.7.3 Authentication \
                unsuccessful
                """,
            row: 15, persona: .exchange, service: .smtp),
        ResponseCase(
            program: "Postfix",
            text:
                """
                status=deferred (SASL authentication failed; server smtp.office365.com[192.0.2.1] said: 535 5.7.139 \
                Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.)
                """,
            row: 16, persona: .exchange, service: .smtp),
        ResponseCase(
            program: "mbsync",
            text: "IMAP command 'AUTHENTICATE' wants more steps despite successful SASL authentication", row: 25,
            service: .imap),
        ResponseCase(program: "mbsync", text: "mbsync: Error: SASL(-4): no mechanism available", row: 24),
        ResponseCase(
            program: "MailKit", text: "MailKit.Security.AuthenticationException: AUTHENTICATE failed.", row: nil,
            persona: .exchange, service: .imap),
        ResponseCase(
            program: "Jakarta Mail", text: "jakarta.mail.AuthenticationFailedException: LOGIN failed.", row: 14,
            service: .imap),
        ResponseCase(
            program: "JavaMail",
            text: "javax.mail.AuthenticationFailedException: [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
            row: 20, persona: .gmail),
        ResponseCase(program: "curl", text: "curl: (67) Login denied", row: 33),
        ResponseCase(
            program: "fetchmail",
            text: "fetchmail: Authorization failure on m@outlook.office365.com\nfetchmail: Query status=3 (AUTHFAIL)",
            row: nil, persona: .exchange),
        ResponseCase(
            program: "DavMail",
            text: "davmail: AADSTS50076: Due to a configuration change, you must use multi-factor authentication",
            row: 29, persona: .exchange),
        ResponseCase(
            program: "MSAL", text: "msal: {'error': 'invalid_client', 'error_description': \"AADSTS7000222: expired\"}",
            row: 29, persona: .exchange),
        ResponseCase(program: nil, text: "-ERR Protocol error. Connection is closed. 10", row: 19, service: .pop),
        ResponseCase(
            program: nil,
            text:
                """
                535-5.7.8 Username and Password not accepted. Learn more at \
                https://support.google.com/mail/?p=BadCredentials - gsmtp
                """,
            row: 20, persona: .gmail, service: .smtp),
    ]
}

@Suite("Other programs' words")
struct ResponseTests {
    @Test("are understood", arguments: ResponseCase.all) func reads(_ example: ResponseCase) {
        let report = Diagnosis.explain(response: example.text)
        #expect(report.evidence.program == example.program)
        #expect(report.evidence.persona == example.persona)
        if let service = example.service { #expect(report.evidence.service == service) }
        #expect(report.mostLikely?.number == example.row, "\(report.text(.full))")
    }

    @Test("a refusal of a token that nobody has seen may be any of the token's faults") func ranks() {
        let report = Diagnosis.explain(response: "imaplib.IMAP4.error: b'AUTHENTICATE failed.'")
        #expect(report.verdict == .unknown)
        #expect(report.headline == "Cannot tell yet: several causes fit.")
        #expect(report.candidates.map(\.number) == [6, 2, 3, 4, 5, 7, 8, 9])
        #expect(report.candidates.allSatisfy { $0.confidence == .possible })
        #expect(report.text().components(separatedBy: "Show the token to this command").count == 2)
    }

    @Test("codes of Microsoft's sign-in come with their cause and fix") func explainsCodes() throws {
        let report = Diagnosis.explain(
            response: "invalid_client AADSTS7000222: The provided client secret keys are expired.")
        let top = try #require(report.mostLikely)
        #expect(top.because == ["Microsoft's sign-in answered AADSTS7000222"])
        #expect(top.cause.masked().hasPrefix("the token request failed: "))
        #expect(!top.fix.text.masked().contains("login.microsoftonline.com/error"))
        #expect(
            Diagnosis.explain(response: "AADSTS12345678: ?").mostLikely?.fix.text.masked().contains(
                "error?code=12345678") == true)
    }

    @Test("a challenge in a log is decoded, and what it wants is said") func decodes() {
        let challenge = Sample.encoded(#"{"status":"invalid_token","scope":"mail"}"#)
        let report = Diagnosis.explain(
            response: "S: + \(challenge)\nS: A1 NO [AUTHENTICATIONFAILED] Authentication failed.")
        #expect(report.evidence.challenge?.status == "invalid_token")
        #expect(report.text().contains("status invalid_token, scope mail"))
        #expect(report.mostLikely?.number == 33)
    }

    @Test("credentials in a log are read, and not shown") func readsCredentials() {
        let blob = Sample.encoded("user=a@b.example\\1auth=Bearer \(BlobCase.token)\\1\\1")
        let report = Diagnosis.explain(response: "C: A1 AUTHENTICATE XOAUTH2 \(blob)\nS: A1 NO AUTHENTICATE failed.")
        #expect(report.mostLikely?.number == 1)
        #expect(report.evidence.blob?.faults == [.literalControlA])
        #expect(report.renderings.allSatisfy { !$0.contains(BlobCase.token) && !$0.contains(blob.prefix(24)) })
    }

    @Test("together with the token, a bare refusal has a cause") func usesToken() {
        let report = Diagnosis.explain(
            response: "imaplib.IMAP4.error: b'AUTHENTICATE failed.'",
            context: Sample.context(Sample.person(aud: Sample.graph)))
        #expect(report.mostLikely?.number == 2)
        #expect(report.mostLikely?.confidence == .certain)
    }
}

@Suite("Faults of the usual program")
struct ProgramFaultTests {
    static let examples: [(fault: ProgramFault, text: String)] = [
        (.literalControlA, #"auth_string = f"user={user}\\1auth=Bearer {token}\\1\\1""#),
        (.doubleBase64, "imap.authenticate('XOAUTH2', lambda _: base64.b64encode(auth_string))"),
        (.challengeIgnored, "imap.authenticate('XOAUTH2', lambda _: auth_string.encode())"),
        (
            .challengeIgnored,
            """
            > dXNlcj1hQGIuZXhhbXBsZQFhdXRoPUJlYXJlciB4AQE=\n< + eyJzdGF0\n> \
            dXNlcj1hQGIuZXhhbXBsZQFhdXRoPUJlYXJlciB4AQE=
            """
        ),
        (.tokenErrorHidden, "token = result['access_token']"),
        (.tokenErrorHidden, "KeyError: 'access_token'"),
        (.certificateUnverified, "imap = imaplib.IMAP4_SSL('outlook.office365.com')"),
        (.noTimeout, "imap = imaplib.IMAP4_SSL('outlook.office365.com', ssl_context=context)"),
        (.selectUnchecked, "imap = imaplib.IMAP4_SSL(host)\nimap.select('INBOX')"),
        (.selectUnchecked, "command SELECT illegal in state NONAUTH"),
        (.tokenNotCached, "def token():\n    app = msal.ConfidentialClientApplication(id)\n"),
        (.setupOmitted, "r = app.acquire_token_for_client(scopes)\nimap.authenticate('XOAUTH2', f)"),
        (.defaultScope, "app.acquire_token_interactive(['https://outlook.office365.com/.default'])"),
        (.retiredAPI, "fetch('https://outlook.office.com/api/v1.0/me/messages')"),
        (.retiredAPI, "Access to fetch has been blocked by CORS policy"),
        (.indentationLost, "def token():\nreturn 1"),
        (.indentationLost, "IndentationError: expected an indented block"),
    ]

    @Test("each is found in the program, or in what it printed", arguments: examples) func finds(
        _ fault: ProgramFault, _ text: String
    ) {
        let report = Diagnosis.explain(response: text)
        #expect(report.programFaults.contains(fault))
        #expect(report.text().contains(fault.rawValue))
    }

    @Test("every fault has an example") func isWhole() {
        #expect(Set(Self.examples.map(\.fault)) == Set(ProgramFault.allCases))
        #expect(ProgramFault.allCases.map(\.number) == Array(1...12))
    }

    @Test("what they do on the wire has names as well") func onTheWire() {
        // 1 and 2 by the credentials, 3 by their coming twice, 4 by the missing token, 7 by the ignored refusal, 9 by
        // the token's roles.
        #expect(
            Diagnosis.explain(blob: Sample.encoded(#"user=a@b.example\1auth=Bearer x\1\1"#)).evidence.blob?.faults == [
                .literalControlA
            ])
        #expect(
            SASLBlob.explain(Sample.encoded(Sample.encoded("user=a@b.example\u{1}auth=Bearer x\u{1}\u{1}"))).faults == [
                .doubleBase64
            ])
        #expect(Diagnosis.explain(response: Self.examples[3].text).evidence.signals.contains(.credentialsSentTwice))
        #expect(Diagnosis.explain(response: "KeyError: 'access_token'").mostLikely?.number == 29)
        #expect(Diagnosis.explain(response: "command SELECT illegal in state NONAUTH").mostLikely?.number == 35)
        #expect(RowCase.refused(Sample.app(roles: [])).mostLikely?.number == 4)
    }

    @Test("the page's program has none of them, and the page names every fault and every row") func page() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "Docs/MailLogins.md"), encoding: .utf8)
        let program = try #require(page.firstMatch(of: /```python\n([^`]*)```/)).1
        #expect(ProgramFault.find(in: String(program)) == [])
        #expect(Diagnosis.explain(response: String(program)).candidates == [])
        for fault in ProgramFault.allCases {
            #expect(page.contains(try Regex("\n\\| \(fault.number) \\|[^\n]*`\(fault.rawValue)`")), "\(fault)")
        }
        for row in DiagnosisRow.all { #expect(page.contains("\n| \(row.number) | `\(row.id)` | \(row.cause) |")) }
    }
}
