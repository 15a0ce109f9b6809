import Foundation
import OAuthCore

/// Secrets that come in on standard input, so that they stand in no argument list and no shell history.
enum Secrets {
    /// Reads one line.
    static func readLine(_ what: String) throws(CommandFailure) -> Secret {
        guard let line = Swift.readLine(strippingNewline: true), !line.isEmpty else {
            throw CommandFailure("There is no \(what) on standard input.", next: "Write it as one line.")
        }
        guard line.utf8.count <= 65_536 else {
            throw CommandFailure(
                "The \(what) on standard input has more than 65536 bytes.", next: "Write it alone, as one line.")
        }
        // What is not UTF-8 was read as replacement characters, all alike.
        guard !line.unicodeScalars.contains("\u{FFFD}") else {
            throw CommandFailure("The \(what) on standard input is not UTF-8.", next: "Write it as one line of UTF-8.")
        }
        return Secret(line)
    }
    /// Reads everything there is, without the end of the last line: what is no token at all can be told apart.
    static func readAll(_ what: String, limit: Int = 65_536) throws(CommandFailure) -> Secret {
        var bytes: [UInt8] = []
        while bytes.count <= limit, let more = try? FileHandle.standardInput.read(upToCount: limit), !more.isEmpty {
            bytes += more
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else {
            throw CommandFailure("There is no \(what) on standard input.", next: "Write it there.")
        }
        guard bytes.count <= limit else {
            throw CommandFailure("The \(what) on standard input has more than \(limit) bytes.")
        }
        return Secret(bytes: bytes)
    }
}
