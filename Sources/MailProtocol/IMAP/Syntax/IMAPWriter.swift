/// Puts IMAP's syntax together, for either side.
struct IMAPWriter {
    /// How a literal is announced.
    enum LiteralStyle: Hashable {
        /// `{n}` with the bytes behind it: what servers write.
        case server
        /// `{n}`, then waiting for the server's `+` (RFC 9051 §4.3).
        case synchronizing
        /// `{n+}` up to this many bytes, and as `synchronizing` above (RFC 7888).
        case nonSynchronizing(upTo: Int)
    }

    /// What has been written.
    private(set) var bytes: [UInt8] = []
    /// Where in `bytes` the writer has to wait for the server before it goes on, ascending.
    private(set) var pauses: [Int] = []

    let literals: LiteralStyle
    let form: IMAPTextForm

    init(literals: LiteralStyle, form: IMAPTextForm) {
        self.literals = literals
        self.form = form
    }

    /// Text that is syntax already.
    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Bytes that are syntax already.
    mutating func raw(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    mutating func space() { bytes.append(.space) }

    mutating func number(_ value: some BinaryInteger) { bytes.append(contentsOf: String(value).utf8) }

    mutating func endLine() { bytes.append(contentsOf: [.carriageReturn, .lineFeed]) }

    /// An atom where the bytes are one, else a string.
    mutating func astring(_ value: some Collection<UInt8>) {
        if !value.isEmpty, value.allSatisfy(\.isAStringCharacter), !Self.isNIL(value) {
            bytes.append(contentsOf: value)
        } else {
            string(value)
        }
    }

    /// A quoted string where the bytes allow one, else a literal.
    mutating func string(_ value: some Collection<UInt8>) {
        if Self.canBeQuoted(value, form: form) { quoted(value) } else { literal(value) }
    }

    /// A string, or `NIL` for none.
    mutating func nstring(_ value: (some Collection<UInt8>)?) {
        if let value { string(value) } else { raw("NIL") }
    }

    /// A mailbox's name as an astring.
    mutating func mailbox(_ name: IMAPMailboxName) { astring(name.wire(form)) }

    /// The bytes in quotes, escaped; they are expected to be quotable.
    mutating func quoted(_ value: some Collection<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func literal(_ value: some Collection<UInt8>) {
        raw("{\(value.count)")
        var waits = false
        switch literals {
        case .server: break
        case .synchronizing: waits = true
        case .nonSynchronizing(let most):
            if value.count <= most { bytes.append(UInt8(ascii: "+")) } else { waits = true }
        }
        raw("}\r\n")
        if waits { pauses.append(bytes.count) }
        bytes.append(contentsOf: value)
    }

    /// Items in parentheses, with a space between two.
    mutating func list<Item>(_ items: some Sequence<Item>, _ write: (inout Self, Item) -> Void) {
        bytes.append(UInt8(ascii: "("))
        separated(items, write)
        bytes.append(UInt8(ascii: ")"))
    }

    /// Items with a space between two.
    mutating func separated<Item>(_ items: some Sequence<Item>, _ write: (inout Self, Item) -> Void) {
        var isFirst = true
        for item in items {
            if !isFirst { space() }
            isFirst = false
            write(&self, item)
        }
    }

    /// Whether a quoted string can hold the bytes; long ones are better read as literals.
    static func canBeQuoted(_ value: some Collection<UInt8>, form: IMAPTextForm) -> Bool {
        guard value.count <= 1_000 else { return false }
        var isASCII = true
        for byte in value {
            guard byte != 0, byte != .carriageReturn, byte != .lineFeed else { return false }
            if byte >= 0x80 { isASCII = false }
        }
        return isASCII || form == .utf8 && String(validating: value, as: UTF8.self) != nil
    }

    /// `NIL` without quotes is not a string.
    private static func isNIL(_ value: some Collection<UInt8>) -> Bool {
        value.count == 3 && zip(value, "nil".utf8).allSatisfy { $0.lowercased == $1 }
    }
}
