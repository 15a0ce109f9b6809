/// Something that tells who or where somebody is: masked in reports unless they are to be full.
public struct Identifier: Hashable, Sendable {
    /// What it identifies.
    public enum Kind: String, Hashable, Sendable {
        /// An address or a user's name.
        case address
        /// An app.
        case app
        /// An object of a directory.
        case object
        /// A tenant.
        case tenant
        /// A host.
        case host
    }

    /// What it identifies.
    public var kind: Kind
    /// The value: of letters, digits and `@ . _ + - % # : /` alone, so that it can stand in a command.
    public var value: String

    /// An identifier; `nil` for a value that could be something else in a command or on a page.
    init?(_ kind: Kind, _ value: String?) {
        guard let value, !value.isEmpty, value.count <= 254, !value.hasPrefix("-"),
            value.unicodeScalars.allSatisfy({ scalar in
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "@._+-%#:/".unicodeScalars.contains(scalar)
            })
        else { return nil }
        self.kind = kind
        self.value = value
    }
}

/// A text of a report. It knows which parts are identifiers and which are somebody else's words, so that they can be
/// masked when it is rendered.
public struct ReportText: Hashable, Sendable, ExpressibleByStringInterpolation {
    enum Fragment: Hashable, Sendable {
        case plain(String)
        case identifier(Identifier)
        case quote(String)
    }

    var fragments: [Fragment]

    public init(stringLiteral value: String) { fragments = [.plain(value)] }

    /// A text of our words and others'.
    public init(stringInterpolation: StringInterpolation) { fragments = stringInterpolation.fragments }

    /// Puts a text together.
    public struct StringInterpolation: StringInterpolationProtocol {
        var fragments: [Fragment] = []

        /// Nothing yet.
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// Our own words.
        public mutating func appendLiteral(_ literal: String) {
            guard !literal.isEmpty else { return }
            if case .plain(let before) = fragments.last {
                fragments[fragments.count - 1] = .plain(before + literal)
            } else {
                fragments.append(.plain(literal))
            }
        }

        /// Our own words.
        public mutating func appendInterpolation(_ text: String) { appendLiteral(text) }

        /// A number.
        public mutating func appendInterpolation(_ number: some BinaryInteger) { appendLiteral(String(number)) }

        /// Another text.
        public mutating func appendInterpolation(_ text: ReportText) { fragments += text.fragments }

        /// An identifier, or the name of what the reader puts there.
        public mutating func appendInterpolation(_ kind: Identifier.Kind, _ value: String?, or placeholder: String) {
            if let identifier = Identifier(kind, value) {
                fragments.append(.identifier(identifier))
            } else {
                appendLiteral(placeholder)
            }
        }

        /// Somebody else's words: one line of at most 300 characters is kept, without what looks like a token.
        public mutating func appendInterpolation(quote text: String) {
            fragments.append(.quote(CleanText().line(text)))
        }
    }

    /// The text, masked.
    public func masked() -> String {
        var masker = Masker(.masked)
        return masker.text(self)
    }
}

/// How much a report discloses. Tokens are in neither.
public enum Disclosure: Hashable, Sendable {
    /// Identifiers are replaced by numbered words, so that the report can be shown to strangers.
    case masked
    /// Identifiers stand as they are.
    case full
}
