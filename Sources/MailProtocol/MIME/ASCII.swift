// Classes of bytes, as RFC 5322 and RFC 2045 name them. Everything above 0x7F counts as text, never as syntax.
extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")

    /// Space or tab: RFC 5322's WSP.
    var isBlank: Bool { self == .space || self == .tab }

    /// Space, tab, carriage return or line feed.
    var isSpace: Bool { isBlank || self == .carriageReturn || self == .lineFeed }

    /// `A` to `Z` as `a` to `z`; everything else as it is.
    var lowercased: UInt8 { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self }

    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 }

    /// A printable character other than a colon: what a field's name consists of (RFC 5322 §3.6.8).
    var isFieldNameCharacter: Bool { 33...126 ~= self && self != UInt8(ascii: ":") }

    /// RFC 2045 §5.1's token, with `/` as an exception for the callers that split at it.
    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
            UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "?"), UInt8(ascii: "="):
            false
        default: 33...126 ~= self
        }
    }

    /// The value of a hexadecimal digit of either case.
    var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension ArraySlice<UInt8> {
    /// Without spaces, tabs and line ends at either end.
    var trimmed: Self {
        var slice = self
        while let first = slice.first, first.isSpace { slice = slice.dropFirst() }
        while let last = slice.last, last.isSpace { slice = slice.dropLast() }
        return slice
    }

    /// Whether the bytes are this text, `A` equal to `a`.
    func equalsIgnoringCase(_ text: some StringProtocol) -> Bool {
        count == text.utf8.count && zip(self, text.utf8).allSatisfy { $0.lowercased == $1.lowercased }
    }

    /// Whether the bytes begin with this ASCII text, `A` equal to `a`.
    func startsIgnoringCase(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in zip(self, expected).allSatisfy { $0.lowercased == $1.lowercased } }
    }

    /// The digits as a number; `nil` for anything else and for more than nine digits.
    var decimalValue: Int? {
        guard 1...9 ~= count, allSatisfy(\.isDigit) else { return nil }
        return reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
