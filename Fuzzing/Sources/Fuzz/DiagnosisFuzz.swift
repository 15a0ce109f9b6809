import MailDiagnosis
import OAuthCore

/// A report can be made of anything, and a token that was in it is in no report.
enum DiagnosisFuzz {
    private static let token = "ya29.fuzz-Q7w1Zt9Lr3Xk5Vb8Nm2Pd4"

    /// The variant `b` takes the input as a blob; others put a login around it, and look for its token.
    static func runBlob(_ input: FuzzInput) {
        let text = String(decoding: input.bytes, as: UTF8.self)
        _ = SASLBlob.explain(text)
        check(Diagnosis.explain(blob: text), hides: nil)
        guard input.variant & 1 != 0 else { return }
        let login = "user=\(input.variant & 2 == 0 ? text : "a@b.example")\u{1}auth=Bearer \(token)\u{1}\u{1}"
        var blob = Base64Lines.encode(Array(login.utf8))
        if input.variant & 4 != 0 { blob = Base64Lines.encode(Array(blob.utf8)) }
        if input.variant & 8 != 0 { blob += text }
        if input.variant & 16 != 0 { blob = login }
        check(Diagnosis.explain(blob: blob), hides: token)
    }

    /// Whatever surrounds a token in what a program printed.
    static func runResponse(_ input: FuzzInput) {
        let text = String(decoding: input.bytes, as: UTF8.self)
        check(Diagnosis.explain(response: text), hides: nil)
        guard input.variant & 1 != 0 else { return }
        let middle = text.index(text.startIndex, offsetBy: text.count / 2)
        let printed = text[..<middle] + " Authorization: Bearer \(token) " + text[middle...]
        check(Diagnosis.explain(response: String(printed)), hides: token)
    }

    private static func check(_ report: DiagnosisReport, hides secret: String?) {
        for format in ReportFormat.allCases {
            for disclosure in [Disclosure.masked, .full] {
                let text = report.rendered(as: format, disclosure: disclosure)
                precondition(secret.map { !text.contains($0) } ?? true, "a token is in a report")
            }
        }
    }
}

/// Base64 as programs write it.
private enum Base64Lines {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let group = Array(rest.prefix(3))
            rest = rest.dropFirst(3)
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                output.append(place <= group.count ? alphabet[(value >> (18 - 6 * place)) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
