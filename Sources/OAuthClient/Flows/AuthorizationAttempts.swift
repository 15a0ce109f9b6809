public import OAuthCore

/// The open sign-ins of one browser session, found again by their `state`: several tabs may sign in at once, each
/// attempt is given out once, and old ones make room.
///
/// A plain value: keep it in the session of the browser it belongs to, so that nobody can finish another's sign-in.
public struct AuthorizationAttempts: Sendable, Hashable, Codable {
    private var attempts: [AuthorizationAttempt] = []

    /// How many are kept: 20. The oldest goes first.
    public static let limit = 20

    /// No open sign-ins.
    public init() {}

    /// How many are open.
    public var count: Int { attempts.count }

    /// Remembers an attempt and forgets those that have expired.
    public mutating func insert(_ attempt: AuthorizationAttempt) {
        attempts.removeAll { $0.isExpired(at: attempt.createdAt) }
        attempts.append(attempt)
        attempts.removeFirst(max(attempts.count - Self.limit, 0))
    }

    /// Finds the attempt that a callback answers, takes it out, and checks the callback against it.
    ///
    /// - Throws: `CallbackError.unknownAttempt` when no attempt has this state, which a second use of one comes to;
    ///   else as `AuthorizationAttempt.validate(callbackURL:now:)`.
    public mutating func validate(callbackURL: String, now: UnixTime) throws(ClientError) -> ValidatedCallback {
        guard let state = try Self.state(in: callbackURL),
            let index = attempts.firstIndex(where: { $0.state == state })
        else { throw .callback(.unknownAttempt) }
        let attempt = attempts.remove(at: index)
        return try attempt.validate(callbackURL: callbackURL, now: now)
    }

    private static func state(in callbackURL: String) throws(ClientError) -> Secret? {
        let query = callbackURL.prefix { $0 != "#" }.drop { $0 != "?" }.dropFirst()
        guard let parameters = try? FormFields.parse(query: String(query)) else { throw .callback(.malformed) }
        if parameters.duplicates.contains("state") { throw .callback(.duplicateParameter("state")) }
        return parameters["state"].map { Secret($0) }
    }
}
