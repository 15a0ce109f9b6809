/// A charset that mail is written in, under the name of the superset that senders really mean.
///
/// As browsers do, `iso-8859-1` and `us-ascii` are read as windows-1252, `gb2312` as GB18030, `shift_jis` as
/// Microsoft's variant, `euc-kr` as UHC: each adds characters and takes none away. UTF-7 is refused: it can hide markup
/// in what looks like plain text.
public struct Charset: Hashable, Sendable, CustomStringConvertible {
    enum Decoder: Hashable, Sendable {
        case utf8
        case windows1252
        case utf16(bigEndian: Bool)
        case iso2022JP
        case hz
        /// By the C library, under its name for the charset.
        case converted(String)
    }

    /// The charset's usual name in lower case, such as `windows-1252`.
    public let name: String
    let decoder: Decoder

    init(_ name: String, _ decoder: Decoder) {
        self.name = name
        self.decoder = decoder
    }

    /// UTF-8 (RFC 3629).
    public static let utf8 = Self("utf-8", .utf8)
    /// Western European, and what undeclared bytes are when they are not UTF-8.
    public static let windows1252 = Self("windows-1252", .windows1252)

    public var description: String { name }

    /// The text that the bytes stand for. What cannot be read becomes U+FFFD; nothing is thrown and nothing is lost
    /// around it. A byte order mark is dropped.
    public func decode(_ bytes: ArraySlice<UInt8>) -> String {
        switch decoder {
        case .utf8: Self.decodeUTF8(bytes)
        case .windows1252: Self.decodeWindows1252(bytes)
        case .utf16(let bigEndian): Self.decodeUTF16(bytes, bigEndian: bigEndian)
        case .iso2022JP: Self.convert(StatefulCharsets.shiftJIS(fromISO2022JP: bytes)[...], from: "CP932")
        case .hz: Self.convert(StatefulCharsets.gb2312(fromHZ: bytes)[...], from: "GB18030")
        case .converted(let library): Self.convert(bytes, from: library)
        }
    }

    /// Reads bytes whose sender named a charset, rightly, wrongly or not at all.
    ///
    /// An unknown name, none at all, `us-ascii` over bytes that are not ASCII, and `utf-8` over bytes that hold no
    /// UTF-8 are all read as UTF-8 where the bytes are valid UTF-8, and as windows-1252 where they are not.
    public static func decode(_ bytes: ArraySlice<UInt8>, label: String?) -> String {
        let declared = label.flatMap { Charset(label: $0) }
        if let declared, declared.decoder != .utf8, declared.decoder != .windows1252 { return declared.decode(bytes) }
        let survey = UTF8Survey(bytes)
        if survey.isASCII || survey.malformed == 0 {
            // Windows-1252 text is valid UTF-8 only by a rare accident, so the bytes outweigh the label.
            return decodeUTF8(bytes)
        }
        if declared?.decoder == .utf8, survey.multibyte > 0 { return decodeUTF8(bytes) }
        return decodeWindows1252(bytes)
    }

    private static func decodeUTF8(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes, as: UTF8.self)
    }

    private static func decodeWindows1252(_ bytes: ArraySlice<UInt8>) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            switch byte {
            case ..<0x80: output.append(byte)
            case 0x80..<0xA0:
                let scalar = windows1252Controls[Int(byte) - 0x80]
                output.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
            default:
                output.append(0xC0 | byte >> 6)
                output.append(0x80 | byte & 0x3F)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// What windows-1252 has where ISO 8859-1 has control characters; the five unassigned ones are unreadable.
    static let windows1252Controls: [Unicode.Scalar] = Array(
        "€\u{FFFD}‚ƒ„…†‡ˆ‰Š‹Œ\u{FFFD}Ž\u{FFFD}\u{FFFD}‘’“”•–—˜™š›œ\u{FFFD}žŸ".unicodeScalars)

    private static func decodeUTF16(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) -> String {
        var bytes = bytes
        var bigEndian = bigEndian
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            bigEndian = bytes.first == 0xFE
            bytes = bytes.dropFirst(2)
        }
        let units = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { index in
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            return bigEndian ? first << 8 | second : second << 8 | first
        }
        return String(decoding: units, as: UTF16.self)
    }

    private static func convert(_ bytes: ArraySlice<UInt8>, from library: String) -> String {
        // A system without the conversion tables still shows the ASCII in the text.
        CharsetConversion.utf8(from: bytes, in: library).map { String(decoding: $0, as: UTF8.self) }
            ?? decodeUTF8(bytes)
    }
}

/// How much of some bytes is UTF-8, counted in one pass.
struct UTF8Survey {
    /// Whole characters of two bytes or more.
    var multibyte = 0
    /// Bytes that belong to no character; an incomplete character at the very end, where text was cut, does not count.
    var malformed = 0
    var isASCII: Bool { multibyte == 0 && malformed == 0 && !isCut }
    private var isCut = false

    init(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBufferPointer { buffer in
            var index = 0
            while index < buffer.count {
                if buffer[index] < 0x80 {
                    index += 1
                    continue
                }
                index += survey(buffer, at: index)
            }
        }
    }

    /// Counts what begins at `index` and returns how many bytes that was.
    private mutating func survey(_ buffer: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        let (length, second) = Self.shape(buffer[index])
        guard length > 0 else {
            malformed += 1
            return 1
        }
        for offset in 1..<length {
            guard index + offset < buffer.count else {
                isCut = true
                return buffer.count - index
            }
            let allowed = offset == 1 ? second : 0x80...0xBF
            guard allowed.contains(buffer[index + offset]) else {
                malformed += 1
                return offset
            }
        }
        multibyte += 1
        return length
    }

    /// The length that a first byte announces, zero for none, and what may stand second (Unicode, table 3-7).
    private static func shape(_ first: UInt8) -> (length: Int, second: ClosedRange<UInt8>) {
        switch first {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (0, 0x80...0xBF)
        }
    }
}
