import ArgumentParser
import Foundation
import MailProtocol
import OAuthCore

/// Mail at a terminal.
struct MailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "List and show messages of a mailbox.", subcommands: [List.self, Show.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List messages of an inbox, newest first.")

        @OptionGroup var mailbox: MailboxOptions
        @Option(help: "How many messages, 1 to 1000.") var count = 10
        @Option(help: ArgumentHelp("Go on behind a page: what it printed as older.", valueName: "cursor"))
        var older: String?
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard (1...1_000).contains(count) else { throw ValidationError("--count is 1 to 1000.") }
        }

        func run() async throws {
            let inbox = try await mailbox.open()
            let page: MessagePage
            do throws(MailboxError) {
                if let older {
                    page = try await inbox.messages(after: PageCursor(older))
                } else {
                    page = try await inbox.newestMessages(count)
                }
            } catch {
                throw CommandFailure(error)
            }
            var json: JSONObject = ["messages": .array(page.messages.map { .object($0.json) })]
            json["older"] = page.next.map { .string($0.rawValue) }
            output.print(.object(json)) {
                let older = page.next.map { ["Older ones: --older \(PlainText.shellWord($0.rawValue))"] } ?? []
                return page.messages.isEmpty
                    ? ["There are no messages."] : page.messages.flatMap { $0.lines + [""] } + older
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one message. It stays unread.")

        @OptionGroup var mailbox: MailboxOptions
        @Argument(help: "The message's id, as list prints it.") var id: String
        @Flag(help: "Print the message's HTML, which may be hostile, instead of its text.") var html = false
        @Option(help: ArgumentHelp("Save the attachments in this folder.", valueName: "directory"))
        var saveAttachments: String?
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let inbox = try await mailbox.open()
            let message: Message
            do throws(MailboxError) { message = try await inbox.message(MessageID(id)) } catch {
                throw CommandFailure(error)
            }
            let saved = try await save(message, from: inbox)
            if html, !output.json { return try printHTML(message) }
            var json = message.json
            if saveAttachments != nil { json["saved"] = .strings(saved) }
            output.print(.object(json)) {
                message.headerLines + ["", PlainText.lines(message.body.text)] + message.footerLines
            }
        }

        private func printHTML(_ message: Message) throws {
            guard let html = message.body.html else {
                throw CommandFailure("The message has no HTML.", next: "Leave out --html for its text.")
            }
            Terminal.output(Terminal.showsOutput ? PlainText.lines(html) : html)
        }

        private func save(_ message: Message, from inbox: any Mailbox) async throws -> [String] {
            guard let saveAttachments else { return [] }
            let folder = try AttachmentFolder(saveAttachments)
            var saved: [String] = []
            for attachment in message.attachments {
                let content: AttachmentContent
                do throws(MailboxError) {
                    content = try await inbox.attachment(attachment.id, of: message.summary.id)
                } catch {
                    throw CommandFailure(error)
                }
                saved.append(try folder.save(content))
                Terminal.error("saved \(PlainText.line(saved.last ?? ""))")
            }
            return saved
        }
    }
}
