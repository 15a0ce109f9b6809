extension Charset {
    /// The charset that a label means, `nil` for one that is unknown or refused (UTF-7).
    ///
    /// Case, hyphens, underscores and other punctuation do not count, so that `ISO_8859-1:1987`, `iso8859-1` and
    /// `utf8` are found. Only a fixed list is ever passed on to the C library, never a sender's own words.
    public init?(label: some StringProtocol) {
        let bytes = label.utf8.prefix(Self.longestLabel + 1)
        guard bytes.count <= Self.longestLabel else { return nil }
        let key = String(decoding: bytes.filter { $0.isLetter || $0.isDigit }.map(\.lowercased), as: UTF8.self)
        guard let found = Self.known[key] ?? Self.numbered(key) else { return nil }
        self = found
    }

    private static let longestLabel = 60

    /// The families `iso-8859-N` and `windows-125N`, whose labels differ in decoration alone.
    private static func numbered(_ key: String) -> Charset? {
        var key = key[...]
        for decoration in ["xibm", "xcp", "xwindows", "cswindows", "windows", "microsoftcp", "cp", "win", "ibm", "ms"]
        where key.hasPrefix(decoration) {
            return codePages[key.dropFirst(decoration.count)]
        }
        for decoration in ["csiso8859", "iso8859", "8859"] where key.hasPrefix(decoration) {
            key = key.dropFirst(decoration.count)
            // A year may follow: iso_8859-2:1987.
            return isoParts[key] ?? isoParts[key.dropLast(4)]
        }
        return nil
    }

    private static let codePages: [Substring: Charset] = {
        var pages: [Substring: Charset] = ["1252": .windows1252, "65001": .utf8]
        for page in [1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258, 874] {
            pages["\(page)"] = Charset("windows-\(page)", .converted("CP\(page)"))
        }
        for page in [437, 850, 852, 855, 857, 858, 862, 866] {
            pages["\(page)"] = Charset("ibm\(page)", .converted("CP\(page)"))
        }
        for (page, label) in [
            "932": "shiftjis", "936": "gb18030", "949": "euckr", "950": "big5", "51932": "eucjp",
            "50220": "iso2022jp", "50221": "iso2022jp", "50222": "iso2022jp", "54936": "gb18030", "51949": "euckr",
            "20866": "koi8r", "21866": "koi8u", "20936": "gb18030",
        ] {
            pages[Substring(page)] = known[label]
        }
        return pages
    }()

    private static let isoParts: [Substring: Charset] = {
        // Parts 1, 9 and 11 are contained in a Microsoft code page that senders use under their names.
        var parts: [Substring: Charset] = [
            "1": .windows1252, "9": Charset("windows-1254", .converted("CP1254")),
            "11": Charset("windows-874", .converted("CP874")),
        ]
        for part in [2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16] {
            parts["\(part)"] = Charset("iso-8859-\(part)", .converted("ISO-8859-\(part)"))
        }
        for suffix in ["i", "e"] {
            parts["8\(suffix)"] = parts["8"]
            parts["6\(suffix)"] = parts["6"]
        }
        return parts
    }()

    private static let known: [String: Charset] = {
        var labels: [String: Charset] = [:]
        for (charset, names) in aliases {
            for name in names.split(separator: " ") { labels[String(name)] = charset }
        }
        return labels
    }()

    private static func library(_ name: String, _ library: String) -> Charset { Charset(name, .converted(library)) }

    /// Labels without their punctuation. Where a charset has a superset in real use, that one is named.
    private static let aliases: [(Charset, String)] = [
        (.utf8, "utf8 unicode11utf8 xunicode20utf8 unicodeutf8 utf8mb4 csutf8"),
        (
            .windows1252,
            "usascii ascii ansix341968 ansix341986 iso646us us latin1 l1 ansi csascii cslatin1 isoir100 xansi "
                + "unknown8bit 7bit 8bit default isolatin1"
        ),
        (Charset("utf-16be", .utf16(bigEndian: true)), "utf16be utf16 unicodefffe"),
        (Charset("utf-16le", .utf16(bigEndian: false)), "utf16le unicode ucs2 iso10646ucs2"),
        (library("utf-32", "UTF-32"), "utf32"),
        (library("iso-8859-2", "ISO-8859-2"), "latin2 l2 cslatin2"),
        (library("iso-8859-3", "ISO-8859-3"), "latin3 l3"),
        (library("iso-8859-4", "ISO-8859-4"), "latin4 l4"),
        (library("iso-8859-5", "ISO-8859-5"), "cyrillic"),
        (library("iso-8859-6", "ISO-8859-6"), "arabic asmo708"),
        (library("iso-8859-7", "ISO-8859-7"), "greek greek8 elot928"),
        (library("iso-8859-8", "ISO-8859-8"), "hebrew logical visual"),
        (library("iso-8859-10", "ISO-8859-10"), "latin6 l6"),
        (library("iso-8859-15", "ISO-8859-15"), "latin9 latin0"),
        (library("windows-1254", "CP1254"), "latin5 l5"),
        (library("windows-874", "CP874"), "tis620 tis6200 tis62025291 dos874"),
        (library("koi8-r", "KOI8-R"), "koi8r koi8 koi cskoi8r"),
        (library("koi8-u", "KOI8-U"), "koi8u koi8ru"),
        (library("macintosh", "MACINTOSH"), "macintosh mac macroman xmacroman csmacintosh"),
        (library("x-mac-cyrillic", "MAC-CYRILLIC"), "xmaccyrillic maccyrillic xmacukrainian"),
        (
            library("gb18030", "GB18030"),
            "gb18030 gbk xgbk gb2312 gb231280 csgb2312 euccn xeuccn chinese csiso58gb231280"
        ),
        (library("big5", "BIG5-HKSCS"), "big5 big5tw big5hkscs xxbig5 xbig5 cnbig5 csbig5 big5eten"),
        (
            library("shift_jis", "CP932"),
            "shiftjis sjis xsjis mskanji csshiftjis windows31j cswindows31j cp932 shiftjis2004"
        ),
        (library("euc-jp", "EUC-JP-MS"), "eucjp xeucjp xeuc ujis eucjpms cseucpkdfmtjapanese"),
        (
            Charset("iso-2022-jp", .iso2022JP),
            "iso2022jp iso2022jp1 iso2022jp2 iso2022jpms csiso2022jp csiso2022jp2 jis junet"
        ),
        (
            library("euc-kr", "UHC"),
            "euckr xeuckr cseuckr ksc5601 ksc56011987 ksc56011989 ksc5601unicode korean uhc xwindows949 csksc56011987 "
                + "isoir149"
        ),
        (library("iso-2022-kr", "ISO-2022-KR"), "iso2022kr csiso2022kr"),
        (library("johab", "JOHAB"), "johab"),
        (Charset("hz-gb-2312", .hz), "hzgb2312 hz hzgb"),
        (library("viscii", "VISCII"), "viscii csviscii"),
        (library("tcvn", "TCVN"), "tcvn tcvn57121"),
    ]
}
