public import MailProtocol

extension LoginTranscript {
    /// Adds what a probe saw.
    ///
    /// Whoever holds the connection adds ``LoginStage/connect`` and ``LoginStage/tls`` by itself.
    ///
    /// - Parameter duration: how long this took.
    public mutating func record(_ event: ProbeEvent, duration: Duration? = nil) {
        switch event {
        case .greeting(let text): steps.append(LoginStep(.greeting, answer: text, duration: duration))
        case .capabilities(let lines):
            capabilities = lines
            steps.append(LoginStep(.capability, duration: duration))
        case .challenge(let failure): challenge = failure
        case .authenticated(let text): steps.append(LoginStep(.authenticate, answer: text, duration: duration))
        case .opened(let text): steps.append(LoginStep(.select, answer: text, duration: duration))
        case .notice(let text): notices.append(text)
        case .refused(let stage, let text):
            steps.append(LoginStep(Self.stage(stage), failure: .refused, answer: text, duration: duration))
        case .notOffered(let missing):
            let stage = missing == "STARTTLS" ? LoginStage.tls : .authenticate
            steps.append(LoginStep(stage, failure: .notOffered(missing), duration: duration))
        }
    }

    /// Adds why a probe could not go on.
    public mutating func record(_ error: ProbeError, at stage: ProbeStage, duration: Duration? = nil) {
        let failure: LoginFailure = if case .closed = error { .closed } else { .malformed(error.description) }
        let place = if case .closed(let closed) = error { closed } else { stage }
        steps.append(LoginStep(Self.stage(place), failure: failure, duration: duration))
    }

    static func stage(_ stage: ProbeStage) -> LoginStage {
        switch stage {
        case .greeting: .greeting
        case .capabilities: .capability
        case .startTLS: .tls
        case .authentication, .ending: .authenticate
        case .mailbox: .select
        }
    }
}
