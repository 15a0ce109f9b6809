import Mustache

/// The templates that come with the product, with some of them replaced.
///
/// The original of a replaced template stays reachable under ``originalPrefix``, so that `consent` can extend
/// `sallyport.consent` and change one block.
package struct TemplateSet: Sendable {
    /// What stands before the name of a template that comes with the product.
    static let originalPrefix = "sallyport."

    /// Name to source of everything that a template can include.
    let sources: [String: String]
    let library: MustacheLibrary

    /// - Parameters:
    ///   - overrides: what replaces templates, by name.
    ///   - originals: what comes with the product, by name. Default: the authorization server's.
    package init(
        overrides: [String: String] = [:], originals: [String: String] = Self.originals
    ) throws(TemplateError) {
        var sources = originals.merging(overrides) { _, override in override }
        for (name, source) in originals { sources[Self.originalPrefix + name] = source }
        var library = MustacheLibrary()
        for (name, source) in sources.sorted(by: { $0.key < $1.key }) {
            library.register(try Self.parse(source, named: name), named: name)
        }
        self.sources = sources
        self.library = library
        try checkInclusions()
    }

    /// The authorization server's templates, by name.
    package static var originals: [String: String] {
        embedded.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    /// The names of templates that are not pages: what pages are made of.
    static let parts = ["base", "mark"]

    private static var embedded: [String: [UInt8]] {
        [
            "base": PackageResources.base_mustache, "mark": PackageResources.mark_mustache,
            PageTemplate.login.rawValue: PackageResources.login_mustache,
            PageTemplate.consent.rawValue: PackageResources.consent_mustache,
            PageTemplate.error.rawValue: PackageResources.error_mustache,
            PageTemplate.applications.rawValue: PackageResources.applications_mustache,
            PageTemplate.applicationForm.rawValue: PackageResources.application_form_mustache,
            PageTemplate.application.rawValue: PackageResources.application_mustache,
            PageTemplate.applicationSecret.rawValue: PackageResources.application_secret_mustache,
            PageTemplate.applicationDelete.rawValue: PackageResources.application_delete_mustache,
            PageTemplate.connectedApps.rawValue: PackageResources.connected_apps_mustache,
            PageTemplate.account.rawValue: PackageResources.account_mustache,
            PageTemplate.logout.rawValue: PackageResources.logout_mustache,
            PageTemplate.signedOut.rawValue: PackageResources.signed_out_mustache,
        ]
    }

    /// A template with these values; empty for a name that is not there.
    package func render(_ template: String, _ fields: TemplateFields, catalog: StringCatalog) -> String {
        library.render(TemplateScope(fields, catalog: catalog), withTemplate: template) ?? ""
    }

    private static func parse(_ source: String, named name: String) throws(TemplateError) -> MustacheTemplate {
        let tags = TemplateTag.scan(source)
        for tag in tags {
            if tag.kind == .unfinished {
                let reason = TemplateError.Reason.malformedTag(detail: "A tag does not end; write it as {{name}}")
                throw TemplateError(template: name, line: tag.line, reason: reason)
            }
            if let detail = unsupported(tag) {
                throw TemplateError(template: name, line: tag.line, reason: .unsupported(detail: detail))
            }
        }
        if let tag = tags.firstUnbalanced {
            throw TemplateError(template: name, line: tag.line, reason: .unbalanced(tag: tag.name))
        }
        do {
            return try MustacheTemplate(string: source)
        } catch let error as MustacheTemplate.ParserError {
            let reason = TemplateError.Reason.malformedTag(detail: explanation(of: error))
            throw TemplateError(template: name, line: error.context.lineNumber, reason: reason)
        } catch {
            throw TemplateError(template: name, line: 1, reason: .malformedTag(detail: "The template does not parse"))
        }
    }

    /// A name only known while rendering could not be checked, and changed delimiters would hide tags from the checks.
    private static func unsupported(_ tag: TemplateTag) -> String? {
        if tag.kind == .setting { return "Delimiters and the content type cannot be changed; write tags as {{name}}" }
        guard tag.kind == .partial || tag.kind == .parent, tag.name.hasPrefix("*") else { return nil }
        return "What a template includes cannot be named by the variable “\(tag.name.dropFirst())”; write the name"
    }

    private static func explanation(of error: MustacheTemplate.ParserError) -> String {
        switch error.error as? MustacheTemplate.Error {
        case .unfinishedName: "A tag is not written as {{name}}"
        case .illegalTokenInsideInheritSection, .textInsideInheritSection:
            "Between {{<base}} and {{/base}} only blocks such as {{$content}} may stand"
        case .transformAppliedToInheritanceSection: "A block's name takes no function"
        case .sectionCloseNameIncorrect, .expectedSectionEnd: "A section is not closed where it should be"
        default: "A tag is not finished"
        }
    }

    /// A template that reaches itself would never stop rendering.
    private func checkInclusions() throws(TemplateError) {
        var finished: Set<String> = []
        for name in sources.keys.sorted() { try visit(name, path: [], finished: &finished) }
    }

    private func visit(_ name: String, path: [String], finished: inout Set<String>) throws(TemplateError) {
        guard !finished.contains(name) else { return }
        for tag in inclusions(of: name) {
            let steps = path + [name]
            if let start = steps.firstIndex(of: tag.name) {
                let circle = Array(steps[start...]) + [tag.name]
                throw TemplateError(template: name, line: tag.line, reason: .includesItself(path: circle))
            }
            try visit(tag.name, path: steps, finished: &finished)
        }
        finished.insert(name)
    }

    /// The tags by which a template includes others.
    func inclusions(of name: String) -> [TemplateTag] {
        TemplateTag.scan(sources[name] ?? "").filter { $0.kind == .partial || $0.kind == .parent }
    }
}
