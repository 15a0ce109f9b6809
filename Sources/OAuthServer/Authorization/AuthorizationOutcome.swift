public import OAuthCore

/// What becomes of an authorization request.
public enum AuthorizationOutcome: Sendable {
    /// Send the browser to the application, with a code or an error; by 303, which makes a GET of a POST
    /// (RFC 9700 §4.12).
    case redirect(to: String, diagnostic: Diagnostic?)
    /// Ask the person to sign in, then come back with the same request.
    case signIn(SignInInteraction)
    /// Ask the person to consent, then come back with the answer.
    case consent(ConsentInteraction)
    /// Tell the person; there is nowhere to redirect to.
    case refused(OAuthError)
    /// The store does not answer: 503.
    case unavailable(StoreError)
}

/// What the sign-in page needs to know.
public struct SignInInteraction: Sendable, Hashable {
    /// Which application asks.
    public var clientName: String
    /// The name to begin with (`login_hint`).
    public var loginHint: String?
    /// The query to come back to `/authorize` with: the request, and a mark that says when signing in was asked for.
    public var continuation: String
    /// Why someone who is signed in must do so again.
    public var reauthentication: Bool
}

/// What the consent page needs to know.
public struct ConsentInteraction: Sendable, Hashable {
    /// Which application asks.
    public var client: ClientRecord
    /// Who registered it; `nil` when an operator did.
    public var owner: UserRecord?
    /// Who is signed in.
    public var user: UserRecord
    /// What is asked for and was not allowed before, with words for a person.
    public var newScopes: [ScopeCatalogue.Entry]
    /// What is asked for and was allowed before.
    public var allowedScopes: [ScopeCatalogue.Entry]
    /// Where the browser will be sent.
    public var redirectURI: URI
    /// The query that the answer comes back with.
    public var continuation: String
}

/// What a person said on the consent page.
public struct ConsentAnswer: Sendable, Hashable {
    /// Allowed or refused.
    public var isAllowed: Bool
    /// Who the page was shown to; an answer under another sign-in does not count.
    public var subject: String
    /// The scope that the page showed as new.
    public var scope: Scope

    /// An answer.
    public init(isAllowed: Bool, subject: String, scope: Scope) {
        self.isAllowed = isAllowed
        self.subject = subject
        self.scope = scope
    }
}
