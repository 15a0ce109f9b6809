/// A template that cannot be used at all; found when the templates are loaded, never while a page is rendered.
public struct TemplateError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// A tag is not written as Mustache has it.
        case malformedTag(detail: String)
        /// A section or block is opened and not closed, or closed and not open.
        case unbalanced(tag: String)
        /// A template includes itself, in these steps.
        case includesItself(path: [String])
        /// A template names what it includes by a variable, or changes the delimiters or the escaping.
        case unsupported(detail: String)
        /// The texts that come with the product are damaged.
        case texts(CatalogError)
    }

    /// The template's name, without the extension.
    public let template: String
    /// The line, from 1.
    public let line: Int
    /// What is wrong.
    public let reason: Reason

    /// The name of the template's file.
    public var file: String { "\(template).mustache" }
}

extension TemplateError: CustomStringConvertible {
    public var description: String { "\(file):\(line): \(explanation)" }

    /// What is wrong and what to do, without the place.
    var explanation: String {
        switch reason {
        case .malformedTag(let detail): "\(detail)."
        case .unbalanced(let tag): "“\(tag)” is opened and not closed, or closed and not open; write both ends."
        case .includesItself(let path):
            "The template includes itself (\(path.joined(separator: " → "))); start from "
                + "“\(TemplateSet.originalPrefix)\(template)” to extend the page that comes with the product."
        case .unsupported(let detail): "\(detail)."
        case .texts(let error): error.description
        }
    }
}
