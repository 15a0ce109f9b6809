import OAuthCore

/// Messages of the emulator's own making: what mailboxes hold when nobody brings others.
///
/// The tables hold them as they are sent. Each character stands for one byte, so that charsets and broken senders can
/// be written down.
enum SampleMail {
    /// The samples, addressed to the owner of a mailbox.
    static func messages(for address: String) -> [StoredMessage] {
        (languages + structure + broken).enumerated().map { index, text in
            let whole = text.replacing("{to}", with: address).replacing("{long}", with: chronicle)
            let bytes = bytes(whole)
            return StoredMessage(
                bytes, source: .bytes(bytes), name: "\(address)/sample-\(index)", isRead: index % 3 != 0,
                fallback: UnixTime(1_793_000_000))
        }
    }

    /// One byte for each character, and mail's line ends.
    private static func bytes(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + text.utf8.count / 32)
        for scalar in text.unicodeScalars {
            if scalar == "\n" { bytes.append(13) }
            bytes.append(UInt8(truncatingIfNeeded: scalar.value))
        }
        return bytes
    }

    /// About 200 KB of text.
    private static let chronicle = (1...2_000)
        .map { "In year \($0) the house stood where it had stood, and somebody wrote that down in the chronicle." }
        .joined(separator: "\n")
}
