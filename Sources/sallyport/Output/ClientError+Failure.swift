import OAuthClient
import OAuthCore

extension CommandFailure {
    /// What a client was told, for a person: a sentence, and the next step.
    init(_ error: ClientError, next: String? = nil) {
        self.init(PlainText.sentence(error.description), next: next ?? Self.next(error))
        isTransient = error.isTransient
    }

    private static func next(_ error: ClientError) -> String? {
        switch error {
        case .reauthenticationRequired: "Run sallyport login with the same --account."
        case .transport(.tls): "If it is a private authority's, give its certificate by --ca-file."
        case .transport(.unreachable): "Check the address and the network."
        case .server(let error) where error.code == .invalidClient:
            "Check --client-id, and the secret or certificate."
        case .server(let error) where error.code == .invalidGrant: "Sign in again by sallyport login."
        case .issuerMismatch: "Give the issuer as the server writes it."
        case .http(let failure) where failure.status == 404: "Check the issuer: there is no metadata below it."
        default: error.isTransient ? "Try again." : nil
        }
    }
}

extension PlainText {
    /// A description as a sentence: a capital in front, a full stop behind.
    static func sentence(_ text: String) -> String {
        let line = line(text)
        let ended = line.hasSuffix(".") || line.hasSuffix("!") || line.hasSuffix("?") ? line : line + "."
        return ended.prefix(1).uppercased() + ended.dropFirst()
    }
}
