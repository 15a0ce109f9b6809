/// A page of the authorization server and what it shows.
///
/// Everything in a page is a plain value; nothing is looked up while it is rendered.
public enum Page: Sendable {
    /// Asks for a name and a password.
    case login(LoginPage)
    /// Asks whether an application may act for a person.
    case consent(ConsentPage)
    /// Says what went wrong and what to do.
    case error(ErrorPage)
    /// The person's own applications.
    case applications(ApplicationsPage)
    /// Registers an application or changes one.
    case applicationForm(ApplicationFormPage)
    /// One application.
    case application(ApplicationPage)
    /// An application's credentials, shown once.
    case applicationSecret(ApplicationSecretPage)
    /// Asks before an application is deleted.
    case applicationDelete(ApplicationDeletePage)
    /// The applications that a person has let in.
    case connectedApps(ConnectedAppsPage)
    /// Who is signed in.
    case account(AccountPage)
    /// Asks before signing out.
    case logout(LogoutPage)
    /// Says that nobody is signed in any more.
    case signedOut(SignedOutPage)

    /// The template that shows the page.
    public var template: PageTemplate {
        switch self {
        case .login: .login
        case .consent: .consent
        case .error: .error
        case .applications: .applications
        case .applicationForm: .applicationForm
        case .application: .application
        case .applicationSecret: .applicationSecret
        case .applicationDelete: .applicationDelete
        case .connectedApps: .connectedApps
        case .account: .account
        case .logout: .logout
        case .signedOut: .signedOut
        }
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        switch self {
        case .login(let page): page.fields(catalog)
        case .consent(let page): page.fields(catalog)
        case .error(let page): page.fields(catalog)
        case .applications(let page): page.fields(catalog)
        case .applicationForm(let page): page.fields(catalog)
        case .application(let page): page.fields(catalog)
        case .applicationSecret(let page): page.fields(catalog)
        case .applicationDelete(let page): page.fields(catalog)
        case .connectedApps(let page): page.fields(catalog)
        case .account(let page): page.fields(catalog)
        case .logout(let page): page.fields(catalog)
        case .signedOut(let page): page.fields(catalog)
        }
    }
}

/// The templates of whole pages. A file of this name with the extension `.mustache` replaces one.
public enum PageTemplate: String, Sendable, CaseIterable {
    /// The sign-in form.
    case login
    /// The question whether an application may have what it asks for.
    case consent
    /// What went wrong, with an id to report.
    case error
    /// A person's own applications.
    case applications
    /// One application, without its secret.
    case application
    /// Who is signed in.
    case account
    /// The question whether to sign out.
    case logout
    /// The form that registers an application or changes one.
    case applicationForm = "application-form"
    /// A fresh secret, shown once.
    case applicationSecret = "application-secret"
    /// The question whether to delete an application.
    case applicationDelete = "application-delete"
    /// The applications that a person has let in.
    case connectedApps = "connected-apps"
    /// That the sign-in has ended.
    case signedOut = "signed-out"

    /// The part of the navigation that a page belongs to.
    enum Section { case gate, applications, connectedApps, account, none }

    /// Which door of the mark stands open: the first asks who you are, the second lets you through.
    enum Door: String { case shut, first, second }

    var section: Section {
        switch self {
        case .login, .consent, .logout, .signedOut: .gate
        case .applications, .applicationForm, .application, .applicationSecret, .applicationDelete: .applications
        case .connectedApps: .connectedApps
        case .account: .account
        case .error: .none
        }
    }

    var door: Door {
        switch self {
        case .login: .first
        case .consent, .applicationSecret: .second
        default: .shut
        }
    }
}
