/// How a body was made fit for transport (RFC 2045 §6).
public enum TransferEncoding: Hashable, Sendable {
    /// `7bit`, `8bit` or `binary`: the body is as it is.
    case identity
    /// `quoted-printable` (RFC 2045 §6.7).
    case quotedPrintable
    /// `base64` (RFC 2045 §6.8).
    case base64
    /// Something else: the body cannot be decoded, and its type counts as `application/octet-stream` (RFC 2045 §6.4).
    case unknown

    /// Reads the value of a `Content-Transfer-Encoding` field; case, comments and what senders append do not count.
    public static func parse(_ value: ArraySlice<UInt8>) -> Self {
        let word = value.trimmed.prefix { !$0.isSpace && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "(") }
        switch String(decoding: word.filter { $0.isLetter || $0.isDigit }.map(\.lowercased), as: UTF8.self) {
        case "", "7bit", "8bit", "binary", "7bits", "8bits", "utf8", "7", "8", "none": return .identity
        case "quotedprintable", "qp": return .quotedPrintable
        case "base64", "b64", "b": return .base64
        default: return .unknown
        }
    }

    /// Decodes a body, tolerantly, as far as the limit allows.
    ///
    /// Base64 may lack its padding, hold anything between its characters, and consist of several padded pieces.
    /// Quoted-printable may hold lower-case digits and stray equals signs.
    ///
    /// - Parameter limit: bytes of the decoded form, at least 0.
    public func decode(_ body: ArraySlice<UInt8>, limit: Int) -> DecodedBody {
        let limit = max(0, limit)
        return switch self {
        case .identity, .unknown:
            DecodedBody(bytes: body.count <= limit ? body : body.prefix(limit), isTruncated: body.count > limit)
        case .quotedPrintable: QuotedPrintable.decode(body, limit: limit)
        case .base64: Base64Body.decode(body, limit: limit)
        }
    }
}

/// A body without its transfer encoding.
public struct DecodedBody: Hashable, Sendable {
    /// The bytes, the first ones if the limit was reached.
    public var bytes: ArraySlice<UInt8>
    /// Whether the limit was reached and something is missing at the end.
    public var isTruncated: Bool
}

/// RFC 2045 §6.8, with what real senders do to it.
enum Base64Body {
    private static let skip: UInt8 = 0xFF
    private static let padding: UInt8 = 0xFE

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: skip, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        values[Int(UInt8(ascii: "="))] = padding
        return values
    }()

    /// How many bytes so many characters stand for, padding included.
    ///
    /// - Parameters:
    ///   - width: characters of a line.
    ///   - lineEnd: characters of a line's end, of which there are none without lines.
    static func approximateSize(count: Int, width: Int = 0, lineEnd: Int = 0) -> Int {
        let lines = width + lineEnd > 0 ? count / (width + lineEnd) : 0
        return (count - lines * lineEnd) / 4 * 3
    }

    static func decode(_ body: ArraySlice<UInt8>, limit: Int) -> DecodedBody {
        let capacity = min(limit, body.count / 4 * 3 + 3)
        var isTruncated = false
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity + 3) { output, count in
            body.withUnsafeBufferPointer { input in
                values.withUnsafeBufferPointer { values in
                    count = decode(input, values, limit: limit, into: output)
                }
            }
            isTruncated = count > limit
            count = min(count, limit)
        }
        return DecodedBody(bytes: bytes[...], isTruncated: isTruncated)
    }

    /// Writes at most `limit + 3` bytes; more than `limit` of them say that something was left out.
    private static func decode(
        _ input: UnsafeBufferPointer<UInt8>, _ values: UnsafeBufferPointer<UInt8>, limit: Int,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var (index, written) = (0, 0)
        var (group, digits): (UInt32, Int) = (0, 0)
        while index < input.count, written <= limit {
            while digits == 0, index + 4 <= input.count, written + 3 <= limit {
                let a = values[Int(input[index])]
                let b = values[Int(input[index + 1])]
                let c = values[Int(input[index + 2])]
                let d = values[Int(input[index + 3])]
                guard (a | b | c | d) < 64 else { break }
                output[written] = a << 2 | b >> 4
                output[written + 1] = b << 4 | c >> 2
                output[written + 2] = c << 6 | d
                written += 3
                index += 4
            }
            guard index < input.count else { break }
            let value = values[Int(input[index])]
            index += 1
            if value == skip { continue }
            if value != padding {
                group = group << 6 | UInt32(value)
                digits += 1
            }
            if value == padding || digits == 4 {
                written += flush(group, digits, into: output, at: written)
                (group, digits) = (0, 0)
            }
        }
        return written + (written <= limit ? flush(group, digits, into: output, at: written) : 0)
    }

    /// The bytes of one group of at most four digits.
    private static func flush(
        _ group: UInt32, _ digits: Int, into output: UnsafeMutableBufferPointer<UInt8>, at index: Int
    ) -> Int {
        guard digits > 1 else { return 0 }
        let bits = group << UInt32(6 * (4 - digits))
        for offset in 0..<(digits - 1) where index + offset < output.count {
            output[index + offset] = UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * offset))
        }
        return digits - 1
    }
}

/// RFC 2045 §6.7, with what real senders do to it.
enum QuotedPrintable {
    static func decode(_ body: ArraySlice<UInt8>, limit: Int) -> DecodedBody {
        var isTruncated = false
        // Nothing grows by decoding.
        let bytes = [UInt8](unsafeUninitializedCapacity: body.count) { output, count in
            body.withUnsafeBufferPointer { input in count = decode(input, limit: limit, into: output) }
            isTruncated = count > limit
            count = min(count, limit)
        }
        return DecodedBody(bytes: bytes[...], isTruncated: isTruncated)
    }

    private static func decode(
        _ input: UnsafeBufferPointer<UInt8>, limit: Int, into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var (index, written) = (0, 0)
        // The end of the output without the blanks that transport may have added at the end of a line.
        var solid = 0
        while index < input.count, solid <= limit {
            let byte = input[index]
            index += 1
            if byte == UInt8(ascii: "=") {
                if index + 1 < input.count, let high = input[index].hexadecimalValue,
                    let low = input[index + 1].hexadecimalValue
                {
                    output[written] = high << 4 | low
                    index += 2
                } else if let next = softBreak(input, at: index) {
                    index = next
                    solid = written
                    continue
                } else {
                    output[written] = byte
                }
                written += 1
                solid = written
                continue
            }
            if byte == .lineFeed || (byte == .carriageReturn && index < input.count && input[index] == .lineFeed) {
                written = solid
            }
            output[written] = byte
            written += 1
            if !byte.isBlank { solid = written }
        }
        return written
    }

    /// Where the next line begins, if only blanks stand between an equals sign and the end of its line, or of the body.
    private static func softBreak(_ input: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
        var index = start
        while index < input.count, input[index].isBlank { index += 1 }
        guard index < input.count else { return index }
        if input[index] == .carriageReturn { index += 1 }
        guard index < input.count else { return index }
        return input[index] == .lineFeed ? index + 1 : (input[index - 1] == .carriageReturn ? index : nil)
    }
}
