/// Numbers of messages, or UIDs, as a server lists them: `1:3,7` (RFC 9051 §9, `uid-set`).
///
/// Ranges stay ranges: a set of four thousand million numbers is one range, and takes no more room.
public struct IMAPNumberSet: Hashable, Sendable, CustomStringConvertible {
    /// The ranges in the order in which they were given, which `COPYUID` relies on; each at least 1.
    public private(set) var ranges: [ClosedRange<UInt32>]

    /// The set of these ranges. Zero is no number of a message and is left out.
    public init(_ ranges: [ClosedRange<UInt32>]) {
        self.ranges = ranges.compactMap { $0.upperBound == 0 ? nil : max(1, $0.lowerBound)...$0.upperBound }
    }

    /// The set of these numbers; neighbours become ranges.
    public init(_ numbers: some Sequence<UInt32>) {
        ranges = []
        for number in numbers where number > 0 { append(number) }
    }

    /// Whether there is no number in it.
    public var isEmpty: Bool { ranges.isEmpty }

    /// How many numbers it lists.
    public var count: UInt64 { ranges.reduce(0) { $0 + UInt64($1.upperBound - $1.lowerBound) + 1 } }

    /// Whether the number is listed. Looks at each range.
    public func contains(_ number: UInt32) -> Bool { ranges.contains { $0.contains(number) } }

    /// The first numbers in their order.
    ///
    /// - Parameter limit: how many at most, so that a hostile range cannot fill the memory.
    public func numbers(limit: Int) -> [UInt32] {
        var numbers: [UInt32] = []
        for range in ranges {
            for number in range {
                guard numbers.count < limit else { return numbers }
                numbers.append(number)
            }
        }
        return numbers
    }

    /// The set as IMAP writes it, such as `1:3,7`.
    public var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound):\($0.upperBound)" }.joined(separator: ",")
    }

    /// Adds a number at the end, to the last range where it continues it.
    mutating func append(_ number: UInt32) {
        if let last = ranges.last, last.upperBound < .max, last.upperBound + 1 == number {
            ranges[ranges.count - 1] = last.lowerBound...number
        } else {
            ranges.append(number...number)
        }
    }

    /// Reads `1:3,7`; `nil` for anything else, and for zero and numbers above 2^32 - 1.
    static func parse(_ bytes: ArraySlice<UInt8>) -> Self? {
        var ranges: [ClosedRange<UInt32>] = []
        var low: UInt32?
        var value: UInt64 = 0
        var digits = 0
        func number() -> UInt32? { digits > 0 && value > 0 ? UInt32(exactly: value) : nil }
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard digits < 10 else { return nil }
                value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
                digits += 1
                continue
            case UInt8(ascii: ":"):
                guard low == nil, let number = number() else { return nil }
                low = number
            case UInt8(ascii: ","):
                guard let number = number() else { return nil }
                ranges.append(min(low ?? number, number)...max(low ?? number, number))
                low = nil
            default: return nil
            }
            (value, digits) = (0, 0)
        }
        guard let number = number() else { return nil }
        ranges.append(min(low ?? number, number)...max(low ?? number, number))
        return Self(ranges)
    }
}

/// Which messages a command is about (RFC 9051 §9, `sequence-set`).
public enum IMAPMessageSet: Hashable, Sendable {
    /// These numbers or UIDs, at least one.
    case numbers(IMAPNumberSet)
    /// This one and all that come after it, `n:*`. In an empty mailbox, or beyond its end, it means the last message.
    case from(UInt32)
    /// All messages.
    case all
    /// The newest message.
    case last
    /// What the last `SEARCH` saved (RFC 5182).
    case saved

    /// One message.
    public static func one(_ number: UInt32) -> Self { .numbers(IMAPNumberSet([number...number])) }

    /// A range of messages.
    public static func range(_ range: ClosedRange<UInt32>) -> Self { .numbers(IMAPNumberSet([range])) }

    /// The set as IMAP writes it.
    var text: String {
        switch self {
        case .numbers(let numbers): numbers.description
        case .from(let number): "\(max(1, number)):*"
        case .all: "1:*"
        case .last: "*"
        case .saved: "$"
        }
    }

    /// Whether there is nothing that could be written.
    var isEmpty: Bool { if case .numbers(let numbers) = self { numbers.isEmpty } else { false } }
}

/// What the numbers of a command mean.
public enum IMAPNumbering: Hashable, Sendable {
    /// UIDs, which stay with a message as long as `UIDVALIDITY` stays.
    case uid
    /// Positions in the mailbox, 1 or more, which change when a message before is expunged.
    case sequence
}
