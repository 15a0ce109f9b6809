import OAuthCore
import OAuthServer
import Testing

@testable import OAuthHummingbird

@Suite("What strangers send does not reach further than it should")
struct AttackTests {
    @Test(
        "a stranger's text stays on one line of the log",
        arguments: ["x\ny", "x\r\ny", "x\u{2028}y", "x\u{85}y", "x\u{1B}[2Ky", "x\u{0}y", "x\u{202E}y"])
    func log(_ text: String) {
        let line = ServerRequestContext.onOneLine(text)
        #expect(line.unicodeScalars.allSatisfy { $0 == "\u{FFFD}" || (0x20...0x7E).contains($0.value) })
        #expect(line.hasPrefix("x") && line.hasSuffix("y"))
    }

    @Test("a stranger's text is cut in the log")
    func longLine() {
        #expect(ServerRequestContext.onOneLine(String(repeating: "x", count: 100_000)).count == 512)
    }

    @Test(
        "attempts are counted by network, and this computer, where a proxy may be, is none",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("127.0.0.1", nil), ("::1", nil), ("::ffff:127.0.0.1", nil),
            ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
            ("2001:db8:1:2::6", "2001:db8:1:2"), ("2001:db8::1", "2001:db8:0:0"), ("fe80::1", "fe80:0:0:0"),
            ("::2", "0:0:0:0"), ("unknown", "unknown"),
        ] as [(String, String?)])
    func network(_ address: String, _ expected: String?) {
        #expect(SignInGate.network(of: address) == expected)
    }

    @Test(
        "a form may lead where the application may send people on to",
        arguments: [
            ("https://app.example/callback", ["https:"]),
            ("http://127.0.0.1/callback", ["http://127.0.0.1:*", "http://localhost:*", "https:"]),
            ("http://[::1]/callback", ["http:", "https:"]),
            ("com.example.app:/callback", ["com.example.app:", "https:"]),
        ])
    func formTargets(_ redirectURI: String, _ expected: [String]) throws {
        var client = ClientRecord(id: "app", name: "App", createdAt: UnixTime(0))
        client.redirectURIs = [try RedirectURI.parse(redirectURI)]
        #expect(AuthorizationServerSite.formTargets(of: client) == expected)
    }
}
