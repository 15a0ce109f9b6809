import MailProtocol
import Testing

@Suite("Downloads, RFC 6266")
struct DownloadTests {
    private func value(_ name: String) -> String {
        Attachment(id: AttachmentID("1"), suggestedName: name, contentType: nil).contentDisposition
    }

    @Test(
        "a name comes in ASCII, and as itself where that is more",
        arguments: [
            ("report.pdf", #"attachment; filename="report.pdf""#),
            ("two words; a=b, c.txt", #"attachment; filename="two words; a=b, c.txt""#),
            ("grün.pdf", #"attachment; filename="gr_n.pdf"; filename*=UTF-8''gr%C3%BCn.pdf"#),
            ("€ rates.txt", #"attachment; filename="_ rates.txt"; filename*=UTF-8''%E2%82%AC%20rates.txt"#),
            ("你好.txt", #"attachment; filename="__.txt"; filename*=UTF-8''%E4%BD%A0%E5%A5%BD.txt"#),
            ("100%25.txt", #"attachment; filename="100_25.txt"; filename*=UTF-8''100%2525.txt"#),
            ("it's (1)*.txt", #"attachment; filename="it's (1)_.txt""#),
            ("a\u{308}.txt", #"attachment; filename="_.txt"; filename*=UTF-8''a%CC%88.txt"#),
            ("👩‍💻.txt", #"attachment; filename="__.txt"; filename*=UTF-8''%F0%9F%91%A9%F0%9F%92%BB.txt"#),
            ("", #"attachment; filename="attachment""#),
        ])
    func vectors(_ name: String, _ expected: String) { #expect(value(name) == expected) }

    @Test(
        "no name ends the header, its quotes or its parameters",
        arguments: [
            "a\r\nSet-Cookie: x=y", "a\"; filename=evil.exe; x=\"", "a\\\"", "a\u{0}b", "\u{85}x", "a\u{2028}b", "\"",
            "../../x", "x\t; y", "UTF-8''x",
        ])
    func hostile(_ name: String) {
        let value = value(name)
        #expect(value.utf8.allSatisfy { 0x20...0x7E ~= $0 })
        #expect(value.hasPrefix("attachment; filename=\""))
        let quoted = value.dropFirst("attachment; filename=\"".count).prefix { $0 != "\"" }
        let rest = value.dropFirst("attachment; filename=\"".count + quoted.count + 1)
        #expect(!quoted.contains("\\") && !quoted.contains("/"))
        #expect(rest.isEmpty || rest.hasPrefix("; filename*=UTF-8''"))
        #expect(!rest.dropFirst("; filename*=".count).contains { "; \"\\,".contains($0) })
    }
}
