import OAuthCore

@testable import OAuthHummingbird

/// One page of each kind in which every text that comes from outside is the same word.
enum Fixture {
    static func layout(_ word: String) -> Layout {
        Layout(
            assets: "/assets", nonce: "nonce", site: word,
            session: .init(
                person: Person(username: word, displayName: word),
                links: .init(applications: word, connectedApps: word, account: word, logout: word), csrf: word),
            notice: .init(.warning, PageText("notice.deleted", ["application": word])))
    }

    static func page(_ template: PageTemplate, _ word: String) -> Page {
        let person = Person(username: word, displayName: word)
        switch template {
        case .login:
            return .login(
                LoginPage(action: word, continuation: word, csrf: word, application: word, username: word))
        case .consent: return .consent(consent(word))
        case .error:
            return .error(
                ErrorPage(
                    status: 400, id: word, parameters: ["application": word], requestID: word, retryURL: "/retry"))
        case .applications:
            let row = ApplicationsPage.Row(
                name: word, clientID: word, clientType: .public, grants: [word], created: word, url: word)
            return .applications(ApplicationsPage(rows: [row, row], newURL: word))
        case .applicationForm: return .applicationForm(form(word))
        case .application:
            return .application(
                ApplicationPage(
                    clientID: word, values: values(word), grants: [word], created: word, secretCreated: word,
                    actions: .init(
                        editURL: word, rotateSecret: word, deleteURL: word, listURL: word, csrf: word)))
        case .applicationSecret: return .applicationSecret(secret(word))
        case .applicationDelete:
            return .applicationDelete(
                ApplicationDeletePage(name: word, clientID: word, action: word, csrf: word, cancelURL: word))
        case .connectedApps:
            let row = ConnectedAppsPage.Row(
                clientID: word, name: word, owner: word, scopes: [ScopeLine(word, meaning: word), ScopeLine(word)],
                firstAllowed: word, lastUsed: word)
            return .connectedApps(ConnectedAppsPage(rows: [row], revokeAction: word, csrf: word))
        case .account:
            return .account(
                AccountPage(
                    person: person, email: word, applicationsURL: word, connectedAppsURL: word, logoutAction: word,
                    csrf: word))
        case .logout:
            return .logout(
                LogoutPage(
                    person: person, application: word, action: word, csrf: word,
                    hidden: [.init(name: word, value: word)], cancelURL: "/account"))
        case .signedOut: return .signedOut(SignedOutPage(application: word, backURL: "/back", signInURL: "/login"))
        }
    }

    private static func consent(_ word: String) -> ConsentPage {
        ConsentPage(
            application: .init(name: word, clientID: word, owner: word),
            person: Person(username: word, displayName: word),
            scopes: [ScopeLine(word), ScopeLine(word, meaning: word)], grantedScopes: [ScopeLine(word)],
            redirectHost: word, duration: .shortLived, connectedAppsURL: word,
            form: .init(action: word, switchAction: word, request: word, scope: word, subject: word, csrf: word))
    }

    private static func values(_ word: String) -> ApplicationFormPage.Values {
        .init(name: word, redirectURIs: word, postLogoutRedirectURIs: word, origins: word, scope: word)
    }

    private static func form(_ word: String) -> ApplicationFormPage {
        ApplicationFormPage(
            purpose: .edit, action: word, csrf: word, cancelURL: word, values: values(word),
            problems: [.redirectURIs: PageText("application-form.redirect-uri-invalid", ["uri": word])])
    }

    private static func secret(_ word: String) -> ApplicationSecretPage {
        ApplicationSecretPage(
            occasion: .rotated, name: word, clientID: word, clientSecret: Secret(word),
            example: TokenRequestExample(tokenEndpoint: word, grant: .authorizationCode(redirectURI: word)),
            doneURL: word)
    }
}
