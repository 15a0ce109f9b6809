/// Asks whether an application may act for the person who is signed in.
///
/// It posts `request`, `scope`, `subject`, `csrf` and `decision` (`allow` or `deny`); its buttons are `#allow`, `#deny`
/// and, in a form of its own, `#switch-user`, which posts `request` and `csrf`.
public struct ConsentPage: Sendable {
    /// The application that asks.
    public struct Application: Sendable {
        /// Its name, as its owner chose it.
        public var name: String
        /// Its client identifier.
        public var clientID: String
        /// Who registered it, when that was a person here.
        public var owner: String?

        /// Describes an application.
        public init(name: String, clientID: String, owner: String? = nil) {
            self.name = name
            self.clientID = clientID
            self.owner = owner
        }
    }

    /// How long the application keeps what it is given.
    public enum Duration: Sendable {
        /// Until its access runs out; then it has to come back here.
        case shortLived
        /// Until it is taken back (`offline_access`).
        case untilRevoked
    }

    /// What the form posts, and where.
    public struct Form: Sendable {
        /// Where the decision is posted.
        public var action: String
        /// Where "not you?" is posted.
        public var switchAction: String
        /// The reference of the authorization request, posted as `request`.
        public var request: String
        /// The scopes that the decision is about, posted as `scope`.
        public var scope: String
        /// The subject who was asked, posted as `subject`, so that another's decision is never taken for theirs.
        public var subject: String
        /// The token against cross-site request forgery.
        public var csrf: String

        /// Describes the form.
        public init(
            action: String, switchAction: String, request: String, scope: String, subject: String, csrf: String
        ) {
            self.action = action
            self.switchAction = switchAction
            self.request = request
            self.scope = scope
            self.subject = subject
            self.csrf = csrf
        }
    }

    /// Who asks.
    public var application: Application
    /// Who is asked.
    public var person: Person
    /// What would be allowed now.
    public var scopes: [ScopeLine]
    /// What was allowed before and stays so.
    public var grantedScopes: [ScopeLine]
    /// The host, or an app's own scheme, that the browser goes to next.
    public var redirectHost: String
    /// How long it lasts.
    public var duration: Duration
    /// The page where it can be taken back.
    public var connectedAppsURL: String
    /// What is posted.
    public var form: Form

    /// Describes a question for consent.
    public init(
        application: Application, person: Person, scopes: [ScopeLine], grantedScopes: [ScopeLine] = [],
        redirectHost: String, duration: Duration, connectedAppsURL: String, form: Form
    ) {
        self.application = application
        self.person = person
        self.scopes = scopes
        self.grantedScopes = grantedScopes
        self.redirectHost = redirectHost
        self.duration = duration
        self.connectedAppsURL = connectedAppsURL
        self.form = form
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        let own: TemplateFields = [
            "application": .text(application.name), "clientID": .text(application.clientID),
            "owner": .optional(application.owner), "host": .text(redirectHost),
            "newScopes": scopes.rows(catalog), "hasNewScopes": .flag(!scopes.isEmpty),
            "grantedScopes": grantedScopes.rows(catalog), "hasGrantedScopes": .flag(!grantedScopes.isEmpty),
            "untilRevoked": .flag(duration == .untilRevoked), "connectedAppsURL": .text(connectedAppsURL),
            "action": .text(form.action), "switchAction": .text(form.switchAction),
            "request": .text(form.request), "scope": .text(form.scope), "subject": .text(form.subject),
            "csrf": .text(form.csrf),
        ]
        return own.merging(person.fields) { own, _ in own }
    }
}
