/// The parameters of a query or of an `application/x-www-form-urlencoded` body (RFC 6749 §3.1, §3.2, appendix B).
///
/// Reading is strict in syntax and says nothing of meaning. A parameter without a value counts as absent, as §3.1 says;
/// one that comes twice has no value and is listed in `duplicates`, so that nobody reads one of the two by accident.
public struct FormFields: Sendable, Hashable {
    private var values: [(name: String, value: String)] = []
    /// The names that were sent more than once.
    public private(set) var duplicates: [String] = []

    /// No parameters.
    public init() {}

    /// The value of a parameter: `nil` when it is absent, empty or repeated.
    public subscript(name: String) -> String? {
        guard !duplicates.contains(name) else { return nil }
        guard let value = values.first(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    /// The names that were sent, in order, each once.
    public var names: [String] { values.map(\.name) }

    /// Adds a parameter; a second one of the same name makes it a duplicate.
    public mutating func append(_ name: String, _ value: String) {
        if values.contains(where: { $0.name == name }) {
            if !duplicates.contains(name) { duplicates.append(name) }
        } else {
            values.append((name, value))
        }
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.duplicates == right.duplicates && left.values.elementsEqual(right.values, by: ==)
    }

    public func hash(into hasher: inout Hasher) {
        for (name, value) in values {
            hasher.combine(name)
            hasher.combine(value)
        }
    }
}

/// Why bytes are not form fields. None of the cases holds what was sent.
public enum FormError: Error, Hashable, Sendable {
    /// More bytes than are read.
    case tooLarge(limit: Int)
    /// More parameters than are read.
    case tooManyFields(limit: Int)
    /// A `%` that no two hexadecimal digits follow.
    case malformedPercentEncoding
    /// Decoded bytes that are not UTF-8.
    case invalidUTF8
    /// A NUL or another control character other than tab, carriage return and line feed.
    case controlCharacter
    /// A name in brackets (`scope[a]`), which some frameworks read as a structure and OAuth does not know.
    case structuredName
}

extension FormFields {
    /// The most bytes of a body or query that are read: 64 KiB.
    public static let sizeLimit = 64 * 1024
    /// The most parameters that are read.
    public static let countLimit = 100

    /// Parses `name=value&…`, decoding `+` and `%XX` once.
    public static func parse(_ bytes: some Collection<UInt8>) throws(FormError) -> FormFields {
        guard bytes.count <= sizeLimit else { throw .tooLarge(limit: sizeLimit) }
        return try parse(all: Array(bytes))
    }

    private static func parse(all bytes: [UInt8]) throws(FormError) -> FormFields {
        var fields = FormFields()
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            guard fields.values.count < countLimit else { throw .tooManyFields(limit: countLimit) }
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            let name = try decode(pair[..<(equals ?? pair.endIndex)])
            guard !name.utf8.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }) else {
                throw .structuredName
            }
            fields.append(
                name, try equals.map { index throws(FormError) in try decode(pair[(index + 1)...]) } ?? "")
        }
        return fields
    }

    /// Parses the text of a query, without its `?`.
    public static func parse(query: String) throws(FormError) -> FormFields { try parse(Array(query.utf8)) }

    private static func decode(_ encoded: ArraySlice<UInt8>) throws(FormError) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(encoded.count)
        var bytes = encoded.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = bytes.next().flatMap(hexadecimalValue),
                    let low = bytes.next().flatMap(hexadecimalValue)
                else {
                    throw .malformedPercentEncoding
                }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        guard !decoded.contains(where: { ($0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0)) || $0 == 0x7F }) else {
            throw .controlCharacter
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .invalidUTF8 }
        return text
    }

    private static func hexadecimalValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension FormFields {
    /// The parameters as `name=value&…`, in order (RFC 6749 appendix B).
    public func encoded() -> String {
        values.map { Self.encode($0.name) + "=" + Self.encode($0.value) }.joined(separator: "&")
    }

    /// One name or value: letters, digits and `-._*` stay, a space becomes `+`, all other bytes `%XX`.
    public static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "*"):
                encoded.append(byte)
            case UInt8(ascii: " "): encoded.append(UInt8(ascii: "+"))
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Decodes one form-encoded text, as in the two halves of HTTP Basic credentials (RFC 6749 §2.3.1).
    public static func decode(_ text: some StringProtocol) throws(FormError) -> String {
        try decode(Array(text.utf8)[...])
    }
}

extension FormFields: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }
}

extension FormFields {
    /// The same parameters without one; those that were doubled stay marked as such.
    package func removing(_ name: String) -> FormFields {
        var fields = FormFields()
        for other in names where other != name {
            fields.append(other, self[other] ?? "")
            if duplicates.contains(other) { fields.append(other, "") }
        }
        return fields
    }
}
