import HTTPTypes
public import OAuthCore

/// Checks access tokens by asking their issuer each time (RFC 7662), so that a revoked one is refused at once.
public struct IntrospectionVerifier: AccessTokenVerifier {
    private let endpoint: URI
    private let credentials: BasicCredentials
    private let issuer: Issuer
    private let audience: String?
    private let transport: any HTTPTransport
    private let clock: @Sendable () -> UnixTime

    /// A verifier for the tokens of one issuer.
    ///
    /// - Parameters:
    ///   - endpoint: the issuer's `introspection_endpoint`.
    ///   - credentials: this API's own client id and secret, sent as HTTP Basic.
    ///   - issuer: `iss`, where the answer has one, must be this.
    ///   - audience: this API's own name, which `aud` must hold; `nil` to accept tokens for anyone. Default `nil`.
    ///   - clock: what time it is.
    public init(
        endpoint: URI, credentials: BasicCredentials, issuer: Issuer, audience: String? = nil,
        transport: any HTTPTransport, clock: @escaping @Sendable () -> UnixTime
    ) {
        self.endpoint = endpoint
        self.credentials = credentials
        self.issuer = issuer
        self.audience = audience
        self.transport = transport
        self.clock = clock
    }

    public func verify(_ token: Secret) async throws(AccessTokenFailure) -> AccessTokenInformation {
        let form: FormFields = ["token": token.revealed(), "token_type_hint": "access_token"]
        let headers: HTTPFields = [
            .accept: "application/json", .contentType: "application/x-www-form-urlencoded",
            .authorization: credentials.headerValue(),
        ]
        let response: TransportResponse
        do {
            response = try await transport.send(
                HTTPRequest(.post, endpoint, headerFields: headers), body: Array(form.encoded().utf8))
        } catch {
            throw .unavailable("resource.introspection-unreachable", found: error.summary)
        }
        // A 401 is about this API's credentials and not about the caller's token (RFC 7662 §2.3).
        guard response.head.status == .ok else {
            throw .unavailable("resource.introspection-status", expected: "200", found: "\(response.head.status.code)")
        }
        guard let answer = try? JSONObject.parse(response.body), let isActive = answer["active"]?.bool else {
            throw .unavailable("resource.introspection-malformed", expected: "active", found: "no such answer")
        }
        guard isActive else { throw .invalid("token.inactive", expected: "active", found: "inactive") }
        return try information(from: answer)
    }

    private func information(from answer: JSONObject) throws(AccessTokenFailure) -> AccessTokenInformation {
        try verifyKind(of: answer)
        if let found = answer["iss"], found != .string(issuer.description) {
            throw .invalid("token.other-issuer", expected: issuer.description, found: found.string ?? "not a text")
        }
        let audiences = try Self.audiences(of: answer)
        if let audience, !audiences.contains(audience) {
            throw .invalid("token.other-audience", expected: audience, found: audiences.joined(separator: " "))
        }
        let expiresAt = try Self.time("exp", of: answer)
        // The issuer has said that it is active; but its answer may have come from a cache.
        guard expiresAt.map({ clock() < $0 }) ?? true else { throw .invalid("token.expired") }
        let clientID = try Self.text("client_id", of: answer)
        guard let subject = try Self.text("sub", of: answer) ?? clientID, !subject.isEmpty else {
            throw .invalid("token.introspection-incomplete", expected: "sub or client_id", found: "neither")
        }
        guard let scope = Scope.parse(try Self.text("scope", of: answer) ?? "") else {
            throw .invalid("token.introspection-incomplete", expected: "scope tokens", found: "another scope")
        }
        return AccessTokenInformation(
            issuer: issuer.description, subject: subject, username: try Self.text("username", of: answer),
            clientID: clientID ?? "", scope: scope, audiences: audiences, issuedAt: try Self.time("iat", of: answer),
            expiresAt: expiresAt)
    }

    /// A bound token is worth nothing as a bearer token (RFC 9449 §7.1), and a refresh token opens no API.
    private func verifyKind(of answer: JSONObject) throws(AccessTokenFailure) {
        let type = try Self.text("token_type", of: answer)
        guard answer["cnf"] == nil, type.map({ ["bearer", "access_token"].contains($0.lowercased()) }) ?? true else {
            throw .invalid("token.bound", expected: "a bearer token", found: type ?? "cnf")
        }
    }

    private static func audiences(of answer: JSONObject) throws(AccessTokenFailure) -> [String] {
        guard let member = answer["aud"], member != .null else { return [] }
        if let audience = member.string { return [audience] }
        guard let audiences = member.strings else { throw wrongType("aud") }
        return audiences
    }

    private static func text(_ name: String, of answer: JSONObject) throws(AccessTokenFailure) -> String? {
        guard let member = answer[name], member != .null else { return nil }
        guard let text = member.string else { throw wrongType(name) }
        return text
    }

    private static func time(_ name: String, of answer: JSONObject) throws(AccessTokenFailure) -> UnixTime? {
        guard let member = answer[name], member != .null else { return nil }
        guard let seconds = member.integer else { throw wrongType(name) }
        return UnixTime(seconds)
    }

    private static func wrongType(_ name: String) -> AccessTokenFailure {
        .invalid("token.introspection-incomplete", expected: name, found: "of the wrong type")
    }
}
