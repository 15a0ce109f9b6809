import MailProtocol
import Testing

@Suite("Charsets")
struct CharsetTests {
    @Test(
        "reads each charset",
        arguments: [
            ("windows-1250", "8e6c759d6f75e86bfd206bf9f220962084616e6f93", "Žluťoučký kůň – „ano“"),
            ("windows-1251", "d1fae5f8fc20e5f9b82c20b935209720abe4e0bb", "Съешь ещё, №5 — «да»"),
            ("windows-1252", "4772fcdf652096203520802c20936e61ef766594", "Grüße – 5 €, “naïve”"),
            ("windows-1253", "cae1ebe7ecddf1e120eafcf3ece5", "Καλημέρα κόσμε"),
            ("windows-1254", "dd7374616e62756c92646120fdf064fd7220fef6796c65", "İstanbul’da ığdır şöyle"),
            ("windows-1255", "f9ece5ed20f2e5eced", "שלום עולם"),
            ("windows-1256", "e3d1cdc8c720c8c7e1dac7e1e3", "مرحبا بالعالم"),
            ("windows-1257", "dee073697320f06f6b696eeb6a61", "Žąsis šokinėja"),
            ("windows-1258", "f120f020f520fd20fe", "ñ đ ơ ư ₫"),
            ("windows-874", "cac7d1cab4d5", "สวัสดี"),
            ("iso-8859-1", "c6626c652070e520f8656e", "Æble på øen"),
            ("iso-8859-2", "a3f364bc20bff3b3e6", "Łódź żółć"),
            ("iso-8859-3", "d869732072657669646f20e675", "Ĝis revido ĉu"),
            ("iso-8859-4", "d3ef6c697320fe64656eef", "Ķīlis ūdenī"),
            ("iso-8859-5", "bfe0d8d2d5e2", "Привет"),
            ("iso-8859-6", "e5d1cdc8c7", "مرحبا"),
            ("iso-8859-7", "c3e5e9dc", "Γειά"),
            ("iso-8859-8", "f9ece5ed", "שלום"),
            ("iso-8859-9", "47fc6e65fe", "Güneş"),
            ("iso-8859-10", "def372f0757220bf", "Þórður ŋ"),
            ("iso-8859-13", "c0fe756f6c6173", "Ąžuolas"),
            ("iso-8859-14", "d079746820a8", "Ŵyth Ẁ"),
            ("iso-8859-15", "bd7576726520313020a4", "œuvre 10 €"),
            ("iso-8859-16", "de6172e320ba69", "Țară și"),
            ("tis-620", "c0d2c9d2e4b7c2", "ภาษาไทย"),
            ("koi8-r", "f0d2c9d7c5d42c20cdc9d2", "Привет, мир"),
            ("koi8-u", "fdc5c4d2a6d7cbc120a7d6c1cbd520ad", "Щедрівка їжаку ґ"),
            ("ibm866", "8fe0a8a2a5e2", "Привет"),
            ("macintosh", "4361668e20d2648e6a88d3", "Café “déjà”"),
            ("gb2312", "c4e3bac3a3accac0bde7", "你好，世界"),
            ("gbk", "e95f8f88b4f3bcaa20e946", "開張大吉 镕"),
            ("gb18030", "c4e3bac320a2e38139ee399439fc36", "你好 €㐀😀"),
            ("big5", "c163c5e9a4a4a4e5b4fab8d5", "繁體中文測試"),
            ("big5-hkscs", "adbbb4e49def", "香港嘅"),
            ("hz-gb-2312", "7e7b44633a437e7d207e7e206f6b", "你好 ~ ok"),
            ("shift_jis", "93fa967b8cea83658358836720b6c5", "日本語テスト ｶﾅ"),
            ("windows-31j", "8740878aeee0", "①㈱髙"),
            ("euc-jp", "c6fccbdcb8eca5c6a5b9a5c8", "日本語テスト"),
            ("iso-2022-jp", "1b244224332473244b2441244f1b284220776f726c64", "こんにちは world"),
            ("euc-kr", "bec8b3e7c7cfbcbcbfe4", "안녕하세요"),
            ("ks_c_5601-1987", "8c63b9e6b0a2c7cf", "똠방각하"),
            ("iso-2022-kr", "1b2429430e3e4833670f", "안녕"),
            ("johab", "b4659177", "안녕"),
            ("utf-8", "c39c6ec3af63c3b664c3a920f09f9880", "Ünïcödé 😀"),
            ("utf-16", "fffe42004f004d0020001604", "BOM Ж"),
            ("utf-16be", "0416d83dde00", "Ж😀"),
            ("utf-16le", "16043dd800de", "Ж😀"),
            ("utf-32", "fffe000016040000", "Ж"),
        ])
    func decodes(_ label: String, _ hexadecimal: String, _ expected: String) throws {
        let charset = try #require(Charset(label: label))
        #expect(charset.decode(bytes(hexadecimal: hexadecimal)) == expected)
    }

