import Configuration
import Foundation

/// Settings from three places: options of the command line, then `SALLYPORT_…` variables, then the file that
/// `--config` names.
///
/// A name that nobody knows, in the file or the environment, is an error: a misspelt setting that is silently ignored
/// costs an afternoon.
struct Settings {
    /// Every setting that a file or a variable may hold.
    enum Key: String, CaseIterable {
        case issuer, host, port, database, templates, scopes, audience
        case logLevel = "log-level"
        case tlsCertificate = "tls-certificate"
        case tlsKey = "tls-key"

        /// `SALLYPORT_TLS_KEY` for `tls-key`.
        var variable: String { "SALLYPORT_" + rawValue.uppercased().replacing("-", with: "_") }
    }

    private let reader: ConfigReader

    /// Reads the file and the environment.
    ///
    /// - Parameter options: what the command line says, which wins.
    static func load(
        options: [Key: String], file: String?, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(CommandFailure) -> Settings {
        try checkVariables(environment)
        var providers: [any ConfigProvider] = [
            InMemoryProvider(
                name: "options",
                values: Dictionary(
                    uniqueKeysWithValues: options.map {
                        ([$0.key.rawValue], ConfigValue(.string($0.value), isSecret: false))
                    }
                )),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "sallyport"),
        ]
        if let file { providers.append(try await provider(file: file)) }
        return Settings(reader: ConfigReader(providers: providers))
    }

    /// A setting's text.
    subscript(key: Key) -> String? { reader.string(forKey: ConfigKey([key.rawValue])) }

    /// A setting that must be there.
    func required(_ key: Key) throws(CommandFailure) -> String {
        guard let value = self[key], !value.isEmpty else {
            throw CommandFailure(
                "\(key.rawValue) is not set.", next: "Give --\(key.rawValue), or set \(key.variable).")
        }
        return value
    }

    /// A number.
    func integer(_ key: Key) throws(CommandFailure) -> Int? {
        guard let text = self[key] else { return nil }
        guard let number = Int(text) else {
            throw CommandFailure("\(key.rawValue) must be a number, and is \"\(text)\".")
        }
        return number
    }

    private static func checkVariables(_ environment: [String: String]) throws(CommandFailure) {
        let known = Key.allCases.map(\.variable)
        for name in environment.keys.sorted() where name.hasPrefix("SALLYPORT_") && !known.contains(name) {
            throw unknown(name, among: known, kind: "variable")
        }
    }

    private static func provider(file: String) async throws(CommandFailure) -> any ConfigProvider {
        let content: [String: Any]
        do {
            let data = try Data(contentsOf: URL(filePath: file))
            guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
                throw CommandFailure("\(file) is not a JSON object.")
            }
            content = object
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(file) cannot be read as JSON: \(error.localizedDescription)")
        }
        let known = Key.allCases.map(\.rawValue)
        for name in content.keys.sorted() where !known.contains(name) {
            throw unknown(name, among: known, kind: "setting in \(file)")
        }
        // Numbers and texts are read alike: the port may be written either way.
        let values = content.map { name, value in
            (AbsoluteConfigKey([name]), ConfigValue(.string("\(value)"), isSecret: false))
        }
        return InMemoryProvider(name: file, values: Dictionary(uniqueKeysWithValues: values))
    }

    private static func unknown(_ name: String, among known: [String], kind: String) -> CommandFailure {
        let nearest = known.min { distance(name, $0) < distance(name, $1) } ?? ""
        return CommandFailure("There is no \(kind) \(name).", next: "Did you mean \(nearest)?")
    }

    /// How many letters must change to make one word of the other (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var previous = row[0]
            row[0] = index + 1
            for column in right.indices {
                let substitution = previous + (right[column] == letter ? 0 : 1)
                previous = row[column + 1]
                row[column + 1] = min(substitution, row[column + 1] + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
