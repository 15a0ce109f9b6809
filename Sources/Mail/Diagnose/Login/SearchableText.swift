/// A text in which many pieces are looked for: its first bytes, in lower case.
struct SearchableText {
    private let bytes: [UInt8]

    /// - Parameter limit: bytes that are kept.
    init(_ text: String, limit: Int) {
        bytes = text.utf8.prefix(limit).map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
    }

    /// Whether a piece occurs.
    ///
    /// - Parameter piece: in lower case, not empty.
    func contains(_ piece: String) -> Bool {
        let piece = Array(piece.utf8)
        return bytes.withUnsafeBufferPointer { bytes in
            piece.withUnsafeBufferPointer { piece in Self.contains(bytes, piece) }
        }
    }

    private static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ piece: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = piece.first, bytes.count >= piece.count else { return false }
        for start in 0...(bytes.count - piece.count) where bytes[start] == first {
            var index = 1
            while index < piece.count, bytes[start + index] == piece[index] { index += 1 }
            if index == piece.count { return true }
        }
        return false
    }
}
