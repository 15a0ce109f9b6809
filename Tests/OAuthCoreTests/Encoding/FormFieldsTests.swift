import OAuthCore
import Testing

@Suite("Form parameters, RFC 6749 appendix B")
struct FormFieldsTests {
    @Test("a value is had by name; an empty one counts as absent and a doubled one has none")
    func values() throws {
        let fields = try FormFields.parse(query: "a=1&b=&c&d=1&d=1&e=x%3Dy")
        #expect(fields["a"] == "1")
        #expect(fields["e"] == "x=y")
        for name in ["b", "c", "d", "z"] { #expect(fields[name] == nil) }
        #expect(fields.duplicates == ["d"])
        #expect(fields.names == ["a", "b", "c", "d", "e"])
    }

    @Test(
        "decoding is exact",
        arguments: [
            ("+%2B%20", " + "), ("%E2%82%AC", "€"), ("a%0A", "a\n"), ("%25", "%"), ("~", "~"), ("%e2%82%ac", "€"),
        ])
    func decoding(encoded: String, text: String) throws {
        #expect(try FormFields.decode(encoded) == text)
        #expect(try FormFields.decode(FormFields.encode(text)) == text)
    }

    @Test("RFC 6749 appendix B: the example")
    func example() {
        #expect(FormFields.encode(" %&+£€") == "+%25%26%2B%C2%A3%E2%82%AC")
    }

    @Test(
        "what is malformed is refused, not repaired",
        arguments: [
            ("a=%", .malformedPercentEncoding), ("a=%1", .malformedPercentEncoding),
            ("%zz=1", .malformedPercentEncoding),
            ("a=%ff", .invalidUTF8), ("a=%ed%a0%80", .invalidUTF8), ("a=%c0%80", .invalidUTF8),
            ("a=%00", .controlCharacter), ("a=%7f", .controlCharacter), ("a[]=1", .structuredName),
            ("a%5bb%5d=1", .structuredName),
        ] as [(String, FormError)])
    func malformed(query: String, error: FormError) {
        #expect(throws: error) { try FormFields.parse(query: query) }
    }

    @Test("64 KiB and 100 parameters are the most")
    func limits() {
        #expect(throws: FormError.tooLarge(limit: 65_536)) {
            try FormFields.parse(query: String(repeating: "a", count: 65_537))
        }
        let many = (0...100).map { "p\($0)=1" }.joined(separator: "&")
        #expect(throws: FormError.tooManyFields(limit: 100)) { try FormFields.parse(query: many) }
    }

    @Test("what is encoded is read again as it was")
    func roundTrip() throws {
        let fields: FormFields = ["a b": "1&2", "c": "=", "é": "☃\n"]
        #expect(try FormFields.parse(query: fields.encoded()) == fields)
    }
}
