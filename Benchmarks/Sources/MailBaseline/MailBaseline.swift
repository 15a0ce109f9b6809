import Foundation

/// What mail costs. `Benchmarks/run` calls it.
@main
enum MailBaseline {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 3, arguments.first == "decode", let seconds = arguments.last.flatMap(Double.init)
        else { throw UsageError() }
        let folder = URL(filePath: arguments[2], directoryHint: .isDirectory)
        print(String(format: "%.1f", try MIMEDecoding(folder: folder).rate(seconds: seconds)))
    }
}

/// That the command is not one of these.
struct UsageError: Error, CustomStringConvertible {
    var description: String { "usage: MailBaseline decode FOLDER SECONDS" }
}
