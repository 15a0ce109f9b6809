import Foundation
import Mustache
public import OAuthCore

/// Turns pages into HTML.
///
/// Rendering is pure: no clock, no files, no network; the same values give the same bytes. Every value is escaped
/// before the templates see it, whatever a template asks for.
public struct PageRenderer: Sendable {
    /// The texts of the pages.
    public let catalog: StringCatalog
    private let templates: TemplateSet

    /// Loads the templates.
    /// - Parameters:
    ///   - catalog: The texts; nil takes English.
    ///   - overrides: Template name (`consent`, without the extension) to Mustache source. A name that is no page is a
    ///     partial that other overrides may include. ``audit(overrides:)`` says what they lack.
    /// - Throws: ``TemplateError``, with file and line, when an override cannot be used.
    public init(catalog: StringCatalog? = nil, overrides: [String: String] = [:]) throws(TemplateError) {
        do throws(CatalogError) {
            if let catalog { self.catalog = catalog } else { self.catalog = try StringCatalog.english() }
        } catch {
            throw TemplateError(template: "base", line: 1, reason: .texts(error))
        }
        templates = try TemplateSet(overrides: overrides)
    }

    /// The page as an HTML document, in UTF-8 when its text is encoded so.
    public func render(_ page: Page, in layout: Layout) -> String {
        // Each page has a template: the set always holds the originals.
        templates.render(page.template.rawValue, fields(of: page, in: layout), catalog: catalog)
    }

    /// A day in UTC as the pages write it: `21 Nov 2026`.
    public func date(_ time: UnixTime) -> String { catalog.date(time) }

    func fields(of page: Page, in layout: Layout) -> TemplateFields {
        page.fields(catalog).merging(layout.fields(for: page, catalog: catalog)) { own, _ in own }
    }

    /// What a template includes, for the audit.
    var loadedTemplates: TemplateSet { templates }
}
