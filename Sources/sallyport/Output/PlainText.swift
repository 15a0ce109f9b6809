import Foundation
import OAuthCore

/// Text of strangers, made fit for a terminal.
enum PlainText {
    /// One line: what would move the cursor, colour the screen or turn the direction of writing is a space.
    static func line(_ text: String) -> String {
        cleaned(text, keeping: []).split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }

    /// Several lines, with their tabs and line feeds.
    static func lines(_ text: String) -> String {
        cleaned(text.replacing("\r\n", with: "\n"), keeping: ["\n", "\t"])
    }

    /// A text cut to a number of characters, with an ellipsis where something is missing.
    static func cut(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }

    /// A text as one word of a shell's command line, to be pasted there.
    static func shellWord(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:@%+=,".utf8.contains(byte)
            }
        }
        return isPlain && !text.isEmpty ? text : "'" + line(text).replacing("'", with: "'\\''") + "'"
    }

    private static func cleaned(_ text: String, keeping kept: Set<Unicode.Scalar>) -> String {
        guard text.unicodeScalars.contains(where: { isUnfit($0) && !kept.contains($0) }) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { isUnfit($0) && !kept.contains($0) ? " " : $0 }))
    }

    /// Control characters, line separators, and those formatting characters that reorder text. Joiners stay: scripts and
    /// emoji need them.
    private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default:
            [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
        }
    }
}

extension UnixTime {
    /// The moment as `2026-11-21T10:00:00Z`.
    var utcText: String { Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601) }

    /// How far away the moment is, in words: `in 59 minutes`, `3 days ago`.
    func inWords(at now: UnixTime) -> String {
        let distance = since(now).count
        guard distance != 0 else { return "now" }
        let (number, unit) = Self.rounded(distance.magnitude)
        let words = "\(number) \(unit)\(number == 1 ? "" : "s")"
        return distance > 0 ? "in \(words)" : "\(words) ago"
    }

    private static func rounded(_ seconds: UInt64) -> (UInt64, String) {
        switch seconds {
        case 0..<120: (seconds, "second")
        case 120..<7_200: (seconds / 60, "minute")
        case 7_200..<172_800: (seconds / 3_600, "hour")
        default: (seconds / 86_400, "day")
        }
    }
}

extension Terminal {
    /// Whether a person looks at standard output.
    static var showsOutput: Bool { isatty(STDOUT_FILENO) == 1 }
}
