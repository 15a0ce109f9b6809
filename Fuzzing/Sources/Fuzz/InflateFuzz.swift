import MailProtocol

/// Compressed bytes must inflate to the same in whatever pieces they come, and to no more than the ratio allows.
enum InflateFuzz {
    static func run(_ input: FuzzInput) {
        let (whole, wholeFails) = inflate([input.bytes])
        let (parts, partsFail) = inflate(input.pieces)
        if !wholeFails, !partsFail { precondition(whole == parts, "pieces change what is inflated") }
        roundTrip(Array(input.bytes))
    }

    private static func inflate(_ pieces: [ArraySlice<UInt8>]) -> (bytes: [UInt8], fails: Bool) {
        var output: [UInt8] = []
        do {
            let inflater = try Inflater()
            for piece in pieces {
                inflater.append(Array(piece))
                while let bytes = try inflater.next() { output += bytes }
            }
            return (output, false)
        } catch {
            return (output, true)
        }
    }

    private static func roundTrip(_ bytes: [UInt8]) {
        guard !bytes.isEmpty, let deflater = try? Deflater() else { return }
        let (back, fails) = inflate([deflater.compress(bytes)[...]])
        precondition(fails || back == bytes, "what was deflated is not what inflates")
    }
}
