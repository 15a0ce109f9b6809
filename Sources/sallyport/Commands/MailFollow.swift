import ArgumentParser
import Foundation
import Mail
import MailProtocol
import OAuthCore
import OAuthHTTPClient

extension MailCommand {
    /// A whole inbox on disk.
    struct Download: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write every message of an inbox to a folder, over IMAP.",
            discussion: "Messages that are there already are not read again, so that a download can be continued.")

        @Argument(help: "The account's name; none with --token-stdin.") var account: String?
        @Option(help: ArgumentHelp("The folder, which is made for its owner alone.", valueName: "directory"))
        var into: String
        @OptionGroup var mailbox: MailboxOptions
        @OptionGroup var output: OutputOptions

        func validate() throws { try mailbox.checkIMAP(account: account) }

        func run() async throws {
            let folder = URL(filePath: Files.absolute(into))
            let done = try await mailbox.visitIMAP(account) { try await $0.download(into: folder) }
            let json: JSONObject = [
                "messages": .integer(Int64(done.messages)), "bytes": .integer(Int64(clamping: done.bytes)),
                "reconnections": .integer(Int64(done.reconnections)), "directory": .string(folder.path),
            ]
            output.print(.object(json)) {
                ["Wrote \(done.messages) messages, \(done.bytes) bytes, to \(PlainText.line(folder.path))."]
            }
        }
    }

    /// New messages, as they come.
    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print new messages of an inbox as they come, over IMAP.",
            discussion: "With --json each is one line.")

        @Argument(help: "The account's name; none with --token-stdin.") var account: String?
        @Option(name: .customLong("for"), help: ArgumentHelp("How long. Default: until stopped.", valueName: "seconds"))
        var duration: Int?
        @OptionGroup var mailbox: MailboxOptions
        @OptionGroup var output: OutputOptions

        /// How many messages are looked at after a change.
        private static let depth = 50

        func validate() throws {
            if let duration, duration < 1 { throw ValidationError("--for is 1 second or more.") }
            try mailbox.checkIMAP(account: account)
        }

        func run() async throws {
            let end = duration.map { UnixTime.systemNow() + Seconds(Int64($0)) }
            try await mailbox.visitIMAP(account) { inbox in
                var known = Set(try await inbox.newestMessages(Self.depth).messages.map(\.id))
                Terminal.error("watching \(inbox.user)")
                while true {
                    // Now and then the inbox is looked at without being told to: what changed between two waits.
                    let left = end.map { $0.since(UnixTime.systemNow()) } ?? 300
                    guard left > 0 else { return }
                    _ = try await inbox.waitForChange(atMost: min(left, 300))
                    let messages = try await inbox.newestMessages(Self.depth).messages
                    // What stands behind a message that was there before is older, and comes up when others go.
                    for message in messages.prefix(while: { !known.contains($0.id) }).reversed() { show(message) }
                    known.formUnion(messages.map(\.id))
                }
            }
        }

        private func show(_ message: MessageSummary) {
            output.print(.object(message.json)) { message.lines + [""] }
        }
    }
}

extension MailboxOptions {
    /// Checks the options of a command that speaks IMAP alone.
    func checkIMAP(account: String?) throws {
        guard via == nil || via == .imap else { throw ValidationError("This is for --via imap alone.") }
        try check(account: account)
    }
}
