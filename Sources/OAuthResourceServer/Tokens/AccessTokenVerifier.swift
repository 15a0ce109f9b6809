public import OAuthCore

/// Tells what an access token says, or that it says nothing here.
public protocol AccessTokenVerifier: Sendable {
    /// Checks a token.
    ///
    /// - Throws: ``AccessTokenFailure/invalid(_:)`` for a token that is expired, revoked, unknown or meant for someone
    ///   else, and ``AccessTokenFailure/unavailable(_:)`` where nobody can tell now.
    func verify(_ token: Secret) async throws(AccessTokenFailure) -> AccessTokenInformation
}

/// Why a token was not accepted. The diagnostic is for the operator; the caller is not told which check failed.
public enum AccessTokenFailure: Error, Hashable, Sendable {
    /// The token is not good here: 401 `invalid_token`.
    case invalid(Diagnostic)
    /// It cannot be checked now, which is no word about the token: 503.
    case unavailable(Diagnostic)
}

extension AccessTokenFailure {
    static func invalid(_ id: String, expected: String? = nil, found: String? = nil) -> Self {
        .invalid(Diagnostic(id, expected: expected, found: found))
    }

    static func unavailable(_ id: String, expected: String? = nil, found: String? = nil) -> Self {
        .unavailable(Diagnostic(id, expected: expected, found: found))
    }

    /// A caller that went away while the token was being checked.
    static let cancelled = Self.unavailable("resource.cancelled")
}

extension TransportError {
    /// In the operator's words: the host and what happened, never a query, a header or a body.
    var summary: String {
        switch self {
        case .unreachable(let host, let reason): "\(host) unreachable: \(reason)"
        case .tls(let host, let reason): "TLS with \(host) failed: \(reason)"
        case .timedOut(let host, let after): "\(host) did not answer within \(after.count) s"
        case .bodyTooLarge(let host, let limit): "\(host) answered more than \(limit) bytes"
        case .refusedURL(let reason): "URL refused: \(reason)"
        case .cancelled: "cancelled"
        }
    }
}
