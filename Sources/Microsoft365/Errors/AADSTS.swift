/// The numbers by which the identity platform names its errors, with what they mean and what to do: for people.
/// Programs act on `error`, for the numbers may change.
public enum AADSTS {
    /// What a number means.
    public struct Entry: Sendable, Hashable {
        /// The number behind `AADSTS`.
        public let code: Int
        /// The `error` it comes with most of the time; `nil` where it is shown on a page instead of being answered.
        public let oauthError: String?
        /// What is wrong, without a full stop.
        public let cause: String
        /// What to do about it, without a full stop.
        public let fix: String
    }

    /// What a number means; `nil` for one that is not known.
    public static func entry(_ code: Int) -> Entry? { entries[code] }

    /// Every number that is known, ascending.
    public static var all: [Entry] { entries.values.sorted { $0.code < $1.code } }

    /// The numbers in a description, in their order: `AADSTS65001: The user …` has one, others have several.
    public static func codes(in description: String) -> [Int] {
        var codes: [Int] = []
        for match in description.ranges(of: "AADSTS") {
            let digits = description[match.upperBound...].prefix { $0.isASCII && $0.isNumber }
            guard (4...8).contains(digits.utf8.count), let code = Int(digits), !codes.contains(code) else { continue }
            codes.append(code)
        }
        return codes
    }

    /// What the words of a refused assertion tell apart under its one number, 700027.
    static func particular(_ description: String) -> Entry? {
        guard codes(in: description) == [700_027] else { return nil }
        if description.contains("key was not found") {
            return Entry(
                code: 700_027, oauthError: "invalid_client",
                cause: "the certificate is not one of the app's registration",
                fix: "upload this certificate to the app's registration, or use the one that is there")
        }
        guard description.contains("key used is expired") else { return nil }
        return Entry(
            code: 700_027, oauthError: "invalid_client", cause: "the app's certificate has expired",
            fix: "make a new certificate and upload it to the app's registration")
    }

    private static let entries = Dictionary(
        rows.flatMap { row in
            row.codes.map { code in
                (code, Entry(code: code, oauthError: row.oauthError, cause: row.cause, fix: row.fix))
            }
        },
        uniquingKeysWith: { first, _ in first })

    /// Numbers that mean the same.
    struct Row {
        let codes: [Int]
        let oauthError: String?
        let cause: String
        let fix: String

        init(_ codes: Int..., error: String?, _ cause: String, fix: String) {
            self.codes = codes
            oauthError = error
            self.cause = cause
            self.fix = fix
        }
    }

    static var rows: [Row] { accountRows + policyRows + consentRows + grantRows + clientRows + requestRows }
}
