/// One stage of an attempt, for a report.
public struct ReportStep: Hashable, Sendable {
    /// What the stage is called.
    public var name: String
    /// Why it failed; `nil` where it succeeded.
    public var failure: ReportText?
    /// What the server said.
    public var answer: ReportText?
    /// How long it took.
    public var duration: Duration?
}

/// What was tried, what was seen, why it fails, and what to do. It holds no token, and can be shown to strangers when
/// it is rendered masked, which is the default.
public struct DiagnosisReport: Hashable, Sendable {
    /// What came out.
    public enum Verdict: String, Hashable, Sendable {
        /// The login works.
        case loggedIn = "logged-in"
        /// There is a cause.
        case cause
        /// Nothing is wrong with what was shown, as far as can be seen.
        case nothingWrong = "nothing-wrong"
        /// The evidence fits no known cause, or several alike.
        case unknown
    }

    /// What came out.
    public let verdict: Verdict
    /// What was tried, in order; empty where somebody else's text was explained.
    public let steps: [ReportStep]
    /// What was seen: a name and a value each.
    public let facts: [Fact]
    /// The causes that the evidence allows, the most likely first.
    public let candidates: [Candidate]
    /// Faults of a program whose text was given.
    public let programFaults: [ProgramFault]
    /// What to try where no cause is certain.
    public let nextSteps: [ReportText]
    /// All that is known, for programs.
    public let evidence: Evidence

    /// Something that was seen.
    public struct Fact: Hashable, Sendable {
        /// What, such as `token.aud`.
        public var name: String
        /// Its value.
        public var value: ReportText
    }

    init(evidence: Evidence, steps: [ReportStep]) {
        self.evidence = evidence
        self.steps = steps
        facts = Facts.list(evidence)
        candidates = DiagnosisRow.candidates(evidence)
        programFaults = evidence.programFaults
        verdict = Self.verdict(evidence, candidates)
        nextSteps = NextSteps.list(evidence, verdict: verdict, candidates: candidates)
    }

    /// The most likely cause, where the login does not work.
    public var mostLikely: Candidate? { verdict == .cause ? candidates.first : nil }

    /// The other causes that the evidence allows.
    public var others: ArraySlice<Candidate> { candidates.dropFirst(mostLikely == nil ? 0 : 1) }

    private static func verdict(_ evidence: Evidence, _ candidates: [Candidate]) -> Verdict {
        if evidence.isLoggedIn { return .loggedIn }
        if !candidates.isEmpty { return fitAlike(candidates) ? .unknown : .cause }
        if let blob = evidence.blob, blob.faults.isEmpty, evidence.answers.isEmpty { return .nothingWrong }
        return .unknown
    }

    /// Whether nothing speaks for the first of several rather than for the next.
    private static func fitAlike(_ candidates: [Candidate]) -> Bool {
        candidates.count > 1 && candidates[0].confidence == .possible && candidates[0].because == candidates[1].because
    }

    /// One line: what came out.
    public var headline: ReportText {
        switch verdict {
        case .loggedIn: "The login works; here is what was seen."
        case .nothingWrong: "The credentials have the right form."
        case .unknown:
            if !programFaults.isEmpty {
                "The program's text shows known faults."
            } else if candidates.isEmpty {
                "Cannot tell: what was seen fits no known cause."
            } else {
                "Cannot tell yet: several causes fit."
            }
        case .cause:
            mostLikely.map { top -> ReportText in "Most likely cause (\(top.confidence.rawValue)): \(top.cause)" } ?? ""
        }
    }
}

/// What to try next.
enum NextSteps {
    static func list(_ evidence: Evidence, verdict: DiagnosisReport.Verdict, candidates: [Candidate]) -> [ReportText] {
        switch verdict {
        case .loggedIn:
            return [
                """
                If another program fails with the same token, have what it sends explained: sallyport mail diagnose \
                --explain-blob BASE64
                """
            ]
        case .nothingWrong:
            return [
                """
                Let our own login try the same token: sallyport mail diagnose --token-stdin --host HOST --mailbox \
                ADDRESS
                """
            ]
        case .cause:
            return candidates.first?.confidence == .certain ? [] : missing(evidence)
        case .unknown: return missing(evidence)
        }
    }

    /// What would make the answer surer.
    private static func missing(_ evidence: Evidence) -> [ReportText] {
        var steps: [ReportText] = []
        if evidence.reached == nil, evidence.context.ownLogin == .untried {
            steps.append(
                """
                Let our own login try the same token, step by step: sallyport mail diagnose --token-stdin --host HOST \
                --mailbox ADDRESS
                """
            )
        }
        // Our own login sends what it should.
        if evidence.blob == nil, evidence.reached == nil {
            steps.append("Have what the program sends explained: sallyport mail diagnose --explain-blob BASE64")
        }
        if evidence.token == nil { steps.append("Give the token, so that its claims can be read.") }
        if evidence.mailbox == nil { steps.append("Name the mailbox, so that it can be compared with the token.") }
        if evidence.isExchange, evidence.token?.claims == nil || evidence.isTokenRefused {
            steps.append(
                "Look at the attempt in the sign-in log: Entra admin center > Monitoring & health > Sign-in logs")
        }
        return steps.isEmpty ? ["Ask the server's operator what its log says of this moment."] : steps
    }
}
