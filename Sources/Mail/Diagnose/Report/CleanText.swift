import Foundation
import OAuthCore

/// Makes text that others wrote fit for a report: one line, printable, short, and without anything that looks like a
/// token or holds a piece of the token at hand.
struct CleanText: Sendable {
    /// The longest run of token characters that stands; a GUID has 36.
    static let longestRun = 36
    /// Characters of a quotation. Longer text is cut.
    static let longestQuote = 300
    /// A piece of the token this long betrays it.
    private static let windowLength = 12

    private let windows: Set<[UInt8]>

    /// - Parameter token: nothing that holds a piece of it is let through, nor of its base64.
    init(token: Secret? = nil) {
        guard let token, token.count >= Self.windowLength, token.count <= TokenLook.longestToken else {
            windows = []
            return
        }
        var windows: Set<[UInt8]> = []
        token.withBytes { bytes in
            Self.collect(Array(bytes), into: &windows)
            for shift in 0..<3 { Self.collect(Array(Data(bytes.dropFirst(shift)).base64EncodedData()), into: &windows) }
        }
        self.windows = windows
    }

    private static func collect(_ bytes: [UInt8], into windows: inout Set<[UInt8]>) {
        guard bytes.count >= windowLength else { return }
        for start in 0...(bytes.count - windowLength) { windows.insert(Array(bytes[start..<start + windowLength])) }
    }

    /// One printable line of at most `limit` characters.
    func line(_ text: String, limit: Int = CleanText.longestQuote) -> String {
        let words = Self.printable(text, limit: limit * 4).split(separator: " ")
        var kept: [String] = []
        var count = 0
        var follows = false
        for word in words {
            let shown = follows || isSecret(word) ? "[…]" : String(word)
            follows = word.lowercased().hasSuffix("bearer")
            kept.append(shown)
            count += shown.count + 1
            if count > limit { break }
        }
        if holdsToken(kept) { return "[…]" }
        let line = kept.joined(separator: " ")
        return line.count <= limit ? line : line.prefix(limit - 1) + "…"
    }

    /// The text with every control, format and private character as a space, at most `limit` scalars of it.
    static func printable(_ text: String, limit: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
                .spaceSeparator:
                scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// Whether the words hold a piece of the token once the spaces between them are gone.
    private func holdsToken(_ words: [String]) -> Bool {
        guard !windows.isEmpty else { return false }
        return holdsWindow(words.flatMap { $0.utf8.filter(TokenLook.isTokenCharacter) })
    }

    private func holdsWindow(_ run: [UInt8]) -> Bool {
        guard run.count >= Self.windowLength else { return false }
        return (0...(run.count - Self.windowLength)).contains { start in
            windows.contains(Array(run[start..<start + Self.windowLength]))
        }
    }

    private func isSecret(_ word: Substring) -> Bool {
        var run: [UInt8] = []
        for byte in word.utf8 {
            if TokenLook.isTokenCharacter(byte) {
                run.append(byte)
            } else {
                if isSecret(run: run) { return true }
                run = []
            }
        }
        return isSecret(run: run)
    }

    private func isSecret(run: [UInt8]) -> Bool {
        if run.count > Self.longestRun, !Self.isReadable(run) { return true }
        if TokenLook.startsLikeSecret(run) { return true }
        return !windows.isEmpty && holdsWindow(run)
    }

    /// A host with its path, or a name put together with dots and dashes: short pieces, none of mixed case.
    private static func isReadable(_ run: [UInt8]) -> Bool {
        guard run.count <= 160, !run.contains(where: { "=+~%".utf8.contains($0) }) else { return false }
        let pieces = run.split { "./-_".utf8.contains($0) }
        return pieces.count >= 3 && pieces.allSatisfy { $0.count <= 24 && isOneWord($0) }
    }

    /// Lower case, upper case, or letters of which only the first is a capital.
    private static func isOneWord(_ piece: ArraySlice<UInt8>) -> Bool {
        let isUpper = piece.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
        let isLower = piece.map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
        if !isUpper.contains(true) || !isLower.contains(true) { return true }
        return !isUpper.dropFirst().contains(true) && !piece.contains(where: \.isDecimalDigit)
    }
}

extension UInt8 {
    var isDecimalDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
