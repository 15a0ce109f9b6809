import Foundation

/// Reads mail and says how long that took, as one line of JSON. `Benchmarks/mail` calls it.
@main
enum MailLoad {
    static func main() async throws {
        let arguments = Arguments(CommandLine.arguments)
        let figures: [String: Double] =
            switch arguments.command {
            case "newest": try await IMAPLoad(arguments).newest()
            case "envelopes": try await IMAPLoad(arguments).envelopes()
            case "download": try await IMAPLoad(arguments).download()
            case "many": try await IMAPLoad(arguments).many()
            case "socket": try SocketLoad(arguments).run()
            case "mime": try MIMELoad(arguments).run()
            case "graph": try await GraphLoad(arguments).run()
            default: throw UsageError()
            }
        let memory = ["resident": Double(try Self.residentAtMost()) / 1_048_576]
        let line = try JSONSerialization.data(withJSONObject: figures.merging(memory) { $1 }, options: .sortedKeys)
        print(String(decoding: line, as: UTF8.self))
    }

    /// The most memory that was resident, in bytes.
    private static func residentAtMost() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1_024
    }
}

/// That the command, or an option that it needs, is missing.
struct UsageError: Error, CustomStringConvertible {
    var description: String { "usage: MailLoad newest|envelopes|download|many|socket|mime|graph NAME=VALUE… FILE…" }
}

/// A command, options as `name=value`, and files.
struct Arguments {
    let command: String
    let files: [String]
    private let options: [String: String]

    init(_ arguments: [String]) {
        command = arguments.dropFirst().first ?? ""
        var options: [String: String] = [:]
        var files: [String] = []
        for argument in arguments.dropFirst(2) {
            if let sign = argument.firstIndex(of: "="), !argument.hasPrefix("/") {
                options[String(argument[..<sign])] = String(argument[argument.index(after: sign)...])
            } else {
                files.append(argument)
            }
        }
        self.options = options
        self.files = files
    }

    func optional(_ name: String) -> String? { options[name] }

    func text(_ name: String) throws -> String {
        guard let value = options[name] else { throw UsageError() }
        return value
    }

    func number(_ name: String) throws -> Int {
        guard let value = Int(try text(name)) else { throw UsageError() }
        return value
    }
}

extension ContinuousClock {
    /// What a body returns, and how long it took in seconds.
    static func timed<Result>(_ body: () async throws -> Result) async rethrows -> (Result, seconds: Double) {
        let start = now
        let result = try await body()
        return (result, start.duration(to: now).inSeconds)
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
