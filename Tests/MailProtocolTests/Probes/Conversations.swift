import MailProtocol
import Testing

/// A conversation, as lines: `S:` what the server says, `C:` what the probe sends, `!` what it reports or asks for.
struct Conversation: Sendable, CustomTestStringConvertible {
    let name: String
    let service: Service
    var protection = ProbeOptions.Protection.asItIs
    let script: String
    var testDescription: String { name }

    enum Service {
        case imap, smtp, pop
    }

    static let blob = "dXNlcj1hQGIuZXhhbXBsZQFhdXRoPUJlYXJlciBzZWNyZXQBAQ=="
    /// `{"status":"401"}`.
    static let challenge = "eyJzdGF0dXMiOiI0MDEifQ=="

    static let all = smtp + pop + imap

    static let imap = [
        Conversation(
            name: "IMAP: the login works and INBOX opens", service: .imap,
            script: """
                S:* OK The Microsoft Exchange IMAP4 service is ready.
                !greeting OK The Microsoft Exchange IMAP4 service is ready.
                C:A1 CAPABILITY
                S:* CAPABILITY IMAP4rev1 AUTH=XOAUTH2
                S:A1 OK CAPABILITY completed.
                !capabilities IMAP4REV1,AUTH=XOAUTH2
                C:A2 AUTHENTICATE XOAUTH2
                S:+\u{20}
                C:\(blob)
                S:A2 OK AUTHENTICATE completed.
                !authenticated OK AUTHENTICATE completed.
                C:A3 EXAMINE INBOX
                S:* 3 EXISTS
                S:A3 OK [READ-ONLY] EXAMINE completed.
                !opened OK [READ-ONLY] EXAMINE completed.
                C:A4 LOGOUT
                S:* BYE Server closing
                S:A4 OK LOGOUT completed.
                !close
                """),
        Conversation(
            name: "IMAP: authenticated but not connected", service: .imap,
            script: """
                S:* OK ready
                !greeting OK ready
                C:A1 CAPABILITY
                S:* CAPABILITY IMAP4rev1 AUTH=XOAUTH2
                S:A1 OK done
                !capabilities IMAP4REV1,AUTH=XOAUTH2
                C:A2 AUTHENTICATE XOAUTH2
                S:+\u{20}
                C:\(blob)
                S:A2 OK AUTHENTICATE completed.
                !authenticated OK AUTHENTICATE completed.
                C:A3 EXAMINE INBOX
                S:A3 BAD User is authenticated but not connected.
                !refused mailbox BAD User is authenticated but not connected.
                C:A4 LOGOUT
                """),
        Conversation(
            name: "IMAP: refused with a challenge", service: .imap,
            script: """
                S:* OK Gimap ready
                !greeting OK Gimap ready
                C:A1 CAPABILITY
                S:* CAPABILITY IMAP4rev1 AUTH=XOAUTH2
                S:A1 OK done
                !capabilities IMAP4REV1,AUTH=XOAUTH2
                C:A2 AUTHENTICATE XOAUTH2
                S:+\u{20}
                C:\(blob)
                S:+ \(challenge)
                !challenge 401
                C:
                S:A2 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)
                !refused authentication NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)
                C:A3 LOGOUT
                """),
        Conversation(
            name: "IMAP: without STARTTLS no credentials are sent", service: .imap, protection: .startTLS,
            script: """
                S:* OK ready
                !greeting OK ready
                C:A1 CAPABILITY
                S:* CAPABILITY IMAP4rev1 AUTH=XOAUTH2
                S:A1 OK done
                !capabilities IMAP4REV1,AUTH=XOAUTH2
                !notOffered STARTTLS
                C:A2 LOGOUT
                """),
        Conversation(
            name: "IMAP: STARTTLS", service: .imap, protection: .startTLS,
            script: """
                S:* OK ready
                !greeting OK ready
                C:A1 CAPABILITY
                S:* CAPABILITY IMAP4rev1 STARTTLS
                S:A1 OK done
                !capabilities IMAP4REV1,STARTTLS
                C:A2 STARTTLS
                S:A2 OK go ahead
                !startTLS
                C:A3 CAPABILITY
                """),
    ]

