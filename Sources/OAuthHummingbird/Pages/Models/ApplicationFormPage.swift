/// The form that registers an application or changes one.
///
/// It posts `name`, `client_type`, `redirect_uris`, `post_logout_redirect_uris`, `origins`, one field for each grant
/// (``Grant``), `scope` and `csrf`; its button is `#save`.
public struct ApplicationFormPage: Sendable {
    /// Whether the application exists already.
    public enum Purpose: Sendable { case register, edit }

    /// What a person can be told about, by the name that is posted.
    public enum Field: String, Sendable, CaseIterable {
        /// The application's name.
        case name
        /// The origins of its scripts.
        case origins
        /// The most it may ask for.
        case scope
        /// Whether it can keep a secret.
        case clientType = "client_type"
        /// Where authorization responses may go.
        case redirectURIs = "redirect_uris"
        /// Where people may be sent after signing out.
        case postLogoutRedirectURIs = "post_logout_redirect_uris"
        /// The check boxes of the grants, all together.
        case grants
    }

    /// A grant with a check box of its own, by the field that is posted.
    public enum Grant: String, Sendable, CaseIterable {
        /// RFC 6749 §4.1.
        case authorizationCode = "grant_authorization_code"
        /// RFC 6749 §6.
        case refreshToken = "grant_refresh_token"
        /// RFC 6749 §4.4.
        case clientCredentials = "grant_client_credentials"
    }

    /// What stands in the fields.
    public struct Values: Sendable {
        /// The application's name.
        public var name: String
        /// Whether it can keep a secret.
        public var clientType: ClientType
        /// Where the browser may be sent, one address to a line, as it was entered.
        public var redirectURIs: String
        /// Where the browser may go after signing out, one address to a line.
        public var postLogoutRedirectURIs: String
        /// Which pages may call from a browser (CORS), one origin to a line.
        public var origins: String
        /// Which grants are ticked.
        public var grants: Set<Grant>
        /// Which scopes it may ask for, separated by spaces.
        public var scope: String

        /// Fills a form; without arguments, as a new application starts.
        public init(
            name: String = "", clientType: ClientType = .confidential, redirectURIs: String = "",
            postLogoutRedirectURIs: String = "", origins: String = "",
            grants: Set<Grant> = [.authorizationCode, .refreshToken], scope: String = ""
        ) {
            self.name = name
            self.clientType = clientType
            self.redirectURIs = redirectURIs
            self.postLogoutRedirectURIs = postLogoutRedirectURIs
            self.origins = origins
            self.grants = grants
            self.scope = scope
        }
    }

    /// New or changed.
    public var purpose: Purpose
    /// Where the form is posted.
    public var action: String
    /// The token against cross-site request forgery.
    public var csrf: String
    /// Where to go instead.
    public var cancelURL: String
    /// What stands in the fields.
    public var values: Values
    /// What is wrong, beside the field that it is about.
    public var problems: [Field: PageText]

    /// Describes a form.
    public init(
        purpose: Purpose, action: String, csrf: String, cancelURL: String, values: Values = Values(),
        problems: [Field: PageText] = [:]
    ) {
        self.purpose = purpose
        self.action = action
        self.csrf = csrf
        self.cancelURL = cancelURL
        self.values = values
        self.problems = problems
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        let own: TemplateFields = [
            "action": .text(action), "csrf": .text(csrf), "cancelURL": .text(cancelURL),
            "isNew": .flag(purpose == .register), "nameValue": .text(values.name),
            "isConfidential": .flag(values.clientType == .confidential),
            "isPublic": .flag(values.clientType == .public), "redirectURIs": .text(values.redirectURIs),
            "postLogoutRedirectURIs": .text(values.postLogoutRedirectURIs), "origins": .text(values.origins),
            "scope": .text(values.scope), "hasProblems": .flag(!problems.isEmpty),
            "grantAuthorizationCode": .flag(values.grants.contains(.authorizationCode)),
            "grantRefreshToken": .flag(values.grants.contains(.refreshToken)),
            "grantClientCredentials": .flag(values.grants.contains(.clientCredentials)),
        ]
        return own.merging(problemFields(catalog)) { own, _ in own }
    }

    private func problemFields(_ catalog: StringCatalog) -> TemplateFields {
        let names: [(Field, String)] = [
            (.name, "nameProblem"), (.clientType, "clientTypeProblem"), (.redirectURIs, "redirectURIsProblem"),
            (.postLogoutRedirectURIs, "postLogoutRedirectURIsProblem"), (.origins, "originsProblem"),
            (.grants, "grantsProblem"), (.scope, "scopeProblem"),
        ]
        return names.reduce(into: [:]) { fields, entry in
            fields[entry.1] = problems[entry.0].map { .html($0.resolved(in: catalog)) } ?? .absent
        }
    }
}
