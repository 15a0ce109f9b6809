public import OAuthCore

/// One login by SASL, over IMAP, POP or SMTP: says what to answer to each challenge. The token leaves it at most once.
public struct SASLExchange: Hashable, Sendable {
    /// What to do next.
    public enum Step: Hashable, Sendable {
        /// Send this as one line: the credentials in base64. It is secret.
        case respond(Secret)
        /// The server refused the token and waits for an answer: send this as one line, and its refusal follows.
        case acknowledge(answer: [UInt8], SASLFailure)
        /// The server asks for more than the mechanism has: end the connection.
        case giveUp
    }

    private enum Progress {
        case idle
        case sent
        case acknowledged
    }

    private let credentials: SASLCredentials
    private var progress = Progress.idle

    /// A login that has not begun.
    public init(_ credentials: SASLCredentials) { self.credentials = credentials }

    /// The mechanism.
    public var mechanism: SASLMechanism { credentials.mechanism }

    /// Whether the token has left.
    var hasSentToken: Bool { progress != .idle }

    /// Whether the server refused the token.
    var hasFailed: Bool { progress == .acknowledged }

    /// The credentials in base64 for the line that begins the login (RFC 4959); `nil` once they have been sent.
    public mutating func initialResponse() -> Secret? {
        guard progress == .idle else { return nil }
        progress = .sent
        return credentials.encodedMessage
    }

    /// What a challenge calls for.
    ///
    /// - Parameter challenge: what stands behind `+ ` or `334 `, without the line's end.
    public mutating func answer(to challenge: ArraySlice<UInt8>) -> Step {
        switch progress {
        case .idle:
            progress = .sent
            return .respond(credentials.encodedMessage)
        case .sent:
            progress = .acknowledged
            return .acknowledge(answer: credentials.failureAnswer, .parse(challenge: challenge))
        case .acknowledged: return .giveUp
        }
    }
}
