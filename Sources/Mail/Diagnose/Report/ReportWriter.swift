/// Writes a report as text or Markdown.
struct ReportWriter {
    enum Style {
        case text
        case markdown
    }

    var masker: Masker
    let style: Style
    private var lines: [String] = []

    init(masker: Masker, style: Style) {
        self.masker = masker
        self.style = style
    }

    mutating func write(_ report: DiagnosisReport) -> String {
        heading(report.headline)
        if let top = report.mostLikely { write(details: top) }
        section("What was tried", report.steps.map { step($0) })
        section("Evidence", report.facts.map { fact in "\(fact.name): \(inline(fact.value))" })
        if !report.programFaults.isEmpty {
            section(
                "Faults of the program",
                report.programFaults.map { "\($0.number). \($0.rawValue): \(plain($0.advice))" })
        }
        write(others: report)
        section("What to try next", report.nextSteps.map { inline($0) })
        if masker.hasMasked {
            lines += ["", "Addresses, ids and hosts are replaced by numbered words."]
        }
        let text = lines.joined(separator: "\n") + "\n"
        guard text.count > DiagnosisReport.longestRendering else { return text }
        return text.prefix(DiagnosisReport.longestRendering) + "\n… (cut)\n"
    }

    private mutating func write(details top: Candidate) {
        section("Why", top.because.map { inline($0) })
        title("Fix")
        write(fix: top.fix)
        lines.append("")
        lines.append("Row \(top.number), \(top.id).")
    }

    private mutating func write(others report: DiagnosisReport) {
        let others = Array(report.others)
        guard !others.isEmpty else { return }
        switch report.verdict {
        case .loggedIn: title("Should another program fail")
        case .unknown: title("What it may be")
        case .cause, .nothingWrong: title("Other candidates")
        }
        for (index, candidate) in others.enumerated() {
            let line = inline(candidate.cause) + " (row \(candidate.number), \(candidate.id))"
            lines.append(item("\(candidate.confidence.rawValue): \(line)"))
            // What is the same for several is written once, below the last of them.
            let next = index + 1 < others.count ? others[index + 1] : nil
            if next?.because != candidate.because || next?.fix != candidate.fix { write(reasons: candidate) }
        }
    }

    private mutating func write(reasons candidate: Candidate) {
        for reason in candidate.because { lines.append("  " + item(inline(reason))) }
        lines.append("  " + item("Fix: " + inline(candidate.fix.text)))
        for command in candidate.fix.commands { lines.append("  " + item(code(masker.text(command)))) }
        if let path = candidate.fix.clickPath { lines.append("  " + item("Or: " + inline(path))) }
    }

    private mutating func write(fix: Fix) {
        lines.append(inline(fix.text))
        if !fix.commands.isEmpty {
            lines.append("")
            if style == .markdown { lines.append("```") }
            for command in fix.commands {
                let text = masker.text(command).replacing("`", with: "'")
                lines.append(style == .markdown ? text : "    " + text)
            }
            if style == .markdown { lines.append("```") }
        }
        if let path = fix.clickPath {
            lines.append("")
            lines.append("Or: " + inline(path))
        }
    }

    private mutating func step(_ step: ReportStep) -> String {
        var line = "\(step.name): \(step.failure.map { inline($0) } ?? "ok")"
        if let duration = step.duration { line += " (\(duration.milliseconds) ms)" }
        if let answer = step.answer { line += ", server: \(inline(answer))" }
        return line
    }

    // MARK: Style

    private mutating func heading(_ text: ReportText) {
        lines.append(style == .markdown ? "## " + inline(text) : inline(text))
    }

    private mutating func title(_ text: String) {
        lines.append("")
        lines.append(style == .markdown ? "### " + text : text + ":")
        if style == .markdown { lines.append("") }
    }

    private mutating func section(_ name: String, _ items: [String]) {
        guard !items.isEmpty else { return }
        title(name)
        lines += items.map(item)
    }

    private func item(_ text: String) -> String { (style == .markdown ? "- " : "  - ") + text }

    /// A text within a line. In Markdown everything that is not ours stands as code, where nothing has a meaning.
    private mutating func inline(_ text: ReportText) -> String {
        var output = ""
        for fragment in text.fragments {
            let shown = masker.text(ReportText(fragments: [fragment]))
            switch fragment {
            case .plain: output += plain(shown)
            case .identifier: output += style == .markdown ? code(shown) : shown
            case .quote: output += style == .markdown ? code(shown) : "\"\(shown)\""
            }
        }
        return output
    }

    private func code(_ text: String) -> String {
        style == .markdown ? "`" + text.replacing("`", with: "'") + "`" : text
    }

    /// Our own words: what Markdown would take for syntax is escaped.
    private func plain(_ text: String) -> String {
        guard style == .markdown else { return text }
        var output = ""
        for character in text {
            if "\\`*_<>[]#|".contains(character) { output.append("\\") }
            output.append(character)
        }
        return output
    }
}

extension ReportText {
    init(fragments: [Fragment]) { self.fragments = fragments }
}
