import MailProtocol
import OAuthCore
import Testing

/// Both probes, as one.
private enum Probe {
    case smtp(SMTPProbe)
    case pop(POPProbe)

    mutating func receive(_ text: some Collection<UInt8>) throws(ProbeError) -> [ProbeAction] {
        switch self {
        case .smtp(var probe):
            defer { self = .smtp(probe) }
            return try probe.receive(text)
        case .pop(var probe):
            defer { self = .pop(probe) }
            return try probe.receive(text)
        }
    }

    mutating func tlsEstablished() -> [ProbeAction] {
        switch self {
        case .smtp(var probe):
            defer { self = .smtp(probe) }
            return probe.tlsEstablished()
        case .pop(var probe):
            defer { self = .pop(probe) }
            return probe.tlsEstablished()
        }
    }
}

/// A conversation, as lines: `S:` what the server says, `C:` what the probe sends, `!` what it reports or asks for.
struct Conversation: Sendable, CustomTestStringConvertible {
    let name: String
    let isSMTP: Bool
    var protection = ProbeOptions.Protection.asItIs
    let script: String
    var testDescription: String { name }

    static let blob = "dXNlcj1hQGIuZXhhbXBsZQFhdXRoPUJlYXJlciBzZWNyZXQBAQ=="
    /// `{"status":"401"}`.
    static let challenge = "eyJzdGF0dXMiOiI0MDEifQ=="

    static let all = smtp + pop

    static let smtp = [
        Conversation(
            name: "SMTP: the login works", isSMTP: true,
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
            name: "SMTP: refused with a challenge", isSMTP: true,
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
            name: "SMTP: STARTTLS, and what came before TLS is forgotten", isSMTP: true, protection: .startTLS,
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
            name: "SMTP: without STARTTLS no credentials are sent", isSMTP: true, protection: .startTLS,
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
            name: "SMTP: without the mechanism no credentials are sent", isSMTP: true,
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
            name: "SMTP: refused before anything", isSMTP: true,
            script: """
                S:554 5.7.1 Go away
                !refused greeting 554 5.7.1 Go away
                C:QUIT
                """),
    ]

