import OAuthCore

/// Pages filled with made-up values: what the audit renders to see what a template makes of them.
///
/// Everything optional is present, so that every part of a template shows.
enum PageSample {
    static let action = "/sample-action"
    static let switchAction = "/sample-switch"
    static let csrf = "sample-csrf"
    static let continuation = "/sample-continue"
    static let requestID = "sample-request"
    static let scope = "sample-scope"
    static let subject = "sample-subject"
    static let clientID = "sample-client"
    static let detailURL = "/sample-detail"
    static let hiddenName = "sample-name"
    static let hiddenValue = "sample-value"

    static let person = Person(username: "ada", displayName: "Ada Lovelace")

    static var layout: Layout {
        let links = Layout.Links(
            applications: "/applications", connectedApps: "/connected-apps", account: "/account", logout: "/logout")
        return Layout(
            assets: "/assets", nonce: "sample-nonce",
            session: .init(person: person, links: links, csrf: "sample-logout-csrf"),
            notice: .init(.info, "notice.saved"))
    }

    static func page(_ template: PageTemplate) -> Page {
        switch template {
        case .login:
            .login(
                LoginPage(
                    action: action, continuation: continuation, csrf: csrf, application: "Photo Printer",
                    username: "ada", problem: .wrongCredentials))
        case .consent: .consent(consent)
        case .error:
            .error(ErrorPage(status: 400, id: "sample.error", requestID: "sample-request", retryURL: "/sample-retry"))
        case .applications: .applications(applications)
        case .applicationForm: .applicationForm(applicationForm)
        case .application: .application(application)
        case .applicationSecret: .applicationSecret(secret)
        case .applicationDelete:
            .applicationDelete(
                ApplicationDeletePage(
                    name: "Photo Printer", clientID: clientID, action: action, csrf: csrf, cancelURL: "/cancel"))
        case .connectedApps: .connectedApps(connectedApps)
        case .account:
            .account(
                AccountPage(
                    person: person, email: "ada@example.com", applicationsURL: "/applications",
                    connectedAppsURL: "/connected-apps", logoutAction: action, csrf: csrf))
        case .logout:
            .logout(
                LogoutPage(
                    person: person, application: "Photo Printer", action: action, csrf: csrf,
                    hidden: [.init(name: hiddenName, value: hiddenValue)], cancelURL: "/account"))
        case .signedOut:
            .signedOut(
                SignedOutPage(application: "Photo Printer", backURL: "https://client.example/", signInURL: "/login"))
        }
    }

    private static var consent: ConsentPage {
        ConsentPage(
            application: .init(name: "Photo Printer", clientID: clientID, owner: "Mira Chen"), person: person,
            scopes: [ScopeLine("openid"), ScopeLine("messages.read", meaning: "Read your messages")],
            grantedScopes: [ScopeLine("profile")], redirectHost: "client.example", duration: .untilRevoked,
            connectedAppsURL: "/connected-apps",
            form: .init(
                action: action, switchAction: switchAction, request: requestID, scope: scope, subject: subject,
                csrf: csrf))
    }

    private static var applications: ApplicationsPage {
        ApplicationsPage(
            rows: [
                .init(
                    name: "Photo Printer", clientID: clientID, clientType: .confidential,
                    grants: ["authorization_code"], created: "21 Nov 2026", url: detailURL)
            ], newURL: "/applications/new")
    }

    private static var values: ApplicationFormPage.Values {
        .init(
            name: "Photo Printer", redirectURIs: "https://client.example/callback",
            postLogoutRedirectURIs: "https://client.example/", origins: "https://client.example",
            grants: Set(ApplicationFormPage.Grant.allCases), scope: "openid")
    }

    private static var applicationForm: ApplicationFormPage {
        let problems = ApplicationFormPage.Field.allCases.map { ($0, PageText("application-form.name-missing")) }
        return ApplicationFormPage(
            purpose: .register, action: action, csrf: csrf, cancelURL: "/applications", values: values,
            problems: Dictionary(uniqueKeysWithValues: problems))
    }

    private static var application: ApplicationPage {
        ApplicationPage(
            clientID: clientID, values: values, grants: ["authorization_code"], created: "21 Nov 2026",
            secretCreated: "21 Nov 2026",
            actions: .init(
                editURL: "/edit", rotateSecret: action, deleteURL: "/delete", listURL: "/applications", csrf: csrf))
    }

    private static var secret: ApplicationSecretPage {
        ApplicationSecretPage(
            occasion: .registered, name: "Photo Printer", clientID: clientID, clientSecret: Secret("sample-secret"),
            example: TokenRequestExample(
                tokenEndpoint: "https://issuer.example/token", grant: .clientCredentials(scope: "messages.read")),
            doneURL: detailURL)
    }

    private static var connectedApps: ConnectedAppsPage {
        ConnectedAppsPage(
            rows: [
                .init(
                    clientID: clientID, name: "Photo Printer", owner: "Mira Chen", scopes: [ScopeLine("openid")],
                    firstAllowed: "21 Nov 2026", lastUsed: "21 Nov 2026")
            ], revokeAction: action, csrf: csrf)
    }
}
