import OAuthCore

/// A value of `prompt` (OpenID Connect Core §3.1.2.1).
public enum Prompt: String, Sendable, Hashable, CaseIterable {
    /// Show no page.
    case none
    /// Sign in again.
    case login
    /// Ask for consent again.
    case consent
}

/// The client and the redirect URI of an authorization request, both checked: the only place to which anything, an
/// error included, may be redirected (RFC 6749 §4.1.2.1, RFC 9700 §4.11.2). Only `decide` makes one.
struct RedirectTarget: Sendable, Hashable {
    let client: ClientRecord
    /// The URI to send the browser to.
    let uri: URI
    /// The URI as the request named it; `nil` when it was left out.
    let requested: String?

    /// Checks what comes before everything else: an error here is shown to the person and never redirected.
    static func decide(_ fields: FormFields, client: ClientRecord?) throws(Refusal) -> RedirectTarget {
        for name in ["client_id", "redirect_uri"] where fields.duplicates.contains(name) {
            throw Refusal(
                .invalidRequest, "\(name) was sent more than once",
                Diagnostic("authorize.\(name.replacing("_", with: "-"))-repeated", expected: "once", found: "more"))
        }
        let clientID = try fields.required("client_id")
        guard let client else {
            throw Refusal(
                .invalidClient, "no application is registered under this client_id",
                Diagnostic(
                    "authorize.client-unknown", expected: "a registered client_id", found: String(clientID.prefix(64))))
        }
        guard let requested = fields["redirect_uri"] else {
            guard client.redirectURIs.count == 1, let only = client.redirectURIs.first else {
                throw Refusal(
                    .invalidRequest, "redirect_uri is missing",
                    Diagnostic("authorize.redirect-uri-missing", expected: "redirect_uri", found: "absent"))
            }
            return RedirectTarget(client: client, uri: only.uri, requested: nil)
        }
        guard client.redirectURIs.contains(where: { $0.matches(requested) }), let uri = URI(requested) else {
            throw mismatch(requested, client)
        }
        return RedirectTarget(client: client, uri: uri, requested: requested)
    }

    private static func mismatch(_ requested: String, _ client: ClientRecord) -> Refusal {
        let differences = client.redirectURIs.map { "\($0) (differs in \($0.firstDifference(from: requested)))" }
        return Refusal(
            .invalidRequest, "redirect_uri is not registered for this application",
            Diagnostic(
                "authorize.redirect-uri-mismatch",
                expected: differences.isEmpty ? "none is registered" : differences.joined(separator: ", "),
                found: String(
                    requested.unicodeScalars.map { $0.isASCII && $0.value > 0x20 ? Character($0) : "?" }.prefix(256))))
    }
}

/// An authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1), checked against its client.
struct AuthorizationRequest: Sendable, Hashable {
    let target: RedirectTarget
    let scope: Scope
    let state: String?
    let nonce: String?
    let challenge: CodeChallenge?
    let prompts: Set<Prompt>
    let maxAge: Seconds?
    let loginHint: String?
    let idTokenHint: String?

    /// Reads the rest of a request whose redirect target stands. A refusal is redirected.
    static func decide(
        _ fields: FormFields, target: RedirectTarget, scopes: ScopeCatalogue
    ) throws(Refusal) -> AuthorizationRequest {
        guard fields.duplicates.isEmpty else {
            let names = fields.duplicates.joined(separator: " ")
            throw Refusal(
                .invalidRequest, "a parameter was sent more than once: \(names)",
                Diagnostic("request.parameter-repeated", expected: "each once", found: names))
        }
        try refuseUnsupported(fields)
        try verifyResponseType(fields, target.client)
        return AuthorizationRequest(
            target: target, scope: try scope(fields, target.client, scopes), state: fields["state"],
            nonce: fields["nonce"], challenge: try challenge(fields, target.client), prompts: try prompts(fields),
            maxAge: try maxAge(fields), loginHint: fields["login_hint"], idTokenHint: fields["id_token_hint"])
    }

