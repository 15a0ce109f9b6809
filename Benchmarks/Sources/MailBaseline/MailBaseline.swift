import Foundation

/// What mail costs. `Benchmarks/run` calls it.
@main
enum MailBaseline {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "decode" where arguments.count == 3:
            guard let seconds = Double(arguments[2]) else { throw UsageError() }
            let rate = try MIMEDecoding(folder: folder(arguments[1])).rate(seconds: seconds)
            print(String(format: "%.1f", rate))
        case "newest" where arguments.count == 4:
            let run = try await NewestOfMany(cloud: arguments[1], data: folder(arguments[2]))
            print(try await run.measure(rounds: Int(arguments[3]) ?? 1))
        default: throw UsageError()
        }
    }

    private static func folder(_ path: String) -> URL { URL(filePath: path, directoryHint: .isDirectory) }
}

/// That the command is not one of these.
struct UsageError: Error, CustomStringConvertible {
    var description: String { "usage: MailBaseline decode FOLDER SECONDS | newest CLOUD DATA-DIRECTORY ROUNDS" }
}
