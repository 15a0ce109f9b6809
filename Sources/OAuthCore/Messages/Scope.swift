/// A set of scope tokens in the order they were first named (RFC 6749 §3.3).
public struct Scope: Sendable, Hashable, CustomStringConvertible, ExpressibleByArrayLiteral {
    /// The tokens, each once.
    public private(set) var tokens: [String] = []

    /// No scope at all.
    public init() {}

    /// These tokens, each once; what is not a scope token is left out.
    public init(_ tokens: some Sequence<String>) {
        for token in tokens where Self.isToken(token) { insert(token) }
    }

    public init(arrayLiteral elements: String...) { self.init(elements) }

    /// Parses space-separated tokens.
    ///
    /// - Returns: `nil` when a character occurs that `scope-token` (RFC 6749 appendix A.4) does not allow.
    public static func parse(_ text: String) -> Scope? {
        var scope = Scope()
        for token in text.split(separator: " ") {
            guard isToken(token) else { return nil }
            scope.insert(String(token))
        }
        return scope
    }

    /// Whether there are no tokens.
    public var isEmpty: Bool { tokens.isEmpty }

    /// The tokens with a space between them, as on the wire.
    public var description: String { tokens.joined(separator: " ") }

    /// Whether the token is in the set. Scope tokens are case-sensitive.
    public func contains(_ token: String) -> Bool { tokens.contains(token) }

    /// Whether every token is also in the other set.
    public func isSubset(of other: Scope) -> Bool { tokens.allSatisfy(other.contains) }

    /// The tokens that the other set lacks.
    public func subtracting(_ other: Scope) -> Scope { Scope(tokens.filter { !other.contains($0) }) }

    /// The tokens that the other set has too.
    public func intersection(_ other: Scope) -> Scope { Scope(tokens.filter(other.contains)) }

    /// These tokens, then those of the other set that are new.
    public func union(_ other: Scope) -> Scope { Scope(tokens + other.tokens) }

    /// Two scopes are equal when they hold the same tokens, whatever their order.
    public static func == (left: Self, right: Self) -> Bool {
        left.tokens.count == right.tokens.count && left.isSubset(of: right)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(Set(tokens)) }

    private mutating func insert(_ token: String) {
        if !tokens.contains(token) { tokens.append(token) }
    }

    private static func isToken(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { $0 == 0x21 || (0x23...0x5B).contains($0) || (0x5D...0x7E).contains($0) }
    }
}
