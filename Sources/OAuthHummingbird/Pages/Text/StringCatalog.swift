public import Foundation
public import OAuthCore

/// Every text that the pages show, in one language, by key.
///
/// A text may hold parameters in braces, `{application} wants to use your account`. They are filled from the values
/// that the page knows, escaped and isolated, so that a name in another writing direction cannot reorder the sentence.
public struct StringCatalog: Sendable {
    /// The language of the texts, a BCP 47 tag such as `en`; it becomes the page's `lang`.
    public let language: String
    private let texts: [String: String]
    private let prefixes: Set<String>

    /// Reads a catalogue: one JSON object whose values are all strings.
    /// - Parameter fallback: where to look for keys that these texts lack; usually ``english()``.
    /// - Throws: ``CatalogError`` when the bytes are not such an object.
    public init(language: String, json: Data, fallback: StringCatalog? = nil) throws(CatalogError) {
        guard let texts = try? JSONDecoder().decode([String: String].self, from: json) else {
            throw CatalogError(language: language)
        }
        self.language = language
        let merged = (fallback?.texts ?? [:]).merging(texts) { _, own in own }
        self.texts = merged
        prefixes = Set(merged.keys.flatMap(Self.prefixes))
    }

    /// The texts that come with the product.
    /// - Throws: ``CatalogError`` when the embedded texts are damaged.
    public static func english() throws(CatalogError) -> StringCatalog {
        try StringCatalog(language: "en", json: Data(PackageResources.strings_en_json))
    }

    /// Whether there is a text under this key.
    public func contains(_ key: String) -> Bool { texts[key] != nil }

    /// The text under a key as it is written, its parameters in braces.
    func source(of key: String) -> String? { texts[key] }

    /// Every key, in order.
    public var keys: [String] { texts.keys.sorted() }

    /// A day as the pages write it, in UTC: `21 Nov 2026`.
    public func date(_ time: UnixTime) -> String {
        let day = CivilDate(time)
        return (texts["date.day"] ?? "{day} {month} {year}")
            .replacing("{day}", with: String(day.day))
            .replacing("{month}", with: texts["date.month.\(day.month)"] ?? String(day.month))
            .replacing("{year}", with: String(day.year))
    }

    /// The direction of the language's script.
    package var direction: String {
        ["ar", "fa", "he", "ur", "yi"].contains(language.prefix { $0 != "-" }) ? "rtl" : "ltr"
    }

    /// The text under a key with its parameters filled in, or nil when there is none. A parameter nobody knows stays
    /// as it is written.
    func text(_ key: String, parameter: (String) -> HTMLText? = { _ in nil }) -> HTMLText? {
        texts[key].map { text in
            HTMLText(
                joining: Self.pieces(of: text).map { piece in
                    guard case .parameter(let name) = piece else { return HTMLText(escaping: piece.source) }
                    return parameter(name)?.isolated ?? HTMLText(escaping: piece.source)
                })
        }
    }

    /// The names in braces of a text, in order.
    func parameters(of key: String) -> [String] {
        Self.pieces(of: texts[key] ?? "").compactMap { piece in
            guard case .parameter(let name) = piece else { return nil }
            return name
        }
    }

    /// Whether any key lies below this prefix, as `login.title` lies below `login`.
    func hasKeys(below prefix: String) -> Bool { prefixes.contains(prefix) }

    private static func prefixes(of key: String) -> [String] {
        key.indices.filter { key[$0] == "." }.map { String(key[..<$0]) }
    }

    private enum Piece {
        case literal(Substring)
        case parameter(String)

        var source: String {
            switch self {
            case .literal(let text): String(text)
            case .parameter(let name): "{\(name)}"
            }
        }
    }

    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            pieces.append(.literal(rest[..<open]))
            pieces.append(.parameter(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        return pieces + [.literal(rest)]
    }
}

/// A catalogue of texts is not one JSON object of strings.
public struct CatalogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The language of the catalogue.
    public let language: String

    public var description: String {
        "The texts for “\(language)” are not one JSON object whose values are all strings; correct the file."
    }
}
