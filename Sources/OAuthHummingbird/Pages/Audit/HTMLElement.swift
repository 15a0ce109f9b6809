/// A start tag of a rendered page, for checking what a template made.
struct HTMLElement: Equatable {
    let name: String
    /// Attributes in the order in which they are written, names in lower case, values with references resolved.
    let attributes: [Attribute]

    struct Attribute: Equatable {
        let name: String
        let value: String
    }

    subscript(_ attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

    /// The start tags of a document, in order.
    static func scan(_ html: String) -> [HTMLElement] {
        var scanner = HTMLScanner(html)
        var elements: [HTMLElement] = []
        while let element = scanner.nextElement() { elements.append(element) }
        return elements
    }
}

/// Reads start tags as the HTML standard's tokenizer does (§13.2.5), over scalars, leaving out what scripts, styles and
/// text fields hold.
struct HTMLScanner {
    private let scalars: [Unicode.Scalar]
    private var index = 0

    init(_ html: String) { scalars = Array(html.unicodeScalars) }

    mutating func nextElement() -> HTMLElement? {
        while let open = scalars[index...].firstIndex(of: "<") {
            index = open + 1
            if skip("!--") {
                skipPast("-->")
            } else if let first = current, first.properties.isAlphabetic, first.isASCII {
                return element()
            }
        }
        return nil
    }

    private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func element() -> HTMLElement {
        let name = take { !Self.isSpace($0) && $0 != "/" && $0 != ">" }.lowercased()
        var attributes: [HTMLElement.Attribute] = []
        while let next = current, next != ">" {
            if Self.isSpace(next) || next == "/" {
                index += 1
            } else {
                attributes.append(attribute())
            }
        }
        index = min(index + 1, scalars.count)
        if ["script", "style", "textarea", "title"].contains(name) { skipPast("</" + name) }
        return HTMLElement(name: name, attributes: attributes)
    }

    private mutating func attribute() -> HTMLElement.Attribute {
        // A first "=" belongs to the name, as the standard has it; otherwise nothing would be read here.
        let first = String(scalars[index])
        index += 1
        let name = (first + take { !Self.isSpace($0) && $0 != "/" && $0 != ">" && $0 != "=" }).lowercased()
        guard current == "=" else { return .init(name: name, value: "") }
        index += 1
        guard let quote = current, quote == "\"" || quote == "'" else {
            return .init(name: name, value: Self.decoded(take { !Self.isSpace($0) && $0 != ">" }))
        }
        index += 1
        let value = take { $0 != quote }
        index = min(index + 1, scalars.count)
        return .init(name: name, value: Self.decoded(value))
    }

    private mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        let end = scalars[index...].firstIndex { !condition($0) } ?? scalars.count
        defer { index = end }
        return String(String.UnicodeScalarView(scalars[index..<end]))
    }

    private mutating func skip(_ text: String) -> Bool {
        guard scalars[index...].starts(with: text.unicodeScalars) else { return false }
        index += text.unicodeScalars.count
        return true
    }

    private mutating func skipPast(_ text: String) {
        while index < scalars.count, !scalars[index...].starts(with: text.unicodeScalars) { index += 1 }
        index = min(index + text.unicodeScalars.count, scalars.count)
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" || scalar == "\u{C}"
    }

    /// The references that this product's own escaping writes.
    private static func decoded(_ text: String) -> String {
        let references = [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#123;", "{"), ("&#125;", "}"),
            ("&#10;", "\n"), ("&#13;", "\r"), ("&#9;", "\t"), ("&amp;", "&"),
        ]
        return references.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
