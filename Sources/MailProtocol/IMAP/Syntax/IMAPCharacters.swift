// Classes of bytes as RFC 9051 §9 names them.
extension UInt8 {
    /// ATOM-CHAR: what an atom consists of.
    var isAtomCharacter: Bool {
        switch self {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"), UInt8(ascii: "%"), UInt8(ascii: "*"),
            UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "]"):
            false
        default: 0x21...0x7E ~= self
        }
    }

    /// ASTRING-CHAR: what an astring without quotes consists of.
    var isAStringCharacter: Bool { isAtomCharacter || self == UInt8(ascii: "]") }

    /// What a tag consists of.
    var isTagCharacter: Bool { isAStringCharacter && self != UInt8(ascii: "+") }
}

extension Sequence<UInt8> {
    /// The bytes as text for people, control characters taken out, at most so many bytes of it.
    func displayText(limit: Int) -> String {
        HeaderText.withoutControls(String(decoding: Array(prefix(limit)), as: UTF8.self))
    }
}
