import MailProtocol
import OAuthCore

/// A session with what it did, for tests.
struct Talk {
    var session: IMAPSession
    private(set) var actions: [IMAPAction] = []

    init(limits: IMAPLimits = IMAPLimits()) { session = IMAPSession(limits: limits) }

    /// A session that has been greeted; `capabilities` nil for a greeting that names none.
    static func greeted(_ capabilities: String? = "IMAP4rev1 SASL-IR AUTH=XOAUTH2", limits: IMAPLimits = IMAPLimits())
        -> Self
    {
        var talk = Self(limits: limits)
        talk.hear("* OK \(capabilities.map { "[CAPABILITY \($0)] " } ?? "")hello\n")
        return talk
    }

    /// A session that needs no login.
    static func authenticated(_ capabilities: String = "IMAP4rev1 LITERAL+", limits: IMAPLimits = IMAPLimits()) -> Self
    {
        var talk = Self(limits: limits)
        talk.hear("* PREAUTH [CAPABILITY \(capabilities)] hello\n")
        return talk
    }

    /// A session with an open mailbox. The command was A1.
    static func selected(_ capabilities: String = "IMAP4rev1 LITERAL+", limits: IMAPLimits = IMAPLimits()) throws
        -> Self
    {
        var talk = authenticated(capabilities, limits: limits)
        try talk.say(.select(IMAPSelect(.inbox, access: .readWrite)))
        talk.hear("* 10 EXISTS\nA1 OK [READ-WRITE] done\n")
        return talk
    }

    /// Takes lines of the server, written with line feeds, and tells what they caused.
    @discardableResult
    mutating func hear(_ text: String) -> [IMAPAction] { hear(Array(text.replacing("\n", with: "\r\n").utf8)) }

    @discardableResult
    mutating func hear(_ bytes: [UInt8]) -> [IMAPAction] {
        let caused = session.receive(bytes)
        actions += caused
        return caused
    }

    @discardableResult
    mutating func say(_ command: IMAPCommand, _ pipelining: IMAPPipelining = .whenSafe) throws -> [IMAPAction] {
        let submission = try session.submit(command, pipelining)
        actions += submission.actions
        return submission.actions
    }
}

extension [IMAPAction] {
    /// What is sent, secrets revealed, with line feeds.
    var sent: String {
        map { action in
            switch action {
            case .write(let bytes): String(decoding: bytes, as: UTF8.self)
            case .writeSecret(let secret): secret.revealed()
            default: ""
            }
        }.joined().replacing("\r\n", with: "\n")
    }

    var responses: [IMAPResponse] {
        compactMap { if case .event(.response(let response)) = $0 { response } else { nil } }
    }

    var fetched: [IMAPFetch] {
        responses.compactMap { if case .fetch(let message) = $0 { message } else { nil } }
    }

    var completions: [IMAPStatus] {
        compactMap { if case .event(.completed(_, let status)) = $0 { status } else { nil } }
    }

    var closing: IMAPCloseReason? {
        for case .close(let reason) in self { return reason }
        return nil
    }

    /// With the pieces of each streamed literal put together.
    var joined: [IMAPAction] {
        var output: [IMAPAction] = []
        for action in self {
            if case .event(.literalBytes(let id, let more)) = action,
                case .event(.literalBytes(id, let bytes)) = output.last
            {
                output[output.count - 1] = .event(.literalBytes(id, bytes + more))
            } else {
                output.append(action)
            }
        }
        return output
    }
}

func xoauth2(_ user: String = "a@b", _ token: String = "t") throws -> IMAPCommand {
    .authenticate(try SASLCredentials(.xoauth2, user: user, token: Secret(token)))
}
