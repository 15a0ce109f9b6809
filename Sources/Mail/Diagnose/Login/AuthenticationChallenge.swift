import OAuthCore

/// What a server said in the challenge by which it refuses a token (RFC 7628 §3.2.2).
public struct AuthenticationChallenge: Hashable, Sendable {
    /// `status`: `400`, `401`, `invalid_token`.
    public var status: String?
    /// `scope`: what a token must have.
    public var scope: String?
    /// `schemes`.
    public var schemes: String?
    /// `openid-configuration`: where to find the authorization server.
    public var openIDConfiguration: String?

    /// Reads the challenge's bytes; every member may be absent, and a challenge that is no JSON has none.
    init(_ bytes: [UInt8], clean: CleanText) {
        guard let members = try? JSONObject.parse(bytes, limit: 16_384) else { return }
        func text(_ name: String) -> String? {
            let value = members[name]?.string ?? members[name]?.integer.map { String($0) }
            return value.map { clean.line($0, limit: 200) }
        }
        status = text("status")
        scope = text("scope")
        schemes = text("schemes")
        openIDConfiguration = text("openid-configuration")
    }

    /// Whether it says anything.
    var isEmpty: Bool { status == nil && scope == nil && schemes == nil && openIDConfiguration == nil }
}
