import MailProtocol
import OAuthCore
import Testing

@Suite("SASL with tokens, RFC 7628 and XOAUTH2")
struct SASLTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var mechanism: SASLMechanism
        var user: String
        var token: String
        var host: String?
        var port: UInt16?
        var encoded: String

        var testDescription: String { "\(mechanism.rawValue) for \(user)" }
    }

    static let vectors: [Vector] = [
        // Google's description of the mechanism, and Microsoft's.
        Vector(
            mechanism: .xoauth2, user: "someuser@example.com", token: "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg",
            encoded: "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQm"
                + "hkSFJoZG1semRHRXVZMjl0Q2cBAQ=="),
        Vector(
            mechanism: .xoauth2, user: "test@contoso.onmicrosoft.com",
            token: "EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA",
            encoded: "dXNlcj10ZXN0QGNvbnRvc28ub25taWNyb3NvZnQuY29tAWF1dGg9QmVhcmVyIEV3QkFBbDNCQUFVRkZwVUFvN0o"
                + "zVmUwYmpMQldaV0NjbFJDM0VvQUEBAQ=="),
        // RFC 7628 §4.1.
        Vector(
            mechanism: .oauthBearer, user: "user@example.com",
            token: "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", host: "server.example.com", port: 143,
            encoded: "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVy"
                + "IHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"),
    ]

    @Test("writes the published blobs", arguments: vectors)
    func published(_ vector: Vector) throws {
        let credentials = try SASLCredentials(
            vector.mechanism, user: vector.user, token: Secret(vector.token), host: vector.host, port: vector.port)
        #expect(credentials.encodedMessage.revealed() == vector.encoded)
    }

    @Test("a comma and an equals sign in a name are escaped, RFC 5801 §4")
    func escapes() throws {
        let credentials = try SASLCredentials(.oauthBearer, user: "a=b,c@d", token: Secret("t"))
        #expect(credentials.message.revealed() == "n,a=a=3Db=2Cc@d,\u{1}auth=Bearer t\u{1}\u{1}")
        let other = try SASLCredentials(.xoauth2, user: "a=b,c@d", token: Secret("t"))
        #expect(other.message.revealed() == "user=a=b,c@d\u{1}auth=Bearer t\u{1}\u{1}")
    }

    @Test(
        "what would break out of its field is refused",
        arguments: [
            ("", "token", SASLError.emptyUser), ("a\u{1}auth=Bearer x", "token", .controlCharacterInUser),
            ("a\r\nb", "token", .controlCharacterInUser), ("a\u{85}", "token", .controlCharacterInUser),
            ("a@b", "", .emptyToken), ("a@b", "token\n", .unusableCharacterInToken),
            ("a@b", "to\u{1}ken", .unusableCharacterInToken), ("a@b", "Bearer token", .unusableCharacterInToken),
            ("a@b", "tokén", .unusableCharacterInToken),
        ])
    func refused(_ user: String, _ token: String, _ error: SASLError) {
        for mechanism in SASLMechanism.allCases {
            #expect(throws: error) { try SASLCredentials(mechanism, user: user, token: Secret(token)) }
        }
    }

    @Test("a host with a control character is refused")
    func host() {
        #expect(throws: SASLError.controlCharacterInHost) {
            try SASLCredentials(.oauthBearer, user: "a@b", token: Secret("t"), host: "h\u{1}port=1")
        }
    }

    @Test(
        "the token leaves once, the failure is acknowledged once, and then it is over",
        arguments: SASLMechanism.allCases)
    func exchange(_ mechanism: SASLMechanism) throws {
        let credentials = try SASLCredentials(mechanism, user: "a@b", token: Secret("t"))
        let answer: [UInt8] = mechanism == .xoauth2 ? [] : Array("AQ==".utf8)
        var exchange = SASLExchange(credentials)
        #expect(exchange.answer(to: []) == .respond(credentials.encodedMessage))
        #expect(exchange.initialResponse() == nil)
        // {"status":"401"}
        guard case .acknowledge(let line, let failure) = exchange.answer(to: bytes("eyJzdGF0dXMiOiI0MDEifQ==")) else {
            Issue.record("no acknowledgement")
            return
        }
        #expect(line == answer)
        #expect(failure.status == "401")
        #expect(exchange.answer(to: bytes("eyJzdGF0dXMiOiI0MDEifQ==")) == .giveUp)
        #expect(exchange.answer(to: []) == .giveUp)
    }

    @Test("credentials cannot be printed")
    func unprintable() throws {
        let credentials = try SASLCredentials(.xoauth2, user: "a@b", token: Secret("canary"))
        var text = "\(credentials) \(SASLExchange(credentials)) \(credentials.encodedMessage)"
        dump(credentials, to: &text)
        #expect(!text.contains("canary"))
        #expect(!text.contains(credentials.encodedMessage.revealed()))
    }
}

@Suite("SASL's failures")
struct SASLFailureTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var json: String
        var status: String?
        var schemes: String?
        var scope: String?
        var configuration: String?
    }

    static let samples: [Sample] = [
        Sample(
            testDescription: "Google's description",
            json: #"{"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}"# + "\n", status: "401",
            schemes: "bearer mac", scope: "https://mail.google.com/"),
        Sample(
            testDescription: "Gmail",
            json: #"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#, status: "400",
            schemes: "Bearer", scope: "https://mail.google.com/"),
        Sample(
            testDescription: "Dovecot", json: #"{"status":"401","schemes":"bearer","scope":"mail"}"#, status: "401",
            schemes: "bearer", scope: "mail"),
        Sample(
            testDescription: "RFC 7628 §4.3",
            json: #"""
                {
                  "status":"invalid_token",
                  "scope":"example_scope",
                  "openid-configuration":"https://example.com/.well-known/openid-configuration"
                }
                """#, status: "invalid_token", scope: "example_scope",
            configuration: "https://example.com/.well-known/openid-configuration"),
        Sample(
            testDescription: "numbers, lists and capitals", json: #"{"Status":401,"schemes":["bearer","mac"],"x":{}}"#,
            status: "401", schemes: "bearer mac"),
        Sample(testDescription: "no JSON", json: "token expired"),
        Sample(testDescription: "cut off", json: #"{"status":"4"#),
        Sample(testDescription: "an array", json: #"["invalid_token"]"#),
    ]

    @Test("reads JSON of any make", arguments: samples)
    func reads(_ sample: Sample) {
        let encoded = base64(sample.json)
        for failure in [
            SASLFailure.parse(challenge: bytes(encoded)), .parse(decoded: bytes(sample.json)),
        ] {
            #expect(failure.status == sample.status)
            #expect(failure.schemes == sample.schemes)
            #expect(failure.scope == sample.scope)
            #expect(failure.openIDConfiguration == sample.configuration)
            #expect(!failure.text.isEmpty)
        }
    }

    @Test("what is no base64 is text, bounded and without control characters")
    func text() {
        let failure = SASLFailure.parse(challenge: bytes("Sorry, \u{1b}[31mno\u{7} such token!"))
        #expect(failure.text == "Sorry,  [31mno  such token!")
        #expect(SASLFailure.parse(challenge: bytes(String(repeating: "no! ", count: 10_000))).text.utf8.count == 1_000)
        #expect(SASLFailure.parse(challenge: []) == SASLFailure())
    }
}

/// Base64, for tests.
func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var output = ""
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for position in 0..<4 {
            output.append(position <= group.count ? alphabet[bits >> (18 - 6 * position) & 63] : "=")
        }
    }
    return output
}
