import OAuthCore

/// Text from a server, made fit for an error: printable, short, and without anything that looks like a token.
enum Redaction {
    /// The longest run of token characters that may stand; a UUID, by which servers name a failure, has 36.
    static let longestWord = 36

    /// Printable ASCII of at most `limit` characters, with words longer than `longestWord` replaced by `[…]`.
    static func excerpt(_ text: String, limit: Int) -> String? {
        let text = String(text.prefix(limit * 4).map { $0.isNewline || $0 == "\t" ? " " : $0 })
        let words = OAuthError.sanitise(text).split(separator: " ")
        let kept = words.map { word in containsToken(word) ? "[...]" : String(word) }
        let line = kept.joined(separator: " ").prefix(limit)
        return line.isEmpty ? nil : String(line)
    }

    /// The title of an HTML page.
    static func title(of body: [UInt8]) -> String? {
        let text = String(decoding: body.prefix(4_096), as: UTF8.self)
        guard let start = text.firstRange(of: "<title>"),
            let end = text[start.upperBound...].firstRange(of: "</title>")
        else { return nil }
        return excerpt(String(text[start.upperBound..<end.lowerBound]), limit: 80)
    }

    private static func containsToken(_ word: Substring) -> Bool {
        var run = 0
        for byte in word.utf8 {
            run = isTokenCharacter(byte) ? run + 1 : 0
            if run > longestWord { return true }
        }
        return false
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~+/=%".utf8.contains(byte)
        }
    }
}
