/// Reads one JSON text (RFC 8259) strictly: what two readers might understand differently is refused.
///
/// Refused besides what the grammar excludes: a member name that comes twice, invalid UTF-8, lone surrogates, numbers
/// that no `Double` holds, and more than 64 levels of nesting (so that no input exhausts the stack).
struct JSONParser {
    /// How deeply arrays and objects may lie in each other.
    static let maximumDepth = 64

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads the whole input as one value; a byte order mark before it is skipped (RFC 8259 §8.1).
    static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.index = 3 }
        let value = try parser.value(depth: 0)
        parser.skipWhitespace()
        guard parser.index == bytes.count else { throw .malformed }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipWhitespace()
        guard let byte = peek() else { throw .malformed }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        guard depth <= Self.maximumDepth else { throw .malformed }
        index += 1
        var members = MemberList()
        skipWhitespace()
        if skip(UInt8(ascii: "}")) { return members.object }
        repeat {
            skipWhitespace()
            guard peek() == UInt8(ascii: "\"") else { throw .malformed }
            let name = try string()
            skipWhitespace()
            guard skip(UInt8(ascii: ":")) else { throw .malformed }
            guard members.append(name, try value(depth: depth)) else { throw .duplicateName }
            skipWhitespace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw .malformed }
        return members.object
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        guard depth <= Self.maximumDepth else { throw .malformed }
        index += 1
        var values: [JSONValue] = []
        skipWhitespace()
        if skip(UInt8(ascii: "]")) { return values }
        repeat {
            values.append(try value(depth: depth))
            skipWhitespace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw .malformed }
        return values
    }

    private mutating func literal(_ name: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let end = index + name.utf8CodeUnitCount
        guard end <= bytes.count else { throw .malformed }
        for offset in 0..<name.utf8CodeUnitCount where bytes[index + offset] != name.utf8Start[offset] {
            throw .malformed
        }
        index = end
        return value
    }

    private func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }
}

// MARK: - Numbers

extension JSONParser {
    /// `-? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?` (RFC 8259 §6).
    private mutating func number() throws(JSONError) -> JSONValue {
        let start = index
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) { try digits() }
        var isIntegral = true
        if skip(UInt8(ascii: ".")) {
            isIntegral = false
            try digits()
        }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            isIntegral = false
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isIntegral, let integer = Int64(text) { return .integer(integer) }
        guard let double = Double(text), double.isFinite else { throw .malformed }
        return .double(double)
    }

    private mutating func digits() throws(JSONError) {
        let start = index
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard index > start else { throw .malformed }
    }
}

// MARK: - Strings

extension JSONParser {
    private mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try Self.text(bytes[start..<index])
                index += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw .malformed
            default: index += 1
            }
        }
        throw .malformed
    }

    /// The rest of a string in which an escape was met; `start` is where it began.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var output = Array(bytes[start..<index])
        while let byte = peek() {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return try Self.text(output[...])
            case UInt8(ascii: "\\"): try escape(into: &output)
            case 0..<0x20: throw .malformed
            default: output.append(byte)
            }
        }
        throw .malformed
    }

    private mutating func escape(into output: inout [UInt8]) throws(JSONError) {
        guard let byte = peek() else { throw .malformed }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): output.append(contentsOf: String(try escapedScalar()).utf8)
        default: throw .malformed
        }
    }

    /// The scalar of `\uXXXX`, or of two such escapes that are a surrogate pair; a lone surrogate stands for nothing.
    private mutating func escapedScalar() throws(JSONError) -> Character {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard (0xD800..<0xDC00).contains(first), skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) else {
            throw .malformed
        }
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw .malformed }
        return Character(scalar)
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek() else { throw .malformed }
            index += 1
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: throw .malformed
            }
        }
        return value
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed }
        return text
    }
}

// MARK: - Members

/// Members as they are read. Up to a handful of names are compared one by one; a set takes over from there, so that a
/// large hostile object costs no more per member than a small one.
private struct MemberList {
    private static let linearCount = 16

    private var members: [(name: String, value: JSONValue)] = []
    private var names: Set<String> = []

    var object: JSONObject { JSONObject(uniqueMembers: members) }

    /// Adds a member unless there is one of that name.
    mutating func append(_ name: String, _ value: JSONValue) -> Bool {
        if members.count < Self.linearCount {
            guard !members.contains(where: { $0.name == name }) else { return false }
        } else {
            if names.isEmpty { names = Set(members.map(\.name)) }
            guard names.insert(name).inserted else { return false }
        }
        members.append((name, value))
        return true
    }
}
