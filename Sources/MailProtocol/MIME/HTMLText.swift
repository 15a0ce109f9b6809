/// HTML as text to read: for messages that bring nothing else, and for programs without a browser.
///
/// This is no sanitiser: its result is plain text and must be escaped like any other. Scripts, styles and comments are
/// left out; paragraphs, lists, quotations, table cells and line breaks become lines; links show where they lead.
public enum HTMLText {
    /// The text of an HTML document or fragment, with line feeds.
    ///
    /// The time is linear in the length, whatever is left open in it.
    public static func convert(_ html: String) -> String {
        var converter = HTMLConverter(Array(html.utf8))
        return converter.convert()
    }
}

struct HTMLConverter {
    private let bytes: [UInt8]
    private var index = 0
    private var output = HTMLOutput()
    /// Searches that found nothing need not be made again further on.
    private var hasNoTagEnd = false
    private var hasBrokenQuotes = false
    private var hasNoCommentEnd = false
    private var links: [(target: String, start: Int)] = []
    /// Bytes looked at, for tests of the bound.
    private(set) var work = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func convert() -> String {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "<"): readMarkup()
            case UInt8(ascii: "&"): readEntity()
            default: readText()
            }
        }
        return output.finish()
    }

    private mutating func readText() {
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "<"), bytes[index] != UInt8(ascii: "&") { index += 1 }
        work += index - start
        output.append(bytes[start..<index])
    }

    private mutating func readEntity() {
        let limit = min(bytes.count, index + 34)
        var end = index + 1
        while end < limit, bytes[end].isLetter || bytes[end].isDigit || bytes[end] == UInt8(ascii: "#") { end += 1 }
        work += end - index
        guard let text = HTMLEntities.text(for: bytes[(index + 1)..<end]) else {
            output.append([UInt8(ascii: "&")])
            index += 1
            return
        }
        index = end < bytes.count && bytes[end] == UInt8(ascii: ";") ? end + 1 : end
        output.append(Array(text.utf8)[...])
    }

    // MARK: Markup

    private mutating func readMarkup() {
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        if next == UInt8(ascii: "!"), bytes[index...].starts(with: Self.commentStart) { return skipComment() }
        let isMarkup =
            next.isLetter || next == UInt8(ascii: "/") || next == UInt8(ascii: "!")
            || next == UInt8(ascii: "?")
        guard isMarkup, let end = tagEnd() else {
            output.append(bytes[index...index])
            index += 1
            return
        }
        let tag = bytes[(index + 1)..<end]
        index = min(end + 1, bytes.count)
        let isClosing = tag.first == UInt8(ascii: "/")
        let name = tagName(isClosing ? tag.dropFirst() : tag)
        if !isClosing, Self.hidden.contains(name) { return skip(until: name) }
        isClosing ? leave(name) : enter(name, tag)
    }

    private static let commentStart = Array("<!--".utf8)
    private static let commentEnd = Array("-->".utf8)
    private static let hidden: Set<String> = ["script", "style", "title", "noscript", "template", "object", "svg"]

    private func tagName(_ tag: ArraySlice<UInt8>) -> String {
        String(decoding: tag.prefix(20).prefix { $0.isLetter || $0.isDigit }.map(\.lowercased), as: UTF8.self)
    }

    private mutating func skipComment() {
        let body = index + 4
        // Conditional comments of mail programs are comments too.
        guard !hasNoCommentEnd, let end = find(Self.commentEnd, from: max(body - 2, 0)) else {
            hasNoCommentEnd = true
            index = min(body, bytes.count)
            return
        }
        index = end + Self.commentEnd.count
    }

    private mutating func find(_ text: [UInt8], from start: Int) -> Int? {
        var position = start
        defer { work += position - start }
        while position + text.count <= bytes.count {
            if bytes[position...].starts(with: text) { return position }
            position += 1
        }
        return nil
    }

    /// The `>` that ends the tag at `index`. Quoted attribute values may hold one, as long as their quotes are closed.
    private mutating func tagEnd() -> Int? {
        guard !hasNoTagEnd else { return nil }
        if !hasBrokenQuotes {
            if let end = quotedTagEnd() { return end }
            hasBrokenQuotes = true
        }
        var position = index
        defer { work += position - index }
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: ">") { return position }
            position += 1
        }
        hasNoTagEnd = true
        return nil
    }

    private mutating func quotedTagEnd() -> Int? {
        var position = index
        defer { work += position - index }
        var quote: UInt8?
        var previous: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: ">") {
                return position
            } else if previous == UInt8(ascii: "="), byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
            if !byte.isSpace { previous = byte }
            position += 1
        }
        return nil
    }

    /// Passes over an element whose content is nothing to read; without an end, over the rest of the document.
    private mutating func skip(until name: String) {
        let ending = Array("</\(name)".utf8)
        let start = index
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "<"),
                bytes[index...].prefix(ending.count).elementsEqual(
                    ending,
                    by: {
                        $0.lowercased == $1
                    })
            {
                break
            }
            index += 1
        }
        work += index - start
    }

    // MARK: Elements

    private mutating func enter(_ name: String, _ tag: ArraySlice<UInt8>) {
        switch name {
        case "br": output.breakLine()
        case "hr":
            output.breakBlock(blankLine: false)
            output.append(Array("----------".utf8)[...])
            output.breakBlock(blankLine: false)
        case "li":
            output.breakBlock(blankLine: false)
            output.beginItem()
        case "td", "th": output.separateCell()
        case "blockquote": output.beginQuotation()
        case "pre", "textarea": output.beginPreformatted()
        case "a":
            if let target = attribute("href", in: tag), links.count < 100 {
                links.append((target, output.position))
            }
        case "img":
            if let text = attribute("alt", in: tag), !text.isEmpty { output.append(Array("[\(text)]".utf8)[...]) }
        default: breakAround(name)
        }
    }

    private mutating func leave(_ name: String) {
        switch name {
        case "a": closeLink()
        case "blockquote": output.endQuotation()
        case "pre", "textarea": output.endPreformatted()
        case "br": output.breakLine()
        default: breakAround(name)
        }
    }

    private mutating func breakAround(_ name: String) {
        if Self.paragraphs.contains(name) { output.breakBlock(blankLine: true) }
        if Self.blocks.contains(name) { output.breakBlock(blankLine: false) }
    }

    private static let paragraphs: Set<String> = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table"]
    private static let blocks: Set<String> = [
        "div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "main", "aside", "nav", "address",
        "fieldset", "form", "figure", "figcaption", "center", "body", "html", "head", "caption", "thead", "tbody",
    ]

    /// Says where a link leads, unless its text says so already.
    private mutating func closeLink() {
        guard let link = links.popLast() else { return }
        let target = link.target
        guard ["http://", "https://", "mailto:"].contains(where: { target.lowercased().hasPrefix($0) }) else { return }
        let shown = output.text(since: link.start).trimmed
        let bare = target.drop { $0 != ":" }.dropFirst().drop { $0 == "/" }
        let known = [target, String(bare), bare.hasSuffix("/") ? String(bare.dropLast()) : String(bare)]
        if shown.isEmpty || known.contains(where: { Array($0.utf8)[...].elementsEqual(shown) }) { return }
        output.append(Array(" <\(target)>".utf8)[...])
    }

    /// The value of an attribute, entities resolved, of at most 2,000 bytes.
    private mutating func attribute(_ name: StaticString, in tag: ArraySlice<UInt8>) -> String? {
        var position = tag.startIndex
        defer { work += tag.count }
        while position < tag.endIndex {
            let found = tag[position...]
            position += 1
            guard found.first?.isSpace == true, found.dropFirst().startsIgnoringCase(name) else { continue }
            let rest = found.dropFirst(1 + name.utf8CodeUnitCount).drop(while: \.isSpace)
            guard rest.first == UInt8(ascii: "=") else { continue }
            return Self.value(rest.dropFirst().drop(while: \.isSpace))
        }
        return nil
    }

    private static func value(_ bytes: ArraySlice<UInt8>) -> String? {
        let value: ArraySlice<UInt8>
        if let quote = bytes.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            value = bytes.dropFirst().prefix { $0 != quote }
        } else {
            value = bytes.prefix { !$0.isSpace }
        }
        guard value.count <= 2_000 else { return nil }
        return HeaderText.withoutControls(HTMLEntities.resolve(value.trimmed))
    }
}