    @Test(
        "knows a charset under its other names",
        arguments: [
            ("UTF8", "utf-8"), ("utf_8", "utf-8"), ("unicode-1-1-utf-8", "utf-8"), ("US-ASCII", "windows-1252"),
            ("ANSI_X3.4-1968", "windows-1252"), ("latin1", "windows-1252"), ("ISO_8859-1:1987", "windows-1252"),
            ("iso8859-15", "iso-8859-15"), ("ISO-8859-8-I", "iso-8859-8"), ("cp1252", "windows-1252"),
            ("Windows_1251", "windows-1251"), ("win1251", "windows-1251"), ("x-cp1250", "windows-1250"),
            ("iso-8859-9", "windows-1254"), ("KOI8R", "koi8-r"), ("koi8-ru", "koi8-u"), ("cp866", "ibm866"),
            ("GB_2312-80", "gb18030"), ("x-gbk", "gb18030"), ("CP936", "gb18030"), ("cn-big5", "big5"),
            ("cp950", "big5"), ("x-sjis", "shift_jis"), ("Shift-JIS", "shift_jis"), ("cp932", "shift_jis"),
            ("x-euc-jp", "euc-jp"), ("csISO2022JP", "iso-2022-jp"), ("ks_c_5601-1987", "euc-kr"),
            ("cp949", "euc-kr"), ("TIS-620", "windows-874"), (" utf-8 ", "utf-8"), ("\"utf-8\"", "utf-8"),
        ])
    func aliases(_ label: String, _ name: String) { #expect(Charset(label: label)?.name == name) }

    @Test(
        "refuses UTF-7 and names that nobody registered",
        arguments: [
            "utf-7", "UTF7", "unicode-1-1-utf-7", "x-unknown", "", "//TRANSLIT", "utf-8//IGNORE", "ISO-2022-CN-EXT",
            "../../etc/passwd", String(repeating: "a", count: 100_000),
        ])
    func refuses(_ label: String) { #expect(Charset(label: label) == nil) }

    @Test("an undeclared, unknown or wrong charset is read as UTF-8 if it is, else as windows-1252")
    func guesses() {
        let (utf8, latin) = (bytes("Grüße"), bytes(hexadecimal: "4772fcdf65"))
        for label in [nil, "x-unknown", "us-ascii", "iso-8859-1", "utf-8", "utf-7"] as [String?] {
            #expect(Charset.decode(utf8, label: label) == "Grüße")
            #expect(Charset.decode(latin, label: label) == "Grüße")
        }
    }

    @Test("damaged UTF-8 stays UTF-8, with a mark for what is damaged")
    func damagedUTF8() {
        #expect(Charset.decode(bytes("über") + [0xFF] + bytes("!"), label: "utf-8") == "über\u{FFFD}!")
        #expect(Charset.decode(bytes("aü").dropLast(), label: "utf-8") == "a\u{FFFD}")
    }

    @Test("text that looks like UTF-7 stays as it is")
    func utf7() {
        #expect(Charset.decode(bytes("+ADw-script+AD4-"), label: "utf-7") == "+ADw-script+AD4-")
    }

    @Test("damaged multibyte text goes on behind the damage")
    func damagedMultibyte() {
        #expect(Charset.decode(bytes(hexadecimal: "c4e3ff41c4"), label: "gb2312") == "你\u{FFFD}A\u{FFFD}")
        #expect(Charset.decode(bytes(hexadecimal: "81"), label: "windows-1251") == "Ѓ")
        let long = Charset.decode(bytes(hexadecimal: String(repeating: "ff", count: 20_000)), label: "euc-kr")
        #expect(long == String(repeating: "\u{FFFD}", count: 20_000))
    }

    @Test("ISO-2022-JP: half-width katakana, the vendor's row, JIS X 0212, a line that forgot its escape")
    func japanese() throws {
        let charset = try #require(Charset(label: "iso-2022-jp"))
        #expect(charset.decode(bytes("\u{1B}(I6E\u{1B}(B!")) == "ｶﾅ!")
        #expect(charset.decode(bytes("\u{1B}$B-!\u{1B}(B")) == "①")
        #expect(charset.decode(bytes("\u{1B}$(D0!\u{1B}(Bx")) == "\u{FFFD}x")
        #expect(charset.decode(bytes("\u{1B}$BF|\nabc")) == "日\nabc")
        #expect(charset.decode(bytes("\u{1B}$@F|\u{1B}(J.\u{1B}x")) == "日.\u{1B}x")
    }

    @Test("a byte order mark is no text")
    func byteOrderMark() {
        #expect(Charset.decode([0xEF, 0xBB, 0xBF, 0x61], label: "utf-8") == "a")
        #expect(Charset.decode([0xFF, 0xFE, 0x61, 0x00], label: "utf-16") == "a")
    }
}
