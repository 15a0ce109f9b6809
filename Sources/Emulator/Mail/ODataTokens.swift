/// The words of an OData expression, texts in apostrophes (two of them stand for one), brackets and commas.
struct ODataTokens {
    private enum Token: Hashable {
        case word(String)
        case text(String)
        case mark(Character)
    }

    private var tokens: ArraySlice<Token> = []

    var isAtEnd: Bool { tokens.isEmpty }

    init(_ text: String) throws(MailError) {
        var rest = Substring(text)
        while let first = rest.first {
            if first == " " {
                rest = rest.dropFirst()
            } else if "(),".contains(first) {
                tokens.append(.mark(first))
                rest = rest.dropFirst()
            } else if first == "'" {
                tokens.append(.text(try Self.quoted(&rest)))
            } else {
                let word = rest.prefix { !" (),'".contains($0) }
                tokens.append(.word(String(word)))
                rest = rest.dropFirst(word.count)
            }
        }
    }

    private static func quoted(_ rest: inout Substring) throws(MailError) -> String {
        var text = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst() {
            guard character == "'" else {
                text.append(character)
                continue
            }
            guard rest.first == "'" else { return text }
            text.append("'")
            rest = rest.dropFirst()
        }
        throw .filterSyntax
    }

    /// The next token where it is a word: a name, an operator, a number or a time.
    mutating func word() -> String? {
        guard case .word(let word)? = tokens.first else { return nil }
        tokens = tokens.dropFirst()
        return word
    }

    /// The next token where it is a word or a text.
    mutating func value() -> String? {
        guard case .text(let text)? = tokens.first else { return word() }
        tokens = tokens.dropFirst()
        return text
    }

    /// Takes this word, upper and lower case equal, or this mark where it is next.
    mutating func take(_ expected: String) -> Bool {
        switch tokens.first {
        case .word(let word) where word.lowercased() == expected: break
        case .mark(let mark) where String(mark) == expected: break
        default: return false
        }
        tokens = tokens.dropFirst()
        return true
    }
}
