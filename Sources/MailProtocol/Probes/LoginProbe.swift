public import OAuthCore

/// What a probe asks of whoever holds the connection.
public enum ProbeAction: Hashable, Sendable {
    /// Send these bytes. They may be credentials.
    case send(Secret)
    /// Begin TLS on this connection, then call `tlsEstablished()`. Whatever the server sent after its consent was
    /// discarded: it came before TLS.
    case startTLS
    /// Something to know.
    case report(ProbeEvent)
    /// End the connection.
    case close
}

extension ProbeAction {
    /// A command that holds nothing secret.
    static func command(_ text: String) -> Self { .send(Secret(text + "\r\n")) }

    /// A line of credentials.
    static func line(_ secret: Secret) -> Self {
        var line: [UInt8] = []
        // One allocation, so that growing leaves no copies behind.
        line.reserveCapacity(secret.count + 2)
        defer { line.withUnsafeMutableBytes { wipe($0) } }
        secret.withBytes { line.append(contentsOf: $0) }
        line += [.carriageReturn, .lineFeed]
        return .send(Secret(bytes: line))
    }
}

extension SASLExchange {
    /// What a challenge calls for, where each line goes by itself.
    mutating func actions(after challenge: ArraySlice<UInt8>) throws(ProbeError) -> [ProbeAction] {
        switch answer(to: challenge) {
        case .respond(let credentials): return [.line(credentials)]
        case .acknowledge(let answer, let failure):
            return [.report(.challenge(failure)), .line(Secret(bytes: answer))]
        case .giveUp: throw .endlessChallenges
        }
    }
}

/// What a probe saw. Texts are the server's, as they came, at most 4 KiB a line.
public enum ProbeEvent: Hashable, Sendable {
    /// The greeting.
    case greeting(String)
    /// What the server offers; once more after STARTTLS.
    case capabilities([String])
    /// The token was refused, and the server says why.
    case challenge(SASLFailure)
    /// The login was accepted.
    case authenticated(String)
    /// The mailbox was opened: IMAP's last stage.
    case opened(String)
    /// The server said something that answers no command: an alert, a goodbye.
    case notice(String)
    /// The server said no at this stage.
    case refused(ProbeStage, String)
    /// The server does not offer what the probe needs: `STARTTLS`, `XOAUTH2`.
    case notOffered(String)
}

/// Where in the conversation a probe is.
public enum ProbeStage: Hashable, Sendable {
    /// Before the server's first words.
    case greeting
    /// Asking what it offers.
    case capabilities
    /// Asking for TLS.
    case startTLS
    /// Logging in.
    case authentication
    /// Opening the mailbox: IMAP alone.
    case mailbox
    /// Saying goodbye.
    case ending
}

/// Why a probe cannot go on.
public enum ProbeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A line is longer than this many bytes.
    case lineTooLong(limit: Int)
    /// An answer has more than this many lines.
    case tooManyLines(limit: Int)
    /// What came is no answer of this protocol.
    case malformed(ProbeStage)
    /// The server asked for more than the mechanism has.
    case endlessChallenges
    /// IMAP's grammar or a limit of its session was broken.
    case imap(IMAPError)
    /// The server ended the connection at this stage.
    case closed(ProbeStage)

    public var description: String {
        switch self {
        case .lineTooLong(let limit): "a line of more than \(limit) bytes"
        case .tooManyLines(let limit): "an answer of more than \(limit) lines"
        case .malformed: "an answer that is none"
        case .endlessChallenges: "one challenge after another"
        case .imap(let error): error.description
        case .closed: "the server ended the connection"
        }
    }
}

/// What a probe accepts from a server.
public struct ProbeLimits: Hashable, Sendable {
    /// Bytes of a line without its end. Default 4096; RFC 5321 §4.5.3.1.5 asks for 512.
    public var line = 4_096
    /// Lines of an answer. Default 128.
    public var lines = 128

    /// The defaults.
    public init() {}
}

/// How a probe logs in.
public struct ProbeOptions: Hashable, Sendable {
    /// Whether the connection is to become TLS before the credentials are sent.
    public enum Protection: Hashable, Sendable {
        /// Nothing to do: it is TLS already, or deliberately is not.
        case asItIs
        /// By STARTTLS (RFC 3207), or POP's STLS (RFC 2595 §4); without it the probe does not log in.
        case startTLS
    }

    /// Whether the connection is to become TLS.
    public var protection: Protection
    /// What is accepted from the server.
    public var limits = ProbeLimits()

    /// Options.
    public init(protection: Protection) { self.protection = protection }
}
