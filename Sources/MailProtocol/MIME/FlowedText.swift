/// `format=flowed` (RFC 3676): paragraphs that were broken into lines for transport, put together again.
enum FlowedText {
    /// Joins soft-broken lines of equal quoting.
    ///
    /// - Parameters:
    ///   - text: UTF-8 with line feeds alone.
    ///   - deletesSpace: `DelSp=yes`: the blank at a soft break belongs to the break (RFC 3676 §4.2).
    static func unwrap(_ text: String, deletesSpace: Bool) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        let bytes = Array(text.utf8)
        /// The quoting of the paragraph that is still open.
        var open: Int?
        for var line in bytes.split(separator: .lineFeed, omittingEmptySubsequences: false) {
            let depth = takeQuotes(&line)
            // Space-stuffing (RFC 3676 §4.4).
            if line.first == .space { line = line.dropFirst() }
            let isSignature = line.elementsEqual(signature)
            if open != depth || isSignature {
                if open != nil { output.append(.lineFeed) }
                appendQuotes(depth, to: &output)
            }
            let isSoft = line.last == .space && !isSignature
            output.append(contentsOf: isSoft && deletesSpace ? line.dropLast() : line)
            open = isSoft ? depth : nil
            if !isSoft { output.append(.lineFeed) }
        }
        if open == nil, output.last == .lineFeed { output.removeLast() }
        return String(decoding: output, as: UTF8.self)
    }

    /// The signature separator ends in a blank and is not soft (RFC 3676 §4.3).
    private static let signature = Array("-- ".utf8)

    private static func takeQuotes(_ line: inout ArraySlice<UInt8>) -> Int {
        let rest = line.drop { $0 == UInt8(ascii: ">") }
        defer { line = rest }
        return line.count - rest.count
    }

    private static func appendQuotes(_ depth: Int, to output: inout [UInt8]) {
        guard depth > 0 else { return }
        // Deeper than anyone reads, and it comes once per line: kept short.
        output.append(contentsOf: repeatElement(UInt8(ascii: ">"), count: min(depth, 20)))
        output.append(.space)
    }
}

/// Text for people, whatever line ends and control characters it came with.
enum PlainText {
    /// Line feeds alone; no control characters but line feed and tab.
    static func normalize(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.contains(where: isUnwanted) else { return String(decoding: bytes, as: UTF8.self) }
            var output: [UInt8] = []
            output.reserveCapacity(bytes.count)
            for (index, byte) in bytes.enumerated() {
                if byte == .carriageReturn {
                    if index + 1 == bytes.count || bytes[index + 1] != .lineFeed { output.append(.lineFeed) }
                } else if !isUnwanted(byte) {
                    output.append(byte)
                }
            }
            return String(decoding: output, as: UTF8.self)
        }
    }

    private static func isUnwanted(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != .lineFeed && byte != .tab) || byte == 0x7F
    }
}
