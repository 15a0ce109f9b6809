import Foundation
import OAuthCore
import OAuthServer
import Testing

@testable import OAuthStorage

/// Runs this test program once more under strace, and looks in what order it wrote and answered.
@Suite("Commits are on disk before they are answered")
struct DiskSynchronizationTests {
    private static let strace = "/usr/bin/strace"
    private static let folderVariable = "SALLYPORT_TRACED_FOLDER"
    private static let commitCount = 10

    private static var isTraced: Bool { ProcessInfo.processInfo.environment[folderVariable] != nil }
    private static var canTrace: Bool { FileManager.default.isExecutableFile(atPath: strace) && !isTraced }

    /// What is traced: commits one after the other, and after each answer an attempt to remove a file of its number,
    /// which leaves a mark in the trace.
    @Test("the traced half", .enabled(if: isTraced, "runs only under strace"))
    func tracedCommits() async throws {
        let folder = try #require(ProcessInfo.processInfo.environment[Self.folderVariable])
        let store = try SQLiteStore(path: folder + "/store.sqlite")
        unlink(folder + "/answered")
        for number in 0..<Self.commitCount {
            _ = try await store.commit([.insertAccessToken(Sample.accessToken("\(number)"))])
            unlink(folder + "/answered")
        }
    }

    @Test("between two answers the log is synchronised", .enabled(if: canTrace, "needs strace"))
    func order() throws {
        let folder = try TemporaryFolder()
        let trace = folder.path("trace")
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.strace)
        process.arguments =
            ["-f", "-y", "-qq", "-o", trace, "-e", "trace=fsync,fdatasync,unlink"]
            + [program, "--testing-library", "swift-testing", "--filter", "tracedCommits"]
        process.environment = ProcessInfo.processInfo.environment.merging([
            Self.folderVariable: folder.url.path
        ]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()

        let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
        let answers = lines.indices.filter { lines[$0].contains("/answered\"") }
        #expect(answers.count == Self.commitCount + 1)
        for (before, after) in zip(answers, answers.dropFirst()) {
            #expect(lines[before..<after].contains { $0.contains("sync(") && $0.contains("store.sqlite-wal") })
        }
    }
}