    /// Ignoring these would do something else than was asked.
    private static func refuseUnsupported(_ fields: FormFields) throws(Refusal) {
        let unsupported: [(String, ErrorCode)] = [
            ("request", .requestNotSupported), ("request_uri", .requestURINotSupported),
            ("registration", .registrationNotSupported),
        ]
        for (name, code) in unsupported where fields[name] != nil {
            throw Refusal(
                code, "the parameter \(name) is not supported",
                Diagnostic("authorize.parameter-unsupported", expected: "plain parameters", found: name))
        }
    }

    private static func verifyResponseType(_ fields: FormFields, _ client: ClientRecord) throws(Refusal) {
        let type = try fields.required("response_type")
        guard type == "code" else {
            throw Refusal(
                .unsupportedResponseType, "the only response type is code",
                Diagnostic("authorize.response-type", expected: "code", found: String(type.prefix(64))))
        }
        guard client.grantTypes.contains(.authorizationCode) else {
            throw Refusal(
                .unauthorizedClient, "the client is not registered for authorization codes",
                Diagnostic("authorize.grant-not-registered", expected: "authorization_code", found: "not registered"))
        }
        guard fields["response_mode"].map({ $0 == "query" }) ?? true else {
            throw Refusal(
                .invalidRequest, "the only response mode is query",
                Diagnostic("authorize.response-mode", expected: "query", found: "another"))
        }
    }

    private static func scope(
        _ fields: FormFields, _ client: ClientRecord, _ scopes: ScopeCatalogue
    ) throws(Refusal) -> Scope {
        // RFC 6749 §3.3: a default for a request without scope; staying connected is never a default.
        let requested = try fields.scope() ?? client.scope.subtracting([Scope.offlineAccessToken])
        guard requested.isSubset(of: client.scope) else {
            throw Refusal(
                .invalidScope, "the client is not registered for this scope",
                Diagnostic(
                    "authorize.scope-not-allowed", expected: client.scope.description, found: requested.description))
        }
        return requested
    }

    private static func challenge(_ fields: FormFields, _ client: ClientRecord) throws(Refusal) -> CodeChallenge? {
        guard let value = fields["code_challenge"] else {
            let isRequired = client.profile.requiresPKCE(isPublic: client.isPublic)
            guard !isRequired, fields["code_challenge_method"] == nil else {
                throw Refusal(
                    .invalidRequest, "code_challenge is missing",
                    Diagnostic("authorize.challenge-missing", expected: "code_challenge with S256", found: "absent"))
            }
            return nil
        }
        do {
            return try CodeChallenge.parse(value, method: fields["code_challenge_method"])
        } catch {
            throw Refusal(
                .invalidRequest, "code_challenge must be of 43 characters and its method S256",
                Diagnostic("authorize.challenge-malformed", expected: "S256", found: "another"))
        }
    }

    private static func prompts(_ fields: FormFields) throws(Refusal) -> Set<Prompt> {
        var prompts: Set<Prompt> = []
        for word in fields["prompt"]?.split(separator: " ") ?? [] {
            // Choosing an account is signing in: a browser has one account here at a time.
            guard let prompt = word == "select_account" ? .login : Prompt(rawValue: String(word)) else {
                throw Refusal(
                    .invalidRequest, "prompt has a value that is not known",
                    Diagnostic("authorize.prompt", expected: "none, login or consent", found: String(word.prefix(32))))
            }
            prompts.insert(prompt)
        }
        guard !prompts.contains(.none) || prompts.count == 1 else {
            throw Refusal(
                .invalidRequest, "prompt=none goes with no other value",
                Diagnostic("authorize.prompt-contradiction", expected: "none alone", found: "none with others"))
        }
        return prompts
    }

    private static func maxAge(_ fields: FormFields) throws(Refusal) -> Seconds? {
        guard let text = fields["max_age"] else { return nil }
        guard let seconds = Int64(text), seconds >= 0, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw Refusal(
                .invalidRequest, "max_age must be a number of seconds",
                Diagnostic("authorize.max-age", expected: "0 or more", found: String(text.prefix(32))))
        }
        return Seconds(seconds)
    }
}
