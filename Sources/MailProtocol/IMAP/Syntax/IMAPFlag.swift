/// A flag of a message, or a keyword (RFC 9051 §2.3.2). Upper and lower case are equal.
public struct IMAPFlag: Sendable, CustomStringConvertible {
    /// The flag as it was written, such as `\Seen` or `$Forwarded`.
    public let name: String

    /// It has been read.
    public static let seen = Self("\\Seen")
    /// It has been answered.
    public static let answered = Self("\\Answered")
    /// It is marked for attention.
    public static let flagged = Self("\\Flagged")
    /// It goes with the next expunging.
    public static let deleted = Self("\\Deleted")
    /// It is not finished.
    public static let draft = Self("\\Draft")
    /// It is new in this session (RFC 3501 alone).
    public static let recent = Self("\\Recent")
    /// In `PERMANENTFLAGS`: new keywords can be made.
    public static let any = Self("\\*")

    /// The flag of this name.
    public init(_ name: String) { self.name = name }

    /// The name.
    public var description: String { name }

    /// Whether it may stand in a command.
    var isWritable: Bool {
        let bytes = name.utf8.first == UInt8(ascii: "\\") ? Array(name.utf8.dropFirst()) : Array(name.utf8)
        return !bytes.isEmpty && bytes.allSatisfy(\.isAtomCharacter)
    }
}

extension IMAPFlag: Hashable {
    /// Whether two are the same flag.
    public static func == (left: Self, right: Self) -> Bool {
        left.name.utf8.count == right.name.utf8.count
            && zip(left.name.utf8, right.name.utf8).allSatisfy { $0.lowercased == $1.lowercased }
    }

    /// Hashes the name without regard to case.
    public func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte.lowercased) }
    }
}
