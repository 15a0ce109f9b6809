extension PageRenderer {
    /// What overrides lack or do wrong, in the order of their names.
    ///
    /// Each is rendered from made-up values, so what counts is the page that comes out, wherever its parts come from.
    /// An override that replaces `base` or another part is judged by every page.
    public static func audit(overrides: [String: String], catalog: StringCatalog? = nil) -> [TemplateFinding] {
        do {
            let renderer = try PageRenderer(catalog: catalog, overrides: overrides)
            return TemplateAudit(renderer: renderer, overrides: Set(overrides.keys)).findings
        } catch {
            let kind = TemplateFinding.Kind.unusable(error)
            return [TemplateFinding(template: error.template, line: error.line, severity: .error, kind: kind)]
        }
    }
}

/// One look at a set of overrides.
struct TemplateAudit {
    let renderer: PageRenderer
    let overrides: Set<String>

    private var templates: TemplateSet { renderer.loadedTemplates }

    var findings: [TemplateFinding] {
        overrides.sorted().flatMap { nameFindings($0) + tagFindings($0) } + pageFindings
    }

    // MARK: Names

    private func nameFindings(_ name: String) -> [TemplateFinding] {
        let known = PageTemplate.allCases.map(\.rawValue) + TemplateSet.parts
        guard !known.contains(name), !isIncluded(name) else { return [] }
        let kind = TemplateFinding.Kind.unknownTemplate(nearest: nearestName(to: name, among: known))
        return [TemplateFinding(template: name, line: nil, severity: .error, kind: kind)]
    }

    private func isIncluded(_ name: String) -> Bool {
        overrides.contains { other in
            other != name && templates.inclusions(of: other).contains { $0.name == name }
        }
    }

    private func tagFindings(_ name: String) -> [TemplateFinding] {
        TemplateTag.scan(templates.sources[name] ?? "").compactMap { tag in
            switch tag.kind {
            case .partial, .parent: partialFinding(tag, in: name)
            case .variable, .rawVariable, .section: variableFinding(tag, in: name)
            case .block, .close, .comment, .setting, .unfinished: nil
            }
        }
    }

    private func partialFinding(_ tag: TemplateTag, in name: String) -> TemplateFinding? {
        guard templates.sources[tag.name] == nil else { return nil }
        let nearest = nearestName(to: tag.name, among: templates.sources.keys.sorted())
        let kind = TemplateFinding.Kind.unknownPartial(tag.name, nearest: nearest)
        return TemplateFinding(template: name, line: tag.line, severity: .error, kind: kind)
    }

    private func variableFinding(_ tag: TemplateTag, in name: String) -> TemplateFinding? {
        let variable = tag.name.hasPrefix(".") ? String(tag.name.dropFirst()) : tag.name
        if variable.isEmpty { return nil }
        let known = variables(of: name)
        let isText = variable.hasPrefix("t.") && renderer.catalog.contains(String(variable.dropFirst(2)))
        let first = String(variable.prefix { $0 != "." })
        guard !isText, !known.contains(first) else { return nil }
        let texts = renderer.catalog.keys.map { "t." + $0 }
        let nearest = nearestName(to: variable, among: variable.hasPrefix("t.") ? texts : known.sorted())
        let kind = TemplateFinding.Kind.unknownVariable(tag.name, nearest: nearest)
        return TemplateFinding(template: name, line: tag.line, severity: .warning, kind: kind)
    }

    /// The names that a template may use: its page's, or for a part those of every page.
    private func variables(of template: String) -> Set<String> {
        let pages = PageTemplate(rawValue: template).map { [$0] } ?? PageTemplate.allCases
        return pages.reduce(into: []) { names, page in
            Self.collect(renderer.fields(of: PageSample.page(page), in: PageSample.layout), into: &names)
        }
    }

    private static func collect(_ fields: TemplateFields, into names: inout Set<String>) {
        for (name, value) in fields {
            names.insert(name)
            switch value {
            case .fields(let inner): collect(inner, into: &names)
            case .list(let rows): rows.forEach { collect($0, into: &names) }
            default: continue
            }
        }
    }

    // MARK: Pages

    private var pageFindings: [TemplateFinding] {
        PageTemplate.allCases.filter(isTouched).flatMap { template in
            let html = renderer.render(PageSample.page(template), in: PageSample.layout)
            let elements = HTMLElement.scan(html)
            let missing = PageSample.requirements(of: template).filter { !$0.isMet(by: elements) }
            let blocked = Self.blocked(elements)
            let errors = missing.map { requirement in
                TemplateFinding(
                    template: template.rawValue, line: nil, severity: .error,
                    kind: .missingElement(requirement.explanation))
            }
            let warnings = blocked.map { what in
                TemplateFinding(
                    template: template.rawValue, line: nil, severity: .warning, kind: .blockedByPolicy(what))
            }
            return errors + warnings
        }
    }

    /// Whether an override takes part in a page.
    private func isTouched(_ template: PageTemplate) -> Bool {
        var open = [template.rawValue]
        var seen: Set<String> = []
        while let name = open.popLast() {
            guard seen.insert(name).inserted else { continue }
            if overrides.contains(name) { return true }
            open += templates.inclusions(of: name).map(\.name)
        }
        return false
    }

    private static func blocked(_ elements: [HTMLElement]) -> [String] {
        elements.flatMap { element -> [String] in
            let inline = element.attributes.compactMap { attribute -> String? in
                if attribute.name == "style" { return "a style attribute on <\(element.name)>" }
                return attribute.name.hasPrefix("on") ? "the handler \(attribute.name) on <\(element.name)>" : nil
            }
            return inline + blockedElement(element)
        }
    }

    private static func blockedElement(_ element: HTMLElement) -> [String] {
        switch element.name {
        case "style": ["a <style> element; put it into a stylesheet"]
        case "script" where element["nonce"] != PageSample.layout.nonce: ["a <script> without nonce=\"{{nonce}}\""]
        case "iframe", "object", "embed": ["<\(element.name)>"]
        case "link", "img", "script", "video", "audio", "source":
            [element["href"], element["src"]].compactMap { $0 }.filter(isExternal).map { "\($0) from another site" }
        default: []
        }
    }

    private static func isExternal(_ address: String) -> Bool {
        let address = address.lowercased()
        return address.hasPrefix("//") || address.hasPrefix("http:") || address.hasPrefix("https:")
    }
}
