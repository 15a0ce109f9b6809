import ArgumentParser
import Logging
import OAuthCore

/// Options that every command has which reads settings.
struct SettingsOptions: ParsableArguments {
    @Option(help: "A JSON file with settings; options and SALLYPORT_… variables win over it.")
    var config: String?

    @Option(help: "How much is logged to standard error: trace, debug, info, notice, warning, error, critical.")
    var logLevel: String?

    /// Settings of these and further options.
    func load(_ options: [Settings.Key: String?] = [:]) async throws(CommandFailure) -> Settings {
        var given = options.compactMapValues { $0 }
        if let logLevel { given[.logLevel] = logLevel }
        return try await Settings.load(options: given, file: config)
    }
}

/// The database that a command works on.
struct DatabaseOptions: ParsableArguments {
    @OptionGroup var settings: SettingsOptions

    @Option(help: "Where the server keeps its data, as sqlite:FILE.")
    var database: String?

    /// Settings, and the database opened.
    func open(create: Bool = true) async throws -> Database {
        let settings = try await settings.load([.database: database])
        Logs.start(try Logs.level(settings))
        return try await Database.open(try settings.required(.database), create: create)
    }
}

/// What a command prints for programs instead of for people.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false

    /// Prints one or the other.
    func print(_ value: JSONValue, text: () -> [String]) {
        if json {
            Terminal.output(String(decoding: value.encoded(), as: UTF8.self))
        } else {
            text().forEach(Terminal.output)
        }
    }
}

/// Logging to standard error, as `key=value` behind each message.
enum Logs {
    static func start(_ level: Logger.Level) {
        LoggingSystem.bootstrap { _ in
            LineLogHandler(level: level)
        }
    }

    static func level(_ settings: Settings) throws(CommandFailure) -> Logger.Level {
        guard let text = settings[.logLevel] else { return .info }
        guard let level = Logger.Level(rawValue: text) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure("There is no log level \(text).", next: "There are \(known).")
        }
        return level
    }
}
