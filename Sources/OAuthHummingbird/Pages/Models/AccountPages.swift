/// Who is signed in.
public struct AccountPage: Sendable {
    /// The person.
    public var person: Person
    /// Their address for mail, when it is known.
    public var email: String?
    /// The list of their own applications.
    public var applicationsURL: String
    /// The list of applications that they have let in.
    public var connectedAppsURL: String
    /// Where the sign-out form is posted.
    public var logoutAction: String
    /// The token against cross-site request forgery.
    public var csrf: String

    /// Describes an account.
    public init(
        person: Person, email: String? = nil, applicationsURL: String, connectedAppsURL: String, logoutAction: String,
        csrf: String
    ) {
        self.person = person
        self.email = email
        self.applicationsURL = applicationsURL
        self.connectedAppsURL = connectedAppsURL
        self.logoutAction = logoutAction
        self.csrf = csrf
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        let own: TemplateFields = [
            "email": .optional(email), "applicationsURL": .text(applicationsURL),
            "connectedAppsURL": .text(connectedAppsURL), "logoutAction": .text(logoutAction), "csrf": .text(csrf),
        ]
        return own.merging(person.fields) { own, _ in own }
    }
}

/// Asks before signing out. It posts `csrf` and the hidden fields; its button is `#sign-out`.
public struct LogoutPage: Sendable {
    /// A parameter of the request that is carried through the question.
    public struct HiddenField: Hashable, Sendable {
        /// Its name, such as `post_logout_redirect_uri`.
        public var name: String
        /// Its value.
        public var value: String

        /// Describes a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Who is signed in.
    public var person: Person
    /// The name of the application that asks, when one does.
    public var application: String?
    /// Where the answer is posted.
    public var action: String
    /// The token against cross-site request forgery.
    public var csrf: String
    /// What else is posted, in order.
    public var hidden: [HiddenField]
    /// Where to go instead.
    public var cancelURL: String?

    /// Describes the question.
    public init(
        person: Person, application: String? = nil, action: String, csrf: String, hidden: [HiddenField] = [],
        cancelURL: String? = nil
    ) {
        self.person = person
        self.application = application
        self.action = action
        self.csrf = csrf
        self.hidden = hidden
        self.cancelURL = cancelURL
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        let own: TemplateFields = [
            "application": .optional(application), "action": .text(action), "csrf": .text(csrf),
            "hidden": .list(hidden.map { ["fieldName": .text($0.name), "fieldValue": .text($0.value)] }),
            "cancelURL": .link(cancelURL),
        ]
        return own.merging(person.fields) { own, _ in own }
    }
}

/// Says that nobody is signed in any more.
public struct SignedOutPage: Sendable {
    /// The name of the application that asked, when one did.
    public var application: String?
    /// Back to that application.
    public var backURL: String?
    /// The sign-in form.
    public var signInURL: String?

    /// Describes the page.
    public init(application: String? = nil, backURL: String? = nil, signInURL: String? = nil) {
        self.application = application
        self.backURL = backURL
        self.signInURL = signInURL
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "application": .optional(application), "backURL": .link(backURL), "signInURL": .link(signInURL),
        ]
    }
}
