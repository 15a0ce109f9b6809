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

    /// Tries the login. It ends, whatever the server does: every stage within `options.readTimeout`.
    ///
    /// With XOAUTH2, which every server has that takes tokens; with OAUTHBEARER where only that is offered.
    public func run() async -> LoginTranscript {
        let transcript = await run(.xoauth2)
        guard transcript.steps.last?.failure == .notOffered(SASLMechanism.xoauth2.rawValue),
            transcript.capabilities.contains(where: { $0.uppercased().contains(SASLMechanism.oauthBearer.rawValue) })
        else { return transcript }
        return await run(.oauthBearer)
    }

    private func run(_ mechanism: SASLMechanism) async -> LoginTranscript {
        var record = ProbeRecord(service: service, server: server)
        let credentials: SASLCredentials
        do {
            credentials = try SASLCredentials(
                mechanism, user: user, token: token, host: server.host, port: UInt16(clamping: server.port))
        } catch {
            record.step(.authenticate, failure: .malformed("\(error)"))
            return record.transcript
        }
        record.transcript.mechanism = mechanism.rawValue
        record.transcript.credentialsLength = credentials.encodedMessage.withBytes { $0.count }
        do throws(MailStreamError) {
            let stream = try await MailStream.connect(to: server, options: options)
            record.step(.connect)
            record.isHandshakeDue = server.security == .implicitTLS
            switch service {
            case .imap: await talk(stream, &record, IMAPProbe(credentials, options: protection, limits: limits))
            case .smtp: await talk(stream, &record, SMTPProbe(credentials, options: protection))
            case .pop: await talk(stream, &record, POPProbe(credentials, options: protection))
            }
            await stream.close()
        } catch {
            record.fail(.connect, error)
        }
        return record.transcript
    }

    private var protection: ProbeOptions {
        ProbeOptions(protection: server.security == .startTLS ? .startTLS : .asItIs)
    }

    private func talk<Probe: LoginProbe>(_ stream: MailStream, _ record: inout ProbeRecord, _ probe: Probe) async {
        var probe = probe
        var isOpen = true
        var (stage, patience) = (probe.stage, Patience(limit: options.readTimeout))
        while isOpen {
            if probe.stage != stage {
                // The goodbye is waited for out of politeness: all that matters has been said.
                let limit = probe.stage == .ending ? 2 : options.readTimeout
                (stage, patience) = (probe.stage, Patience(limit: limit))
            }
            let bytes: [UInt8]
            do { bytes = try await stream.read(timeout: try patience.rest()) } catch {
                return Self.end(patience.reason(error), probe, &record)
            }
            record.endHandshake()
            do throws(ProbeError) {
                isOpen = await Self.perform(try probe.receive(bytes), &probe, stream, &record)
                // What was wrong behind the last good answer.
                if isOpen { _ = try probe.receive([]) }
            } catch {
                if probe.stage != .ending { record.probe(error, at: probe.stage) }
                return
            }
        }
    }

    /// Does what a probe says; `false` when it has come to its end.
    private static func perform<Probe: LoginProbe>(
        _ actions: [ProbeAction], _ probe: inout Probe, _ stream: MailStream, _ record: inout ProbeRecord
    ) async -> Bool {
        for action in actions {
            do throws(MailStreamError) {
                switch action {
                case .send(let secret): try await stream.write(secret.withBytes { Array($0) })
                case .startTLS:
                    try await stream.startTLS()
                    record.isHandshakeDue = true
                    guard await begin(&probe, stream, &record) else { return false }
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

    /// Goes on under TLS; `false` where nothing can be said any more.
    private static func begin<Probe: LoginProbe>(
        _ probe: inout Probe, _ stream: MailStream, _ record: inout ProbeRecord
    ) async -> Bool {
        do throws(ProbeError) {
            return await perform(try probe.tlsEstablished(), &probe, stream, &record)
        } catch {
            record.probe(error, at: probe.stage)
            return false
        }
    }

    private static func end(_ error: MailStreamError, _ probe: some LoginProbe, _ record: inout ProbeRecord) {
        guard probe.stage != .ending else { return }
        guard error == .closed, !record.isHandshakeDue else {
            return record.fail(LoginTranscript.stage(probe.stage), error)
        }
        do throws(ProbeError) { try probe.connectionClosed() } catch { record.probe(error, at: probe.stage) }
    }
}

/// What the probes have in common.
protocol LoginProbe {
    var stage: ProbeStage { get }
    mutating func receive(_ bytes: [UInt8]) throws(ProbeError) -> [ProbeAction]
    mutating func tlsEstablished() throws(ProbeError) -> [ProbeAction]
    func connectionClosed() throws(ProbeError)
}

extension IMAPProbe: LoginProbe {
    mutating func receive(_ bytes: [UInt8]) throws(ProbeError) -> [ProbeAction] { try receive(bytes[...]) }
}

extension SMTPProbe: LoginProbe {
    mutating func receive(_ bytes: [UInt8]) throws(ProbeError) -> [ProbeAction] { try receive(bytes[...]) }
}

extension POPProbe: LoginProbe {
    mutating func receive(_ bytes: [UInt8]) throws(ProbeError) -> [ProbeAction] { try receive(bytes[...]) }
}
