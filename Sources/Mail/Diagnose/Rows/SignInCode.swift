import Microsoft365

/// Codes of Microsoft's sign-in (`AADSTS…`) in other programs' texts.
enum SignInCode {
    /// Codes of one text that are explained.
    private static let most = 8

    /// The codes of a text, each once, in their order.
    static func codes(in text: String) -> [Int] { Array(AADSTS.codes(in: text).prefix(most)) }

    static func match(_ code: Int) -> DiagnosisRow.Match {
        let because: [ReportText] = ["Microsoft's sign-in answered AADSTS\(code)"]
        guard let entry = AADSTS.entry(code) else {
            return .init(
                .certain, because: because,
                fix: Fix("Look the code up at https://login.microsoftonline.com/error?code=\(code)."),
                cause: "the token request failed with AADSTS\(code)")
        }
        return .init(
            .certain, because: because, fix: Fix("\(entry.fix.prefix(1).uppercased() + entry.fix.dropFirst())."),
            cause: "the token request failed: \(entry.cause)")
    }
}
