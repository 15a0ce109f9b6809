import MailProtocol
import OAuthClient
import OAuthCore

extension MailboxError {
    /// Why no answer came, or no token to ask with.
    init(_ error: ClientError) {
        switch error {
        case .cancelled, .transport(.cancelled): self = .cancelled
        case .transport(.bodyTooLarge):
            self.init(.tooLarge, reason: "\(error)", remedy: "ask for fewer messages, or let the transport take more")
        case .transport: self.init(.unavailable, reason: "\(error)", remedy: "check the network and try again")
        case .insecureURL: self.init(.unavailable, reason: "\(error)")
        case .store: self.init(.unavailable, reason: "\(error)", remedy: "check the disk and its permissions")
        case .reauthenticationRequired(let server): self.init(refusal: server, error)
        case .server(let server) where !error.isTransient: self.init(refusal: server, error)
        case _ where error.isTransient: self.init(noToken: error)
        default: self.init(refusal: nil, error)
        }
    }

    static let cancelled = MailboxError(.cancelled, reason: "cancelled")

    /// The authorization server cannot answer now.
    private init(noToken error: ClientError) {
        let isThrottled =
            switch error {
            case .server(let server): server.status == 429
            case .http(let failure): failure.status == 429
            default: false
            }
        self.init(
            isThrottled ? .throttled(retryAfter: error.retryAfter) : .unavailable, reason: "no access token: \(error)",
            remedy: "try again in a few minutes")
    }

    /// The authorization server gives no token.
    private init(refusal server: ServerError?, _ error: ClientError) {
        let number = server?.errorDescription.flatMap(Self.aadsts)
        self.init(
            .notAuthorized, code: number ?? server?.code.rawValue, reason: "no access token: \(error)",
            remedy: "sign in or consent again")
    }

    /// The first `AADSTS` code of a description.
    private static func aadsts(in description: String) -> String? {
        guard let start = description.firstRange(of: "AADSTS")?.upperBound else { return nil }
        let digits = description[start...].prefix { $0.isASCII && $0.isNumber }
        return digits.isEmpty ? nil : "AADSTS" + digits.prefix(10)
    }
}