    static let pop = [
        Conversation(
            name: "POP: the login works, on two lines", isSMTP: false,
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
            name: "POP: refused with a challenge", isSMTP: false,
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
            name: "POP: STLS", isSMTP: false, protection: .startTLS,
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
            name: "POP: the one mechanism is missing", isSMTP: false,
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
    let isSMTP: Bool
    let text: String
    let error: ProbeError
    var testDescription: String { "\(isSMTP ? "SMTP" : "POP"): \(error)" }

    static let all = [
        Nonsense(isSMTP: true, text: String(repeating: "x", count: 5_000), error: .lineTooLong(limit: 4_096)),
        Nonsense(isSMTP: false, text: String(repeating: "x", count: 5_000) + "\r\n", error: .lineTooLong(limit: 4_096)),
        Nonsense(isSMTP: true, text: String(repeating: "220-x\r\n", count: 200), error: .tooManyLines(limit: 128)),
        Nonsense(
            isSMTP: false, text: "+OK\r\n+OK\r\n" + String(repeating: "x\r\n", count: 200),
            error: .tooManyLines(limit: 128)),
        Nonsense(isSMTP: true, text: "* OK IMAP ready\r\n", error: .malformed(.greeting)),
        Nonsense(isSMTP: false, text: "220 smtp\r\n", error: .malformed(.greeting)),
        Nonsense(isSMTP: true, text: "220 x\r\n334 x\r\n", error: .malformed(.capabilities)),
        Nonsense(
            isSMTP: true, text: "220 x\r\n250-x\r\n250 AUTH XOAUTH2\r\n334 \r\n334 e30=\r\n334 e30=\r\n",
            error: .endlessChallenges),
        Nonsense(isSMTP: false, text: "+OK\r\n-ERR\r\n+ \r\n+ e30=\r\n+ e30=\r\n", error: .endlessChallenges),
    ]
}

@Suite("Probes of SMTP and POP, RFC 4954 and RFC 5034")
struct ProbeTests {
    private static func credentials() throws -> SASLCredentials {
        try SASLCredentials(.xoauth2, user: "a@b.example", token: Secret("secret"))
    }

    private static func probe(_ conversation: Conversation) throws -> Probe {
        let options = ProbeOptions(protection: conversation.protection)
        return conversation.isSMTP
            ? .smtp(SMTPProbe(try credentials(), options: options))
            : .pop(POPProbe(try credentials(), options: options))
    }

    private static func line(_ action: ProbeAction) -> String {
        switch action {
        case .send(let bytes):
            let text = bytes.revealed()
            // A line end is one character.
            return text.hasSuffix("\r\n") ? "C:" + text.dropLast() : "C:no line end"
        case .startTLS: return "!startTLS"
        case .close: return "!close"
        case .report(.greeting(let text)): return "!greeting \(text)"
        case .report(.capabilities(let lines)): return "!capabilities \(lines.joined(separator: ","))"
        case .report(.challenge(let failure)): return "!challenge \(failure.status ?? "")"
        case .report(.authenticated(let text)): return "!authenticated \(text)"
        case .report(.refused(let stage, let text)): return "!refused \(stage) \(text)"
        case .report(.notOffered(let missing)): return "!notOffered \(missing)"
        }
    }

    /// Runs a conversation in pieces of so many bytes, and writes down what happens.
    private static func run(_ conversation: Conversation, pieces: Int) throws -> [String] {
        var probe = try probe(conversation)
        var lines: [String] = []
        for said in conversation.script.split(separator: "\n").map(String.init) where said.hasPrefix("S:") {
            lines.append(said)
            var rest = Array((said.dropFirst(2) + "\r\n").utf8)[...]
            while !rest.isEmpty {
                let actions = try probe.receive(rest.prefix(pieces))
                lines += actions.map(line)
                rest = rest.dropFirst(pieces)
                if actions.contains(.startTLS) {
                    rest = []
                    lines += probe.tlsEstablished().map(line)
                }
            }
        }
        return lines
    }

    @Test("conversations go as written, whatever pieces they come in", arguments: Conversation.all, [1, 2, 7, 4_096])
    func converses(_ conversation: Conversation, pieces: Int) throws {
        #expect(
            try Self.run(conversation, pieces: pieces) == conversation.script.split(separator: "\n").map(String.init))
    }

    @Test("the credentials leave once, and never on the line of the command", arguments: Conversation.all)
    func sendsOnce(_ conversation: Conversation) throws {
        let sent = try Self.run(conversation, pieces: 4_096).filter { $0.hasPrefix("C:") }
        #expect(sent.count { $0.contains(Conversation.blob) } <= 1)
        #expect(!sent.contains { $0.contains("AUTH") && $0.contains(Conversation.blob) })
    }

    @Test("limits and nonsense end it with a typed error", arguments: Nonsense.all)
    func refuses(_ nonsense: Nonsense) throws {
        var probe = try Self.probe(Conversation(name: "", isSMTP: nonsense.isSMTP, script: ""))
        #expect(throws: nonsense.error) { try probe.receive(Array(nonsense.text.utf8)) }
    }

    @Test("an end before the end is an error, and after it none") func ends() throws {
        var probe = SMTPProbe(try Self.credentials(), options: ProbeOptions(protection: .asItIs))
        #expect(throws: ProbeError.closed(.greeting)) { try probe.connectionClosed() }
        _ = try probe.receive(Array("554 no\r\n".utf8))
        try probe.connectionClosed()
        let pop = POPProbe(try Self.credentials(), options: ProbeOptions(protection: .asItIs))
        #expect(throws: ProbeError.closed(.greeting)) { try pop.connectionClosed() }
    }
}
