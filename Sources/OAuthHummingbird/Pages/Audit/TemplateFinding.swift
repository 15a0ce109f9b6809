/// Something that an override of a template lacks or does wrong.
public struct TemplateFinding: Hashable, Sendable, CustomStringConvertible {
    /// How much it matters.
    public enum Severity: String, Sendable {
        /// The page does not work: do not start with it.
        case error
        /// The page works, though not as it was meant.
        case warning
    }

    /// What was found.
    public enum Kind: Hashable, Sendable {
        /// The template cannot be used at all.
        case unusable(TemplateError)
        /// No page has this name and no template includes it; the nearest name that one has.
        case unknownTemplate(nearest: String?)
        /// The template includes another that does not exist; the nearest name that does.
        case unknownPartial(String, nearest: String?)
        /// The page has no variable of this name; the nearest that it has.
        case unknownVariable(String, nearest: String?)
        /// The page lacks a control or a field without which it does nothing.
        case missingElement(String)
        /// The page holds what its Content-Security-Policy keeps from working.
        case blockedByPolicy(String)
    }

    /// The template's name, without the extension.
    public let template: String
    /// The line, from 1, when it is known.
    public let line: Int?
    /// How much it matters.
    public let severity: Severity
    /// What was found.
    public let kind: Kind

    /// One line with the file, what is wrong and what to do.
    public var description: String { "\(place): \(explanation)" }

    /// The file, and the line when it is known.
    package var place: String { "\(template).mustache\(line.map { ":\($0)" } ?? "")" }

    /// What is wrong, and what to do.
    package var explanation: String {
        switch kind {
        case .unusable(let error): error.explanation
        case .unknownTemplate(let nearest):
            "No page is called “\(template)” and no template includes it\(Self.suggestion(nearest))."
        case .unknownPartial(let name, let nearest):
            "There is no template “\(name)” to include\(Self.suggestion(nearest))."
        case .unknownVariable(let name, let nearest):
            "The page has no variable “\(name)”\(Self.suggestion(nearest))."
        case .missingElement(let element): "The page lacks \(element), without which it does not work."
        case .blockedByPolicy(let what): "The page holds \(what), which the Content-Security-Policy blocks."
        }
    }

    private static func suggestion(_ nearest: String?) -> String { nearest.map { "; did you mean “\($0)”?" } ?? "" }
}

/// The name among many that takes the fewest changes to reach, when that is few enough to be a slip.
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
    let ranked = candidates.map { (distance: editDistance(name, $0), name: $0) }.sorted { $0 < $1 }
    guard let best = ranked.first, best.distance <= max(2, name.count / 2) else { return nil }
    return best.name
}

/// Levenshtein's distance over characters, without regard to case.
private func editDistance(_ left: String, _ right: String) -> Int {
    let right = Array(right.lowercased())
    var row = Array(0...right.count)
    for (lineIndex, character) in left.lowercased().enumerated() {
        var diagonal = row[0]
        row[0] = lineIndex + 1
        for (column, other) in right.enumerated() {
            let substitution = diagonal + (character == other ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(substitution, row[column] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
