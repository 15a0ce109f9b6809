@testable import MailProtocol
import Testing

@Suite("Encoded words, RFC 2047")
struct HeaderTextTests {
    @Test(
        "reads the examples of §8",
        arguments: [
            ("=?ISO-8859-1?Q?a?=", "a"), ("=?ISO-8859-1?Q?a?= b", "a b"),
            ("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
            ("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"), ("=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=", "ab"),
            ("=?ISO-8859-1?Q?a_b?=", "a b"), ("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b"),
            ("=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"),
            ("=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=", "Keld Jørn Simonsen"),
            (
                "=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n "
                    + "=?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
                "If you can read this you understand the example."
            ),
            ("=?iso-8859-8?b?7eXs+SDv4SDs6Oj08A==?=", "םולש ןב לטטפנ"),
        ])
    func examples(_ value: String, _ expected: String) { #expect(HeaderText.decode(bytes(value)) == expected) }

    @Test(
        "reads what real senders write",
        arguments: [
            ("=?utf-8?b?5L2?= =?utf-8?b?oOWlvQ==?=", "你好"), ("=?UTF-8?Q?=E4=BD?= =?UTF-8?B?oA==?=", "你"),
            ("=?utf-8?q?with blank inside?= x", "with blank inside x"), ("=?utf-8*en?q?language?=", "language"),
            ("=?utf-8?q?no_end", "no end"), ("=?utf-8?b?SGVsbG8", "Hello"), ("=?utf-8?q?a =?utf-8?q?b?=", "a b"),
            ("x=?utf-8?q?y?=z", "xyz"), ("=?utf-8?q??=", ""), ("=?utf-8?q?=?=", "="), ("=?utf-8?q?1=3D1?=", "1=1"),
            ("=?utf-8?q?why??=", "why?"), ("=?x-unknown?q?gr=C3=BC?=", "grü"), ("=?x-unknown?q?gr=FC?=", "grü"),
            ("=?iso-8859-1?q?=80_=93x=94?=", "€ “x”"), ("=?utf-8?q?Gr=FC=DFe?=", "Grüße"),
            ("=?gb2312?B?xOO6w6OsysC95w==?=", "你好，世界"), ("=?big5?B?wWPF6aSkpOU=?=", "繁體中文"),
            ("=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本"), ("=?Shift_JIS?B?k/qWew==?=", "日本"),
            ("=?EUC-KR?B?x9GxuQ==?=", "한국"), ("=?koi8-r?B?8NLJ18XU?=", "Привет"),
            ("=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"), ("=?utf-8?q?a=0D=0ABcc:_x?=", "a  Bcc: x"),
            ("=?utf-8?q?nul=00?=", "nul"), ("plain", "plain"), ("", ""), ("=?", "=?"), ("=?=", "=?="), ("=??=", "=??="),
            ("=?utf-8?x?a?=", "=?utf-8?x?a?="), ("=?utf-8?q", "=?utf-8?q"), ("a =? b", "a =? b"),
            ("=?bad charset?q?a?=", "=?bad charset?q?a?="), ("folded\r\n\ttext", "folded text"),
            ("Grüße raw", "Grüße raw"), ("=?what?q?is this", "=?what?q?is this"),
            ("=?utf-8?q?a?=,  =?utf-8?q?b?=", "a,  b"), ("\"=?utf-8?q?quoted?=\"", "\"quoted\""),
        ])
    func tolerance(_ value: String, _ expected: String) { #expect(HeaderText.decode(bytes(value)) == expected) }

    @Test("bytes that are no UTF-8 are windows-1252")
    func rawBytes() { #expect(HeaderText.decode(bytes(hexadecimal: "4772fcdf65")) == "Grüße") }

    @Test(
        "work grows with the length alone",
        arguments: [
            "=?", "=?a?q?", "=?utf-8?q?", "=?utf-8?q?a?=", "=?=?", "?=", "=?utf-8?b?", " =?x?q? ", "=?utf-8?q?=",
        ])
    func isLinear(_ unit: String) {
        let value = bytes(String(repeating: unit, count: 50_000))
        var reader = EncodedWordReader(HeaderText.unfold(value))
        _ = reader.decode()
        #expect(reader.work <= 8 * value.count)
    }
}

@Suite("Parameters, RFC 2045 §5.1 and RFC 2231")
struct HeaderParameterTests {
    private func parameters(_ value: String) -> [String: String] { ParameterizedValue(bytes(value)).parameters }

    @Test(
        "reads the examples of RFC 2231",
        arguments: [
            (
                "message/external-body; access-type=URL;\r\n URL*0=\"ftp://\";\r\n "
                    + "URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"",
                "url", "ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar"
            ),
            (
                "application/x-stuff;\r\n title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "title",
                "This is ***fun***"
            ),
            (
                "application/x-stuff;\r\n title*0*=us-ascii'en'This%20is%20even%20more%20;\r\n "
                    + "title*1*=%2A%2A%2Afun%2A%2A%2A%20;\r\n title*2=\"isn't it!\"",
                "title", "This is even more ***fun*** isn't it!"
            ),
        ])
    func examples(_ value: String, _ name: String, _ expected: String) {
        #expect(parameters(value)[name] == expected)
    }

    @Test(
        "reads file names as real senders write them",
        arguments: [
            ("attachment; filename=plain.txt", "plain.txt"), ("attachment; FileName=\"a b.txt\"", "a b.txt"),
            ("attachment; filename=my file.pdf; size=3", "my file.pdf"),
            ("attachment; filename=copy(1).pdf", "copy(1).pdf"),
            ("attachment; filename=\"quo\\\"te.txt\"", "quo\"te.txt"),
            ("attachment; filename=\"C:\\dir\\x.txt\"", "C:\\dir\\x.txt"),
            ("attachment; filename=\"=?utf-8?q?gr=C3=BC.txt?=\"", "grü.txt"),
            ("attachment; filename==?utf-8?b?5L2g?=.txt", "你.txt"), ("attachment; filename=\"grü.txt\"", "grü.txt"),
            ("attachment; filename*=utf-8''gr%C3%BC.txt; filename=gr.txt", "grü.txt"),
            ("attachment; filename=gr.txt; filename*=UTF-8''gr%c3%bc.txt", "grü.txt"),
            ("attachment; filename*=iso-8859-1''gr%FC.txt", "grü.txt"),
            ("attachment; filename*=gr%C3%BC.txt", "grü.txt"),
            ("attachment; filename*=''x.txt", "x.txt"), ("attachment; filename*=\"utf-8''x%20y.txt\"", "x y.txt"),
            ("attachment; filename*1*=%BC.txt; filename*0*=utf-8''gr%C3", "grü.txt"),
            ("attachment; filename*0=a; filename*1=b; filename*3=d", "ab"),
            ("attachment; filename*1=b; filename=c", "c"),
            ("attachment; filename*0*=big5''%A4%A4; filename*1*=%A4%E5", "中文"),
            ("attachment; filename=first; filename=second", "first"),
            ("attachment (c;omment) ; filename=a (note)", "a"), ("attachment; filename=\"open.txt", "open.txt"),
            ("attachment;; ; filename = spaced.txt", "spaced.txt"), ("attachment; filename=\"\"", ""),
            ("attachment; filename*=utf-8''100%.txt", "100%.txt"),
            ("attachment; filename\r\n =folded.txt", "folded.txt"),
        ])
    func fileNames(_ value: String, _ expected: String) { #expect(parameters(value)["filename"] == expected) }

    @Test(
        "reads media types, and refuses what is none",
        arguments: [
            ("text/plain", "text/plain"), ("TEXT/HTML; charset=x", "text/html"), ("text", "text/plain"),
            ("text/plain charset=utf-8", "text/plain"), (" image / png ", "image/png"),
            ("application/vnd.a-b.c+xml", "application/vnd.a-b.c+xml"), ("(c) text/plain", "text/plain"), ("", nil),
            ("/", nil), ("text/", nil), ("/plain", nil), ("a/b/c", nil), ("te\"xt/plain", nil), ("image", nil),
            ("text/<script>", nil), ("a/\(String(repeating: "b", count: 200))", nil), ("тип/plain", nil),
        ] as [(String, String?)])
    func types(_ value: String, _ expected: String?) {
        #expect(ContentType.parse(bytes(value))?.description == expected)
    }

    @Test(
        "only passive types keep their type for a download",
        arguments: [
            ("image/png", "image/png"), ("text/plain", "text/plain"), ("application/pdf", "application/pdf"),
            ("text/html", "application/octet-stream"), ("image/svg+xml", "application/octet-stream"),
            ("application/xhtml+xml", "application/octet-stream"), ("text/xml", "application/octet-stream"),
            ("text/javascript", "application/octet-stream"), ("message/rfc822", "application/octet-stream"),
            ("multipart/related", "application/octet-stream"), ("application/vnd.x+xml", "application/octet-stream"),
            (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            ),
        ])
    func downloads(_ type: String, _ expected: String) throws {
        #expect(try #require(ContentType.parse(bytes(type))).safeForDownload.description == expected)
    }

    @Test(
        "work grows with the length alone",
        arguments: ["(", ";", "\"", "a=\"", "*0=", "a*0=b;", "(a)", "\\(", "= ", "a (b;"])
    func isLinear(_ unit: String) {
        let value = bytes("x; " + String(repeating: unit, count: 50_000))
        let parsed = ParameterizedValue(value)
        #expect(parsed.work <= value.count + 1)
        #expect(parsed.parameters.count <= 500)
    }
}
