public import OAuthCore

/// A sign-out at the server (OpenID Connect RP-Initiated Logout §2): the address for the browser, and the state that it
/// must bring back. The address holds the ID token as a hint, so printing shows neither.
public struct LogoutRequest: Sendable, Hashable {
    /// Where to send the browser.
    public let url: String
    /// Ties the return to this request; `nil` when no return was asked for.
    public let state: Secret?

    /// Begins a sign-out.
    ///
    /// - Parameters:
    ///   - idToken: the ID token of the session that ends; the server may show a question without it.
    ///   - returnTo: a registered `post_logout_redirect_uri`.
    /// - Throws: `ClientError.missingEndpoint`, `.insecureURL`.
    public static func begin(
        _ client: ClientConfiguration, idToken: Secret?, returnTo: String?, random: RandomSource
    ) throws(ClientError) -> LogoutRequest {
        let endpoint = try client.endpoint(\.endSessionEndpoint, "end_session_endpoint")
        let state = returnTo.map { _ in Secret(random.token()) }
        var query = FormFields()
        if let idToken { query.append("id_token_hint", idToken.revealed()) }
        query.append("client_id", client.clientID)
        if let returnTo { query.append("post_logout_redirect_uri", returnTo) }
        if let state { query.append("state", state.revealed()) }
        return LogoutRequest(url: endpoint.appending(query: query), state: state)
    }

    /// Checks that the browser came back from this sign-out.
    ///
    /// - Parameter url: the whole URL, or just path and query as a web server sees it.
    /// - Throws: `CallbackError.stateMismatch`, `.malformed`, `.duplicateParameter`.
    public static func validateReturn(_ url: String, state: Secret) throws(ClientError) {
        let query = url.prefix { $0 != "#" }.drop { $0 != "?" }.dropFirst()
        guard let parameters = try? FormFields.parse(query: String(query)) else { throw .callback(.malformed) }
        if parameters.duplicates.contains("state") { throw .callback(.duplicateParameter("state")) }
        guard let found = parameters["state"], Secret(found) == state else { throw .callback(.stateMismatch) }
    }
}

extension LogoutRequest: CustomStringConvertible, CustomReflectable {
    public var description: String { "LogoutRequest(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
