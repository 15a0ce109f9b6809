import Foundation
import MailProtocol

/// Messages from files, decoded whole: headers, text, and the bytes of every attachment.
struct MIMELoad {
    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// Options: `rounds`, how often all files are decoded.
    func run() throws -> [String: Double] {
        let messages = try arguments.files.map { Array(try Data(contentsOf: URL(filePath: $0))) }
        let rounds = try arguments.number("rounds")
        var characters = 0
        var attached = 0
        let start = clock()
        for _ in 0..<rounds {
            for bytes in messages {
                let part = MIMEPart.parse(bytes[...])
                let message = Message(part, id: MessageID("1"), isRead: true)
                characters += message.body.text.utf8.count + message.summary.subject.utf8.count + message.to.count
                characters += message.body.html?.utf8.count ?? 0
                for attachment in message.attachments {
                    characters += attachment.name.utf8.count
                    attached += try part.attachment(attachment.id).bytes.count
                }
            }
        }
        // Of the processor: nothing else is waited for.
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        let bytes = messages.reduce(0) { $0 + $1.count } * rounds
        return [
            "seconds": seconds, "bytes": Double(bytes), "characters": Double(characters), "attached": Double(attached),
        ]
    }
}
