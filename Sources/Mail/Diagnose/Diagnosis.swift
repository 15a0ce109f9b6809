import MailProtocol
import OAuthCore

/// Says why a login to a mail server fails. Pure: evidence in, report out.
///
/// - ``run(_:context:)`` reads what a live attempt met. Whoever holds the connection fills a ``LoginTranscript``: the
///   stages with their outcome, the server's words as they came, the error challenge.
/// - ``explain(response:context:)`` reads what another program printed.
/// - ``explain(blob:context:)`` reads the credentials that another program sent.
/// - ``explain(refresh:context:)`` reads why an account's token could not be refreshed.
///
/// What comes from outside is cleaned before it is kept, so that no report holds a token, a control character or text
/// without end.
public enum Diagnosis {
    /// Bytes of another program's text that are read.
    public static let longestResponse = 65_536

    /// Reads a live attempt.
    public static func run(_ transcript: LoginTranscript, context: LoginContext) -> DiagnosisReport {
        let clean = CleanText(token: context.token)
        var evidence = Evidence(context: context, clean: clean)
        evidence.service = transcript.service
        evidence.server = transcript.server
        evidence.capabilities = transcript.capabilities.prefix(100).map { clean.line($0, limit: 80) }
        evidence.credentialsLength = transcript.credentialsLength
        evidence.isLoggedIn = transcript.isLoggedIn
        if let last = transcript.steps.last(where: { $0.failure != nil }) ?? transcript.steps.last {
            evidence.reached = last.stage
            evidence.failure = last.failure.map { Self.cleaned($0, clean) }
        }
        let said = Array(transcript.steps.compactMap(\.answer).suffix(16) + transcript.notices.suffix(16))
        evidence.answers = said.map { clean.line($0) }
        evidence.challenge = transcript.challenge.map { Self.cleaned($0, clean) }
        evidence.persona = .guess(
            texts: said + Array(transcript.capabilities.prefix(100)), host: transcript.server.host)
        let failed = transcript.steps.filter { $0.failure != nil }.compactMap(\.answer) + transcript.notices.suffix(16)
        evidence.signals = failed.reduce(into: []) { $0.formUnion(signals(in: $1)) }
        evidence.signals.formUnion(Self.signals(of: evidence.failure))
        let steps = transcript.steps.prefix(32).map { step in
            ReportStep(
                name: step.stage.name, failure: step.failure.map { Self.words(Self.cleaned($0, clean)) },
                answer: step.answer.map { "\(quote: clean.line($0))" }, duration: step.duration)
        }
        return DiagnosisReport(evidence: evidence, steps: steps)
    }

    /// Reads what another program printed: a log, an exception, a server's answer, or the program's own text.
    public static func explain(response text: String, context: LoginContext = LoginContext()) -> DiagnosisReport {
        let text = String(decoding: text.utf8.prefix(longestResponse), as: UTF8.self)
        let clean = CleanText(token: context.token)
        var evidence = Evidence(context: context, clean: clean)
        ResponseText.read(text, into: &evidence, clean: clean)
        return DiagnosisReport(evidence: evidence, steps: [])
    }

    /// Reads the credentials that another program sent: the base64 behind `AUTH XOAUTH2` or `AUTHENTICATE XOAUTH2`.
    public static func explain(blob text: String, context: LoginContext = LoginContext()) -> DiagnosisReport {
        var evidence = Evidence(context: context, clean: CleanText(token: context.token))
        let findings = SASLBlob.explain(text)
        evidence.blob = findings
        if evidence.token == nil { evidence.token = findings.token }
        return DiagnosisReport(evidence: evidence, steps: [])
    }

    /// Reads why an account's token could not be refreshed.
    public static func explain(refresh: RefreshFailure, context: LoginContext = LoginContext()) -> DiagnosisReport {
        var context = context
        context.refresh = refresh
        let evidence = Evidence(context: context, clean: CleanText(token: context.token))
        return DiagnosisReport(evidence: evidence, steps: [])
    }

    /// Bytes of a server's answer in which known words are looked for.
    private static let longestAnswer = 4_096

    static func signals(in answer: String) -> Set<Signal> {
        Signal.all(in: SearchableText(answer, limit: longestAnswer))
    }
}

extension Diagnosis {
    private static func signals(of failure: LoginFailure?) -> Set<Signal> {
        switch failure {
        case .tls(let text), .certificate(let text): signals(in: text).intersection([.tlsMismatch])
        case .unreachable(let text): signals(in: text).intersection([.unknownHost, .noConnection])
        default: []
        }
    }

    private static func cleaned(_ failure: LoginFailure, _ clean: CleanText) -> LoginFailure {
        switch failure {
        case .unreachable(let text): .unreachable(clean.line(text))
        case .tls(let text): .tls(clean.line(text))
        case .certificate(let text): .certificate(clean.line(text))
        case .notOffered(let text): .notOffered(clean.line(text, limit: 60))
        case .malformed(let text): .malformed(clean.line(text))
        case .notSent(let text): .notSent(clean.line(text))
        case .timedOut, .closed, .refused: failure
        }
    }

    static func cleaned(_ challenge: SASLFailure, _ clean: CleanText) -> SASLFailure {
        SASLFailure(
            status: challenge.status.map { clean.line($0, limit: 60) },
            schemes: challenge.schemes.map { clean.line($0, limit: 60) },
            scope: challenge.scope.map { clean.line($0, limit: 200) },
            openIDConfiguration: challenge.openIDConfiguration.map { clean.line($0, limit: 200) },
            text: clean.line(challenge.text))
    }

    private static func words(_ failure: LoginFailure) -> ReportText {
        switch failure {
        case .unreachable(let text): "not reached: \(quote: text)"
        case .timedOut: "no answer in time"
        case .closed: "the server ended the connection"
        case .tls(let text): "the handshake failed: \(quote: text)"
        case .certificate(let text): "the certificate was refused: \(quote: text)"
        case .refused: "refused"
        case .notOffered(let missing): "not offered: \(quote: missing)"
        case .malformed(let text): "the server broke the protocol: \(quote: text)"
        case .notSent(let text): "not sent: \(quote: text)"
        }
    }
}
