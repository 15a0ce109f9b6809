/// One field of a header, as it was sent (RFC 5322 §2.2).
public struct HeaderField: Sendable {
    let nameBytes: ArraySlice<UInt8>
    /// The value with its folding, without the colon.
    public let rawValue: ArraySlice<UInt8>

    /// The name as it was written.
    public var name: String { String(decoding: nameBytes, as: UTF8.self) }

    /// The value as text: unfolded and decoded (RFC 2047, RFC 6532).
    public var text: String { HeaderText.decode(rawValue) }
}

/// The fields of one header in their order.
public struct HeaderFields: Sendable, RandomAccessCollection {
    private(set) var fields: [HeaderField] = []

    /// No fields.
    public init() {}

    /// The first position, 0.
    public var startIndex: Int { 0 }
    /// The number of fields.
    public var endIndex: Int { fields.count }

    /// The field at a position.
    public subscript(position: Int) -> HeaderField { fields[position] }

    /// The first field of this name, upper and lower case equal.
    public func first(_ name: String) -> HeaderField? {
        fields.first { $0.nameBytes.equalsIgnoringCase(name) }
    }

    /// All fields of this name, upper and lower case equal.
    public func all(_ name: String) -> [HeaderField] {
        fields.filter { $0.nameBytes.equalsIgnoringCase(name) }
    }

    mutating func append(_ field: HeaderField) { fields.append(field) }

    /// Lengthens the last field by a folded line that ends at `end` in the source.
    mutating func extendLast(to end: Int, in source: ArraySlice<UInt8>) {
        guard let last = fields.popLast() else { return }
        let value = source[last.rawValue.startIndex..<Swift.max(last.rawValue.endIndex, end)]
        fields.append(HeaderField(nameBytes: last.nameBytes, rawValue: value))
    }
}
