import Foundation
import MailProtocol

/// How fast messages are decoded: what a mail program shows, and the bytes of every attachment.
struct MIMEDecoding {
    private let messages: [[UInt8]]

    init(folder: URL) throws {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        messages = try files.sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
    }

    /// Megabytes per second over whole rounds of all messages, for so many seconds at least.
    func rate(seconds: Double) -> Double {
        let size = messages.reduce(0) { $0 + $1.count }
        let clock = ContinuousClock()
        let start = clock.now
        var rounds = 0
        var decoded = 0
        while rounds == 0 || start.duration(to: clock.now) < .seconds(seconds) {
            for message in messages { decoded &+= decode(message) }
            rounds += 1
        }
        precondition(decoded > 0, "nothing was decoded")
        return Double(size * rounds) / (start.duration(to: clock.now) / .seconds(1)) / 1e6
    }

    private func decode(_ bytes: [UInt8]) -> Int {
        let part = MIMEPart.parse(bytes[...])
        let message = Message(part, id: MessageID("message"), isRead: true)
        var size = message.summary.subject.utf8.count + message.body.text.utf8.count
        size += message.body.html?.utf8.count ?? 0
        for attachment in message.attachments {
            size += attachment.name.utf8.count
            size += (try? part.attachment(attachment.id).bytes.count) ?? 0
        }
        return size
    }
}
