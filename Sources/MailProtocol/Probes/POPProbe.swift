import OAuthCore

/// A login to a POP3 server, to see how it goes: bytes in, actions out (RFC 1939, RFC 2449, RFC 5034). No message is
/// read and none is deleted.
///
/// `AUTH` and the credentials always go on two lines: Exchange answers the one-line form with "Protocol error".
public struct POPProbe: LineProbe, Sendable {
    /// Where in the conversation it is.
    public private(set) var stage = ProbeStage.greeting
    private var exchange: SASLExchange
    var reader: ProbeLineReader
    var failure: ProbeError?
    /// The capabilities so far, while their list is being read.
    private var list: [String]?
    private var isProtected: Bool
    private let options: ProbeOptions

    /// A probe of a connection on which nothing was said yet.
    public init(_ credentials: SASLCredentials, options: ProbeOptions) {
        exchange = SASLExchange(credentials)
        reader = ProbeLineReader(limit: options.limits.line)
        isProtected = options.protection == .asItIs
        self.options = options
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
        return [ProbeAction.command("CAPA")]
    }

    /// The server ended the connection.
    ///
    /// - Throws: ``ProbeError/closed(_:)`` unless the probe had come to its end.
    public func connectionClosed() throws(ProbeError) {
        guard stage == .ending else { throw .closed(stage) }
    }

    mutating func hear(_ line: ArraySlice<UInt8>) throws(ProbeError) -> [ProbeAction] {
        list == nil ? try answer(line) : try listed(line)
    }

    private mutating func answer(_ line: ArraySlice<UInt8>) throws(ProbeError) -> [ProbeAction] {
        let text = String(decoding: line, as: UTF8.self)
        if line.startsIgnoringCase("+OK") { return accepted(text) }
        if line.startsIgnoringCase("-ERR") { return refused(text) }
        guard line.first == UInt8(ascii: "+"), stage == .authentication else { throw .malformed(stage) }
        return try exchange.actions(after: line.dropFirst().trimmed)
    }

    private mutating func accepted(_ text: String) -> [ProbeAction] {
        switch stage {
        case .greeting:
            stage = .capabilities
            return [.report(.greeting(text)), ProbeAction.command("CAPA")]
        case .capabilities:
            list = []
            return []
        case .startTLS:
            reader.discard()
            return [.startTLS]
        case .authentication: return [.report(.authenticated(text))] + quit()
        case .mailbox, .ending: return [.close]
        }
    }

    private mutating func refused(_ text: String) -> [ProbeAction] {
        switch stage {
        // A server without CAPA (RFC 2449 is optional) may still know the mechanism.
        case .capabilities: proceed(with: [])
        case .ending: [.close]
        default: [.report(.refused(stage, text))] + quit()
        }
    }

    /// A line of the list of capabilities, which a single dot ends (RFC 2449 §5).
    private mutating func listed(_ line: ArraySlice<UInt8>) throws(ProbeError) -> [ProbeAction] {
        guard line.elementsEqual(".".utf8) else {
            let count = (list?.count ?? 0) + 1
            guard count <= options.limits.lines else { throw .tooManyLines(limit: options.limits.lines) }
            list?.append(String(decoding: line, as: UTF8.self))
            return []
        }
        let lines = list ?? []
        list = nil
        return proceed(with: lines)
    }

    private mutating func proceed(with lines: [String]) -> [ProbeAction] {
        let report = ProbeAction.report(.capabilities(lines))
        let words = lines.map { $0.uppercased().split(separator: " ").map(String.init) }
        guard isProtected else {
            guard words.contains(where: { $0.first == "STLS" }) else {
                return [report, .report(.notOffered("STARTTLS"))] + quit()
            }
            stage = .startTLS
            return [report, ProbeAction.command("STLS")]
        }
        let mechanism = exchange.mechanism.rawValue
        let offered = words.first { $0.first == "SASL" }
        guard lines.isEmpty || offered?.contains(mechanism) == true else {
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
