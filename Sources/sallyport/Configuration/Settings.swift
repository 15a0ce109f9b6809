import Configuration
import Foundation
import OAuthCore
import OAuthHummingbird

/// Settings from three places: options of the command line, then `SALLYPORT_…` variables, then the file that
/// `--config` names.
///
/// A name that nobody knows, in the file or the environment, is an error: a misspelt setting that is silently ignored
/// costs an afternoon.
struct Settings {
    /// Every setting that a file or a variable may hold.
    enum Key: String, CaseIterable {
        case issuer, host, port, database, templates, scopes, audience, accounts
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
        let content: JSONObject
        do {
            content = try JSONObject.parse(Array(try Data(contentsOf: URL(filePath: file))))
        } catch let error as JSONError {
            throw CommandFailure(
                "\(file) is not a JSON object: \(error).",
                next: "Write it as in {\"issuer\": \"https://auth.example\"}.")
        } catch {
            throw CommandFailure("\(file) cannot be read: \(error.sentence)", next: "Give --config another file.")
        }
        let known = Key.allCases.map(\.rawValue)
        for name in content.members.map(\.name).sorted() where !known.contains(name) {
            throw unknown(name, among: known, kind: "setting in \(file)")
        }
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, value) in content.members {
            values[[name]] = ConfigValue(.string(try text(of: value, name, file)), isSecret: false)
        }
        return InMemoryProvider(name: file, values: values)
    }

    /// Numbers and texts are read alike: the port may be written either way. Anything else is a mistake, and Foundation
    /// would let `true` pass for 1.
    private static func text(of value: JSONValue, _ name: String, _ file: String) throws(CommandFailure) -> String {
        switch value {
        case .string(let text): return text
        case .integer(let number): return String(number)
        default:
            throw CommandFailure(
                "\(name) in \(file) is neither a text nor a number.", next: "Write \"\(name)\": \"…\".")
        }
    }

    private static func unknown(_ name: String, among known: [String], kind: String) -> CommandFailure {
        let next = nearestName(to: name, among: known).map { "Did you mean \($0)?" }
        return CommandFailure(
            "There is no \(kind) named \(name).", next: next ?? "There are \(known.joined(separator: ", ")).")
    }
}
