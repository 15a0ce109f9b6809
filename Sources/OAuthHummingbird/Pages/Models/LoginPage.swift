/// The sign-in form.
///
/// It posts `username`, `password`, `continue` and `csrf`; its button is `#sign-in`.
public struct LoginPage: Sendable {
    /// Why the last attempt did not succeed.
    public enum Problem: Hashable, Sendable {
        /// Name and password do not belong together. Whether the name exists is not said.
        case wrongCredentials
        /// Too many attempts; the next is heard after so many seconds.
        case throttled(seconds: Int)
    }

    /// Where the form is posted.
    public var action: String
    /// Where to go afterwards, posted as `continue`.
    public var continuation: String
    /// The token against cross-site request forgery.
    public var csrf: String
    /// The name of the application that asks, when one does.
    public var application: String?
    /// What to put into the name field: the last attempt, or the request's `login_hint`.
    public var username: String
    /// Why the page is shown again.
    public var problem: Problem?

    /// Describes a sign-in form.
    public init(
        action: String, continuation: String, csrf: String, application: String? = nil, username: String = "",
        problem: Problem? = nil
    ) {
        self.action = action
        self.continuation = continuation
        self.csrf = csrf
        self.application = application
        self.username = username
        self.problem = problem
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        let problemText: PageText? =
            switch problem {
            case .wrongCredentials: "login.wrong-credentials"
            case .throttled(let seconds): PageText("login.throttled", ["seconds": String(max(1, seconds))])
            case nil: nil
            }
        return [
            "action": .text(action), "continue": .text(continuation), "csrf": .text(csrf),
            "application": .optional(application), "username": .text(username),
            "hasUsername": .flag(!username.isEmpty),
            "problem": problemText.map { .html($0.resolved(in: catalog)) } ?? .absent,
        ]
    }
}
