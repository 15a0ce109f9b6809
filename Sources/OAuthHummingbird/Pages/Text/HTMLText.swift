import Foundation
import Mustache

/// Text that is already safe to stand in an HTML document, as element content or inside a quoted attribute.
///
/// Values are escaped here, before the template engine sees them, for two reasons. The engine escapes whole grapheme
/// clusters, so that a quote followed by a combining mark would pass unescaped and end an attribute. And a template
/// that asks for a raw value (`{{{name}}}`) must not get one.
package struct HTMLText: Equatable, Sendable {
    /// The escaped text.
    let html: String

    /// Escapes a text scalar by scalar.
    package init(escaping text: some StringProtocol) {
        html = text.unicodeScalars.reduce(into: "") { $0 += Self.escaped($1) }
    }

    /// Joins pieces that are safe already.
    init(joining pieces: [HTMLText]) { html = pieces.map(\.html).joined() }

    private init(html: String) { self.html = html }

    /// The text in an element that keeps its writing direction, overrides included, to itself.
    var isolated: HTMLText { HTMLText(html: "<bdi>\(html)</bdi>") }

    /// The text as the engine takes it: a template of one literal, which it neither escapes nor interprets again.
    ///
    /// `{` is escaped too, so the literal cannot hold a tag and does not fail to parse.
    var literal: MustacheTemplate? { try? MustacheTemplate(string: html) }

    /// Line breaks are character references, since the engine indents what follows one; a control character, NUL among
    /// them, has no place in HTML (§13.5 of the standard) and is shown as U+FFFD.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "<": "&lt;"
        case ">": "&gt;"
        case "&": "&amp;"
        case "\"": "&quot;"
        case "'": "&#39;"
        case "{": "&#123;"
        case "}": "&#125;"
        case "\n": "&#10;"
        case "\r": "&#13;"
        case "\t": "&#9;"
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": "\u{FFFD}"
        default: String(scalar)
        }
    }
}

extension HTMLText {
    /// The address, when a link may lead there: a path, `http`, `https`, or an app's own scheme in reverse domain
    /// notation (RFC 8252 §7.1). Scripts and data addresses are none of these.
    package static func linkTarget(_ address: String?) -> String? {
        guard let address, !address.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) else {
            return nil
        }
        guard let colon = address.firstIndex(of: ":"), !address.prefix(upTo: colon).contains("/") else {
            return address
        }
        let scheme = address.prefix(upTo: colon).lowercased()
        let isSchemeText = scheme.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "." || $0 == "-" || $0 == "+"
        }
        guard isSchemeText, scheme == "https" || scheme == "http" || scheme.contains(".") else { return nil }
        return address
    }
}
