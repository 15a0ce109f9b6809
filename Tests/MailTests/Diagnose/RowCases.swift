import MailProtocol
import Microsoft365
import OAuthCore
import Testing

@testable import Mail

/// A case of the table: evidence, and how sure the row is of it; `nil` where the row must not match.
struct RowCase: Sendable, CustomTestStringConvertible {
    let row: Int
    let expected: Confidence?
    let name: String
    let report: @Sendable () -> DiagnosisReport

    var testDescription: String { "\(row) \(expected.map(\.rawValue) ?? "not"): \(name)" }

    init(_ row: Int, _ expected: Confidence?, _ name: String, _ report: @escaping @Sendable () -> DiagnosisReport) {
        self.row = row
        self.expected = expected
        self.name = name
        self.report = report
    }

    /// A refused IMAP login with a token of these claims.
    static func refused(_ claims: JSONObject, mailbox: String = Sample.mailbox) -> DiagnosisReport {
        Diagnosis.run(Sample.attempt(), context: Sample.context(claims, mailbox: mailbox))
    }

    static func says(_ text: String, _ claims: JSONObject? = nil) -> DiagnosisReport {
        Diagnosis.explain(response: text, context: Sample.context(claims))
    }

    static let all = token + mailbox + sending + providers + connection + others
}

