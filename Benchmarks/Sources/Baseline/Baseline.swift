import Foundation

/// What the server is measured against. `Benchmarks/run` calls it.
@main
enum Baseline {
    static func main() async throws {
        switch CommandLine.arguments.dropFirst().first {
        case "serve": try await BareHandlers(folder: try folder()).serve()
        case "disk": print(try DiskSynchronization.median(in: try folder()))
        case "statements": print(try await CodeFlow.countStatements(in: try folder()))
        default: throw UsageError()
        }
    }

    private static func folder() throws -> URL {
        guard CommandLine.arguments.count == 3 else { throw UsageError() }
        return URL(filePath: CommandLine.arguments[2], directoryHint: .isDirectory)
    }
}

/// That the command is not one of these.
struct UsageError: Error, CustomStringConvertible {
    var description: String { "usage: Baseline serve|disk|statements FOLDER" }
}
