import Foundation
import Mustache

/// A value that a template can show.
package indirect enum TemplateValue: Sendable {
    case text(String)
    case html(HTMLText)
    case flag(Bool)
    case absent
    case texts([String])
    case fields(TemplateFields)
    case list([TemplateFields])

    /// A text, or a value that hides any of its name further out.
    package static func optional(_ text: String?) -> Self { text.map(Self.text) ?? .absent }

    /// As ``optional(_:)``, and absent when the address is no place for a link.
    package static func link(_ address: String?) -> Self { optional(HTMLText.linkTarget(address)) }
}

/// The values that a template can show, by the names that it shows them by.
package typealias TemplateFields = [String: TemplateValue]

/// The names that a template sees at one place, and the texts of the catalogue, as `t.…`.
///
/// The parameters of a text are the values visible where it stands: inside the row of a list, that row's.
struct TemplateScope: MustacheParent {
    let fields: TemplateFields
    let outer: [TemplateFields]
    let catalog: StringCatalog

    init(_ fields: TemplateFields, outer: [TemplateFields] = [], catalog: StringCatalog) {
        self.fields = fields
        self.outer = outer
        self.catalog = catalog
    }

    func child(named name: String) -> Any? {
        name == "t" ? TextLookup(prefix: "", scope: self) : fields[name].flatMap(rendered)
    }

    /// The value of a text's parameter.
    func parameter(_ name: String) -> HTMLText? {
        for fields in [fields] + outer {
            switch fields[name] {
            case .text(let text): return HTMLText(escaping: text)
            case .html(let html): return html
            default: continue
            }
        }
        return nil
    }

    private func rendered(_ value: TemplateValue) -> Any? {
        switch value {
        case .text(let text): HTMLText(escaping: text).literal
        case .html(let html): html.literal
        case .flag(let flag): flag
        // The engine goes on to the next scope for nil, but takes this for a name without a value.
        case .absent: NSNull()
        case .texts(let texts): texts.compactMap { HTMLText(escaping: $0).literal }
        case .fields(let fields): inner(fields)
        case .list(let rows): rows.map(inner)
        }
    }

    private func inner(_ inner: TemplateFields) -> TemplateScope {
        TemplateScope(inner, outer: [fields] + outer, catalog: catalog)
    }
}

/// Finds `t.login.title` in a catalogue of flat keys, one name at a time.
private struct TextLookup: MustacheParent {
    let prefix: String
    let scope: TemplateScope

    func child(named name: String) -> Any? {
        let key = prefix + name
        if let text = scope.catalog.text(key, parameter: scope.parameter) { return text.literal }
        return scope.catalog.hasKeys(below: key) ? TextLookup(prefix: key + ".", scope: scope) : nil
    }
}
