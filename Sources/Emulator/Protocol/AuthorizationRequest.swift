import OAuthCore

/// A request to an authorization or admin consent endpoint whose application and redirect URI are known to be right.
struct AuthorizationRequest: Sendable {
    /// What the endpoint is for.
    enum Purpose: Sendable, Hashable {
        /// Signing in and consenting for oneself.
        case signIn
        /// v1's `prompt=admin_consent`: signing in and consenting for everybody, in one trip.
        case adminConsentWithSignIn
        /// `/adminconsent`, in the form of v1.
        case adminConsentV1
        /// `/v2.0/adminconsent`.
        case adminConsentV2
    }

    /// How the answer reaches the application.
    enum ResponseMode: String, Sendable {
        case query, fragment
        case formPost = "form_post"
    }

    var purpose: Purpose
    var version: Cloud.Version
    var authority: Cloud.Authority
    var app: App
    var redirectURI: String
    var state: String?
    var responseMode = ResponseMode.query
    var wantsCode = false
    var wantsIDToken = false
    var scope = ScopeRequest(resource: "", permissions: [], openID: [])
    /// `scope` resolved to the names at the resource.
    var permissions: [String] = []
    var nonce: String?
    var prompts: Set<String> = []
    var loginHint: String?
    var challenge: String?
    var challengeIsPlain = false

    var isAdminConsent: Bool { purpose != .signIn }
}

/// Why an authorization request goes no further.
enum AuthorizationFailure: Error, Hashable {
    /// The application or its redirect URI is not known: a page says so, and nobody is sent anywhere.
    case page(AADSTSError)
    /// The application is told.
    case answer(AADSTSError, to: AnswerTarget)
}

/// Where an answer goes.
struct AnswerTarget: Sendable, Hashable {
    var redirectURI: String
    var mode: AuthorizationRequest.ResponseMode
    var state: String?
}

extension AuthorizationRequest {
    var target: AnswerTarget { AnswerTarget(redirectURI: redirectURI, mode: responseMode, state: state) }
}

extension Cloud {
    /// Reads a request to `/oauth2/authorize` or `/oauth2/v2.0/authorize`.
    func parseAuthorization(
        authority name: String, _ version: Version, _ fields: FormFields
    ) throws(AuthorizationFailure) -> AuthorizationRequest {
        var request = try known(name, version, fields, purpose: .signIn)
        if version == .v1, fields["prompt"] == "admin_consent" { request.purpose = .adminConsentWithSignIn }
        request.prompts = Set((fields["prompt"] ?? "").split(separator: " ").map(String.init))
        request.loginHint = fields["login_hint"]
        request.nonce = fields["nonce"]
        try readResponse(fields, &request)
        do throws(AADSTSError) {
            if let repeated = fields.duplicates.first { throw .of(90_014, "The parameter '\(repeated)' came twice.") }
            try readScope(fields, &request)
            try readChallenge(fields, &request)
            if request.wantsIDToken {
                guard request.nonce != nil else {
                    throw .of(90_014, "The required field 'nonce' is missing from the request.")
                }
                guard request.app.issuesIDTokens else {
                    throw .of(700_054, "response_type 'id_token' is not enabled for the application.")
                }
            }
        } catch {
            throw .answer(error, to: request.target)
        }
        return request
    }

    /// Reads a request to `/adminconsent` or `/v2.0/adminconsent`.
    func parseAdminConsent(
        authority name: String, _ version: Version, _ fields: FormFields
    ) throws(AuthorizationFailure) -> AuthorizationRequest {
        let purpose = version == .v1 ? AuthorizationRequest.Purpose.adminConsentV1 : .adminConsentV2
        var request = try known(name, version, fields, purpose: purpose)
        guard version == .v2 else { return request }
        do throws(AADSTSError) {
            guard let scope = fields["scope"] else {
                throw .of(900_144, "The request must contain the following parameter: 'scope'.")
            }
            request.scope = try ScopeRequest.parse(scope, severalResources: .refused)
            request.permissions = try permissions(request.scope, of: request.app)
        } catch {
            throw .answer(error, to: request.target)
        }
        return request
    }

