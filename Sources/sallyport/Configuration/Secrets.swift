import OAuthCore

/// Secrets that come in on standard input, so that they stand in no argument list and no shell history.
enum Secrets {
    /// Reads one line.
    static func readLine(_ what: String) throws(CommandFailure) -> Secret {
        guard let line = Swift.readLine(strippingNewline: true), !line.isEmpty else {
            throw CommandFailure("There is no \(what) on standard input.", next: "Write it as one line.")
        }
        // What is not UTF-8 was read as replacement characters, all alike.
        guard !line.unicodeScalars.contains("\u{FFFD}") else {
            throw CommandFailure("The \(what) on standard input is not UTF-8.", next: "Write it as one line of UTF-8.")
        }
        return Secret(line)
    }
}
