@testable import MailProtocol
import OAuthCore
import Testing

@Suite("Addresses, RFC 5322 §3.4 and §4.4")
struct AddressTests {
    @Test(
        "reads one address",
        arguments: [
            ("jdoe@machine.example", nil, "jdoe@machine.example"),
            ("John Doe <jdoe@machine.example>", "John Doe", "jdoe@machine.example"),
            ("\"Joe Q. Public\" <john.q.public@example.com>", "Joe Q. Public", "john.q.public@example.com"),
            ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete", "pete@silly.test"),
            ("Joe Q. Public <john.q.public@example.com>", "Joe Q. Public", "john.q.public@example.com"),
            ("Mary Smith <@node.test,@other.test:mary@example.net>", "Mary Smith", "mary@example.net"),
            ("jdoe@test   . example", nil, "jdoe@test.example"), ("john . doe @ a . b", nil, "john.doe@a.b"),
            ("\"Giant; \\\"Big\\\" Box\" <sysservices@example.net>", "Giant; \"Big\" Box", "sysservices@example.net"),
            ("pete@silly.test (Pete)", "Pete", "pete@silly.test"), ("<boss@nil.test>", nil, "boss@nil.test"),
            ("=?ISO-8859-1?Q?Patrik_F=E4ltstr=F6m?= <paf@nada.kth.se>", "Patrik Fältström", "paf@nada.kth.se"),
            ("\"=?utf-8?q?Doe=2C_J=C3=BCrgen?=\" <j@x.example>", "Doe, Jürgen", "j@x.example"),
            ("=?utf-8?q?Doe=2C_J?= <j@x.example>", "Doe, J", "j@x.example"), ("用户@例子.测试", nil, "用户@例子.测试"),
            ("Grüße <grüße@exämple.de>", "Grüße", "grüße@exämple.de"),
            ("\"john doe\"@x.example", nil, "\"john doe\"@x.example"),
            ("\"john.doe\"@x.example", nil, "john.doe@x.example"), ("a@[192.0.2.1]", nil, "a@[192.0.2.1]"),
            ("a@[IPv6:2001:db8::1]", nil, "a@[IPv6:2001:db8::1]"), ("John <j@x.example", "John", "j@x.example"),
            ("John Doe j@x.example", "John Doe", "j@x.example"), ("Just A Name", "Just A Name", ""), ("<>", nil, ""),
            ("\"open <j@x.example>", "open", "j@x.example"), ("(open <j@x.example>", "open", "j@x.example"),
            ("j@x.example <j@x.example>", nil, "j@x.example"), ("<a@b.example> (Name)", "Name", "a@b.example"),
            ("'Single' <s@x.example>", "'Single'", "s@x.example"), ("<mailto@x>", nil, "mailto@x"),
            ("a@b@c <d@e.example>", "a@b@c", "d@e.example"), ("=?utf-8?q?a=0Ab?= <x@y>", "a b", "x@y"),
        ] as [(String, String?, String)])
    func one(_ value: String, _ name: String?, _ address: String) {
        #expect(MailAddress.list(bytes(value)) == [MailAddress(name: name, address: address)])
    }

