/// How a server broke the protocol, or a limit. It holds nothing of what the server sent.
public enum IMAPError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A line is longer than this many bytes.
    case lineTooLong(limit: Int)
    /// A literal's size is not a number, or above 2^63 - 1.
    case malformedLiteralSize
    /// A literal of `count` bytes is larger than the limit.
    case literalTooLarge(count: UInt64, limit: UInt64)
    /// A response is larger than this many bytes.
    case responseTooLarge(limit: Int)
    /// Parentheses or parts are nested deeper than this.
    case nestingTooDeep(limit: Int)
    /// More untagged responses than this came.
    case tooManyResponses(limit: Int)
    /// More capabilities than this in one list.
    case tooManyCapabilities(limit: Int)
    /// More items than this in one list.
    case tooManyItems(limit: Int)
    /// A number is negative, or larger than its kind can be: 2^32 - 1, or 2^63 - 1 for sizes and change numbers.
    case numberOutOfRange
    /// A challenge is larger than this many bytes.
    case challengeTooLarge(limit: Int)
    /// The server asks again after the login's last answer.
    case endlessChallenge
    /// The response is not what its first words announce.
    case malformed(IMAPMalformation)
    /// A tagged response to a command that is not in flight.
    case unknownTag
    /// The server asks for input that no command has.
    case unexpectedContinuation

    public var description: String {
        switch self {
        case .lineTooLong(let limit): "the server sent a line of more than \(limit) bytes"
        case .malformedLiteralSize: "the server announced a literal whose size makes no sense"
        case .literalTooLarge(let count, let limit): "the server sent \(count) bytes at once, the limit is \(limit)"
        case .responseTooLarge(let limit): "the server sent a response of more than \(limit) bytes"
        case .nestingTooDeep(let limit): "the server nested its response more than \(limit) levels deep"
        case .tooManyResponses(let limit): "the server sent more than \(limit) responses"
        case .tooManyCapabilities(let limit): "the server listed more than \(limit) capabilities"
        case .tooManyItems(let limit): "the server listed more than \(limit) items"
        case .numberOutOfRange: "the server sent a number that is out of range"
        case .challengeTooLarge(let limit): "the server sent a challenge of more than \(limit) bytes"
        case .endlessChallenge: "the server does not stop asking during the login"
        case .malformed(let what): "the server sent \(what.rawValue) that cannot be read"
        case .unknownTag: "the server answered a command that was not sent"
        case .unexpectedContinuation: "the server asked for input where there is none"
        }
    }

    /// Whether the responses behind this one can still be told apart.
    var isFatal: Bool { if case .malformed(let what) = self { what == .greeting || what == .status } else { true } }
}

/// What could not be read.
public enum IMAPMalformation: String, Hashable, Sendable {
    /// The first line.
    case greeting = "a greeting"
    /// A tagged response, or an untagged status.
    case status = "a status"
    /// The data of a message.
    case fetch = "a message's data"
    /// An envelope.
    case envelope = "an envelope"
    /// A message's structure.
    case bodyStructure = "a message's structure"
    /// A mailbox's name, attributes or status.
    case mailbox = "a mailbox's description"
    /// The result of a search.
    case search = "a search result"
    /// Any other response.
    case response = "a response"
}
