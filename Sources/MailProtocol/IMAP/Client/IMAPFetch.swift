public import OAuthCore

/// What a server says of one message (RFC 9051 §7.5.2). What was not asked for is `nil`, and flags may come unasked.
public struct IMAPFetch: Hashable, Sendable {
    /// Its position in the mailbox.
    public var sequenceNumber: UInt32
    /// Its UID.
    public var uid: UInt32?
    /// Its flags.
    public var flags: Set<IMAPFlag>?
    /// When the mailbox received it.
    public var internalDate: UnixTime?
    /// Its size in bytes.
    public var size: UInt64?
    /// Its most important fields.
    public var envelope: IMAPEnvelope?
    /// Its parts.
    public var structure: IMAPBodyStructure?
    /// Its change number (RFC 7162).
    public var modSeq: UInt64?
    /// Its identifier for good (RFC 8474), or Gmail's `X-GM-MSGID`.
    public var emailID: String?
    /// Its thread's identifier (RFC 8474), or Gmail's `X-GM-THRID`.
    public var threadID: String?
    /// Pieces of its text, in the server's order.
    public var sections: [IMAPFetchedSection] = []

    /// A message of which nothing is known.
    public init(sequenceNumber: UInt32) { self.sequenceNumber = sequenceNumber }

    /// The first piece for this section; names of fields are equal in every case.
    public func content(of section: IMAPSection) -> IMAPContent? {
        let wanted = section.canonical
        return sections.first { $0.section.canonical == wanted }?.content
    }
}

/// A piece of a message's text.
public struct IMAPFetchedSection: Hashable, Sendable {
    /// Which piece.
    public var section: IMAPSection
    /// Where in the section it begins, in bytes, if only a piece of it was asked for.
    public var origin: UInt64?
    /// The bytes.
    public var content: IMAPContent

    /// A piece of a message's text.
    public init(section: IMAPSection, origin: UInt64? = nil, content: IMAPContent) {
        self.section = section
        self.origin = origin
        self.content = content
    }
}

/// Bytes of a message.
public enum IMAPContent: Hashable, Sendable {
    /// There is no such part.
    case missing
    /// The bytes.
    case bytes(ArraySlice<UInt8>)
    /// They have been handed out while they came (`IMAPEvent.literalBytes`).
    case streamed(IMAPLiteralID, count: UInt64)

    /// The bytes, where they were not streamed.
    public var bytes: ArraySlice<UInt8>? { if case .bytes(let bytes) = self { bytes } else { nil } }
}

/// Which of the streamed literals of a session.
public struct IMAPLiteralID: Hashable, Sendable {
    let number: Int
}

/// A literal that is too large to be kept. Its bytes follow in `IMAPEvent.literalBytes`, then `.literalEnded`, then
/// the `IMAPResponse.fetch` that it is part of.
public struct IMAPLiteral: Hashable, Sendable {
    /// Its name in this session.
    public var id: IMAPLiteralID
    /// Its size in bytes.
    public var count: UInt64
    /// What the server said before it of the message. The UID is there if it came first, as it nearly always does.
    public var message: IMAPFetch
    /// What it is of the message; `nil` where the server sent something so large that is no piece of its text.
    public var section: IMAPSection?
    /// Where in the section it begins, in bytes, if only a piece of it was asked for.
    public var origin: UInt64?
}

/// A piece of a message, as `BODY[…]` names it (RFC 9051 §6.4.5.1).
public struct IMAPSection: Hashable, Sendable {
    /// What of a part.
    public enum Kind: Hashable, Sendable {
        /// All of it: of a message its header and body, of a part its body.
        case all
        /// The header of a message.
        case header
        /// These fields of it.
        case headerFields([String])
        /// The fields of it but these.
        case headerFieldsNot([String])
        /// The body of a message.
        case text
        /// The header of a part.
        case mime
    }

    /// The part, such as `[1, 2]`; empty for the message itself.
    public var part: [UInt32]
    /// What of the part.
    public var kind: Kind

    /// A piece of a message.
    public init(part: [UInt32] = [], _ kind: Kind = .all) {
        self.part = part
        self.kind = kind
    }

    /// The part that `AttachmentID` and `MIMEPart.section` name, such as `1.2`; `nil` for what is none.
    public init?(part text: String) {
        let pieces = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = pieces.compactMap { piece in piece.allSatisfy(\.isNumber) ? UInt32(piece) : nil }
        guard numbers.count == pieces.count, numbers.count <= 100, !numbers.contains(0) else { return nil }
        self.init(part: numbers)
    }

    /// The whole message.
    public static let message = Self()

    /// With the names of fields in capitals.
    var canonical: Self {
        switch kind {
        case .headerFields(let names): Self(part: part, .headerFields(names.map { $0.uppercased() }))
        case .headerFieldsNot(let names): Self(part: part, .headerFieldsNot(names.map { $0.uppercased() }))
        default: self
        }
    }
}
