import OAuthCore

/// Messages of the emulator's own making: what mailboxes hold when nobody brings others.
enum SampleMail {
    static func messages(for address: String) -> [StoredMessage] { [] }
}