extension RowCase {
    static let token = [
        RowCase(1, .certain, "a literal backslash") {
            Diagnosis.explain(blob: Sample.encoded(#"user=a@b.example\1auth=Bearer abcdefghij\1\1"#))
        },
        RowCase(1, .likely, "our own login works") {
            Diagnosis.run(Sample.attempt(.select, nil, answer: "OK"), context: Sample.context(Sample.person()))
        },
        RowCase(1, .likely, "Gmail cannot read it") { says("A1 NO Invalid SASL argument. t4mb") },
        RowCase(1, nil, "a blob in order") {
            Diagnosis.explain(blob: Sample.encoded("user=a@b.example\u{1}auth=Bearer abcdefghij\u{1}\u{1}"))
        },
        RowCase(2, .certain, "Graph by name") { refused(Sample.person(aud: Sample.graph)) },
        RowCase(2, .certain, "Graph by number") { refused(Sample.person(aud: "00000003-0000-0000-c000-000000000000")) },
        RowCase(2, .likely, "some other API") { refused(Sample.person(aud: "api://reports")) },
        RowCase(2, .certain, "in credentials of the right form") {
            let token = Sample.jwt(Sample.person(aud: Sample.graph)).revealed()
            return Diagnosis.explain(blob: Sample.encoded("user=a@b.example\u{1}auth=Bearer \(token)\u{1}\u{1}"))
        },
        RowCase(2, nil, "mail, with a slash at the end") { refused(Sample.person(aud: "https://outlook.office.com/")) },
        RowCase(2, nil, "another cloud's mail") {
            var context = Sample.context(Sample.person(aud: "https://localhost:8443/outlook"))
            context.audiences = ["https://localhost:8443/outlook/"]
            return Diagnosis.run(Sample.attempt(), context: context)
        },
        RowCase(3, .certain, "Mail.Read alone") { refused(Sample.person(scope: "Mail.Read")) },
        RowCase(3, .certain, "POP wants its own") {
            Diagnosis.run(
                Sample.attempt(
                    answer: "-ERR Authentication failure: unknown user name or bad password.", service: .pop),
                context: Sample.context(Sample.person()))
        },
        RowCase(3, nil, "the right scope") { refused(Sample.person()) },
        RowCase(4, .certain, "neither scp nor roles") { refused(Sample.app(roles: [])) },
        RowCase(4, .certain, "other roles") { refused(Sample.app(roles: ["Mail.Read"])) },
        RowCase(4, nil, "the right role") { refused(Sample.app()) },
        RowCase(4, nil, "a person's token") { refused(Sample.person(scope: "Mail.Read")) },
        RowCase(5, .likely, "all is right in the token") { refused(Sample.app()) },
        RowCase(5, nil, "the role is missing") { refused(Sample.app(roles: [])) },
        RowCase(6, .certain, "ended") {
            var claims = Sample.person()
            claims["exp"] = .integer(Sample.now.seconds - 1)
            return refused(claims)
        },
        RowCase(6, .likely, "not begun") {
            var claims = Sample.person()
            claims["nbf"] = .integer(Sample.now.seconds + 300)
            return refused(claims)
        },
        RowCase(6, .possible, "about to end") {
            var claims = Sample.person()
            claims["exp"] = .integer(Sample.now.seconds + 30)
            return refused(claims)
        },
        RowCase(6, nil, "an hour left") { refused(Sample.person()) },
        RowCase(7, .likely, "another person") { refused(Sample.person("lee@contoso.example")) },
        RowCase(7, nil, "the same person in other letters") { refused(Sample.person("Megan@Contoso.example")) },
        RowCase(7, nil, "an app for itself") { refused(Sample.app()) },
        RowCase(8, .certain, "another tenant") {
            var context = Sample.context(Sample.person())
            context.mailboxTenant = TenantID("00000000-1111-4222-8333-444444444444")
            return Diagnosis.run(Sample.attempt(), context: context)
        },
        RowCase(8, .likely, "a guest") { refused(Sample.person("megan_contoso.example#EXT#@fabrikam.example")) },
        RowCase(8, nil, "the mailbox's tenant") {
            var context = Sample.context(Sample.person())
            context.mailboxTenant = TenantID(Sample.tenant)
            return Diagnosis.run(Sample.attempt(), context: context)
        },
        RowCase(9, .likely, "a personal token at work") {
            Diagnosis.run(
                Sample.attempt(),
                context: LoginContext(
                    mailbox: Sample.mailbox, token: Secret("EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA"), now: Sample.now)
            )
        },
        RowCase(9, .likely, "a token from work for a personal mailbox") {
            refused(Sample.person("megan@contoso.example"), mailbox: "megan@hotmail.co.uk")
        },
        RowCase(9, nil, "both are personal") {
            Diagnosis.run(
                Sample.attempt(),
                context: LoginContext(
                    mailbox: "megan@outlook.com", token: Secret("EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA"),
                    now: Sample.now))
        },
    ]

    static func half(_ claims: JSONObject?, mailbox: String = Sample.mailbox, history: LoginContext.History = .unknown)
        -> DiagnosisReport
    {
        var context = Sample.context(claims, mailbox: mailbox)
        context.history = history
        return Diagnosis.run(Sample.halfAuthenticated, context: context)
    }

    static let mailbox = [
        RowCase(10, .likely, "another person") { half(Sample.person("lee@contoso.example")) },
        RowCase(10, .likely, "an app without the mailbox") { half(Sample.app()) },
        RowCase(10, .possible, "an unknown token") { half(nil) },
        RowCase(10, nil, "the mailbox's own person") { half(Sample.person()) },
        RowCase(10, nil, "refused at once") { refused(Sample.person("lee@contoso.example")) },
        RowCase(11, .likely, "the mailbox's own person") { half(Sample.person()) },
        RowCase(11, .possible, "another person") { half(Sample.person("lee@contoso.example")) },
        RowCase(11, .certain, "the server says so") {
            says("A1 NO [ALERT] Your account is not enabled for IMAP use. Please visit your settings page. (Failure)")
        },
        RowCase(11, nil, "refused at once") { refused(Sample.person()) },
        RowCase(12, .possible, "it worked before") { half(Sample.person(), history: .workedBefore) },
        RowCase(12, nil, "it never worked") { half(Sample.person(), history: .neverWorked) },
        RowCase(13, .possible, "a personal mailbox") { half(nil, mailbox: "megan@outlook.com") },
        RowCase(13, nil, "an organisation's") { half(Sample.person()) },
        RowCase(14, .certain, "BasicAuthBlocked") { says("a1 NO LOGIN failed. BasicAuthBlocked") },
        RowCase(14, .likely, "LOGIN failed") { says("A01 NO LOGIN failed.") },
        RowCase(14, .certain, "SMTP without passwords") {
            says("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.")
        },
        RowCase(14, nil, "AUTHENTICATE failed") { says("A01 NO AUTHENTICATE failed.") },
    ]

    static func smtp(_ answer: String, _ claims: JSONObject?) -> DiagnosisReport {
        Diagnosis.run(
            Sample.attempt(answer: answer, host: "smtp.office365.com", service: .smtp), context: Sample.context(claims))
    }

    static let sending = [
        RowCase(15, .certain, "as row 3") { smtp("535 5.7.3 Authentication unsuccessful [AM0PR]", Sample.person()) },
        RowCase(15, .certain, "as row 2") {
            smtp("535 5.7.3 Authentication unsuccessful", Sample.person(aud: Sample.graph))
        },
        RowCase(15, .possible, "nothing to see") { says("535 5.7.3 Authentication unsuccessful") },
        RowCase(15, nil, "switched off") {
            smtp(
                "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
                Sample.person())
        },
        RowCase(15, nil, "IMAP") { refused(Sample.person(scope: "Mail.Read")) },
        RowCase(16, .certain, "tenant") {
            says(
                """
                msmtp: server message: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled \
                for the Tenant. Visit https://aka.ms/smtp_auth_disabled
                """
            )
        },
        RowCase(16, .certain, "mailbox") {
            says("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.")
        },
        RowCase(16, nil, "a refused token") { says("535 5.7.3 Authentication unsuccessful") },
        RowCase(17, .likely, "credentials were incorrect") {
            says("535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.")
        },
        RowCase(17, .likely, "security defaults") {
            says(
                """
                535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults \
                policy.
                """
            )
        },
        RowCase(17, nil, "a refused token") { says("535 5.7.3 Authentication unsuccessful") },
        RowCase(18, .certain, "HVE") { says("501 5.5.127 Token will expire soon") },
        RowCase(18, nil, "another 501") { says("501 5.5.4 Invalid domain name") },
        RowCase(19, .certain, "Exchange's words") { says("-ERR Protocol error. Connection is closed. 10") },
        RowCase(19, .likely, "without the number") { says("-ERR Protocol error.") },
        RowCase(19, nil, "another refusal of POP") {
            says("-ERR Authentication failure: unknown user name or bad password.")
        },
    ]

    static func refresh(
        _ provider: RefreshFailure.Provider, days: Int64?, code: String = "invalid_grant", text: String? = nil
    ) -> DiagnosisReport {
        Diagnosis.explain(
            refresh: RefreshFailure(
                code: code, text: text, provider: provider, signedInAt: days.map { Sample.now - .days($0) }),
            context: Sample.context())
    }

    static let providers = [
        RowCase(20, .likely, "a token of Google") { Sample.gmail("ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg") },
        RowCase(20, .certain, "a token of Microsoft") { Sample.gmail(Sample.jwt(Sample.person()).revealed()) },
        RowCase(20, .likely, "a challenge in a log") {
            says(
                """
                + \
                eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZ29vZ2xlLmNvbS8ifQ==\nA1 \
                NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)
                """
            )
        },
        RowCase(20, .certain, "Google says that the scope is missing") {
            Sample.gmail(
                "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg",
                scopes: ["https://www.googleapis.com/auth/gmail.readonly"])
        },
        RowCase(20, .certain, "Google says that it is another account's") {
            Sample.gmail(
                "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", scopes: ["https://mail.google.com/"],
                email: "lee@gmail.com")
        },
        RowCase(20, .possible, "Google finds nothing wrong") {
            Sample.gmail(
                "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", scopes: ["https://mail.google.com/"],
                email: "megan@gmail.com")
        },
        RowCase(20, nil, "Exchange") { refused(Sample.person()) },
        RowCase(21, .likely, "after seven days") { refresh(.google, days: 7) },
        RowCase(21, .possible, "after a month") { refresh(.google, days: 30) },
        RowCase(21, .possible, "after who knows how long") { refresh(.google, days: nil) },
        RowCase(21, nil, "after a day") { refresh(.google, days: 1) },
        RowCase(21, nil, "Microsoft") { refresh(.microsoft, days: 7) },
        RowCase(22, .certain, "BYE in the middle") {
            var transcript = Sample.attempt(.select, .closed, answer: nil)
            transcript.notices = ["* BYE Session invalidated - AccessTokenExpired"]
            return Diagnosis.run(transcript, context: Sample.context(Sample.person()))
        },
        RowCase(22, nil, "another BYE") { says("* BYE Connection closed. 14") },
    ]

    static let connection = [
        RowCase(23, .possible, "no greeting") {
            Diagnosis.run(Sample.attempt(.greeting, .timedOut, answer: nil), context: Sample.context())
        },
        RowCase(23, .likely, "no TLS there") {
            Diagnosis.run(Sample.attempt(.tls, .tls("wrong version number"), answer: nil), context: Sample.context())
        },
        RowCase(23, .likely, "another program's words") {
            says("ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)")
        },
        RowCase(23, nil, "a refused token") { refused(Sample.person()) },
        RowCase(24, .certain, "mbsync") {
            says("Error performing SASL authentication step: SASL(-4): no mechanism available: No worthy mechs found")
        },
        RowCase(24, .certain, "callback") { says("SASL(-13): Unable to find a callback: 18948") },
        RowCase(24, nil, "a refusal of the server") { says("NO AUTHENTICATE failed.") },
        RowCase(25, .certain, "mbsync") {
            says("IMAP error: wants more steps despite successful SASL authentication.")
        },
        RowCase(25, nil, "a refusal without challenge") { says("NO AUTHENTICATE failed.") },
        RowCase(26, .certain, "a wrong name") {
            Diagnosis.run(
                Sample.attempt(.tls, .certificate("hostname mismatch"), answer: nil), context: Sample.context())
        },
        RowCase(26, nil, "no TLS there") {
            Diagnosis.run(Sample.attempt(.tls, .tls("wrong version number"), answer: nil), context: Sample.context())
        },
        RowCase(27, .certain, "nobody there") {
            Diagnosis.run(
                Sample.attempt(.connect, .unreachable("Connection refused"), answer: nil), context: Sample.context())
        },
        RowCase(27, nil, "a refused token") { refused(Sample.person()) },
    ]

    static let others = [
        RowCase(28, .certain, "a refresh token") { Sample.gmail("1//0abcdefghijklmnopqrstuvwxyz") },
        RowCase(28, .likely, "an ID token") {
            refused([
                "iss": .string("https://login.microsoftonline.com/\(Sample.tenant)/v2.0"), "aud": .string(Sample.appID),
                "tid": .string(Sample.tenant), "preferred_username": .string(Sample.mailbox), "nonce": "n",
            ])
        },
        RowCase(28, nil, "an access token") { refused(Sample.person()) },
        RowCase(29, .certain, "AADSTS") { says("AADSTS7000215: Invalid client secret provided.") },
        RowCase(29, .certain, "a KeyError") { says("KeyError: 'access_token'") },
        RowCase(29, nil, "a refused login") { says("NO AUTHENTICATE failed.") },
        RowCase(30, .likely, "not offered") {
            Diagnosis.run(
                Sample.attempt(.authenticate, .notOffered("XOAUTH2"), answer: nil, host: "mail.contoso.example"),
                context: Sample.context())
        },
        RowCase(30, .likely, "504") { says("504 5.7.4 Unrecognized authentication type") },
        RowCase(30, nil, "refused") { refused(Sample.person()) },
        RowCase(31, .likely, "too many") { says("* BYE Too many simultaneous connections. (Failure)") },
        RowCase(31, nil, "refused") { refused(Sample.person()) },
        RowCase(32, .likely, "dropped at a long line") {
            var transcript = Sample.attempt(.authenticate, .closed, answer: nil, host: "mail.contoso.example")
            transcript.credentialsLength = 9_000
            return Diagnosis.run(transcript, context: Sample.context())
        },
        RowCase(32, nil, "dropped at a short line") {
            var transcript = Sample.attempt(.authenticate, .closed, answer: nil, host: "mail.contoso.example")
            transcript.credentialsLength = 900
            return Diagnosis.run(transcript, context: Sample.context())
        },
        RowCase(33, .likely, "the challenge's scope is missing") { dovecot(scope: "openid") },
        RowCase(33, .possible, "the challenge's scope is there") { dovecot(scope: "mail") },
        RowCase(33, nil, "Exchange") { refused(Sample.person()) },
        RowCase(34, .likely, "invalid_grant") { refresh(.other, days: nil) },
        RowCase(34, nil, "a code that says more") { refresh(.microsoft, days: nil, text: "AADSTS70008: expired") },
        RowCase(35, .likely, "select while nobody is logged in") {
            says("imaplib.IMAP4.error: command SELECT illegal in state NONAUTH, only allowed in states AUTH, SELECTED")
        },
        RowCase(35, nil, "refused") { says("imaplib.IMAP4.error: b'AUTHENTICATE failed.'") },
    ]

    static func dovecot(scope: String) -> DiagnosisReport {
        var transcript = Sample.attempt(
            answer: "NO [AUTHENTICATIONFAILED] Authentication failed.", host: "mail.contoso.example")
        transcript.steps[2].answer = "* OK [CAPABILITY IMAP4rev1] Dovecot ready."
        transcript.challenge = .parse(decoded: Array(#"{"status":"401","schemes":"bearer","scope":"mail"}"#.utf8)[...])
        return Diagnosis.run(
            transcript, context: Sample.context(["iss": "https://issuer.example", "scope": .string(scope)]))
    }
}
