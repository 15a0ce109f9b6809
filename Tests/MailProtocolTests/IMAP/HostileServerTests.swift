import MailProtocol
import OAuthCore
import Testing

@Suite("Hostile IMAP servers")
struct HostileServerTests {
    /// Limits that a test reaches soon.
    private var small: IMAPLimits {
        var limits = IMAPLimits()
        limits.textLineBytes = 200
        limits.dataLineBytes = 400
        limits.literalBytes = 50
        limits.streamedLiteralBytes = 1_000
        limits.responseBytes = 500
        limits.nesting = 10
        limits.untaggedResponses = 20
        limits.untaggedBeforeLogin = 5
        limits.capabilities = 8
        limits.listItems = 30
        limits.streamedLiterals = 3
        limits.challengeBytes = 100
        return limits
    }

    static let attacks: [(String, IMAPError)] = [
        ("* OK " + String(repeating: "a", count: 300), .lineTooLong(limit: 200)),
        ("A9 OK " + String(repeating: "a", count: 300), .lineTooLong(limit: 200)),
        ("+ " + String(repeating: "a", count: 300), .lineTooLong(limit: 200)),
        (String(repeating: "a", count: 300), .lineTooLong(limit: 200)),
        ("* SEARCH " + String(repeating: "1 ", count: 300), .lineTooLong(limit: 400)),
        ("* 1 FETCH (BODY[] {1001}\n", .literalTooLarge(count: 1_001, limit: 1_000)),
        ("* 1 FETCH (BODY[] {99999999999}\n", .literalTooLarge(count: 99_999_999_999, limit: 1_000)),
        ("* LIST () \"/\" {51}\n", .literalTooLarge(count: 51, limit: 50)),
        ("* 1 FETCH (BODY[] {99999999999999999999999}\n", .malformedLiteralSize),
        ("* 1 FETCH (BODY[] {-1}\n", .malformedLiteralSize), ("* 1 FETCH (BODY[] {}\n", .malformedLiteralSize),
        ("* 1 FETCH (BODY[] {1 2}\n", .malformedLiteralSize), ("* 1 FETCH (BODY[] {0x10}\n", .malformedLiteralSize),
        ("* LIST () NIL {9223372036854775808}\n", .malformedLiteralSize),
        (
            "* 1 FETCH (" + String(repeating: "BODY[1] {40}\n" + String(repeating: "a", count: 40) + " ", count: 20),
            .responseTooLarge(limit: 500)
        ),
        (
            "* 1 FETCH (X " + String(repeating: "(", count: 20) + String(repeating: ")", count: 20) + ")\n",
            .nestingTooDeep(limit: 10)
        ),
        ("* 1 FETCH (BODYSTRUCTURE " + String(repeating: "(", count: 20) + "\n", .nestingTooDeep(limit: 10)),
        ("* 1 FETCH (BODY[" + String(repeating: "1.", count: 30) + "1] NIL)\n", .nestingTooDeep(limit: 10)),
        (String(repeating: "* 1 EXISTS\n", count: 21), .tooManyResponses(limit: 20)),
        ("* CAPABILITY" + String(repeating: " A", count: 9) + "\n", .tooManyCapabilities(limit: 8)),
        ("* OK [CAPABILITY" + String(repeating: " A", count: 9) + "] x\n", .tooManyCapabilities(limit: 8)),
        ("* SEARCH" + String(repeating: " 1", count: 31) + "\n", .tooManyItems(limit: 30)),
        ("* FLAGS (" + String(repeating: "a ", count: 31) + ")\n", .tooManyItems(limit: 30)),
        ("* VANISHED 1" + String(repeating: ",1", count: 30) + "\n", .tooManyItems(limit: 30)),
        (
            "* 1 FETCH (ENVELOPE (NIL NIL (" + String(repeating: "()", count: 31) + ")\n",
            .tooManyItems(limit: 30)
        ),
        ("* 4294967296 EXISTS\n", .numberOutOfRange), ("* -1 EXISTS\n", .numberOutOfRange),
        ("* 1 FETCH (UID 4294967296)\n", .numberOutOfRange),
        ("* 1 FETCH (RFC822.SIZE 9223372036854775808)\n", .numberOutOfRange),
        ("* 1 FETCH (UID -5)\n", .numberOutOfRange), ("* 99999999999999999999999999 EXISTS\n", .numberOutOfRange),
        ("* VANISHED 4294967296\n", .numberOutOfRange), ("* OK [UIDNEXT 99999999999] x\n", .numberOutOfRange),
        ("* OK [COPYUID 1 1:99999999999 1] x\n", .numberOutOfRange),
        ("* STATUS a (MESSAGES 4294967296)\n", .numberOutOfRange), ("+ go on\n", .unexpectedContinuation),
        ("A9 OK done\n", .unknownTag), ("A1 OK again\n", .unknownTag), ("A99999999999999999999 OK\n", .unknownTag),
        ("garbage\n", .unknownTag), (" \n", .unknownTag), ("A2 PERHAPS\n", .malformed(.status)),
        ("A2\n", .malformed(.status)), ("A2 BYE\n", .malformed(.status)),
    ]

