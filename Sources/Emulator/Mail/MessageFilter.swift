/// `$filter`: conditions joined by `and`, which binds closer, and `or`; `not` and brackets as everywhere.
indirect enum MessageFilter: Sendable {
    case condition(MessageCondition)
    case all([MessageFilter])
    case any([MessageFilter])
    case not(MessageFilter)

    /// How deep brackets and `not` may stand in each other.
    private static let depthLimit = 16

    static func parse(_ text: String, _ api: MailAPI) throws(MailError) -> MessageFilter {
        var tokens = try ODataTokens(text)
        let filter = try alternatives(&tokens, api, depth: 0)
        guard tokens.isAtEnd else { throw .filterSyntax }
        return filter
    }

    private static func alternatives(
        _ tokens: inout ODataTokens, _ api: MailAPI, depth: Int
    ) throws(MailError) -> MessageFilter {
        var parts: [MessageFilter] = []
        repeat { parts.append(try conjunction(&tokens, api, depth: depth)) } while tokens.take("or")
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private static func conjunction(
        _ tokens: inout ODataTokens, _ api: MailAPI, depth: Int
    ) throws(MailError) -> MessageFilter {
        var parts: [MessageFilter] = []
        repeat { parts.append(try term(&tokens, api, depth: depth)) } while tokens.take("and")
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private static func term(
        _ tokens: inout ODataTokens, _ api: MailAPI, depth: Int
    ) throws(MailError) -> MessageFilter {
        guard depth < depthLimit else { throw .filterSyntax }
        if tokens.take("not") { return .not(try term(&tokens, api, depth: depth + 1)) }
        guard tokens.take("(") else { return .condition(try MessageCondition.parse(&tokens, api)) }
        let inner = try alternatives(&tokens, api, depth: depth + 1)
        guard tokens.take(")") else { throw .filterSyntax }
        return inner
    }

    func matches(_ message: StoredMessage) -> Bool {
        switch self {
        case .condition(let condition): condition.matches(message)
        case .all(let filters): filters.allSatisfy { $0.matches(message) }
        case .any(let filters): filters.contains { $0.matches(message) }
        case .not(let filter): !filter.matches(message)
        }
    }
}

extension MailError {
    static let filterSyntax = MailError.badRequest("BadRequest", "Invalid filter clause.")
}
