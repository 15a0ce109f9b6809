import OAuthCore
import Testing

@Suite("JSON parser, RFC 8259")
struct JSONParserTests {
    private func parse(_ text: String) throws(JSONError) -> JSONValue { try JSONValue.parse(Array(text.utf8)) }

    @Test(
        "reads every kind of value",
        arguments: [
            ("null", .null), ("true", .bool(true)), (" false\r\n\t", .bool(false)), ("0", .integer(0)),
            ("-0", .integer(0)), ("-12", .integer(-12)), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .double(9_223_372_036_854_775_808)),
            ("1.0", .double(1)), ("1e3", .double(1000)), ("-2.5E-1", .double(-0.25)), ("1E+2", .double(100)),
            ("\"\"", .string("")), ("[]", .array([])), ("{}", .object([:])),
            ("[1,[2],{}]", .array([1, .array([2]), .object([:])])),
            ("{\"a\": {\"b\": [null]}}", .object(["a": .object(["b": .array([.null])])])),
        ] as [(String, JSONValue)])
    func values(_ text: String, _ value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test(
        "reads strings and their escapes",
        arguments: [
            (#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{C}\n\r\tz"), (#""\u0041\u00e9\u20AC""#, "A\u{E9}\u{20AC}"),
            (#""\ud83d\ude00""#, "\u{1F600}"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\u0000""#, "\0"),
            ("\"\u{1F600}é\u{7F}\"", "\u{1F600}é\u{7F}"), (#""é\né""#, "é\né"),
        ])
    func strings(_ text: String, _ value: String) throws {
        #expect(try parse(text) == .string(value))
    }

    @Test(
        "refuses what is not JSON",
        arguments: [
            "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "+1", "01", "-01", ".5", "1.", "1e", "1e+", "0x1",
            "1 2", "[1,]", "[,1]", "[1 2]", "[", "]", "{", "}", "{]", "[}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
            "{a:1}",
            "{'a':1}", "{1:1}", "{\"a\":1 \"b\":2}", "{,}", "\"", "\"a", "\"\\\"", #""\x41""#, #""\u12""#, #""\u12G4""#,
            "\"a\nb\"", "\"\t\"", "\"\0\"", "{}x", "{}{}", "[] //", "/* */ 1", "\u{FEFF}\u{FEFF}1", "1\u{A0}", "'a'",
        ])
    func malformed(_ text: String) {
        #expect(throws: JSONError.malformed) { try parse(text) }
    }

    @Test(
        "refuses lone and swapped surrogates",
        arguments: [
            #""\ud800""#, #""\udc00""#, #""\ud83d x""#, #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ud83d\ud83d""#,
            #""\ude00\ud83d""#, #""\ud83d"#, #""\ud83d\"#, #""\ud83d\u"#,
        ])
    func surrogates(_ text: String) {
        #expect(throws: JSONError.malformed) { try parse(text) }
    }

    @Test(
        "refuses invalid UTF-8",
        arguments: [
            [0x80], [0xC3], [0xC0, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]])
    func invalidUTF8(_ bytes: [UInt8]) {
        #expect(throws: JSONError.malformed) { try JSONValue.parse([0x22] + bytes + [0x22]) }
        #expect(throws: JSONError.malformed) { try JSONValue.parse([0x22, 0x5C, 0x6E] + bytes + [0x22]) }
        #expect(throws: JSONError.malformed) { try JSONValue.parse(bytes) }
    }

    @Test("skips one byte order mark")
    func byteOrderMark() throws {
        #expect(try JSONValue.parse([0xEF, 0xBB, 0xBF] + Array("1".utf8)) == 1)
        #expect(throws: JSONError.malformed) { try JSONValue.parse([0xEF, 0xBB, 0xBF]) }
        #expect(throws: JSONError.malformed) { try JSONValue.parse([0xEF, 0xBB]) }
    }

    @Test(
        "refuses numbers that no Double holds",
        arguments: ["1e400", "-1e400", "1" + String(repeating: "0", count: 400)])
    func infinite(_ text: String) {
        #expect(throws: JSONError.malformed) { try parse(text) }
    }

    @Test("refuses a name that comes twice, however it is written")
    func duplicateNames() {
        #expect(throws: JSONError.duplicateName) { try parse(#"{"a":1,"a":1}"#) }
        #expect(throws: JSONError.duplicateName) { try parse(#"{"alg":1,"\u0061lg":2}"#) }
        #expect(throws: JSONError.duplicateName) { try parse(#"{"x":{"":1,"":2}}"#) }
        let many = (0..<100).map { "\"\($0)\":0" }.joined(separator: ",")
        #expect(throws: JSONError.duplicateName) { try parse("{\(many),\"7\":1}") }
        #expect(throws: JSONError.duplicateName) { try parse("{\(many),\"99\":1}") }
    }

    @Test("reads 64 levels and refuses the 65th")
    func depth() throws {
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        _ = try parse(nested(64))
        #expect(throws: JSONError.malformed) { try parse(nested(65)) }
        #expect(throws: JSONError.malformed) { try parse(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONError.malformed) { try parse(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test("keeps the order of members")
    func order() throws {
        let text = #"{"z":1,"a":2,"m":{"y":1,"b":2}}"#
        #expect(String(decoding: try JSONObject.parse(Array(text.utf8)).encoded(), as: UTF8.self) == text)
    }

    @Test("reads an object of many members without comparing each with each", .timeLimit(.minutes(1)))
    func manyMembers() throws {
        let text = "{" + (0..<60_000).map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        #expect(try JSONObject.parse(Array(text.utf8)).members.count == 60_000)
    }

    @Test("keeps to its limit, and says when the value is no object")
    func limits() throws {
        #expect(throws: JSONError.tooLarge(count: 6, limit: 5)) {
            try JSONValue.parse(Array("\"1234\"".utf8), limit: 5)
        }
        #expect(throws: JSONError.notAnObject) { try JSONObject.parse(Array("[]".utf8)) }
    }

    @Test("reads what it writes")
    func roundTrip() throws {
        let value: JSONValue = .object([
            "text": "<a href='x'>&\"\\\u{1}\u{7F}é\u{1F600}",
            "numbers": .array([.integer(.min), .double(0.1), .double(1e300)]),
            "nested": .object(["empty": .array([]), "none": .null, "yes": true]),
        ])
        #expect(try JSONValue.parse(value.encoded()) == value)
    }
}
