import Foundation
import Logging

/// Logs to standard error: one line a record, `time level message key=value key="a value" …`.
///
/// What a request's logger knows is only written out when something is logged: most requests log nothing.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(level: Logger.Level) { logLevel = level }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { $1 }
        all.merge(event.metadata ?? [:]) { $1 }
        if let error = event.error { all["error"] = "\(error)" }
        let pairs = all.sorted { $0.key < $1.key }.map { " \(Self.plain($0.key))=\(Self.quoted("\($0.value)"))" }
        let time = Date().formatted(.iso8601)
        Terminal.error("\(time) \(event.level) \(Self.plain("\(event.message)"))\(pairs.joined())")
    }

    /// The text on one line: whoever is logged cannot begin a line of their own or colour the terminal.
    private static func plain(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
    }

    /// A value in quotes where it could not be told from what follows.
    private static func quoted(_ text: String) -> String {
        let plain = plain(text)
        guard plain.isEmpty || plain.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return plain }
        return "\"" + plain.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }
}
