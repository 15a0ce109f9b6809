/// Codes of Microsoft's sign-in (`AADSTS…`) in other programs' texts.
enum SignInCode {
    /// The codes of a text, each once, in their order; at most eight.
    static func codes(in text: String) -> [Int] {
        var found: [Int] = []
        for match in text.matches(of: /AADSTS([0-9]{4,8})/) {
            if let code = Int(match.1), !found.contains(code) { found.append(code) }
            if found.count == 8 { break }
        }
        return found
    }

    static func match(_ code: Int, _ evidence: Evidence) -> DiagnosisRow.Match {
        .init(
            .certain, because: ["Microsoft's sign-in answered AADSTS\(code)"],
            fix: Fix("Look the code up at https://login.microsoftonline.com/error?code=\(code)."),
            cause: "the token request failed with AADSTS\(code)")
    }
}
