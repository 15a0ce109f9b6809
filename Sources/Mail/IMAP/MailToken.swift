public import MailProtocol
public import OAuthClient
public import OAuthCore

/// An access token for a mail server.
public struct MailToken: Sendable, Hashable {
    /// The token.
    public var secret: Secret
    /// Until when it holds; `nil` if nobody said.
    public var expiresAt: UnixTime?

    /// A token.
    public init(_ secret: Secret, expiresAt: UnixTime? = nil) {
        self.secret = secret
        self.expiresAt = expiresAt
    }
}

/// Where a mailbox gets its tokens. It is asked before every login, never for a second try with a refused token.
public struct MailTokenSource: Sendable {
    let token: @Sendable () async throws(MailboxError) -> MailToken

    /// Tokens that a function gets.
    public init(_ token: @escaping @Sendable () async throws(MailboxError) -> MailToken) { self.token = token }

    /// A token from elsewhere, such as one that was typed in. It is never renewed.
    public static func fixed(_ token: MailToken) -> MailTokenSource {
        MailTokenSource { () throws(MailboxError) in token }
    }

    /// The tokens of a session, renewed when they end.
    ///
    /// - Parameter minimumLifetime: how long a token must hold at least, in seconds. Default 120, so that a login and
    ///   what follows fits in.
    public static func session(_ session: TokenSession, minimumLifetime: Seconds = 120) -> MailTokenSource {
        MailTokenSource { () async throws(MailboxError) in
            do throws(ClientError) {
                let tokens = try await session.tokens(minimumLifetime: minimumLifetime)
                return MailToken(tokens.accessToken, expiresAt: tokens.expiresAt)
            } catch {
                throw MailboxError(tokens: error)
            }
        }
    }
}

extension MailboxError {
    /// Why there is no token.
    fileprivate init(tokens error: ClientError) {
        let kind: Kind =
            switch error {
            case .cancelled: .cancelled
            case _ where error.isTransient: error.retryAfter.map { .throttled(retryAfter: $0) } ?? .unavailable
            default: .notAuthorized
            }
        self.init(kind, reason: "no access token: \(error)", remedy: "sign in again")
    }
}
