import MailProtocol
import OAuthCore

/// What a session of a mail protocol wants done, in this order.
enum MailServerAction: Sendable, Hashable {
    case send([UInt8])
    case verify(SASLBearerMessage)
    /// Call `resume` when everything before is on its way.
    case resume
    /// Send these bytes as plain text, and speak TLS from then on.
    case startTLS([UInt8])
    case close

    static func send(_ text: String) -> Self { .send(Array(text.utf8)) }
}

/// One connection of a mail protocol: bytes in, actions out.
protocol MailServerSession: Sendable {
    var isAuthenticated: Bool { get }
    mutating func begin() -> [MailServerAction]
    mutating func receive(_ bytes: [UInt8]) -> [MailServerAction]
    mutating func resume() -> [MailServerAction]
    mutating func finishLogin(_ login: MailLogin) -> [MailServerAction]
    /// Tells what has changed, where the protocol can.
    mutating func refresh() -> [MailServerAction]
    /// The token is out of date.
    mutating func expire() -> [MailServerAction]
    /// The client takes too long.
    mutating func timeOut() -> [MailServerAction]
}

/// IMAP as one of the protocols.
struct IMAPConnection: MailServerSession {
    private var session: IMAPServerSession

    init(_ persona: IMAPServerPersona) { session = IMAPServerSession(persona: persona) }

    var isAuthenticated: Bool { session.isAuthenticated }

    mutating func begin() -> [MailServerAction] { Self.actions(session.begin()) }
    mutating func receive(_ bytes: [UInt8]) -> [MailServerAction] { Self.actions(session.receive(bytes)) }
    mutating func resume() -> [MailServerAction] { Self.actions(session.resume()) }
    mutating func refresh() -> [MailServerAction] { Self.actions(session.refresh()) }
    mutating func expire() -> [MailServerAction] { Self.actions(session.expire()) }
    mutating func timeOut() -> [MailServerAction] { Self.actions(session.timeOut()) }

    mutating func finishLogin(_ login: MailLogin) -> [MailServerAction] {
        switch login {
        case .accepted(let account): Self.actions(session.finishLogin(.accepted(account)))
        case .notConnected: Self.actions(session.finishLogin(.notConnected))
        case .refused, .refusedBySMTP, .protocolError: Self.actions(session.finishLogin(.refused))
        }
    }

    private static func actions(_ actions: [IMAPServerAction]) -> [MailServerAction] {
        actions.map { action in
            switch action {
            case .send(let bytes): .send(bytes)
            case .verify(let message): .verify(message)
            case .resume: .resume
            case .close: .close
            }
        }
    }
}

/// Cuts what a client sends into lines of a limited length.
struct LineBuffer: Sendable {
    private var bytes: [UInt8] = []
    let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func append(_ more: [UInt8]) { bytes += more }
    mutating func clear() { bytes = [] }

    enum Event { case incomplete, line(String), tooLong }

    mutating func next() -> Event {
        guard let end = bytes.firstIndex(of: 10) else { return bytes.count > limit ? .tooLong : .incomplete }
        guard end <= limit else { return .tooLong }
        var line = bytes[..<end]
        if line.last == 13 { line = line.dropLast() }
        defer { bytes.removeFirst(end + 1) }
        return .line(String(decoding: line, as: UTF8.self))
    }
}
