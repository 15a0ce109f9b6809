/// One scope, with what it means to a person.
public struct ScopeLine: Hashable, Sendable {
    /// The scope as the protocol names it, such as `messages.read`.
    public var name: String
    /// What it lets an application do. Nil takes the catalogue's text `scope.NAME`, or one that quotes the name.
    public var meaning: String?

    /// Describes a scope.
    public init(_ name: String, meaning: String? = nil) {
        self.name = name
        self.meaning = meaning
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        let text =
            meaning.map { HTMLText(escaping: $0).isolated } ?? catalog.text("scope.\(name)")
            ?? PageText("scope-unknown", ["scope": name]).resolved(in: catalog)
        return ["scopeName": .text(name), "meaning": .html(text)]
    }
}

extension [ScopeLine] {
    func rows(_ catalog: StringCatalog) -> TemplateValue { .list(map { $0.fields(catalog) }) }
}
