import MailProtocol
import OAuthClient
import OAuthCore

extension MailboxError {
    /// Why no answer came, or no token to ask with.
    init(_ error: ClientError) {
        switch error {
        case .transport(.cancelled): self = .cancelled
        case .transport(.bodyTooLarge):
            self.init(.tooLarge, reason: "\(error)", remedy: "ask for fewer messages, or let the transport take more")
        case .transport: self.init(.unavailable, reason: "\(error)", remedy: "check the network and try again")
        case .insecureURL: self.init(.unavailable, reason: "\(error)", remedy: "correct the cloud's description")
        case .store: self.init(.unavailable, reason: "\(error)", remedy: "check the disk and its permissions")
        default: self.init(noToken: Microsoft365Error(error), named: error.serverError?.code.rawValue)
        }
    }

    static let cancelled = MailboxError(.cancelled, reason: "cancelled")

    /// The identity platform gave no token.
    ///
    /// - Parameter name: its `error`, which stands for a number that it did not give.
    private init(noToken error: Microsoft365Error, named name: String?) {
        let kind: Kind
        switch error.kind {
        case .cancelled:
            self = .cancelled
            return
        case .throttled(let retryAfter): kind = .throttled(retryAfter: retryAfter)
        case .unavailable: kind = .unavailable
        case .malformedAnswer: kind = .malformedAnswer
        default: kind = .notAuthorized
        }
        self.init(
            kind, code: error.code ?? name, reason: "no access token: \(error.reason)",
            remedy: error.remedy ?? (kind == .notAuthorized ? "sign in or consent again" : nil))
    }
}

extension ClientError {
    fileprivate var serverError: ServerError? {
        switch self {
        case .server(let error): error
        case .reauthenticationRequired(let error): error
        default: nil
        }
    }
}
