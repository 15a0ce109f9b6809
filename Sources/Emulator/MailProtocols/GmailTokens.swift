import Crypto
import Foundation
import MailProtocol
import OAuthCore
import Synchronization

/// Tokens for the Gmail persona: made on demand, opaque, and gone with the process.
final class GmailTokens: Sendable {
    struct Grant: Sendable, Hashable {
        var user: String
        /// Separated by blanks.
        var scope: String
        var expiresAt: UnixTime
    }

    /// The one scope that Gmail takes for mail protocols.
    static let mailScope = "https://mail.google.com/"

    /// Each may bring a mailbox of its own.
    private static let limit = 1_000
    private let grants = Mutex<[String: Grant]>([:])

    /// Keeps a token; those that are out of date make room.
    ///
    /// - Returns: whether there was room.
    func add(_ token: Secret, _ grant: Grant, now: UnixTime) -> Bool {
        grants.withLock { grants in
            if grants.count >= Self.limit { grants = grants.filter { now < $0.value.expiresAt } }
            guard grants.count < Self.limit else { return false }
            grants[Self.name(of: token)] = grant
            return true
        }
    }

    /// The mailbox that a message opens, and until when.
    func login(_ message: SASLBearerMessage, now: UnixTime) -> (user: String, until: UnixTime)? {
        guard let grant = grants.withLock({ $0[Self.name(of: message.token)] }), now < grant.expiresAt,
            grant.scope.split(separator: " ").contains(Substring(Self.mailScope)),
            message.user.isEmpty || message.user.lowercased() == grant.user
        else { return nil }
        return (grant.user, grant.expiresAt)
    }

    private static func name(of token: Secret) -> String {
        token.withBytes { Base64URL.encode(Array(SHA256.hash(data: Data($0)))) }
    }
}
