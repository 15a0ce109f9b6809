@testable import MailProtocol
import OAuthCore
import Testing

@Suite("IMAP syntax, RFC 9051 §9")
struct SyntaxTests {
    static let names: [(String, String)] = [
        // RFC 3501 §5.1.3.
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("Entwürfe", "Entw&APw-rfe"), ("R&D", "R&-D"), ("&", "&-"), ("", ""), ("Hi Mom -☺-!", "Hi Mom -&Jjo--!"),
        ("Надіслані", "&BB0EMAQ0BFYEQQQ7BDAEPQRW-"), ("👍 ok", "&2D3cTQ- ok"), ("tab\there", "tab&AAk-here"),
    ]

    @Test("names in modified UTF-7, RFC 3501 §5.1.3", arguments: names)
    func modifiedUTF7(_ text: String, _ wire: String) {
        #expect(String(decoding: ModifiedUTF7.encode(text), as: UTF8.self) == wire)
        #expect(ModifiedUTF7.decode(bytes(wire)) == text)
    }

    @Test(
        "what is no modified UTF-7 is shown as it is, and sent back as it came",
        arguments: ["a&b", "&AP", "&A-", "&2D0-", "&====-", "a&/w-", "caf\u{e9}", "&AGE-", "&AOk-&AOk-"])
    func otherNames(_ wire: String) {
        let name = IMAPMailboxName(wire: bytes(wire), form: .modifiedUTF7)
        #expect(!name.text.isEmpty)
        #expect(name.wire(.modifiedUTF7) == Array(wire.utf8))
        #expect(name.wire(.utf8) == Array(wire.utf8))
    }

    @Test("a name from the server is the one that a person writes")
    func equalNames() {
        #expect(IMAPMailboxName(wire: bytes("Entw&APw-rfe"), form: .modifiedUTF7) == IMAPMailboxName("Entwürfe"))
        #expect(IMAPMailboxName(wire: bytes("Entwürfe"), form: .utf8) == IMAPMailboxName("Entwürfe"))
        #expect(IMAPMailboxName("inbox") == .inbox)
        #expect(IMAPMailboxName(wire: bytes("Inbox"), form: .modifiedUTF7) == .inbox)
        #expect(IMAPMailboxName("inbox/a") != IMAPMailboxName("INBOX/a"))
    }

    @Test("sets of numbers stay small, whatever they list")
    func numberSets() throws {
        #expect(IMAPNumberSet([1, 2, 3, 7, 9, 10] as [UInt32]).description == "1:3,7,9:10")
        let all = try #require(IMAPNumberSet.parse(bytes("4294967295:1")))
        #expect(all.count == 4_294_967_295)
        #expect(all.numbers(limit: 3) == [1, 2, 3])
        #expect(try #require(IMAPNumberSet.parse(bytes("9:7,1"))).numbers(limit: 10) == [7, 8, 9, 1])
        for text in ["", "0", "1:", ":1", "1,,2", "1:2:3", "*", "4294967296", "-1", "1 2", "99999999999999999999"] {
            #expect(IMAPNumberSet.parse(bytes(text)) == nil, "\(text)")
        }
    }

    @Test(
        "dates are written as they are read", arguments: [0, 951_782_400, 1_709_164_799, 1_735_689_600, 4_102_444_800])
    func dates(_ seconds: Int64) {
        let text = IMAPDateText.dateTime(UnixTime(seconds))
        #expect(text.utf8.count == 26)
        #expect(MailDate.parse(text) == UnixTime(seconds))
        #expect(IMAPDateText.parse(bytes(text)) == UnixTime(seconds))
    }

    @Test(
        "dates of other zones and forms, and those that are none",
        arguments: [
            ("17-Jul-1996 02:44:25 -0700", 837_596_665), (" 1-feb-2024 10:00:00 +0100", 1_706_778_000),
            ("01-Mar-1900 00:00:00 +0000", -2_203_891_200), ("31-Dec-1969 23:59:59 +0000", -1),
            ("1-Feb-2024 10:00:00 +0100", 1_706_778_000), ("29-Feb-2023 00:00:00 +0000", nil),
            ("31-Apr-2024 00:00:00 +0000", nil), ("00-Jan-2024 00:00:00 +0000", nil), ("", nil), ("x", nil),
        ] as [(String, Int64?)])
    func internalDates(_ text: String, _ seconds: Int64?) {
        #expect(IMAPDateText.parse(bytes(text)) == seconds.map { UnixTime($0) })
    }

    @Test("strings are atoms, quoted, or literals, as their bytes need")
    func strings() {
        func written(_ text: String, form: IMAPTextForm = .modifiedUTF7) -> String {
            var writer = IMAPWriter(literals: .nonSynchronizing(upTo: .max), form: form)
            writer.astring(Array(text.utf8))
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        #expect(written("abc]") == "abc]")
        #expect(written("nil") == "\"nil\"")
        #expect(written("") == "\"\"")
        #expect(written(#"a "b" \"#) == #""a \"b\" \\""#)
        #expect(written("a*") == "\"a*\"")
        #expect(written("a\r\nb") == "{4+}\r\na\r\nb")
        #expect(written("é") == "{2+}\r\né")
        #expect(written("é", form: .utf8) == "\"é\"")
    }

    @Test("flags are equal in every case")
    func flags() {
        #expect(IMAPFlag("\\SEEN") == .seen)
        #expect(Set([IMAPFlag("$forwarded"), IMAPFlag("$Forwarded")]).count == 1)
        #expect(!IMAPFlag("a b").isWritable)
        #expect(!IMAPFlag("\\").isWritable)
    }
}
