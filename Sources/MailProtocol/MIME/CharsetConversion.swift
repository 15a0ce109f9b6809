import Glibc

/// Conversion by the C library's tables: a pure function of bytes.
enum CharsetConversion {
    /// The bytes as UTF-8, with U+FFFD for each byte that is none of the charset.
    ///
    /// - Parameter library: the C library's name of the charset, from a fixed list: some of the library's converters
    ///   had faults of their own, and a suffix such as `//IGNORE` would be obeyed.
    /// - Returns: `nil` where the library has no such tables.
    static func utf8(from bytes: ArraySlice<UInt8>, in library: String) -> [UInt8]? {
        guard let converter = iconv_open("UTF-8", library), converter != iconv_t(bitPattern: -1) else { return nil }
        defer { iconv_close(converter) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 2)
        // The interface asks for mutable input and does not change it.
        var input = bytes.map { CChar(bitPattern: $0) }
        input.withUnsafeMutableBufferPointer { input in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: chunk) { buffer in
                convert(input, by: converter, through: buffer, into: &output)
            }
        }
        return output
    }

    private static let chunk = 4_096
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    private static func convert(
        _ input: UnsafeMutableBufferPointer<CChar>, by converter: iconv_t,
        through buffer: UnsafeMutableBufferPointer<CChar>, into output: inout [UInt8]
    ) {
        var next = input.baseAddress
        var left = input.count
        while left > 0 {
            var free = buffer.count
            var end = buffer.baseAddress
            let result = iconv(converter, &next, &left, &end, &free)
            let reason = errno
            output.append(contentsOf: UnsafeRawBufferPointer(buffer)[..<(buffer.count - free)])
            guard result == -1 else { continue }
            if reason == E2BIG, free < buffer.count { continue }
            // Either a byte that is none of the charset, or a character that the end cut off. One byte is given up, and
            // the next may begin a character again.
            output.append(contentsOf: replacement)
            guard reason == EILSEQ, let after = next?.advanced(by: 1) else { return }
            next = after
            left -= 1
        }
    }
}
