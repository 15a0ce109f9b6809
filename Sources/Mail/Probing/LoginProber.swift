public import MailProtocol
public import OAuthCore

/// Logs in to a mail server step by step, and writes down how it went, for ``Diagnosis``.
///
/// It waits for every answer before it goes on, sends the token once, reads no message, and changes nothing.
public struct LoginProber: Sendable {
    /// The service to speak.
    public var service: MailService
    /// Where.
    public var server: MailServer
    /// The `user=` of the login: the mailbox's address.
    public var user: String
    /// The access token.
    public var token: Secret
    /// How the connection is made.
    public var options: MailStreamOptions
    /// What the server may make this side keep.
    public var limits: IMAPLimits

    /// A login to try.
    public init(
        service: MailService, server: MailServer, user: String, token: Secret,
        options: MailStreamOptions = MailStreamOptions(), limits: IMAPLimits = IMAPLimits()
    ) {
        self.service = service
        self.server = server
        self.user = user
        self.token = token
        self.options = options
        self.limits = limits
    }

    /// Tries the login. It ends within the deadlines of `options`, whatever the server does.
    public func run() async -> LoginTranscript {
        var record = ProbeRecord(service: service, server: server)
        let stream: MailStream
        do throws(MailStreamError) {
            stream = try await MailStream.connect(to: server, options: options)
        } catch {
            record.fail(.connect, error)
            return record.transcript
        }
        record.step(.connect)
        record.isHandshakeDue = server.security == .implicitTLS
        switch service {
        case .imap: await IMAPLoginProbe(self).run(stream, &record)
        case .smtp: await lineProbe(stream, &record) { SMTPProbe($0, options: protection) }
        case .pop: await lineProbe(stream, &record) { POPProbe($0, options: protection) }
        }
        await stream.close()
        return record.transcript
    }

    private var protection: ProbeOptions {
        ProbeOptions(protection: server.security == .startTLS ? .startTLS : .asItIs)
    }

    func credentials(_ mechanism: SASLMechanism) throws(SASLError) -> SASLCredentials {
        try SASLCredentials(
            mechanism, user: user, token: token, host: server.host, port: UInt16(clamping: server.port))
    }

    private func lineProbe<Probe: LineProbe>(
        _ stream: MailStream, _ record: inout ProbeRecord, _ make: (SASLCredentials) -> Probe
    ) async {
        let credentials: SASLCredentials
        do { credentials = try self.credentials(.xoauth2) } catch {
            return record.step(.authenticate, failure: .malformed("\(error)"))
        }
        record.transcript.mechanism = credentials.mechanism.rawValue
        record.transcript.credentialsLength = credentials.encodedMessage.withBytes { $0.count }
        var probe = make(credentials)
        var isOpen = true
        while isOpen {
            let bytes: [UInt8]
            do { bytes = try await stream.read() } catch {
                return Self.end(error, probe, &record)
            }
            record.endHandshake()
            do throws(ProbeError) {
                isOpen = await Self.perform(try probe.receive(bytes), &probe, stream, &record)
            } catch {
                return record.probe(error, at: probe.stage)
            }
        }
    }

    /// Does what a probe says; `false` when it has come to its end.
    private static func perform<Probe: LineProbe>(
        _ actions: [ProbeAction], _ probe: inout Probe, _ stream: MailStream, _ record: inout ProbeRecord
    ) async -> Bool {
        for action in actions {
            do throws(MailStreamError) {
                switch action {
                case .send(let secret): try await stream.write(secret.withBytes { Array($0) })
                case .startTLS:
                    try await stream.startTLS()
                    record.isHandshakeDue = true
                    for case .send(let secret) in probe.tlsEstablished() {
                        try await stream.write(secret.withBytes { Array($0) })
                    }
                case .report(let event): record.probe(event)
                case .close: return false
                }
            } catch {
                end(error, probe, &record)
                return false
            }
        }
        return true
    }

    private static func end(_ error: MailStreamError, _ probe: some LineProbe, _ record: inout ProbeRecord) {
        guard error == .closed, !record.isHandshakeDue else { return record.fail(record.stage(of: probe.stage), error) }
        do throws(ProbeError) { try probe.connectionClosed() } catch { record.probe(error, at: probe.stage) }
    }
}

/// What the probes of SMTP and POP have in common.
protocol LineProbe {
    var stage: ProbeStage { get }
    mutating func receive(_ bytes: [UInt8]) throws(ProbeError) -> [ProbeAction]
    mutating func tlsEstablished() -> [ProbeAction]
    func connectionClosed() throws(ProbeError)
}

extension SMTPProbe: LineProbe {
    mutating func receive(_ bytes: [UInt8]) throws(ProbeError) -> [ProbeAction] { try receive(bytes[...]) }
}

extension POPProbe: LineProbe {
    mutating func receive(_ bytes: [UInt8]) throws(ProbeError) -> [ProbeAction] { try receive(bytes[...]) }
}
