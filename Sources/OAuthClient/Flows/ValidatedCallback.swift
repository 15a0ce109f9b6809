public import OAuthCore
import Synchronization

/// An authorization response that was checked against its attempt; the only thing a code exchange takes.
///
/// It is made by `AuthorizationAttempt.validate` alone, and its code is sent once: copies share the one use.
public struct ValidatedCallback: Sendable {
    /// The attempt that the response answers.
    public let attempt: AuthorizationAttempt
    private let code: SingleUse

    fileprivate init(attempt: AuthorizationAttempt, code: Secret) {
        self.attempt = attempt
        self.code = SingleUse(code)
    }

    func takeCode() throws(ClientError) -> Secret {
        guard let code = code.take() else { throw .callback(.alreadyRedeemed) }
        return code
    }
}

extension ValidatedCallback: CustomStringConvertible, CustomReflectable {
    public var description: String { "ValidatedCallback(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

private final class SingleUse: Sendable {
    private let value: Mutex<Secret?>

    init(_ value: Secret) { self.value = Mutex(value) }

    func take() -> Secret? {
        value.withLock { value in
            defer { value = nil }
            return value
        }
    }
}

extension AuthorizationAttempt {
    /// Checks the URL to which the browser came back.
    ///
    /// - Parameter callbackURL: the whole URL, or just path and query as a web server sees it.
    /// - Throws: `ClientError.callback`; `.server` for an error that the server itself sent, which is believed only
    ///   after state and issuer.
    public func validate(callbackURL: String, now: UnixTime) throws(ClientError) -> ValidatedCallback {
        try validate(parameters: try Self.parameters(of: callbackURL, redirectURI: redirectURI), now: now)
    }

    /// Checks the parameters of an authorization response, from a query or from the body of a form post.
    ///
    /// - Throws: as `validate(callbackURL:now:)`.
    public func validate(parameters: FormFields, now: UnixTime) throws(ClientError) -> ValidatedCallback {
        if let name = parameters.duplicates.first {
            throw .callback(.duplicateParameter(Redaction.excerpt(name, limit: 40) ?? ""))
        }
        // State first: until it is right, nothing else in the response is anyone's but a stranger's.
        guard let state = parameters["state"], Secret(state) == self.state else { throw .callback(.stateMismatch) }
        guard !isExpired(at: now) else { throw .callback(.expired) }
        guard parameters["access_token"] == nil, parameters["id_token"] == nil else {
            throw .callback(.unexpectedToken)
        }
        try checkIssuer(parameters["iss"])
        if let error = ServerError(callback: parameters) { throw .server(error) }
        guard let code = parameters["code"] else { throw .callback(.missingCode) }
        return ValidatedCallback(attempt: self, code: Secret(code))
    }

    /// RFC 9207 §2.4: compared by text, and required where the server's metadata promises it.
    private func checkIssuer(_ found: String?) throws(ClientError) {
        guard let found else {
            guard !requiresIssuer else { throw .callback(.missingIssuer(expected: issuer)) }
            return
        }
        guard found == issuer else {
            throw .callback(.issuerMismatch(expected: issuer, found: Redaction.excerpt(found, limit: 200) ?? ""))
        }
    }
}

extension AuthorizationAttempt {
    /// The response's parameters, after a check that it came to the redirect URI.
    package static func parameters(of callbackURL: String, redirectURI: String) throws(ClientError) -> FormFields {
        guard let expected = URI(redirectURI) else { throw .callback(.wrongRedirectURI) }
        let isPathOnly = callbackURL.hasPrefix("/") && !callbackURL.hasPrefix("//")
        let text = isPathOnly ? "\(expected.scheme)://\(expected.authority)\(callbackURL)" : callbackURL
        guard let url = URI(text) else { throw .callback(.malformed) }
        guard url.scheme == expected.scheme, url.authority == expected.authority, url.path == expected.path else {
            throw .callback(.wrongRedirectURI)
        }
        if let fragment = url.fragment, fragment.contains("access_token=") || fragment.contains("id_token=") {
            throw .callback(.unexpectedToken)
        }
        guard let parameters = try? FormFields.parse(query: url.query ?? "") else { throw .callback(.malformed) }
        return parameters
    }
}

extension URI {
    fileprivate var authority: String { host + (port.map { ":\($0)" } ?? "") }
}

extension ServerError {
    /// The error that an authorization response names (RFC 6749 §4.1.2.1), if any; made fit to be shown.
    package init?(callback parameters: FormFields) {
        guard let code = parameters["error"] else { return nil }
        let text = parameters["error_description"].flatMap { Redaction.excerpt($0, limit: 400) }
        self.init(
            ErrorCode(rawValue: Redaction.excerpt(code, limit: 80) ?? ""), errorDescription: text, status: 0)
    }
}
