import OAuthCore

/// A login to a mail submission server, to see how it goes: bytes in, actions out. Nothing is ever sent by it but the
/// login (RFC 5321, RFC 4954).
///
/// The credentials go on a line of their own, after the server's `334`: with `AUTH XOAUTH2` on one line most tokens
/// would exceed the 512 bytes of a command.
public struct SMTPProbe: LineProbe, Sendable {
    /// Where in the conversation it is.
    public private(set) var stage = ProbeStage.greeting
    private var exchange: SASLExchange
    var reader: ProbeLineReader
    var failure: ProbeError?
    private var reply: [String] = []
    private var isProtected: Bool
    private let options: ProbeOptions
    private let clientName: String

    /// A probe of a connection on which nothing was said yet.
    ///
    /// - Parameters:
    ///   - credentials: the user, the token and the mechanism.
    ///   - clientName: the name for `EHLO`: a host's name or an address literal. Default `[127.0.0.1]`.
    public init(_ credentials: SASLCredentials, options: ProbeOptions, clientName: String = "[127.0.0.1]") {
        exchange = SASLExchange(credentials)
        reader = ProbeLineReader(limit: options.limits.line)
        isProtected = options.protection == .asItIs
        self.options = options
        self.clientName = clientName.filter { $0.isASCII && !$0.isWhitespace && !$0.isNewline }
    }

    /// Takes bytes from the server, in pieces of any size; none at all is a piece too.
    ///
    /// - Throws: ``ProbeError``; the connection is of no more use then. Where the same piece caused actions before, they
    ///   are returned, and the next call throws.
    public mutating func receive(_ bytes: some Collection<UInt8>) throws(ProbeError) -> [ProbeAction] {
        try hear(piece: bytes)
    }

    /// TLS stands; the conversation begins anew.
    public mutating func tlsEstablished() -> [ProbeAction] {
        isProtected = true
        stage = .capabilities
        return [ProbeAction.command("EHLO \(clientName)")]
    }

    /// The server ended the connection.
    ///
    /// - Throws: ``ProbeError/closed(_:)`` unless the probe had come to its end.
    public func connectionClosed() throws(ProbeError) {
        guard stage == .ending else { throw .closed(stage) }
    }

    mutating func hear(_ line: ArraySlice<UInt8>) throws(ProbeError) -> [ProbeAction] {
        guard let code = try collect(line) else { return [] }
        let lines = reply
        reply = []
        return try answer(code, lines)
    }

    /// Adds a line to the reply; answers the reply's code when it is whole (RFC 5321 §4.2.1).
    private mutating func collect(_ line: ArraySlice<UInt8>) throws(ProbeError) -> Int? {
        guard let code = line.prefix(3).decimalValue, line.prefix(3).count == 3, 200...599 ~= code else {
            throw .malformed(stage)
        }
        reply.append(String(decoding: line.dropFirst(4), as: UTF8.self))
        guard reply.count <= options.limits.lines else { throw .tooManyLines(limit: options.limits.lines) }
        switch line.dropFirst(3).first {
        case UInt8(ascii: "-"): return nil
        case nil, UInt8(ascii: " "): return code
        default: throw .malformed(stage)
        }
    }

    private mutating func answer(_ code: Int, _ lines: [String]) throws(ProbeError) -> [ProbeAction] {
        let text = "\(code) " + lines.joined(separator: " ")
        switch (stage, code) {
        case (.greeting, 220):
            stage = .capabilities
            return [.report(.greeting(text)), ProbeAction.command("EHLO \(clientName)")]
        case (.capabilities, 250): return capabilities(Array(lines.dropFirst()))
        case (.startTLS, 220):
            reader.discard()
            return [.startTLS]
        case (.authentication, 235): return [.report(.authenticated(text))] + quit()
        case (.authentication, 334): return try exchange.actions(after: Array(lines.joined().utf8)[...])
        case (.ending, _): return [.close]
        case (_, 400...599): return [.report(.refused(stage, text))] + quit()
        default: throw .malformed(stage)
        }
    }

    private mutating func capabilities(_ lines: [String]) -> [ProbeAction] {
        let report = ProbeAction.report(.capabilities(lines))
        let words = lines.map { $0.uppercased().split { $0 == " " || $0 == "=" }.map(String.init) }
        guard isProtected else {
            guard words.contains(where: { $0.first == "STARTTLS" }) else {
                return [report, .report(.notOffered("STARTTLS"))] + quit()
            }
            stage = .startTLS
            return [report, ProbeAction.command("STARTTLS")]
        }
        let mechanism = exchange.mechanism.rawValue
        guard words.contains(where: { $0.first == "AUTH" && $0.contains(mechanism) }) else {
            return [report, .report(.notOffered(mechanism))] + quit()
        }
        stage = .authentication
        return [report, ProbeAction.command("AUTH \(mechanism)")]
    }

    private mutating func quit() -> [ProbeAction] {
        stage = .ending
        return [ProbeAction.command("QUIT")]
    }
}
