import MailProtocol
import Testing

@Suite("Transfer encodings, RFC 2045 §6")
struct TransferEncodingTests {
    @Test(
        "base64 is read with all that happens to it",
        arguments: [
            ("SGVsbG8=", "Hello"), ("SGVsbG8", "Hello"), ("SGVs\r\nbG8=\r\n", "Hello"), ("S G V s b G 8 =", "Hello"),
            ("SGVsbG8====", "Hello"), ("SGVs*bG8=", "Hello"),
            ("SGVsbG8=\r\n\r\n\t", "Hello"),
            ("SGVs=bG8=", "Hello"), ("SGk=SGk=", "HiHi"), ("SA==SQ==", "HI"), ("", ""), ("=", ""), ("S", ""),
            ("SG", "H"), ("!!!!", ""), ("QUJDREVGR0hJSktM", "ABCDEFGHIJKL"),
        ] as [(String, String)])
    func base64(_ encoded: String, _ decoded: String) {
        #expect(text(TransferEncoding.base64.decode(bytes(encoded), limit: 1_000).bytes) == decoded)
    }

    @Test(
        "quoted-printable is read with all that happens to it",
        arguments: [
            ("Now's the time =\r\nfor all folk.", "Now's the time for all folk."),
            ("Gr=C3=BC=C3=9Fe", "Grüße"), ("Gr=c3=bc=c3=9fe", "Grüße"), ("a  \r\nb\t\nc", "a\r\nb\nc"),
            ("a=20 \r\nb", "a \r\nb"), ("soft=   \r\nbreak", "softbreak"), ("soft=\nbreak", "softbreak"),
            ("1+1=2", "1+1=2"), ("=ZZ =", "=ZZ "), ("=4", "=4"), ("end=", "end"), ("=3D3D", "=3D"), ("==41", "=A"),
            ("", ""), (" ", " "), ("a=\rb", "ab"),
        ])
    func quotedPrintable(_ encoded: String, _ decoded: String) {
        #expect(text(TransferEncoding.quotedPrintable.decode(bytes(encoded), limit: 1_000).bytes) == decoded)
    }

    @Test(
        "the field's value is read with its decoration",
        arguments: [
            ("BASE64", .base64), (" base64 ", .base64), ("base64;", .base64), ("Quoted-Printable", .quotedPrintable),
            ("quoted_printable", .quotedPrintable), ("8bit", .identity), ("8-bit", .identity), ("7BIT", .identity),
            ("binary", .identity), ("", .identity), ("base64 (really)", .base64), ("x-uuencode", .unknown),
        ] as [(String, TransferEncoding)])
    func field(_ value: String, _ encoding: TransferEncoding) {
        #expect(TransferEncoding.parse(bytes(value)) == encoding)
    }

    @Test("a limit cuts and marks", arguments: 0...12)
    func limits(_ limit: Int) {
        for (encoding, encoded) in [
            (.identity, "ABCDEFGHIJ"), (.base64, "QUJDREVGR0hJSg=="), (.quotedPrintable, "A=42CDEFG=\r\nHIJ"),
        ] as [(TransferEncoding, String)] {
            let decoded = encoding.decode(bytes(encoded), limit: limit)
            #expect(text(decoded.bytes) == String("ABCDEFGHIJ".prefix(limit)))
            #expect(decoded.isTruncated == (limit < 10))
        }
    }

    @Test("base64 of every length comes back, whatever the lines are")
    func everyLength() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for length in 0..<100 {
            let data = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ length) }
            var encoded: [UInt8] = []
            for start in stride(from: 0, to: length, by: 3) {
                let group = (0..<3).reduce(0) { $0 << 8 | (start + $1 < length ? Int(data[start + $1]) : 0) }
                let digits = (0..<4).map { alphabet[group >> (18 - 6 * $0) & 0x3F] }
                encoded += digits.prefix(min(3, length - start) + 1)
                if start % 7 == 0 { encoded += Array("\r\n".utf8) }
            }
            #expect(TransferEncoding.base64.decode(encoded[...], limit: 1_000).bytes.elementsEqual(data))
        }
    }
}
