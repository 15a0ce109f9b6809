@testable import MailProtocol
import Testing

@Suite("format=flowed, RFC 3676")
struct FlowedTextTests {
    @Test(
        "joins what was broken",
        arguments: [
            ("one \ntwo\nthree", "one two\nthree"), ("> quoted \n> text\nmine", "> quoted text\nmine"),
            (">> deep \n> shallow", ">> deep \n> shallow"), (" >no quote", ">no quote"), (" From me", "From me"),
            ("text \n-- \nName", "text \n-- \nName"), ("a\n\nb", "a\n\nb"), ("", ""), ("a \n", "a "),
            ("> a \nb", "> a \nb"),
        ])
    func joins(_ flowed: String, _ expected: String) {
        #expect(FlowedText.unwrap(flowed, deletesSpace: false) == expected)
    }

    @Test("DelSp=yes deletes the blank of the break")
    func deletesSpace() {
        #expect(FlowedText.unwrap("ひら \nがな", deletesSpace: true) == "ひらがな")
    }
}

@Suite("HTML to text")
struct HTMLTextTests {
    @Test(
        "is good to read",
        arguments: [
            ("<p>One</p><p>Two</p>", "One\n\nTwo"), ("a<br>b<br/>c", "a\nb\nc"), ("<div>a</div><div>b</div>", "a\nb"),
            ("  much \n  space ", "much space"), ("<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc"),
            ("<b>bold</b>face", "boldface"), ("a &amp; b &lt;c&gt; &eacute;&#233;&#xE9;", "a & b <c> ééé"),
            ("&copy 2024 &unknown; &", "© 2024 &unknown; &"), ("&#150;&#x80;", "–€"), ("&#0;&#xD800;x", "\u{FFFD}x"),
            ("a&nbsp;b", "a b"), ("<style>p{}</style><script>alert('<p>')</script>text", "text"),
            ("<title>T</title><!-- <p>c</p> -->x", "x"), ("<!DOCTYPE html><html><body>x</body></html>", "x"),
            ("<a href=\"https://a.example/\">here</a>", "here <https://a.example/>"),
            ("<a href='https://a.example'>https://a.example</a>", "https://a.example"),
            ("<a href=https://a.example/>a.example</a>", "a.example"), ("<a href=\"javascript:x\">x</a>", "x"),
            ("<a class=\"b\" href=\"mailto:a@b.c\">a@b.c</a>", "a@b.c"), ("<a name=x>anchor</a>", "anchor"),
            ("<a href=\"https://a.example/?a=1&amp;b=2\">q</a>", "q <https://a.example/?a=1&b=2>"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc"),
            ("<blockquote>said</blockquote>me", "> said\n\nme"), ("<img src=x alt=\"A cat\">", "[A cat]"),
            ("<blockquote>a<br>b</blockquote>", "> a\n> b"), ("<pre>a\n  b</pre>c", "a\n  b\nc"),
            ("1 < 2 > 0", "1 < 2 > 0"),
            ("<p title=\"a > b\">x</p>", "x"), ("<p title=\"open>x", "x"), ("<unknown>x</unknown>", "x"), ("", ""),
            ("x<!-- open", "x open"), ("a<hr>b", "a\n----------\nb"), ("<h1>Head</h1>text", "Head\n\ntext"),
            ("x<p", "x<p"),
            ("<![if !mso]>x<![endif]>", "x"), ("<o:p>&nbsp;</o:p>x", "x"), ("日本<wbr>語", "日本語"),
        ])
    func converts(_ html: String, _ expected: String) { #expect(HTMLText.convert(html) == expected) }

    @Test(
        "work grows with the length alone",
        arguments: [
            "<!--", "<a ", "<a href=\"", "<", "&", "&#", "<script>", "<p title='>", "<a href=x>", "<blockquote>",
            "<td>",
            "<!", "-->", "<script", "<pre>\n", "<a href=x href=x ",
        ])
    func isLinear(_ unit: String) {
        let html = Array(String(repeating: unit, count: 30_000).utf8)
        var converter = HTMLConverter(html)
        let text = converter.convert()
        #expect(converter.work <= 40 * html.count)
        #expect(text.utf8.count <= 40 * html.count)
    }
}

@Suite("File names")
struct FileNameTests {
    @Test(
        "are made harmless",
        arguments: [
            ("report.pdf", "report.pdf"), ("../../etc/passwd", "passwd"), ("C:\\Users\\x\\y.txt", "y.txt"),
            ("/", "attachment.txt"),
            ("", "attachment.txt"), ("..", "attachment.txt"), (".htaccess", "htaccess"), ("a\0b\r\nc.txt", "abc.txt"),
            ("evil\u{202E}fdp.exe", "evilfdp.exe"), ("zero\u{200B}width\u{FEFF}.txt", "zerowidth.txt"), ("CON", "_CON"),
            ("nul.txt", "_nul.txt"), ("com1.tar.gz", "_com1.tar.gz"), ("COM¹.txt", "_COM¹.txt"),
            ("console.txt", "console.txt"),
            ("a<b>:\"|?*.txt", "a_b______.txt"), ("trailing. . ", "trailing"), ("grün 你好.txt", "grün 你好.txt"),
            ("a\u{2028}b", "ab"),
        ])
    func safe(_ given: String, _ expected: String) { #expect(FileName.safe(given, type: .plainText) == expected) }

    @Test("are cut to 180 bytes at a character, and keep their extension")
    func long() {
        let name = FileName.safe(String(repeating: "名", count: 500) + ".docx", type: .octetStream)
        #expect(name == String(repeating: "名", count: 58) + ".docx")
        #expect(FileName.safe(String(repeating: "a", count: 500), type: .octetStream).utf8.count == 180)
    }
}
