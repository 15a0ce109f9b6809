import MailProtocol

/// A transcript that is being written, with the time since the last step.
struct ProbeRecord {
    private(set) var lastStep = ContinuousClock.now
    var transcript: LoginTranscript
    /// Whether TLS was begun, and nothing has come under it yet: an error is the handshake's then.
    var isHandshakeDue = false

    init(service: MailService, server: MailServer) {
        transcript = LoginTranscript(service: service, server: server)
    }

    /// Notes a step, and how long it took.
    mutating func step(_ stage: LoginStage, failure: LoginFailure? = nil, answer: String? = nil) {
        transcript.steps.append(LoginStep(stage, failure: failure, answer: answer, duration: lap()))
    }

    /// Notes that the connection failed while a stage was under way.
    mutating func fail(_ stage: LoginStage, _ error: MailStreamError) {
        step(isHandshakeDue ? .tls : stage, failure: LoginFailure(error))
    }

    /// Something came under TLS: the handshake has succeeded.
    mutating func endHandshake() {
        guard isHandshakeDue else { return }
        isHandshakeDue = false
        step(.tls)
    }

    mutating func probe(_ event: ProbeEvent) { transcript.record(event, duration: lap()) }

    mutating func probe(_ error: ProbeError, at stage: ProbeStage) {
        transcript.record(error, at: stage, duration: lap())
    }

    private mutating func lap() -> Duration {
        let now = ContinuousClock.now
        defer { lastStep = now }
        return now - lastStep
    }
}

extension LoginFailure {
    init(_ error: MailStreamError) {
        switch error {
        case .unreachable(let why): self = .unreachable(why)
        case .certificate(let why): self = .certificate(why)
        case .tls(let why): self = .tls(why)
        case .trustedAuthorities: self = .certificate("the file of authorities holds no certificate")
        case .timedOut: self = .timedOut
        // A connection that breaks was there: whether it was closed in order or not says nothing about the cause.
        case .closed, .cancelled, .broken: self = .closed
        }
    }
}