    /// The application and its redirect URI: as long as these are not right, nothing may be redirected.
    private func known(
        _ name: String, _ version: Version, _ fields: FormFields, purpose: AuthorizationRequest.Purpose
    ) throws(AuthorizationFailure) -> AuthorizationRequest {
        do throws(AADSTSError) {
            let authority = try authority(name)
            guard let clientID = fields["client_id"] else {
                throw .of(900_144, "The request must contain the following parameter: 'client_id'.")
            }
            let app = try app(clientID, at: authority)
            guard !app.redirectURIs.isEmpty else { throw .of(500_113) }
            guard let redirectURI = fields["redirect_uri"] ?? (app.redirectURIs.count == 1 ? app.redirectURIs[0] : nil)
            else { throw .of(900_971) }
            guard isRegistered(redirectURI, for: app) else {
                throw .of(
                    50_011,
                    "The redirect URI '\(redirectURI.prefix(200))' specified in the request does not match the redirect URIs configured for the application '\(app.clientID)'."
                )
            }
            return AuthorizationRequest(
                purpose: purpose, version: version, authority: authority, app: app, redirectURI: redirectURI,
                state: fields["state"])
        } catch {
            throw .page(error)
        }
    }

    /// Exactly as registered; programs on somebody's own computer may choose the port of `http://localhost`.
    private func isRegistered(_ redirectURI: String, for app: App) -> Bool {
        if app.redirectURIs.contains(redirectURI) { return true }
        guard app.isPublic, let asked = URI(redirectURI), asked.scheme == "http", asked.hostIsLoopback else {
            return false
        }
        return app.redirectURIs.compactMap(URI.init).contains { known in
            known.scheme == "http" && known.host == asked.host && known.path == asked.path && known.query == asked.query
        }
    }

    private func readResponse(_ fields: FormFields, _ request: inout AuthorizationRequest) throws(AuthorizationFailure)
    {
        let types = Set((fields["response_type"] ?? "").split(separator: " ").map(String.init))
        request.wantsCode = types.contains("code")
        request.wantsIDToken = types.contains("id_token")
        request.responseMode = request.wantsIDToken ? .fragment : .query
        do throws(AADSTSError) {
            guard !types.isEmpty else {
                throw .of(900_144, "The request must contain the following parameter: 'response_type'.")
            }
            guard !types.contains("token") else { throw .of(700_051) }
            guard types.isSubset(of: ["code", "id_token"]) else {
                var error = AADSTSError.of(90_014, "The response_type is not supported.")
                error.error = "unsupported_response_type"
                throw error
            }
            guard let text = fields["response_mode"] else { return }
            // What identifies a person never stands in a query, where servers log it.
            guard let mode = AuthorizationRequest.ResponseMode(rawValue: text),
                !(mode == .query && request.wantsIDToken)
            else { throw .of(90_014, "The response_mode '\(text.prefix(32))' is not supported for the response_type.") }
            request.responseMode = mode
        } catch {
            throw .answer(error, to: request.target)
        }
    }

    /// v1 names a resource and ignores scopes but those of signing in; v2 names scopes.
    private func readScope(_ fields: FormFields, _ request: inout AuthorizationRequest) throws(AADSTSError) {
        switch request.version {
        case .v1:
            let names = (fields["scope"] ?? "").split(separator: " ").map(String.init)
            let openID = ScopeRequest.openIDNames.filter { names.contains($0) || ($0 == "openid") }
            request.scope = ScopeRequest(
                resource: fields["resource"] ?? "", permissions: fields["resource"] == nil ? [] : [".default"],
                openID: openID)
        case .v2:
            guard fields["resource"] == nil else { throw .of(901_002) }
            guard let scope = fields["scope"] else {
                throw .of(900_144, "The request must contain the following parameter: 'scope'.")
            }
            request.scope = try ScopeRequest.parse(scope, severalResources: .refused)
            guard !request.wantsIDToken || request.scope.openID.contains("openid") else {
                throw .of(70_011, "The scope 'openid' is required for the response_type 'id_token'.")
            }
        }
        request.permissions = try permissions(request.scope, of: request.app)
    }

    private func readChallenge(_ fields: FormFields, _ request: inout AuthorizationRequest) throws(AADSTSError) {
        guard let challenge = fields["code_challenge"] else {
            guard fields["code_challenge_method"] == nil else { throw .of(501_491) }
            return
        }
        switch fields["code_challenge_method"] ?? "plain" {
        case "S256":
            guard (try? CodeChallenge.parse(challenge, method: "S256")) != nil else { throw .of(501_491) }
        case "plain":
            guard (try? CodeVerifier.parse(challenge)) != nil else { throw .of(501_491) }
            request.challengeIsPlain = true
        default: throw .of(501_491)
        }
        request.challenge = challenge
    }
}
