public import OAuthCore

/// What becomes of a request to sign out (OpenID Connect RP-Initiated Logout §2).
public enum LogoutOutcome: Sendable, Hashable {
    /// End the sign-in, then send the browser there, or show that it is done.
    case signOut(redirect: String?)
    /// Ask the person first: nothing proves that an application they use sent them. Where they agree, end the sign-in,
    /// then send the browser there, or show that it is done.
    case confirm(returnTo: LogoutReturn?)
    /// Nobody is signed in, and nothing proves who asks: show that it is done, with the way back as a link.
    case alreadyOver(returnTo: LogoutReturn)
    /// Tell the person why the request is not followed; they may still sign out by themselves.
    case refused(OAuthError)
    /// The store does not answer: 503.
    case unavailable(StoreError)
}

/// The application that asks for a sign-out, and where it wants the browser back.
public struct LogoutReturn: Sendable, Hashable {
    /// Its registration.
    public let client: ClientRecord
    /// One of its registered return addresses, with the `state` that it sent.
    public let url: String
}

extension AuthorizationServer {
    /// Decides about a request to sign out. Nobody is redirected elsewhere than to a `post_logout_redirect_uri` that the
    /// client registered, character by character, nor without a genuine `id_token_hint` or the person's own word (§3).
    /// An application that keeps its ID tokens out of addresses sends its `client_id` alone, and the person is asked.
    ///
    /// - Parameter session: the value of the browser's session cookie.
    public func logout(_ fields: FormFields, session: Secret?) async -> LogoutOutcome {
        do throws(StoreError) {
            guard fields.duplicates.isEmpty else {
                return .refused(Self.logoutError("a parameter was sent twice", "repeated"))
            }
            let current = try await signIn(session)
            guard let hint = fields["id_token_hint"] else {
                return try await logoutWithoutHint(fields, isSignedIn: current != nil)
            }
            guard let genuine = try await idTokenHint(hint) else {
                return .refused(Self.logoutError("the id_token_hint is not one of this server's", "hint-invalid"))
            }
            if let clientID = fields["client_id"], clientID != genuine.clientID {
                return .refused(Self.logoutError("the id_token_hint belongs to another client", "hint-other-client"))
            }
            var back: LogoutReturn?
            if let requested = fields["post_logout_redirect_uri"] {
                back = try await logoutReturn(requested, fields, clientID: genuine.clientID)
                guard back != nil else { return Self.addressMismatch }
            }
            // Someone else is signed in now: the application cannot sign them out unasked.
            if let current, current.user.subject != genuine.subject { return .confirm(returnTo: back) }
            return .signOut(redirect: back?.url)
        } catch {
            return .unavailable(error)
        }
    }

    /// The fields of the same request as a link, which brings a browser's cookies where a form of another site brings
    /// none. The ID token has no place in an address: the id of the client that it was issued to stands for it.
    ///
    /// - Returns: `nil` where the request would be refused as it is.
    public func logoutLink(for fields: FormFields) async throws(StoreError) -> FormFields? {
        guard fields.duplicates.isEmpty else { return nil }
        var clientID = fields["client_id"]
        if let hint = fields["id_token_hint"] {
            guard let genuine = try await idTokenHint(hint), clientID == nil || clientID == genuine.clientID else {
                return nil
            }
            clientID = genuine.clientID
        }
        var link = FormFields()
        let rest = ["post_logout_redirect_uri", "state"].map { ($0, fields[$0]) }
        for (name, value) in [("client_id", clientID)] + rest {
            if let value { link.append(name, value) }
        }
        return link
    }

    private func logoutWithoutHint(
        _ fields: FormFields, isSignedIn: Bool
    ) async throws(StoreError) -> LogoutOutcome {
        guard let requested = fields["post_logout_redirect_uri"] else {
            return isSignedIn ? .confirm(returnTo: nil) : .signOut(redirect: nil)
        }
        guard let clientID = fields["client_id"] else {
            return .refused(Self.logoutError("a return address needs an id_token_hint or a client_id", "hint-missing"))
        }
        guard let back = try await logoutReturn(requested, fields, clientID: clientID) else {
            return Self.addressMismatch
        }
        return isSignedIn ? .confirm(returnTo: back) : .alreadyOver(returnTo: back)
    }

    /// Where to return to; `nil` for somewhere that is not registered.
    private func logoutReturn(
        _ requested: String, _ fields: FormFields, clientID: String
    ) async throws(StoreError) -> LogoutReturn? {
        guard let client = try await clients.client(clientID),
            let registered = client.postLogoutRedirectURIs.first(where: { $0.uri.text == requested })
        else { return nil }
        let url = fields["state"].map { registered.uri.appending(query: ["state": $0]) } ?? registered.uri.text
        return LogoutReturn(client: client, url: url)
    }

    private static var addressMismatch: LogoutOutcome {
        .refused(logoutError("the post_logout_redirect_uri is not registered", "redirect-uri-mismatch"))
    }

    private static func logoutError(_ description: String, _ id: String) -> OAuthError {
        OAuthError(.invalidRequest, description, diagnostic: Diagnostic("logout.\(id)"))
    }
}
