/// Text for people, whatever line ends and control characters it came with.
enum PlainText {
    /// Line feeds alone; no control characters, neither of ASCII nor of ISO 6429's second set, but line feed and tab.
    static func normalize(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            // The second set is 0xC2 and a byte below 0xA0 in UTF-8; terminals obey it too.
            guard bytes.contains(where: { isControl($0) || $0 == 0xC2 }) else {
                return String(decoding: bytes, as: UTF8.self)
            }
            return String(decoding: withoutControls(bytes), as: UTF8.self)
        }
    }

    private static func withoutControls(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            index += 1
            if byte == 0xC2, 0x80..<0xA0 ~= next {
                index += 1
            } else if byte == .carriageReturn {
                if next != .lineFeed { output.append(.lineFeed) }
            } else if !isControl(byte) {
                output.append(byte)
            }
        }
        return output
    }

    private static func isControl(_ byte: UInt8) -> Bool {
        (byte < 0x20 && byte != .lineFeed && byte != .tab) || byte == 0x7F
    }
}