    @Test("each limit is an error of its own, and the end of the session", arguments: attacks)
    func limits(_ text: String, _ error: IMAPError) throws {
        var talk = try Talk.selected(limits: small)
        try talk.say(.noop)
        #expect(talk.hear(text).last == .close(.failed(error)))
        #expect(talk.session.state == .closed)
        #expect(!error.description.isEmpty)

        // Byte by byte it is the same.
        var slow = try Talk.selected(limits: small)
        try slow.say(.noop)
        for byte in text.replacing("\n", with: "\r\n").utf8 { slow.hear([byte]) }
        #expect(slow.actions.last == .close(.failed(error)))
    }

    @Test("before the login there is less patience")
    func beforeLogin() {
        var talk = Talk.greeted(limits: small)
        #expect(
            talk.hear(String(repeating: "* 1 EXISTS\n", count: 6)).closing
                == .failed(.tooManyResponses(limit: 5)))
    }

    @Test("a challenge has a limit")
    func challenge() throws {
        var talk = Talk.greeted(limits: small)
        try talk.say(try xoauth2())
        #expect(
            talk.hear("+ " + String(repeating: "a", count: 101) + "\n").closing
                == .failed(.challengeTooLarge(limit: 100)))
    }

    @Test("a literal before the greeting is no greeting")
    func earlyLiteral() {
        var talk = Talk(limits: small)
        #expect(talk.hear("* 1 FETCH (BODY[] {100}\n").closing == .failed(.malformed(.greeting)))
    }

    @Test("an endless line costs no more than its bytes, however slowly it comes")
    func slowLine() throws {
        var talk = try Talk.selected()
        talk.hear("* SEARCH")
        for _ in 0..<100_000 { _ = talk.session.receive(Array(" 1".utf8)) }
        guard case .search(let numbers, _) = talk.hear("\n").responses.first else {
            Issue.record("no result")
            return
        }
        #expect(numbers.count == 100_000)
    }

    @Test("nothing is enabled that was not asked for")
    func enabled() throws {
        var talk = try Talk.selected()
        talk.hear("* ENABLED UTF8=ACCEPT IMAP4REV2\n")
        #expect(talk.session.enabled.isEmpty)
        #expect(talk.session.textForm == .modifiedUTF7)
    }

    @Test("a compressed bomb is noticed, and never whole in memory")
    func bomb() throws {
        let deflater = try Deflater()
        let compressed = deflater.compress([UInt8](repeating: 0, count: 32 << 20))
        let inflater = try Inflater()
        inflater.append(compressed)
        var total = 0
        #expect(throws: CompressionError.expandsTooMuch(limit: 200)) {
            while let piece = try inflater.next() {
                #expect(piece.count <= 65_536)
                total += piece.count
            }
        }
        #expect(total <= 9 << 20)
    }

    @Test("what is no compressed stream is refused")
    func notCompressed() throws {
        let inflater = try Inflater()
        inflater.append([0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: CompressionError.malformed) { while try inflater.next() != nil {} }
    }

    @Test("compression brings back what went in, in any pieces", arguments: [1, 7, 1_000, 1 << 20])
    func compression(_ step: Int) throws {
        let lines = (0..<20_000).map { "* \($0) FETCH (UID \($0 * 7) FLAGS (\\Seen))\r\n" }
        let deflater = try Deflater()
        let inflater = try Inflater()
        var output: [UInt8] = []
        var arrived: [UInt8] = []
        for start in stride(from: 0, to: lines.count, by: 1_000) {
            arrived += deflater.compress(Array(lines[start..<(start + 1_000)].joined().utf8))
        }
        for start in stride(from: 0, to: arrived.count, by: step) {
            inflater.append(Array(arrived[start..<min(start + step, arrived.count)]))
            while let piece = try inflater.next() { output += piece }
        }
        #expect(output == Array(lines.joined().utf8))
        #expect(arrived.count < output.count / 4)
    }
}
