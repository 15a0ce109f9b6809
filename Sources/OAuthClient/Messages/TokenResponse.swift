import HTTPTypes
public import OAuthCore

/// A successful answer of the token endpoint (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3). It prints no member.
public struct TokenResponse: Sendable, Hashable {
    /// The access token.
    public var accessToken: Secret
    /// How the token is used: `Bearer`, spelled so whatever the server wrote.
    public var tokenType: String
    /// How long the token lives, in seconds from the answer; negative when it has expired already, at most ten years;
    /// `nil` when the server did not say.
    public var lifetime: Seconds?
    /// The refresh token; an empty one counts as absent.
    public var refreshToken: Secret?
    /// The granted scope; `nil` when the server did not say, which means the requested one.
    public var scope: Scope?
    /// The ID token as it came; nothing of it has been verified.
    public var idToken: Secret?
    /// Where the answer differed from the specification and was read all the same.
    public var warnings: [Diagnostic]

    private let members: JSONObject

    /// Any member of the answer, as it came. It may be a secret.
    public subscript(name: String) -> JSONValue? { members[name] }
}

extension TokenResponse: CustomStringConvertible, CustomReflectable {
    public var description: String { "TokenResponse(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension TokenResponse {
    static let memberNames = [
        "access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token", "error", "error_description",
    ]
    /// Ten years: what a server that means "for ever" may say at most.
    static let longestLifetime = Seconds.days(3_650)

    /// Reads an answer of the token endpoint.
    ///
    /// - Throws: `ClientError.server` for an OAuth error under any status, `.http` for another error status,
    ///   `.malformed` naming the member, `.unsupportedTokenType`.
    public static func parse(
        _ response: TransportResponse, quirks: ProviderQuirks = ProviderQuirks()
    ) throws(ClientError) -> TokenResponse {
        try ErrorResponse.check(response)
        var document = try TokenDocument.parse(response)
        if quirks.memberSpelling == .anyCase { document = try TokenDocument.normalised(document) }
        if let error = ErrorResponse.serverError(in: document, status: response.head.status.code) {
            throw .server(error)
        }
        var tokens = document
        for name in quirks.tokenPath {
            guard let inner = tokens[name]?.object else { throw .malformed(quirks.tokenPath.joined(separator: ".")) }
            tokens = inner
        }
        var reader = TokenResponseReader(members: tokens, quirks: quirks)
        return TokenResponse(
            accessToken: try reader.accessToken(), tokenType: try reader.tokenType(),
            lifetime: try reader.lifetime(), refreshToken: try reader.token("refresh_token"),
            scope: try reader.scope(), idToken: try reader.token("id_token"), warnings: reader.warnings,
            members: document)
    }
}

/// Reads the members one by one and notes what was bent.
private struct TokenResponseReader {
    let members: JSONObject
    let quirks: ProviderQuirks
    private(set) var warnings: [Diagnostic] = []

    init(members: JSONObject, quirks: ProviderQuirks) {
        self.members = members
        self.quirks = quirks
    }

    func token(_ name: String) throws(ClientError) -> Secret? {
        guard let member = members[name], member != .null else { return nil }
        guard let text = member.string else { throw .malformed(name) }
        // A line break would end the Authorization field that carries the token.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .malformed(name) }
        return text.isEmpty ? nil : Secret(text)
    }

    func accessToken() throws(ClientError) -> Secret {
        guard let token = try token("access_token") else { throw .malformed("access_token") }
        return token
    }

    mutating func tokenType() throws(ClientError) -> String {
        guard let member = members["token_type"], member != .null else {
            guard quirks.typeReading == .lenient else { throw .malformed("token_type") }
            warnings.append(Diagnostic("token.type-absent", expected: "Bearer"))
            return "Bearer"
        }
        guard let text = member.string else { throw .malformed("token_type") }
        let type = text.lowercased()
        guard type == "bearer" || quirks.bearerAliases.contains(type) else {
            throw .unsupportedTokenType(Redaction.excerpt(text, limit: 40) ?? "")
        }
        return "Bearer"
    }

    mutating func lifetime() throws(ClientError) -> Seconds? {
        guard let member = members["expires_in"], member != .null else { return nil }
        guard let seconds = number(member) else {
            guard quirks.typeReading == .lenient else { throw .malformed("expires_in") }
            warnings.append(Diagnostic("token.lifetime-unreadable", expected: "a number of seconds"))
            return nil
        }
        if seconds == 0, quirks.zeroLifetime == .never { return nil }
        let limit = Double(TokenResponse.longestLifetime.count)
        return Seconds(Int64(min(max(seconds, -limit), limit)))
    }

    private func number(_ member: JSONValue) -> Double? {
        let number: Double? =
            switch member {
            case .integer(let value): Double(value)
            case .double(let value): value
            case .string(let text) where quirks.typeReading == .lenient: Double(text)
            default: nil
            }
        guard let number, !number.isNaN else { return nil }
        return number.rounded(.down)
    }

    func scope() throws(ClientError) -> Scope? {
        switch members["scope"] {
        case nil, .null: return nil
        case .string(let text):
            let tokens = text.split { quirks.scopeSeparators.contains($0) || $0 == " " }
            return tokens.isEmpty ? nil : Scope(tokens.map(String.init))
        case .array(let values):
            let tokens = values.compactMap(\.string)
            guard quirks.typeReading == .lenient, tokens.count == values.count else { throw .malformed("scope") }
            return Scope(tokens)
        default: throw .malformed("scope")
        }
    }
}
