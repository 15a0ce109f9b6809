public import OAuthCore

/// What becomes of a request to sign out (OpenID Connect RP-Initiated Logout §2).
public enum LogoutOutcome: Sendable, Hashable {
    /// End the sign-in, then send the browser there, or show that it is done.
    case signOut(redirect: String?)
    /// Ask the person first: nothing proves that an application they use sent them.
    case confirm
    /// Tell the person why the request is not followed; they may still sign out by themselves.
    case refused(OAuthError)
    /// The store does not answer: 503.
    case unavailable(StoreError)
}

extension AuthorizationServer {
    /// Decides about a request to sign out. Nobody is redirected without a genuine `id_token_hint` and a
    /// `post_logout_redirect_uri` that its client registered, character by character (§3).
    ///
    /// - Parameter session: the value of the browser's session cookie.
    public func logout(_ fields: FormFields, session: Secret?) async -> LogoutOutcome {
        do throws(StoreError) {
            guard fields.duplicates.isEmpty else {
                return .refused(Self.logoutError("a parameter was sent twice", "repeated"))
            }
            let current = try await signIn(session)
            guard let hint = fields["id_token_hint"] else {
                guard fields["post_logout_redirect_uri"] == nil else {
                    return .refused(Self.logoutError("a return address needs an id_token_hint", "hint-missing"))
                }
                return current == nil ? .signOut(redirect: nil) : .confirm
            }
            guard let genuine = try await idTokenHint(hint) else {
                return .refused(Self.logoutError("the id_token_hint is not one of this server's", "hint-invalid"))
            }
            if let clientID = fields["client_id"], clientID != genuine.clientID {
                return .refused(Self.logoutError("the id_token_hint belongs to another client", "hint-other-client"))
            }
            guard let redirect = try await returnAddress(fields, clientID: genuine.clientID) else {
                return .refused(
                    Self.logoutError("the post_logout_redirect_uri is not registered", "redirect-uri-mismatch"))
            }
            // Someone else is signed in now: the application cannot sign them out unasked.
            if let current, current.user.subject != genuine.subject { return .confirm }
            return .signOut(redirect: redirect.isEmpty ? nil : redirect)
        } catch {
            return .unavailable(error)
        }
    }

    /// Where to return to: empty for nowhere, `nil` for somewhere that is not registered.
    private func returnAddress(_ fields: FormFields, clientID: String) async throws(StoreError) -> String? {
        guard let requested = fields["post_logout_redirect_uri"] else { return "" }
        let client = try await clients.client(clientID)
        guard let registered = client?.postLogoutRedirectURIs.first(where: { $0.uri.text == requested }) else {
            return nil
        }
        guard let state = fields["state"] else { return registered.uri.text }
        return registered.uri.appending(query: ["state": state])
    }

    private static func logoutError(_ description: String, _ id: String) -> OAuthError {
        OAuthError(.invalidRequest, description, diagnostic: Diagnostic("logout.\(id)"))
    }
}
