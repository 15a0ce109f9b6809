import Foundation
import OAuthCore
import Testing

@testable import Mail

/// Credentials with faults, and which.
struct BlobCase: Sendable, CustomTestStringConvertible {
    let text: String
    let faults: [BlobFault]
    var testDescription: String { faults.map(\.rawValue).joined(separator: " ") }

    init(_ faults: BlobFault..., text: String) {
        self.text = text
        self.faults = faults
    }

    /// Base64 of a text, in which `^` stands for the byte 0x01.
    init(_ faults: BlobFault..., of plain: String) {
        text = Sample.encoded(plain.replacing("^", with: "\u{1}"))
        self.faults = faults
    }

    static let token = "secret-token-of-nobody"
    static let good = "user=a@b.example^auth=Bearer \(token)^^"

    static let encodings = [
        BlobCase(.empty, text: "  \n"),
        BlobCase(.tooLong, text: String(repeating: "A", count: 70_000)),
        BlobCase(.quoted, text: "b'\(Sample.encoded(good.replacing("^", with: "\u{1}")))'"),
        BlobCase(.lineBreak, text: wrapped(Sample.encoded(good.replacing("^", with: "\u{1}")))),
        BlobCase(
            .missingPadding,
            text: String(Sample.encoded("user=aaa@b.example\u{1}auth=Bearer \(token)\u{1}\u{1}").prefix { $0 != "=" })),
        BlobCase(.notBase64, text: "AUTH: yes, please!"),
        BlobCase(.notEncoded, text: good.replacing("^", with: "\u{1}")),
        BlobCase(.doubleBase64, text: Sample.encoded(Sample.encoded(good.replacing("^", with: "\u{1}")))),
        BlobCase(
            .utf16, text: Data(good.replacing("^", with: "\u{1}").utf8.flatMap { [$0, 0] }).base64EncodedString()),
        BlobCase(.byteOrderMark, of: "\u{FEFF}" + good),
    ]

    static func wrapped(_ text: String) -> String { text.prefix(20) + "\r\n" + text.dropFirst(20) }