    @Test("reads lists and groups, RFC 5322 Appendix A.1.2 and A.1.3")
    func lists() {
        let pete = bytes("A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;")
        let members = [
            MailAddress(name: "Ed Jones", address: "c@a.test"), MailAddress(address: "joe@where.test"),
            MailAddress(name: "John", address: "jdoe@one.test"),
        ]
        #expect(MailAddress.entries(pete) == [.group(name: "A Group", members: members)])
        #expect(MailAddress.list(pete) == members)
        #expect(
            MailAddress.entries(bytes("Undisclosed recipients:;")) == [
                .group(name: "Undisclosed recipients", members: [])
            ])
        #expect(MailAddress.list(bytes("a@b, , ;c@d;\r\n e@f,")).map(\.address) == ["a@b", "c@d", "e@f"])
        #expect(MailAddress.list(bytes("a <a@b> b <c@d>")).map(\.name) == ["a", "b"])
        #expect(MailAddress.list(bytes("g:a@b, h@i;, c@d")).map(\.address) == ["a@b", "h@i", "c@d"])
        #expect(MailAddress.list(bytes("")).isEmpty)
    }

    @Test("stops at the limit")
    func limit() {
        let many = bytes(String(repeating: "a@b,", count: 100_000))
        #expect(MailAddress.list(many).count == 1_000)
        #expect(MailAddress.list(bytes("g:") + many, limit: 3).count == 3)
        #expect(MailAddress.list(bytes(String(repeating: "a", count: 100_000) + "@b"))[0].address.utf8.count == 1_000)
    }

    @Test(
        "work grows with the length alone",
        arguments: ["\"", "(", "<", "((a)", "a ", "@", ":", "<@a:", "\\\"", ")", "a@b "])
    func isLinear(_ unit: String) {
        let value = bytes(String(repeating: unit, count: 50_000))
        var lexer = AddressLexer(HeaderText.unfold(value))
        #expect(lexer.tokens().count <= value.count)
        #expect(lexer.work <= 3 * value.count + 2)
        #expect(MailAddress.entries(value).count <= 1_000)
    }
}

@Suite("Dates, RFC 5322 §3.3 and §4.3")
struct MailDateTests {
    @Test(
        "reads dates of every make",
        arguments: [
            ("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706), ("21 Nov 97 09:55:06 GMT", 880_106_106),
            ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", 880_127_706),
            ("Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland Time)", -27_723_480),
            ("1 Jan 1970 00:00 +0000", 0), ("Tue, 02 Jan 2024 03:04:05 -0000", 1_704_164_645),
            ("Tue, 2 Jan 2024 03:04:05 EST", 1_704_182_645), ("Tue, 2 Jan 2024 03:04:05 Z", 1_704_164_645),
            ("Tue, 2 Jan 2024 03:04:05 K", 1_704_164_645), ("Tue, 2 Jan 2024 03:04:05", 1_704_164_645),
            ("Tue, 2 Jan 2024 03:04:05 GMT+0100", 1_704_161_045),
            ("Tue, 2 Jan 2024 03:04:05 +0100 (CET)", 1_704_161_045),
            ("Tue Jan  2 03:04:05 2024", 1_704_164_645), ("02-Jan-2024 03:04:05 +0100", 1_704_161_045),
            ("2024-01-02T03:04:05Z", 1_704_164_645), ("2024-01-02T03:04:05.678+01:00", 1_704_161_045),
            ("2024-01-02 03:04:05", 1_704_164_645), ("tuesday, 2 january 2024 3:04:05 utc", 1_704_164_645),
            ("29 Feb 2024 00:00:00 +0000", 1_709_164_800), ("31 Dec 2016 23:59:60 +0000", 1_483_228_799),
            ("2 Jan 124 03:04:05 +0000", 1_704_164_645), ("2 Jan 49 00:00:00 +0000", 2_493_158_400),
            ("31 Dec 9999 23:59:59 +0000", 253_402_300_799), ("29 Feb 2023 00:00:00 +0000", nil), ("", nil),
            ("soon", nil),
            ("0 Jan 2024", nil), ("32 Jan 2024", nil), ("2 Foo 2024", nil), ("1 Jan 99999", nil),
            ("1 Jan 2024 99:99", 1_704_067_200),
            ("2024-13-01T00:00:00Z", nil), ("99999999999999999999 Jan 2024", nil),
            ("2 Jan 2024 03:04:05 +9999", 1_704_164_645),
        ] as [(String, Int64?)])
    func reads(_ text: String, _ seconds: Int64?) {
        #expect(MailDate.parse(text) == seconds.map { UnixTime($0) })
    }
}
