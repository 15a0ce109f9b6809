import OAuthCore
import Testing

@testable import MailProtocol

@Suite("Limits of the server's side of IMAP")
struct IMAPServerLimitTests {
    @Test("a line without an end closes the connection")
    func line() {
        var conversation = IMAPConversation(limits: IMAPServerLimits(line: 1_024))
        #expect(conversation.send(Array(repeating: 65, count: 1_024)).isEmpty)
        #expect(conversation.send(Array(repeating: 65, count: 2)) == "* BYE Connection closed. 14\r\n")
        #expect(conversation.isClosed)
    }

    @Test("a literal that is too long is refused before it comes, or ends the connection", arguments: ["", "+"])
    func literal(plus: String) {
        for size in ["8193", "99999999999", "4294967296"] {
            var conversation = IMAPConversation()
            let answer = conversation.say("7 LOGIN {\(size)\(plus)}")
            #expect(plus.isEmpty ? answer.hasPrefix("7 NO [TOOBIG]") : answer.hasPrefix("* BYE "))
            #expect(conversation.isClosed == !plus.isEmpty)
            if plus.isEmpty { #expect(conversation.say("8 NOOP") == "8 OK NOOP completed.\r\n") }
        }
    }

    @Test("only an APPEND of somebody who is logged in brings long literals, up to its limit")
    func message() {
        let limits = IMAPServerLimits(message: 20_000)
        var stranger = IMAPConversation(limits: limits)
        #expect(stranger.say("1 APPEND INBOX {9000}").hasPrefix("1 NO [TOOBIG]"))
        var conversation = IMAPConversation.opened(MemoryAccount([]), limits: limits)
        #expect(conversation.say("1 APPEND INBOX {20001}").hasPrefix("1 NO [TOOBIG]"))
        #expect(conversation.say("2 SEARCH TEXT {9000}").hasPrefix("2 NO [TOOBIG]"))
        let message = String(repeating: "a", count: 20_000)
        #expect(conversation.say("3 APPEND INBOX {20000+}", message).hasSuffix("APPEND completed.\r\n"))
    }

    @Test("many literals cannot make a command longer than its limit")
    func manyLiterals() {
        var conversation = IMAPConversation(limits: IMAPServerLimits(command: 4_096))
        let piece = "{1000+}\r\n" + String(repeating: "a", count: 1_000) + " "
        let answer = conversation.send(Array(("1 LOGIN " + String(repeating: piece, count: 10) + "\r\n").utf8))
        #expect(answer == "* BYE Connection closed. 14\r\n" && conversation.isClosed)
    }

    @Test("brackets and keys of a search have an end")
    func search() {
        var conversation = IMAPConversation.opened(MemoryAccount([]))
        let deep = String(repeating: "(", count: 5_000) + "ALL" + String(repeating: ")", count: 5_000)
        #expect(conversation.say("1 SEARCH \(deep)").hasPrefix("1 BAD "))
        #expect(conversation.say("2 SEARCH \(String(repeating: "NOT ", count: 5_000))ALL").hasPrefix("2 BAD "))
        #expect(conversation.say("3 SEARCH ALL\(String(repeating: " ALL", count: 2_000))").hasPrefix("3 BAD "))
        #expect(
            conversation.say("4 SEARCH ALL\(String(repeating: " ALL", count: 900))").hasSuffix(
                "4 OK SEARCH completed.\r\n"))
    }

    @Test("nonsense without end closes the connection")
    func nonsense() {
        var conversation = IMAPConversation()
        for _ in 0..<19 { #expect(conversation.say("1 NONSENSE") == "1 BAD Command Error. 12\r\n") }
        #expect(conversation.say("\u{0}").hasSuffix("* BYE Connection closed. 14\r\n"))
        #expect(conversation.isClosed)
    }

    @Test(
        "what cannot be read is refused and does no harm",
        arguments: [
            "FETCH 0 FLAGS", "FETCH 4294967296 FLAGS", "FETCH -1 FLAGS", "FETCH 1 (FLAGS", "FETCH 1 BODY[1.MIME",
            "FETCH 1 BODY[MIME]", "FETCH 1 BODY[]<1.0>", "FETCH 1 BODY[HEADER.FIELDS (\"a b\")]", "FETCH 1 NOTHING",
            "FETCH 1 ()", "STORE 1 FLAGS (\\Recent)", "STORE 1 MODS (\\Seen)", "SEARCH SENTON 99-Xyz-1", "SEARCH",
            "SELECT \"INBOX", "SELECT \"\\q\"", "STATUS INBOX MESSAGES", "UID NOOP", "NOOP x", "LIST \"\"", "ID (\"a\"",
            "SEARCH SUBJECT {3+}\r\na\u{0}b", "COPY 1", "APPEND INBOX x", "AUTHENTICATE", "ENABLE",
        ])
    func malformed(command: String) {
        var conversation = IMAPConversation.opened(MemoryAccount(["Subject: x\n\nx\n"]))
        #expect(conversation.say("1 \(command)").hasPrefix("1 BAD "))
        #expect(conversation.say("2 FETCH 1 UID") == "* 1 FETCH (UID 1)\r\n2 OK FETCH completed.\r\n")
    }

    @Test("a long answer waits until what was sent is on its way")
    func output() {
        let text = "Subject: x\n\n" + String(repeating: "text\n", count: 2_000)
        var conversation = IMAPConversation.opened(
            MemoryAccount(Array(repeating: text, count: 50)), limits: IMAPServerLimits(output: 16_384))
        let actions = conversation.session.receive(Array("1 FETCH 1:* BODY.PEEK[]\r\n".utf8))
        let sent = actions.reduce(0) { if case .send(let bytes) = $1 { $0 + bytes.count } else { $0 } }
        #expect(sent < 40_000 && actions.last == .resume)
        let rest = conversation.carryOut(actions)
        #expect(rest.hasSuffix("1 OK FETCH completed.\r\n") && rest.utf8.count > 600_000)
    }

    @Test("patterns with many stars are compared in bounded time")
    func patterns() {
        let name = Array(String(repeating: "a", count: 200).unicodeScalars)
        let pattern = Array((String(repeating: "*a", count: 90) + "b").unicodeScalars)
        #expect(!IMAPServerSession.matches(name[...], pattern[...]))
        #expect(IMAPServerSession.matches(name[...], Array("*a%a*".unicodeScalars)[...]))
    }
}