    static let forms = [
        BlobCase(.literalControlA, of: #"user=a@b.example\1auth=Bearer \#(token)\1\1"#),
        BlobCase(.literalControlA, of: #"user=a@b.example\x01auth=Bearer \#(token)\x01\x01"#),
        BlobCase(.literalControlA, of: #"user=a@b.example\\x01auth=Bearer \#(token)\\x01\\x01"#),
        BlobCase(.literalControlA, of: "user=a@b.example^auth=Bearer \(token)\\1\\1"),
        BlobCase(.literalControlA, of: "n,a=a@b.example,\\u0001auth=Bearer \(token)\\u0001\\u0001"),
        BlobCase(.wrongSeparator, of: "user=a@b.example\nauth=Bearer \(token)\n\n"),
        BlobCase(.plain, of: "\0a@b.example\0hunter2"),
        BlobCase(.leadingSpace, of: "  " + good),
        BlobCase(.leadingSpace, of: "user=a@b.example^ auth=Bearer \(token)^^"),
        BlobCase(.missingUser, of: "user=^auth=Bearer \(token)^^"),
        BlobCase(.missingUser, of: "a@b.example^auth=Bearer \(token)^^"),
        BlobCase(.encodedUser, of: "user=a%40b.example^auth=Bearer \(token)^^"),
        BlobCase(.missingGS2Header, of: "host=imap.example^port=993^auth=Bearer \(token)^^"),
        BlobCase(.wrongGS2Header, of: "y,a=a@b.example,^auth=Bearer \(token)^^"),
        BlobCase(.wrongGS2Header, of: "n,a=a@b.example^auth=Bearer \(token)^^"),
        BlobCase(.missingAuthzid, of: "n,,^host=h.example^auth=Bearer \(token)^^"),
        BlobCase(.unescapedAuthzid, of: "n,a=a=b@c.example,^auth=Bearer \(token)^^"),
        BlobCase(.missingAuth, of: "user=a@b.example^Bearer \(token)^^"),
        BlobCase(.missingBearer, of: "user=a@b.example^auth=\(token)^^"),
        BlobCase(.doubledBearer, of: "user=a@b.example^auth=Bearer Bearer \(token)^^"),
        BlobCase(.extraSpace, of: "user=a@b.example^auth=Bearer  \(token)^^"),
        BlobCase(.missingFinalControlA, of: "user=a@b.example^auth=Bearer \(token)^"),
        BlobCase(.missingFinalControlA, of: "user=a@b.example^auth=Bearer \(token)"),
        BlobCase(.trailingBytes, of: good + "\n"),
    ]

    static let tokens = [
        BlobCase(.tokenWhitespace, of: "user=a@b.example^auth=Bearer secret token of nobody^^"),
        BlobCase(.tokenLineBreak, of: "user=a@b.example^auth=Bearer \(token)\n^^"),
        BlobCase(.tokenQuotes, of: "user=a@b.example^auth=Bearer \"\(token)\"^^"),
        BlobCase(.tokenIsJSON, of: #"user=a@b.example^auth=Bearer {"access_token":"\#(token)"}^^"#),
        BlobCase(.tokenIsRefreshToken, of: "user=a@b.example^auth=Bearer 1//\(token)^^"),
        BlobCase(.tokenIsRefreshToken, of: "user=a@b.example^auth=Bearer 0.A\(token)^^"),
        BlobCase(
            .tokenIsIDToken,
            of: "user=a@b.example^auth=Bearer \(Sample.jwt(["iss": "https://accounts.google.com"]).revealed())^^"),
        BlobCase(.tokenIsOtherSecret, of: "user=a@b.example^auth=Bearer GOCSPX-\(token)^^"),
        BlobCase(.tokenIsPlaceholder, of: "user=a@b.example^auth=Bearer None^^"),
        BlobCase(.tokenEmpty, of: "user=a@b.example^auth=Bearer ^^"),
    ]

    /// A byte string whose base64 has both characters in which the alphabets differ.
    static let urlSafe: BlobCase = {
        let plain = "user=a@b.example\u{1}auth=Bearer ~~~???>>>\(token)\u{1}\u{1}"
        let text = Sample.encoded(plain).replacing("+", with: "-").replacing("/", with: "_")
        return BlobCase(.base64URL, text: text)
    }()

    static let all = encodings + forms + tokens + [urlSafe]
}

@Suite("Credentials that a program sent")
struct BlobTests {
    @Test("names each fault", arguments: BlobCase.all) func names(_ example: BlobCase) {
        #expect(SASLBlob.explain(example.text).faults == example.faults)
    }

    @Test("every fault has a case, and words of its own") func isWhole() {
        #expect(Set(BlobCase.all.flatMap(\.faults)) == Set(BlobFault.allCases))
        #expect(Set(BlobFault.allCases.map(\.explanation)).count == BlobFault.allCases.count)
    }

    @Test(
        "finds nothing in the published vectors",
        arguments: [
            // Google's and Microsoft's examples, and RFC 7628 §4.1.
            """
            dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==
            """,
            """
            dXNlcj10ZXN0QGNvbnRvc28ub25taWNyb3NvZnQuY29tAWF1dGg9QmVhcmVyIEV3QkFBbDNCQUFVRkZwVUFvN0ozVmUwYmpMQldaV0NjbFJDM0VvQUEBAQ==
            """,
            """
            bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB
            """,
        ]) func acceptsVectors(_ text: String)
    {
        let findings = SASLBlob.explain(text)
        #expect(findings.faults.isEmpty)
        #expect(findings.mechanism != nil)
        #expect(findings.user != nil)
        // A personal account's token for an organisation's mailbox, as in Microsoft's example, is another matter.
        let verdict = Diagnosis.explain(blob: text).verdict
        #expect(verdict == (findings.token?.kind == .microsoftPersonal ? .cause : .nothingWrong))
    }

    @Test("reads through a fault to what lies behind it") func goesOn() {
        let findings = SASLBlob.explain(
            Sample.encoded(Sample.encoded("user=a@b.example\\1auth=Bearer Bearer \"\(BlobCase.token)\"\n\\1\\1")))
        #expect(findings.faults == [.doubleBase64, .literalControlA, .doubledBearer, .tokenLineBreak, .tokenQuotes])
        #expect(findings.user == "a@b.example")
        #expect(findings.token?.length == BlobCase.token.utf8.count)
    }

    @Test("shows no token, whatever the fault", arguments: BlobCase.all) func hidesToken(_ example: BlobCase) {
        for rendering in Diagnosis.explain(blob: example.text).renderings {
            #expect(!rendering.contains(BlobCase.token))
            #expect(!rendering.contains("hunter2"))
        }
    }

    @Test("survives any bytes") func survives() {
        var state: UInt32 = 1
        for length in 0..<600 {
            let bytes = (0..<length).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(truncatingIfNeeded: state >> 24)
            }
            _ = SASLBlob.explain(Data(bytes).base64EncodedString())
            _ = SASLBlob.explain(String(decoding: bytes, as: UTF8.self))
        }
    }
}
