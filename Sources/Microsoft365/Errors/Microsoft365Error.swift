public import OAuthClient
public import OAuthCore

/// Why Microsoft 365 did not give what was asked for: for programs the kind, for people what is wrong and what to do.
/// It holds no token, code, secret or assertion.
public struct Microsoft365Error: Error, Hashable, Sendable {
    /// What a program acts on.
    public var kind: Kind
    /// The platform's number, such as `AADSTS65001`, where it gave one.
    public var code: String?
    /// What is wrong, without a full stop.
    public var reason: String
    /// What to do about it, without a full stop, where something can be done.
    public var remedy: String?
    /// The id under which the platform logged it, for its support; not part of the description.
    public var traceID: String?

    /// What a program acts on.
    public enum Kind: Sendable, Hashable {
        /// The person declined to sign in or to consent.
        case declined
        /// The tenant has not consented, or no more.
        case notConsented
        /// Only an administrator may do this, and the person is none.
        case notAdministrator
        /// A personal account, which belongs to no organisation.
        case personalAccount
        /// Another tenant than the one that was asked for.
        case wrongTenant(expected: TenantID, found: TenantID)
        /// The app's certificate cannot be used (then which way), or the platform refused the app's credential.
        case credential(CredentialError?)
        /// The ID token cannot be accepted.
        case idToken(IDTokenError)
        /// `state` is not the attempt's: a forged answer, or one to another attempt.
        case state
        /// The attempt was begun too long ago.
        case attemptExpired
        /// An answer that cannot be read: the name of what is missing or malformed.
        case malformedAnswer(String)
        /// A person has to sign in again, or to do more than that.
        case interactionRequired
        /// Too many requests: how long to wait, in seconds, where the platform said so.
        case throttled(retryAfter: Seconds?)
        /// The platform does not answer, or says that it cannot at the moment.
        case unavailable
        /// The caller's task was cancelled.
        case cancelled
        /// Something else that the request or the registration has wrong.
        case refused
        /// This program's own part failed: its configuration or its store.
        case local
    }

    /// An error.
    public init(_ kind: Kind, code: String? = nil, reason: String, remedy: String? = nil, traceID: String? = nil) {
        self.kind = kind
        self.code = code
        self.reason = reason
        self.remedy = remedy
        self.traceID = traceID
    }

    /// Whether the same attempt may succeed later.
    public var isTransient: Bool {
        switch kind {
        case .throttled, .unavailable: true
        default: false
        }
    }
}

extension Microsoft365Error: CustomStringConvertible {
    /// What is wrong and what to do, in one line.
    public var description: String {
        (code.map { "\($0): " } ?? "") + reason + (remedy.map { "; \($0)" } ?? "")
    }
}
