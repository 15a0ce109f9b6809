/// What a protected resource asks for in `WWW-Authenticate: Bearer` (RFC 6750 §3).
public struct BearerChallenge: Sendable, Hashable {
    /// The protection space.
    public var realm: String?
    /// Absent when the request carried no token at all (§3.1).
    public var error: ErrorCode?
    /// Words for the caller's programmer.
    public var errorDescription: String?
    /// The scope that would suffice.
    public var scope: Scope?

    /// A challenge.
    public init(realm: String? = nil, error: ErrorCode? = nil, errorDescription: String? = nil, scope: Scope? = nil) {
        self.realm = realm
        self.error = error
        self.errorDescription = errorDescription
        self.scope = scope
    }

    /// The value of the `WWW-Authenticate` field, each parameter quoted.
    public func headerValue() -> String {
        let parameters: [(String, String?)] = [
            ("realm", realm), ("error", error?.rawValue), ("error_description", errorDescription),
            ("scope", scope?.description),
        ]
        let quoted = parameters.compactMap { name, value in
            value.map { "\(name)=\"\(OAuthError.sanitise($0))\"" }
        }
        return quoted.isEmpty ? "Bearer" : "Bearer " + quoted.joined(separator: ", ")
    }
}
