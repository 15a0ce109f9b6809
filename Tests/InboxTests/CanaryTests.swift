import HTTPTypes
import HummingbirdTesting
import Logging
import OAuthCore
import OAuthTesting
import Synchronization
import Testing

@testable import Inbox

@Suite("The log")
struct CanaryTests {
    /// Keeps every line, with all that is written beside it.
    private struct Recorder: LogHandler {
        final class Lines: Sendable {
            let text = Mutex("")
        }

        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.text.withLock { $0 += "\(event.message) \(metadata) \(event.metadata ?? [:])\n" }
        }
    }

    @Test("whole sign-ins, reading and failures leave no secret and no mail in it")
    func canary() async throws {
        let lines = Recorder.Lines()
        var options = World.Options()
        options.logger = Logger(label: "inbox", factory: { _ in Recorder(lines: lines) })
        try await World.run(options) { world in
            let browser = world.browser()
            try await browser.signIn("ann")
            let answer = try await browser.ask(as: ConnectTests.admin)
            try await browser.finish(answer)
            let place = "/mail/\(World.contoso)/\(World.megan)"
            let list = try await browser.get(place)
            for id in list.messageIDs.prefix(2) {
                try await browser.get("\(place)/message?" + FormFields(dictionaryLiteral: ("id", id)).encoded())
            }
            try await browser.get("/mail/\(World.contoso)/nobody@contoso.example")
            try await browser.finish(answer)
            try await browser.get("\(place)?after=nonsense")
            var secrets = answer.fields.names.filter { !["admin_consent"].contains($0) }.compactMap {
                answer.fields[$0]
            }
            secrets += browser.cookies.values + Subjects.of(list.text).filter { $0.count > 3 }
            secrets += ["nobody@contoso.example", World.megan, "the inbox's secret", "eyJ"]
            let log = lines.text.withLock(\.self)
            #expect(log.contains("administrator signed in") && log.contains("inbox.mailbox-not-found"))
            for secret in secrets { #expect(!log.contains(secret), "\(secret)") }
        }
    }
}
