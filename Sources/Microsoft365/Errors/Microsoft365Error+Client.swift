public import OAuthClient
import OAuthCore

extension Microsoft365Error {
    /// What an error of a token session, or of another request to the platform, means here.
    public init(_ error: ClientError) {
        switch error {
        case .server(let server): self.init(server)
        case .reauthenticationRequired(let server?):
            self.init(server)
            if kind == .refused { kind = .interactionRequired }
        case .reauthenticationRequired(nil):
            self.init(.interactionRequired, reason: "the sign-in has ended", remedy: "sign in again")
        case .http(let failure) where failure.status == 429: self = .throttled(failure.retryAfter)
        case .http, .transport(.unreachable), .transport(.timedOut):
            self.init(.unavailable, reason: "\(error)", remedy: "try again in a while")
        case .assertion(let error): self = .certificate(error)
        case .idToken(let error):
            self.init(
                .idToken(error), reason: "the sign-in was not accepted: \(error)",
                remedy: "begin again; do not trust where this answer came from")
        case .cancelled: self.init(.cancelled, reason: "cancelled")
        case .malformed(let name): self.init(.malformedAnswer(name), reason: "\(error)")
        case .transport, .insecureURL, .metadata, .issuerMismatch:
            self.init(.unavailable, reason: "\(error)", remedy: "check the cloud and the certificate authority")
        default: self.init(.local, reason: "\(error)")
        }
    }

    /// What an error of the token endpoint, or of an answer that a browser brought, means.
    public init(_ error: ServerError) {
        if error.status == 429 {
            self = .throttled(error.retryAfter)
            return
        }
        let text = error.errorDescription ?? ""
        let codes = AADSTS.codes(in: text)
        // The first number that is known; a later one, inside the text, says more than a wrapper.
        let entry = AADSTS.particular(text) ?? codes.reversed().compactMap(AADSTS.entry).first
        let code = entry?.code ?? codes.first
        self.init(
            Self.kind(code, error), code: code.map { "AADSTS\($0)" },
            reason: entry?.cause ?? Self.reason(error), remedy: entry?.fix, traceID: Self.traceID(in: text))
        if kind == .unavailable, remedy == nil { remedy = "try again in a while" }
    }

    static func throttled(_ retryAfter: Seconds?) -> Microsoft365Error {
        Microsoft365Error(
            .throttled(retryAfter: retryAfter), reason: "there were too many requests",
            remedy: retryAfter.map { "try again in \($0.count) seconds" } ?? "try again in a while")
    }

    private static func certificate(_ error: ClientAssertionError) -> Microsoft365Error {
        let problem: CredentialError =
            switch error {
            case .certificateNotYetValid(let notBefore, let now): .notYetValid(notBefore: notBefore, now: now)
            case .certificateExpired(let notAfter, let now): .expired(notAfter: notAfter, now: now)
            case .signing: .keyUnreadable
            }
        return Microsoft365Error(.credential(problem), reason: problem.reason, remedy: problem.remedy)
    }

    /// Programs act on `error`; numbers only tell apart what it leaves open.
    private static func kind(_ code: Int?, _ error: ServerError) -> Kind {
        switch code {
        case 65_004: return .declined
        case 90_093: return .notAdministrator
        case 65_001, 90_094, 700_016, 70_001: return .notConsented
        default: break
        }
        switch error.code {
        case .invalidClient: return .credential(nil)
        case .accessDenied: return code == nil ? .declined : .refused
        case .consentRequired: return .notConsented
        case .interactionRequired, .loginRequired: return .interactionRequired
        case .temporarilyUnavailable, .serverError: return .unavailable
        case ErrorCode(rawValue: "permission_denied"): return .declined
        default: return error.status >= 500 ? .unavailable : .refused
        }
    }

    /// The platform's own words where the number is not known, without the ids behind them.
    private static func reason(_ error: ServerError) -> String {
        guard let text = error.errorDescription else { return "the identity platform answered \(error.code)" }
        let words = text.firstRange(of: "Trace ID:").map { text[..<$0.lowerBound] } ?? text[...]
        let plain = words.firstRange(of: ": ").map { words[$0.upperBound...] } ?? words
        let trimmed = (AADSTS.codes(in: text).isEmpty ? words : plain).prefix(300)
        return String(trimmed.reversed().drop { $0 == " " || $0 == "?" || $0 == "." }.reversed())
    }

    private static func traceID(in text: String) -> String? {
        guard let range = text.firstRange(of: "Trace ID: ") else { return nil }
        return TenantID(String(text[range.upperBound...].prefix(36)))?.description
    }
}
