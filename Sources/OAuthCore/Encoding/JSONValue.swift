/// Any JSON text (RFC 8259), kept as what was said: an object remembers the order it was written in.
public enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without a fraction or exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number.
    case double(Double)
    /// A text, its escapes resolved.
    case string(String)
    /// Values in their order.
    case array([JSONValue])
    /// Members by name.
    case object(JSONObject)
}

/// A JSON object: members in the order they were added, each name once.
public struct JSONObject: Sendable, ExpressibleByDictionaryLiteral {
    /// The names and values, in order.
    public private(set) var members: [(name: String, value: JSONValue)] = []

    /// An object without members.
    public init() {}

    /// An object of these members, whose names are known to differ.
    init(uniqueMembers: [(name: String, value: JSONValue)]) { members = uniqueMembers }

    /// An object of these members; a name that comes again replaces its value.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        members.reserveCapacity(elements.count)
        for (name, value) in elements { self[name] = value }
    }

    /// The value of a member; assigning `nil` removes it.
    public subscript(name: String) -> JSONValue? {
        get { members.first { $0.name == name }?.value }
        set {
            if let index = members.firstIndex(where: { $0.name == name }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.append((name, newValue))
            }
        }
    }
}

extension JSONObject: Hashable {
    /// Two objects are equal when they have the same members, whatever their order.
    public static func == (left: Self, right: Self) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(Set(members.map(\.name)))
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// An array of strings.
    public static func strings(_ values: some Sequence<String>) -> Self { .array(values.map(Self.string)) }

    /// The text, where this is a string.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The number, where this is a whole one (`3600.0` counts as whole).
    public var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .double(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// The truth value, where this is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The elements, where this is an array.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    /// The members, where this is an object.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// The texts, where this is an array of nothing but strings.
    public var strings: [String]? {
        guard let array else { return nil }
        let strings = array.compactMap(\.string)
        return strings.count == array.count ? strings : nil
    }
}

/// Why bytes are not the JSON that was expected.
public enum JSONError: Error, Hashable, Sendable {
    /// Longer than allowed; both in bytes.
    case tooLarge(count: Int, limit: Int)
    /// Not JSON, or nested too deeply.
    case malformed
    /// An object names a member twice (RFC 8259 §4 leaves open which of them counts).
    case duplicateName
    /// JSON, but not an object.
    case notAnObject
}

extension JSONValue {
    /// Parses JSON in UTF-8, with or without a byte order mark, at most 64 levels deep.
    ///
    /// Stricter than RFC 8259 asks: a member name that comes twice and a lone surrogate are refused.
    ///
    /// - Parameter limit: the most bytes that are read. Default 1 MiB.
    public static func parse(_ bytes: [UInt8], limit: Int = 1 << 20) throws(JSONError) -> JSONValue {
        guard bytes.count <= limit else { throw .tooLarge(count: bytes.count, limit: limit) }
        return try JSONParser.parse(bytes)
    }
}

extension JSONObject {
    /// Parses a JSON object in UTF-8.
    ///
    /// - Parameter limit: the most bytes that are read. Default 1 MiB.
    public static func parse(_ bytes: [UInt8], limit: Int = 1 << 20) throws(JSONError) -> JSONObject {
        guard case .object(let object) = try JSONValue.parse(bytes, limit: limit) else { throw .notAnObject }
        return object
    }
}

extension JSONValue {
    /// The compact JSON text in UTF-8, members in order, with `<`, `>` and `&` escaped so that it can stand in a page.
    public func encoded() -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(512)
        encode(into: &output)
        return output
    }

    private func encode(into output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): output.append(contentsOf: String(value).utf8)
        case .double(let value): output.append(contentsOf: (value.isFinite ? String(value) : "null").utf8)
        case .string(let value): Self.encode(value, into: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                value.encode(into: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object): object.encode(into: &output)
        }
    }

    fileprivate static func encode(_ text: String, into output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            if bytes.contains(where: isEscaped) {
                for byte in bytes { encode(byte, into: &output) }
            } else {
                output.append(contentsOf: bytes)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: "&"):
            true
        default: false
        }
    }

    private static func encode(_ byte: UInt8, into output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
        case _ where isEscaped(byte):
            let digits = Array("0123456789abcdef".utf8)
            output.append(contentsOf: "\\u00".utf8)
            output += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: output.append(byte)
        }
    }

    fileprivate func append(to output: inout [UInt8]) { encode(into: &output) }
}

extension JSONObject {
    /// The compact JSON text in UTF-8, members in order.
    public func encoded() -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(512)
        encode(into: &output)
        return output
    }

    fileprivate func encode(into output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            JSONValue.encode(member.name, into: &output)
            output.append(UInt8(ascii: ":"))
            member.value.append(to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }
}
