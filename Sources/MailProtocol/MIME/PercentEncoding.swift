/// Percent-encoding (RFC 3986 §2.1), of which each use keeps other characters as they are.
package enum PercentEncoding {
    /// Text with every byte of its UTF-8 escaped but letters, digits and these.
    ///
    /// - Parameter kept: ASCII characters besides letters and digits.
    package static func encode(_ text: some StringProtocol, keeping kept: StaticString) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if byte.isLetter || byte.isDigit || kept.withUTF8Buffer({ $0.contains(byte) }) {
                output.append(byte)
            } else {
                output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
