import MailProtocol

/// Exchange's SMTP submission as far as logging in goes (RFC 5321, RFC 3207, RFC 4954). It takes no mail.
struct SMTPSession: MailServerSession {
    private enum Phase {
        case waiting
        /// Waits for the line of a mechanism.
        case awaitingMessage
        case verifying
        case closed
    }

    private let host: String
    private let offersTLS: Bool
    /// RFC 4954 §4 asks for 12,288; tokens of a person in many groups are longer.
    private var lines = LineBuffer(limit: 65_536)
    private var phase = Phase.waiting
    private var isSecure = false
    private var badCommands = 0
    private(set) var isAuthenticated = false

    private static let badCommandLimit = 20

    init(host: String, offersTLS: Bool) {
        self.host = host
        self.offersTLS = offersTLS
    }

    mutating func begin() -> [MailServerAction] { [.send("220 \(host) Microsoft ESMTP MAIL Service ready\r\n")] }

    mutating func receive(_ bytes: [UInt8]) -> [MailServerAction] {
        lines.append(bytes)
        return resume()
    }

    mutating func resume() -> [MailServerAction] {
        var actions: [MailServerAction] = []
        while true {
            switch phase {
            case .verifying, .closed: return actions
            case .waiting, .awaitingMessage: break
            }
            switch lines.next() {
            case .incomplete: return actions
            case .tooLong: return actions + end("500 5.3.3 Line too long")
            case .line(let line): actions += take(line)
            }
        }
    }

    mutating func finishLogin(_ login: MailLogin) -> [MailServerAction] {
        guard case .verifying = phase else { return [] }
        phase = .waiting
        let answer: String
        switch login {
        case .accepted:
            isAuthenticated = true
            answer = "235 2.7.0 Authentication successful"
        case .refusedBySMTP(let refusal): answer = refusal.rawValue
        case .refused, .notConnected, .protocolError: answer = Self.refused
        }
        return [.send(answer + "\r\n")] + resume()
    }

    mutating func refresh() -> [MailServerAction] { [] }
    mutating func expire() -> [MailServerAction] { end("421 4.7.0 The token is out of date") }
    mutating func timeOut() -> [MailServerAction] { end("421 4.4.2 Connection timed out") }

    private static let refused = "535 5.7.3 Authentication unsuccessful"

    private mutating func end(_ answer: String) -> [MailServerAction] {
        phase = .closed
        lines.clear()
        return [.send(answer + "\r\n"), .close]
    }

    private mutating func take(_ line: String) -> [MailServerAction] {
        if case .awaitingMessage = phase {
            phase = .waiting
            return line == "*" ? [.send("501 5.7.0 Authentication cancelled\r\n")] : verify(line)
        }
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        switch words.first?.uppercased() {
        case "EHLO" where words.count == 2: return [.send(greeting)]
        case "HELO" where words.count == 2: return [.send("250 \(host) Hello\r\n")]
        case "STARTTLS" where words.count == 1 && offersTLS && !isSecure:
            // What came in the same breath was not protected, and must not be taken for what follows (RFC 3207 §4.2).
            lines.clear()
            isSecure = true
            return [.startTLS(Array("220 2.0.0 SMTP server ready\r\n".utf8))]
        case "AUTH": return authenticate(words.dropFirst())
        case "NOOP", "RSET": return [.send("250 2.0.0 OK\r\n")]
        case "QUIT": return end("221 2.0.0 Service closing transmission channel")
        case "MAIL", "RCPT", "DATA":
            return isAuthenticated
                ? [.send("550 5.7.0 This server verifies logins and takes no mail\r\n")]
                : [.send("530 5.7.57 Client not authenticated to send mail.\r\n")]
        default: return bad("500 5.3.3 Unrecognized command")
        }
    }

    private mutating func bad(_ answer: String) -> [MailServerAction] {
        badCommands += 1
        return badCommands < Self.badCommandLimit ? [.send(answer + "\r\n")] : end("421 4.7.0 Too many errors")
    }

    private var greeting: String {
        var lines = ["\(host) Hello [127.0.0.1]", "SIZE 157286400", "PIPELINING", "ENHANCEDSTATUSCODES"]
        if isSecure { lines.append("AUTH LOGIN XOAUTH2") } else if offersTLS { lines.append("STARTTLS") }
        lines.append("8BITMIME")
        return lines.enumerated().map { index, line in
            "250\(index == lines.count - 1 ? " " : "-")\(line)\r\n"
        }.joined()
    }

    private mutating func authenticate(_ words: ArraySlice<Substring>) -> [MailServerAction] {
        guard isSecure else { return bad("530 5.7.0 Must issue a STARTTLS command first") }
        guard !isAuthenticated else { return bad("503 5.5.2 Already authenticated") }
        switch words.first?.uppercased() {
        case "XOAUTH2":
            guard let message = words.dropFirst().first else {
                phase = .awaitingMessage
                return [.send("334 \r\n")]
            }
            return verify(message == "=" ? "" : String(message))
        case "LOGIN":
            return [.send("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.\r\n")]
        default: return bad("504 5.7.4 Unrecognized authentication type")
        }
    }

    private mutating func verify(_ line: String) -> [MailServerAction] {
        guard let message = SASLBearerMessage.parse(line.utf8, mechanism: "XOAUTH2") else {
            return [.send(Self.refused + "\r\n")]
        }
        phase = .verifying
        return [.verify(message)]
    }
}
