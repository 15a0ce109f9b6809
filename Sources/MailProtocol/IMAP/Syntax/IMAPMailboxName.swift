/// The name of a mailbox, whatever form it has on the wire (RFC 3501 §5.1, RFC 9051 §5.1).
///
/// One that a server gave goes back to it byte for byte, even where it cannot be read.
public struct IMAPMailboxName: Hashable, Sendable, CustomStringConvertible {
    /// The name as people read it, such as `Entwürfe`. `INBOX` is always in capitals.
    public let text: String
    /// The server's own bytes, where they are not what `text` would be written as.
    private let exact: [UInt8]?

    /// Where every mailbox has its new mail.
    public static let inbox = Self("INBOX")

    /// The mailbox of this name.
    public init(_ text: String) {
        self.text = Self.canonical(text)
        exact = nil
    }

    /// A name from the wire.
    ///
    /// - Parameter form: how names are written since `UTF8=ACCEPT` or IMAP4rev2 was enabled, or before.
    public init(wire: ArraySlice<UInt8>, form: IMAPTextForm) {
        let decoded = form == .utf8 ? String(validating: wire, as: UTF8.self) : ModifiedUTF7.decode(wire)
        let text = Self.canonical(decoded ?? String(decoding: wire, as: UTF8.self))
        let isExact = text == "INBOX" || decoded.map { Self.write($0, form).elementsEqual(wire) } == true
        self.text = text
        exact = isExact ? nil : Array(wire)
    }

    /// The bytes that stand for the name on the wire, without quotes.
    public func wire(_ form: IMAPTextForm) -> [UInt8] { exact ?? Self.write(text, form) }

    /// The name as people read it.
    public var description: String { text }

    private static func write(_ text: String, _ form: IMAPTextForm) -> [UInt8] {
        form == .utf8 ? Array(text.utf8) : ModifiedUTF7.encode(text)
    }

    /// RFC 9051 §5.1: `INBOX` is the same in every case, and only as a whole.
    private static func canonical(_ text: String) -> String {
        text.utf8.count == 5 && text.uppercased() == "INBOX" ? "INBOX" : text
    }
}

extension IMAPMailboxName: ExpressibleByStringLiteral {
    /// The mailbox of this name.
    public init(stringLiteral text: String) { self.init(text) }
}

/// How text outside literals is written.
public enum IMAPTextForm: Hashable, Sendable {
    /// Names in modified UTF-7 (RFC 3501 §5.1.3), quoted strings in ASCII.
    case modifiedUTF7
    /// UTF-8 everywhere (RFC 6855 §3, RFC 9051 §5.1).
    case utf8
}
