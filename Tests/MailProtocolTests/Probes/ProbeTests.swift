import MailProtocol
import OAuthCore
import Testing

/// The three probes, as one.
private enum Probe {
    case smtp(SMTPProbe)
    case pop(POPProbe)
    case imap(IMAPProbe)

    mutating func receive(_ text: some Collection<UInt8>) throws(ProbeError) -> [ProbeAction] {
        switch self {
        case .smtp(var probe):
            defer { self = .smtp(probe) }
            return try probe.receive(text)
        case .pop(var probe):
            defer { self = .pop(probe) }
            return try probe.receive(text)
        case .imap(var probe):
            defer { self = .imap(probe) }
            return try probe.receive(text)
        }
    }

    mutating func tlsEstablished() throws(ProbeError) -> [ProbeAction] {
        switch self {
        case .smtp(var probe):
            defer { self = .smtp(probe) }
            return probe.tlsEstablished()
        case .pop(var probe):
            defer { self = .pop(probe) }
            return probe.tlsEstablished()
        case .imap(var probe):
            defer { self = .imap(probe) }
            return try probe.tlsEstablished()
        }
    }
}

@Suite("Probes of logins, RFC 4954 and RFC 5034")
struct ProbeTests {
    private static func credentials() throws -> SASLCredentials {
        try SASLCredentials(.xoauth2, user: "a@b.example", token: Secret("secret"))
    }

    private static func probe(_ conversation: Conversation) throws -> Probe {
        let options = ProbeOptions(protection: conversation.protection)
        return switch conversation.service {
        case .smtp: .smtp(SMTPProbe(try credentials(), options: options))
        case .pop: .pop(POPProbe(try credentials(), options: options))
        case .imap: .imap(IMAPProbe(try credentials(), options: options))
        }
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
        case .report(.opened(let text)): return "!opened \(text)"
        case .report(.notice(let text)): return "!notice \(text)"
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
                    lines += try probe.tlsEstablished().map(line)
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
        var probe = try Self.probe(Conversation(name: "", service: nonsense.service, script: ""))
        #expect(throws: nonsense.error) {
            _ = try probe.receive(Array(nonsense.text.utf8))
            _ = try probe.receive([])
        }
    }

    @Test("what was told before nonsense in the same piece is not lost") func keepsWhatWasTold() throws {
        let options = ProbeOptions(protection: .asItIs)
        var smtp = SMTPProbe(try Self.credentials(), options: options)
        #expect(try smtp.receive(Array("554 no\r\nwhat\r\n".utf8)).map(Self.line).first == "!refused greeting 554 no")
        #expect(throws: ProbeError.malformed(.ending)) { try smtp.receive([]) }
        var pop = POPProbe(try Self.credentials(), options: options)
        #expect(try pop.receive(Array("-ERR no\r\nwhat\r\n".utf8)).map(Self.line).first == "!refused greeting -ERR no")
        #expect(throws: ProbeError.malformed(.ending)) { try pop.receive([]) }
        var imap = IMAPProbe(try Self.credentials(), options: options)
        #expect(try imap.receive(Array("* OK hi\r\nA9 OK\r\n".utf8)).map(Self.line).first == "!greeting OK hi")
        #expect(throws: ProbeError.imap(.unknownTag)) { try imap.receive([]) }
    }

    @Test("nothing is heard behind the end", arguments: ["250 more\r\n", "what\r\n"])
    func endsOnce(rest: String) throws {
        var probe = SMTPProbe(try Self.credentials(), options: ProbeOptions(protection: .asItIs))
        let actions = try probe.receive(Array("554 no\r\n221 bye\r\n\(rest)".utf8))
        #expect(actions.last == .close)
        #expect(actions.count { $0 == .close } == 1)
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
