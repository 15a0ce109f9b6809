import OAuthCore

/// Secrets that come in on standard input, so that they stand in no argument list and no shell history.
enum Secrets {
    /// Reads one line.
    static func readLine(_ what: String) throws(CommandFailure) -> Secret {
        guard let line = Swift.readLine(strippingNewline: true), !line.isEmpty else {
            throw CommandFailure("There is no \(what) on standard input.", next: "Write it as one line.")
        }
        return Secret(line)
    }
}
