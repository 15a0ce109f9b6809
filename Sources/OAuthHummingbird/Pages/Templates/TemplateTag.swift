/// One `{{tag}}` of a template: what the engine does not tell about a template that it has parsed.
struct TemplateTag: Equatable {
    enum Kind: Equatable {
        case variable, rawVariable, section, close, block, partial, parent, comment, setting, unfinished
    }

    let kind: Kind
    /// The name, without transforms; empty for comments and settings.
    let name: String
    /// The line on which the tag starts, from 1.
    let line: Int

    /// Whether something has to close the tag.
    var opens: Bool { kind == .section || kind == .block || kind == .parent }

    /// Finds the tags of a template, in order. The last may be one that does not end.
    static func scan(_ source: String) -> [TemplateTag] {
        var tags: [TemplateTag] = []
        var rest = Substring(source)
        var line = 1
        while let open = rest.firstRange(of: "{{") {
            line += newlines(in: rest[..<open.lowerBound])
            let isTriple = rest[open.upperBound...].hasPrefix("{")
            guard let close = rest[open.upperBound...].firstRange(of: isTriple ? "}}}" : "}}") else {
                return tags + [TemplateTag(kind: .unfinished, name: "", line: line)]
            }
            tags.append(TemplateTag(body: rest[open.upperBound..<close.lowerBound], line: line))
            line += newlines(in: rest[open.lowerBound..<close.upperBound])
            rest = rest[close.upperBound...]
        }
        return tags
    }

    private init(kind: Kind, name: String, line: Int) {
        self.kind = kind
        self.name = name
        self.line = line
    }

    private init(body: Substring, line: Int) {
        self.line = line
        switch body.first {
        case "#", "^": kind = .section
        case "/": kind = .close
        case "$": kind = .block
        case ">": kind = .partial
        case "<": kind = .parent
        case "{", "&": kind = .rawVariable
        case "!": kind = .comment
        case "=", "%": kind = .setting
        default: kind = .variable
        }
        let text = kind == .variable ? body : body.dropFirst()
        name = kind == .comment || kind == .setting ? "" : text.filter { !$0.isWhitespace }
    }

    private static func newlines(in text: Substring) -> Int { text.count { $0.isNewline } }
}

extension [TemplateTag] {
    /// The first tag that is never closed, or that closes what is not open.
    var firstUnbalanced: TemplateTag? {
        var open: [TemplateTag] = []
        for tag in self {
            if tag.opens { open.append(tag) }
            guard tag.kind == .close else { continue }
            guard let last = open.popLast() else { return tag }
            // What closes an outer tag shows that the inner one was forgotten.
            guard last.name == tag.name else { return open.contains { $0.name == tag.name } ? last : tag }
        }
        return open.last
    }
}
