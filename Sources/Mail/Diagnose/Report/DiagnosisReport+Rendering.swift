public import OAuthCore

/// How a report is written.
public enum ReportFormat: String, Hashable, Sendable, CaseIterable {
    /// For a terminal.
    case text
    /// For a forum or an issue.
    case markdown
    /// For programs.
    case json
}

extension DiagnosisReport {
    /// Characters of a rendering; what is beyond is cut off, which no honest evidence reaches.
    public static let longestRendering = 32_768

    /// Writes the report.
    ///
    /// - Parameter disclosure: whether identifiers are masked. Default masked. Tokens are in neither form.
    public func rendered(as format: ReportFormat, disclosure: Disclosure = .masked) -> String {
        switch format {
        case .text: text(disclosure)
        case .markdown: markdown(disclosure)
        case .json: String(decoding: JSONValue.object(json(disclosure)).encoded(), as: UTF8.self)
        }
    }

    /// For a terminal.
    public func text(_ disclosure: Disclosure = .masked) -> String {
        var writer = ReportWriter(masker: masker(disclosure), style: .text)
        return writer.write(self)
    }

    /// For a forum or an issue.
    public func markdown(_ disclosure: Disclosure = .masked) -> String {
        var writer = ReportWriter(masker: masker(disclosure), style: .markdown)
        return writer.write(self)
    }

    /// For programs: `verdict`, `headline`, `steps`, `facts`, `candidates`, `program_faults`, `next_steps`, `masked`.
    public func json(_ disclosure: Disclosure = .masked) -> JSONObject {
        var masker = masker(disclosure)
        var object: JSONObject = ["verdict": .string(verdict.rawValue)]
        object["headline"] = .string(masker.text(headline))
        object["masked"] = .bool(disclosure == .masked)
        object["steps"] = .array(steps.map { .object($0.json(&masker)) })
        object["facts"] = .array(
            facts.map { .object(["name": .string($0.name), "value": .string(masker.text($0.value))]) })
        object["candidates"] = .array(candidates.map { .object($0.json(&masker)) })
        object["program_faults"] = .array(
            programFaults.map {
                .object([
                    "id": .string($0.rawValue), "number": .integer(Int64($0.number)), "advice": .string($0.advice),
                ])
            })
        object["next_steps"] = .array(nextSteps.map { .string(masker.text($0)) })
        return object
    }

    /// A masker that knows every identifier of the report, so that a quotation in front of one does not show it.
    private func masker(_ disclosure: Disclosure) -> Masker {
        var masker = Masker(disclosure)
        let texts =
            facts.map(\.value) + candidates.flatMap { [$0.cause] + $0.because + [$0.fix.text] + $0.fix.commands }
        for case .identifier(let identifier) in texts.flatMap(\.fragments) { masker.learn(identifier) }
        return masker
    }
}

extension ReportStep {
    func json(_ masker: inout Masker) -> JSONObject {
        var object: JSONObject = ["step": .string(name), "succeeded": .bool(failure == nil)]
        object["failure"] = failure.map { .string(masker.text($0)) }
        object["answer"] = answer.map { .string(masker.text($0)) }
        object["milliseconds"] = duration.map { .integer($0.milliseconds) }
        return object
    }
}

extension Candidate {
    func json(_ masker: inout Masker) -> JSONObject {
        var fixing: JSONObject = ["text": .string(masker.text(fix.text))]
        fixing["commands"] = .array(fix.commands.map { .string(masker.text($0)) })
        fixing["click_path"] = fix.clickPath.map { .string(masker.text($0)) }
        return [
            "row": .integer(Int64(number)), "id": .string(id), "cause": .string(masker.text(cause)),
            "confidence": .string(confidence.rawValue),
            "because": .array(because.map { .string(masker.text($0)) }), "fix": .object(fixing),
        ]
    }
}

extension Duration {
    /// Whole milliseconds, at least 0.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(0, min(seconds, 1_000_000_000)) * 1_000 + max(0, attoseconds) / 1_000_000_000_000_000
    }
}
