import Foundation
import MailProtocol

/// Exchange's POP (RFC 1939, RFC 2449, RFC 5034): tokens in two lines, and one inbox.
struct POPSession: MailServerSession {
    private enum Phase {
        case waiting
        case awaitingMessage
        case verifying
        case closed
    }

    private let greeting: String
    private var lines = LineBuffer(limit: 65_536)
    private var phase = Phase.waiting
    private var badCommands = 0
    private var account: (any IMAPServerAccount)?
    /// The messages as they were at login; their numbers stay.
    private var messages: [IMAPServerMessage] = []
    private var removed: Set<Int> = []

    private static let badCommandLimit = 20
    private static let failure = "-ERR Authentication failure: unknown user name or bad password.\r\n"
    private static let protocolError = "-ERR Protocol error. Connection is closed. 10\r\n"

    /// - Parameter host: the server's name, told in the greeting.
    init(host: String) {
        let name = Data(host.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }).base64EncodedString()
        greeting = "+OK The Microsoft Exchange POP3 service is ready. [\(name)]\r\n"
    }

    var isAuthenticated: Bool { account != nil }

    mutating func begin() -> [MailServerAction] { [.send(greeting)] }

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
            case .tooLong: return actions + end(Self.protocolError)
            case .line(let line):
                actions += take(line)
                // One answer on its way at a time: a message may be long, and many may be asked for at once.
                if isAuthenticated, !actions.contains(.close) { return actions + [.resume] }
            }
        }
    }

    mutating func finishLogin(_ login: MailLogin) -> [MailServerAction] {
        guard case .verifying = phase else { return [] }
        phase = .waiting
        switch login {
        case .accepted(let account):
            self.account = account
            messages = account.contents(of: "INBOX")?.messages ?? []
            return [.send("+OK User successfully authenticated [\(messages.count)].\r\n")] + resume()
        case .protocolError: return end(Self.protocolError)
        case .refused, .notConnected, .refusedBySMTP: return [.send(Self.failure)] + resume()
        }
    }

    mutating func refresh() -> [MailServerAction] { [] }
    mutating func expire() -> [MailServerAction] { end("-ERR Session invalidated - AccessTokenExpired\r\n") }
    mutating func timeOut() -> [MailServerAction] { end("-ERR Connection is closed. 14\r\n") }

    private mutating func end(_ answer: String) -> [MailServerAction] {
        phase = .closed
        lines.clear()
        return [.send(answer), .close]
    }

    private mutating func take(_ line: String) -> [MailServerAction] {
        if case .awaitingMessage = phase {
            phase = .waiting
            guard line != "*", let message = SASLBearerMessage.parse(line.utf8, mechanism: "XOAUTH2") else {
                return [.send(Self.failure)]
            }
            phase = .verifying
            return [.verify(message)]
        }
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        let name = words.first?.uppercased() ?? ""
        switch name {
        case "CAPA": return [.send("+OK\r\nTOP\r\nUIDL\r\nSASL PLAIN XOAUTH2\r\nUSER\r\n.\r\n")]
        case "QUIT":
            if let account { account.remove(removed.map { messages[$0].uid }, from: "INBOX") }
            return end("+OK Microsoft Exchange Server POP3 server signing off.\r\n")
        case "AUTH" where !isAuthenticated: return authenticate(words.dropFirst())
        case "USER" where !isAuthenticated: return [.send("+OK\r\n")]
        case "PASS" where !isAuthenticated:
            return [.send("-ERR Logon failure: unknown user name or bad password.\r\n")]
        default:
            guard let account else { return bad() }
            return read(name, Array(words.dropFirst()), account)
        }
    }

    private mutating func bad() -> [MailServerAction] {
        badCommands += 1
        return badCommands < Self.badCommandLimit ? [.send("-ERR Protocol error. 14\r\n")] : end(Self.protocolError)
    }

    /// The message has to come in a line of its own.
    private mutating func authenticate(_ words: ArraySlice<Substring>) -> [MailServerAction] {
        guard words.first?.uppercased() == "XOAUTH2" else { return [.send(Self.failure)] }
        guard words.count == 1 else { return end(Self.protocolError) }
        phase = .awaitingMessage
        return [.send("+ \r\n")]
    }

    // MARK: Reading

    private var kept: [Int] { messages.indices.filter { !removed.contains($0) } }

    private mutating func read(
        _ name: String, _ words: [Substring], _ account: any IMAPServerAccount
    ) -> [MailServerAction] {
        switch name {
        case "NOOP": return [.send("+OK\r\n")]
        case "RSET":
            removed = []
            return [.send("+OK\r\n")]
        case "STAT":
            return [.send("+OK \(kept.count) \(kept.reduce(0) { $0 + messages[$1].size })\r\n")]
        case "LIST", "UIDL":
            let validity = account.contents(of: "INBOX")?.uidValidity ?? 0
            func row(_ index: Int) -> String {
                "\(index + 1) " + (name == "LIST" ? "\(messages[index].size)" : "\(validity).\(messages[index].uid)")
            }
            guard let word = words.first else {
                return [.send("+OK\r\n" + kept.map { row($0) + "\r\n" }.joined() + ".\r\n")]
            }
            guard let index = index(word) else { return Self.noSuchMessage }
            return [.send("+OK \(row(index))\r\n")]
        case "RETR", "TOP":
            let lineCount = name == "RETR" ? nil : words.dropFirst().first.flatMap { Int($0) }
            guard let word = words.first, let index = index(word), name == "RETR" || lineCount.map({ $0 >= 0 }) == true,
                let bytes = account.message(messages[index].uid, in: "INBOX")
            else { return Self.noSuchMessage }
            return [.send("+OK\r\n"), .send(Self.lines(of: bytes, bodyLines: lineCount))]
        case "DELE":
            guard let word = words.first, let index = index(word) else { return Self.noSuchMessage }
            removed.insert(index)
            return [.send("+OK\r\n")]
        default: return bad()
        }
    }

    private static let noSuchMessage: [MailServerAction] = [.send("-ERR The specified message is out of range.\r\n")]

    private func index(_ word: Substring) -> Int? {
        guard let number = Int(word), number > 0, number <= messages.count,
            !removed.contains(number - 1)
        else { return nil }
        return number - 1
    }

    /// The message with a dot before each that begins a line, and the line that ends it (RFC 1939 §3).
    ///
    /// - Parameter bodyLines: how many lines of the body; `nil` for all.
    private static func lines(of bytes: [UInt8], bodyLines: Int?) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 64)
        var (isLineStart, isBody, bodyCount, lineLength) = (true, false, 0, 0)
        for byte in bytes {
            if isLineStart, byte == UInt8(ascii: ".") { output.append(byte) }
            output.append(byte)
            isLineStart = byte == 10
            if byte != 10, byte != 13 { lineLength += 1 }
            guard isLineStart else { continue }
            if isBody { bodyCount += 1 } else if lineLength == 0 { isBody = true }
            lineLength = 0
            if isBody, let bodyLines, bodyCount >= bodyLines { break }
        }
        if !isLineStart { output += [13, 10] }
        return output + [UInt8(ascii: "."), 13, 10]
    }
}
