/// One known cause of a failing login, as data: what it is called, how it is recognised, and what to do about it.
public struct DiagnosisRow: Sendable {
    /// What a row finds in the evidence.
    struct Match {
        var confidence: Confidence
        var because: [ReportText]
        var fix: Fix
        /// A cause put more exactly than the row does.
        var cause: ReportText?

        init(_ confidence: Confidence, because: [ReportText], fix: Fix, cause: ReportText? = nil) {
            self.confidence = confidence
            self.because = because
            self.fix = fix
            self.cause = cause
        }
    }

    /// Its number. It never changes.
    public let number: Int
    /// Its name. It never changes.
    public let id: String
    /// The cause, in one line.
    public let cause: String
    let match: @Sendable (Evidence) -> [Match]

    init(_ number: Int, _ id: String, _ cause: String, match: @escaping @Sendable (Evidence) -> Match?) {
        self.init(number, id, cause, matches: { match($0).map { [$0] } ?? [] })
    }

    init(_ number: Int, _ id: String, _ cause: String, matches: @escaping @Sendable (Evidence) -> [Match]) {
        self.number = number
        self.id = id
        self.cause = cause
        match = matches
    }

    func candidates(_ evidence: Evidence) -> [Candidate] {
        match(evidence).map { match in
            Candidate(
                number: number, id: id, cause: match.cause ?? "\(cause)", confidence: match.confidence,
                because: match.because, fix: match.fix)
        }
    }
}

extension DiagnosisRow {
    /// Every known cause.
    public static let all: [DiagnosisRow] =
        ([blob] + tokenRows + mailboxRows + [basicAuthentication] + sendingRows + providerRows + connectionRows
        + otherRows).sorted { $0.number < $1.number }

    /// The causes that the evidence allows: the surest first, and among equally sure ones in the table's order.
    static func candidates(_ evidence: Evidence) -> [Candidate] {
        let found = all.flatMap { $0.candidates(evidence) }
        // Sorting keeps no order of its own among equals, so the place is part of the key.
        return found.enumerated().sorted { left, right in
            (right.element.confidence, place(left.element), left.offset)
                < (left.element.confidence, place(right.element), right.offset)
        }.map(\.element)
    }

    /// Where a row stands among equally sure ones: what the other rows only follow from comes first.
    private static func place(_ candidate: Candidate) -> Int {
        switch candidate.id {
        case "wrong-kind-of-token", "token-request-failed": 0
        case "token-expired": 1
        case "token-for-another-api": 2
        default: candidate.number + 10
        }
    }
}
