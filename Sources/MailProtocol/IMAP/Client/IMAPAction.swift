public import OAuthCore

/// What a session wants from the connection that carries it, in this order.
public enum IMAPAction: Hashable, Sendable {
    /// Send these bytes.
    case write([UInt8])
    /// Send these bytes, which hold a token. They cannot be printed.
    case writeSecret(Secret)
    /// Begin TLS with a verified certificate, then call `IMAPSession.tlsStarted()`. Throw away what has arrived so far
    /// and was not yet given to the session; the session has thrown its own part away.
    case startTLS
    /// From here on everything is compressed, in both directions (RFC 4978): inflate `received`, which came behind the
    /// server's answer, and all that follows before giving it to the session, and deflate what the session writes.
    case startCompression(received: [UInt8])
    /// Something happened.
    case event(IMAPEvent)
    /// End the connection. It is the last action of a session.
    case close(IMAPCloseReason)
}

/// What happened in a session.
public enum IMAPEvent: Hashable, Sendable {
    /// The server's first line: `.ok`, `.preAuth` or `.bye`.
    case greeting(IMAPStatus)
    /// Data.
    case response(IMAPResponse)
    /// A literal that is too large to be kept begins.
    case literalStarted(IMAPLiteral)
    /// Its next bytes, at least one.
    case literalBytes(IMAPLiteralID, [UInt8])
    /// It ended.
    case literalEnded(IMAPLiteralID)
    /// The server refused the token and said why. The command's own answer follows.
    case loginRefused(IMAPCommandID, SASLFailure)
    /// The server waits together with the client: `IDLE` has begun.
    case idling(IMAPCommandID)
    /// A command's answer: `.ok`, `.no` or `.bad`.
    case completed(IMAPCommandID, IMAPStatus)
    /// A command was not sent, because it needed a login or a mailbox that the commands before did not get.
    case dropped(IMAPCommandID)
}

/// Why a session ended.
public enum IMAPCloseReason: Hashable, Sendable {
    /// As was asked for by `LOGOUT`.
    case loggedOut
    /// The server said goodbye, with this status.
    case bye(IMAPStatus)
    /// The login failed after other commands had been sent behind it, so that it is unknown what the server made of
    /// them. Their answers will not come.
    case failedLogin(IMAPCommandID)
    /// The server broke the protocol or a limit.
    case failed(IMAPError)
    /// The connection ended without a goodbye.
    case endOfStream
}

/// A command of a session. It can be told from all others of the session.
public struct IMAPCommandID: Hashable, Sendable, CustomStringConvertible {
    let number: UInt64

    /// The tag by which the server knows it, such as `A7`.
    public var tag: String { "A\(number)" }

    /// The tag.
    public var description: String { tag }
}

/// Why a command cannot be sent.
public enum IMAPCommandError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The session has ended, or is about to.
    case closed
    /// The server cannot do it.
    case unsupported(IMAPCapability)
    /// The server does not know the mechanism.
    case mechanismNotOffered(SASLMechanism)
    /// Not now: it needs a login, or needs that there is none yet, or an open mailbox.
    case wrongState
    /// A set of messages, or a list of items, is empty.
    case empty
    /// A flag, a field's name, a number or a pattern cannot be written.
    case notWritable

    public var description: String {
        switch self {
        case .closed: "the session has ended"
        case .unsupported(let capability): "the server does not offer \(capability)"
        case .mechanismNotOffered(let mechanism): "the server does not offer to log in by \(mechanism.rawValue)"
        case .wrongState: "the command has no place at this point of the session"
        case .empty: "the command names nothing to do it with"
        case .notWritable: "the command holds something that IMAP cannot write"
        }
    }
}

/// Which commands may be in flight together.
public enum IMAPPipelining: Hashable, Sendable {
    /// Sent at once, unless the answers of those in flight could change what it means, or its literal has to wait.
    case whenSafe
    /// Sent right behind a login that is in flight. Only for a token that is known to be fresh: where the login
    /// fails, servers take this command for a part of it, and the session ends. Needs `SASL-IR`; waits without it.
    case behindFreshLogin
}