    static let smtp = [
        Conversation(
            name: "SMTP: the login works", service: .smtp,
            script: """
                S:220 smtp.example ESMTP
                !greeting 220 smtp.example ESMTP
                C:EHLO [127.0.0.1]
                S:250-smtp.example Hello
                S:250-AUTH LOGIN XOAUTH2
                S:250 SIZE 1000
                !capabilities AUTH LOGIN XOAUTH2,SIZE 1000
                C:AUTH XOAUTH2
                S:334
                C:\(blob)
                S:235 2.7.0 Authentication successful
                !authenticated 235 2.7.0 Authentication successful
                C:QUIT
                S:221 Bye
                !close
                """),
        Conversation(
            name: "SMTP: refused with a challenge", service: .smtp,
            script: """
                S:220 smtp.gmail.com ESMTP
                !greeting 220 smtp.gmail.com ESMTP
                C:EHLO [127.0.0.1]
                S:250-smtp.gmail.com
                S:250 AUTH=XOAUTH2
                !capabilities AUTH=XOAUTH2
                C:AUTH XOAUTH2
                S:334\u{20}
                C:\(blob)
                S:334 \(challenge)
                !challenge 401
                C:
                S:535-5.7.8 Username and Password not accepted.
                S:535 5.7.8 Learn more
                !refused authentication 535 5.7.8 Username and Password not accepted. 5.7.8 Learn more
                C:QUIT
                """),
        Conversation(
            name: "SMTP: STARTTLS, and what came before TLS is forgotten", service: .smtp, protection: .startTLS,
            script: """
                S:220 smtp.example
                !greeting 220 smtp.example
                C:EHLO [127.0.0.1]
                S:250-smtp.example
                S:250 STARTTLS
                !capabilities STARTTLS
                C:STARTTLS
                S:220 Go ahead\r\n250 AUTH XOAUTH2
                !startTLS
                C:EHLO [127.0.0.1]
                S:250-smtp.example
                S:250 AUTH XOAUTH2
                !capabilities AUTH XOAUTH2
                C:AUTH XOAUTH2
                """),
        Conversation(
            name: "SMTP: without STARTTLS no credentials are sent", service: .smtp, protection: .startTLS,
            script: """
                S:220 smtp.example
                !greeting 220 smtp.example
                C:EHLO [127.0.0.1]
                S:250-smtp.example
                S:250 AUTH XOAUTH2
                !capabilities AUTH XOAUTH2
                !notOffered STARTTLS
                C:QUIT
                """),
        Conversation(
            name: "SMTP: without the mechanism no credentials are sent", service: .smtp,
            script: """
                S:220 smtp.example
                !greeting 220 smtp.example
                C:EHLO [127.0.0.1]
                S:250-smtp.example
                S:250 AUTH LOGIN PLAIN
                !capabilities AUTH LOGIN PLAIN
                !notOffered XOAUTH2
                C:QUIT
                """),
        Conversation(
            name: "SMTP: refused before anything", service: .smtp,
            script: """
                S:554 5.7.1 Go away
                !refused greeting 554 5.7.1 Go away
                C:QUIT
                """),
    ]

    static let pop = [
        Conversation(
            name: "POP: the login works, on two lines", service: .pop,
            script: """
                S:+OK POP3 ready
                !greeting +OK POP3 ready
                C:CAPA
                S:+OK
                S:TOP
                S:SASL PLAIN XOAUTH2
                S:.
                !capabilities TOP,SASL PLAIN XOAUTH2
                C:AUTH XOAUTH2
                S:+\u{20}
                C:\(blob)
                S:+OK User successfully authenticated.
                !authenticated +OK User successfully authenticated.
                C:QUIT
                S:+OK Bye
                !close
                """),
        Conversation(
            name: "POP: refused with a challenge", service: .pop,
            script: """
                S:+OK Gpop ready
                !greeting +OK Gpop ready
                C:CAPA
                S:-ERR unknown command
                !capabilities\u{20}
                C:AUTH XOAUTH2
                S:+
                C:\(blob)
                S:+ \(challenge)
                !challenge 401
                C:
                S:-ERR [AUTH] Invalid credentials
                !refused authentication -ERR [AUTH] Invalid credentials
                C:QUIT
                """),
        Conversation(
            name: "POP: STLS", service: .pop, protection: .startTLS,
            script: """
                S:+OK ready
                !greeting +OK ready
                C:CAPA
                S:+OK
                S:STLS
                S:.
                !capabilities STLS
                C:STLS
                S:+OK begin\r\n+OK injected
                !startTLS
                C:CAPA
                """),
        Conversation(
            name: "POP: the one mechanism is missing", service: .pop,
            script: """
                S:+OK ready
                !greeting +OK ready
                C:CAPA
                S:+OK
                S:SASL PLAIN
                S:.
                !capabilities SASL PLAIN
                !notOffered XOAUTH2
                C:QUIT
                """),
    ]
}

/// What no server should say, and the error it leads to.
struct Nonsense: Sendable, CustomTestStringConvertible {
    let service: Conversation.Service
    let text: String
    let error: ProbeError
    var testDescription: String { "\(service): \(error)" }

    static let all = [
        Nonsense(service: .smtp, text: String(repeating: "x", count: 5_000), error: .lineTooLong(limit: 4_096)),
        Nonsense(service: .pop, text: String(repeating: "x", count: 5_000) + "\r\n", error: .lineTooLong(limit: 4_096)),
        Nonsense(service: .smtp, text: String(repeating: "220-x\r\n", count: 200), error: .tooManyLines(limit: 128)),
        Nonsense(
            service: .pop, text: "+OK\r\n+OK\r\n" + String(repeating: "x\r\n", count: 200),
            error: .tooManyLines(limit: 128)),
        Nonsense(service: .smtp, text: "* OK IMAP ready\r\n", error: .malformed(.greeting)),
        Nonsense(service: .pop, text: "220 smtp\r\n", error: .malformed(.greeting)),
        Nonsense(service: .smtp, text: "220 x\r\n334 x\r\n", error: .malformed(.capabilities)),
        Nonsense(
            service: .smtp, text: "220 x\r\n250-x\r\n250 AUTH XOAUTH2\r\n334 \r\n334 e30=\r\n334 e30=\r\n",
            error: .endlessChallenges),
        Nonsense(service: .pop, text: "+OK\r\n-ERR\r\n+ \r\n+ e30=\r\n+ e30=\r\n", error: .endlessChallenges),
        Nonsense(service: .imap, text: "* PREAUTH already\r\n", error: .malformed(.greeting)),
        Nonsense(service: .imap, text: "* OK\r\nA9 OK\r\n", error: .imap(.unknownTag)),
    ]
}
