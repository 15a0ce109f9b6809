/// A text of the catalogue, by key, with the values of its parameters.
///
/// What a page says is named rather than written where it is decided, so that it can be said in another language.
public struct PageText: Hashable, Sendable {
    /// The key in the catalogue, such as `notice.form-expired`. One that is not there is shown as it is.
    public var key: String
    /// Parameter name to value. Values are escaped and isolated when they are shown.
    public var parameters: [String: String]

    /// Names a text.
    public init(_ key: String, _ parameters: [String: String] = [:]) {
        self.key = key
        self.parameters = parameters
    }

    /// The text with its parameters filled in.
    package func resolved(in catalog: StringCatalog) -> HTMLText {
        catalog.text(key) { name in parameters[name].map { HTMLText(escaping: $0) } } ?? HTMLText(escaping: key)
    }
}

extension PageText {
    /// The text outside of HTML, nothing in it escaped.
    package func plain(in catalog: StringCatalog) -> String {
        parameters.reduce(catalog.source(of: key) ?? key) { $0.replacing("{\($1.key)}", with: $1.value) }
    }
}

extension PageText: ExpressibleByStringLiteral {
    /// Names a text without parameters.
    public init(stringLiteral key: String) { self.init(key) }
}
