import HTTPTypes
import OAuthCore
import OAuthServer

extension AuthorizationServerSite {
    func formPage(
        _ purpose: ApplicationFormPage.Purpose, _ values: ApplicationFormPage.Values, _ visit: Visit,
        client: ClientRecord? = nil, problems: [ApplicationFormPage.Field: PageText] = [:]
    ) -> PageOutcome {
        let page = ApplicationFormPage(
            purpose: purpose, action: path(client.map { $0.pagePath + "/edit" } ?? "/applications"),
            csrf: formToken(visit), cancelURL: path(client?.pagePath ?? "/applications"), values: values,
            problems: problems)
        return .page(.applicationForm(page), status: problems.isEmpty ? .ok : .badRequest)
    }

    func applicationPage(_ client: ClientRecord, _ visit: Visit) -> PageOutcome {
        let page = path(client.pagePath)
        return .page(
            .application(
                ApplicationPage(
                    clientID: client.id, values: ApplicationFormPage.Values(client), grants: client.grantNames,
                    created: pages.date(client.createdAt),
                    secretCreated: client.secrets.first.map { pages.date($0.createdAt) },
                    actions: .init(
                        editURL: page + "/edit", rotateSecret: client.isPublic ? nil : page + "/secret",
                        deleteURL: page + "/delete", listURL: path("/applications"), csrf: formToken(visit)))))
    }

    func deletePage(_ client: ClientRecord, _ visit: Visit) -> PageOutcome {
        let page = path(client.pagePath)
        return .page(
            .applicationDelete(
                ApplicationDeletePage(
                    name: client.name, clientID: client.id, action: page + "/delete", csrf: formToken(visit),
                    cancelURL: page)))
    }

    /// The only time that anybody sees the secret: it comes in a cookie that this page takes away.
    func secretPage(_ client: ClientRecord, _ visit: Visit) -> PageOutcome {
        guard let once = trust.open(visit.browser.once, for: client.id, now: server.clock()) else {
            return .redirect(path(client.pagePath))
        }
        return .onlyOnce(secretPage(once.occasion, client, once.secret))
    }

    /// Shows what was made, on a page of its own: what answers a post would be posted again by a reload.
    func sendToSecret(
        _ occasion: ApplicationSecretPage.Occasion, _ client: ClientRecord, _ secret: Secret?, _ visit: Visit
    ) -> PageOutcome {
        let once = OneTimeSecret(occasion: occasion, secret: secret)
        let sealed = trust.seal(once, for: client.id, now: server.clock())
        return .redirectWithSecret(path(client.pagePath + "/secret"), sealed)
    }

    private func secretPage(
        _ occasion: ApplicationSecretPage.Occasion, _ client: ClientRecord, _ secret: Secret?
    ) -> Page {
        let usesCode = client.grantTypes.contains(.authorizationCode) && !client.grantTypes.contains(.clientCredentials)
        let ownScope = client.scope.subtracting(["openid", "profile", "email", "offline_access"])
        let example = TokenRequestExample(
            tokenEndpoint: issuer.url("/token"),
            grant: usesCode
                ? .authorizationCode(redirectURI: client.redirectURIs.first?.description ?? "")
                : .clientCredentials(scope: ownScope.description))
        return .applicationSecret(
            ApplicationSecretPage(
                occasion: occasion, name: client.name, clientID: client.id, clientSecret: secret,
                example: example, doneURL: path(client.pagePath)))
    }
}

extension ClientRecord {
    /// The path of its page below the issuer.
    var pagePath: String { "/applications/\(FormFields.encode(id))" }

    /// Its grants in the order they are shown.
    var grantNames: [String] { GrantType.all.filter(grantTypes.contains).map(\.rawValue) }
}

extension ApplicationFormPage.Values {
    /// What a form posted.
    init(_ fields: FormFields) {
        self.init(
            name: fields["name"] ?? "", clientType: fields["client_type"] == "public" ? .public : .confidential,
            redirectURIs: fields["redirect_uris"] ?? "",
            postLogoutRedirectURIs: fields["post_logout_redirect_uris"] ?? "", origins: fields["origins"] ?? "",
            grants: Set(ApplicationFormPage.Grant.allCases.filter { fields[$0.rawValue] != nil }),
            scope: fields["scope"] ?? "")
    }

    /// What a client has.
    init(_ client: ClientRecord) {
        self.init(
            name: client.name, clientType: client.isPublic ? .public : .confidential,
            redirectURIs: client.redirectURIs.map(\.description).joined(separator: "\n"),
            postLogoutRedirectURIs: client.postLogoutRedirectURIs.map(\.description).joined(separator: "\n"),
            origins: client.origins.joined(separator: "\n"),
            grants: Set(ApplicationFormPage.Grant.allCases.filter { client.grantTypes.contains($0.type) }),
            scope: client.scope.description)
    }
}

extension ApplicationFormPage.Grant {
    /// The grant as the protocol names it.
    var type: GrantType { GrantType(rawValue: String(rawValue.dropFirst("grant_".count))) }
}

extension ClientRegistration {
    /// Takes over what a form asks for.
    mutating func apply(_ values: ApplicationFormPage.Values) {
        let lines = { (text: String) in text.split(whereSeparator: \.isWhitespace).map(String.init) }
        name = values.name
        isPublic = values.clientType == .public
        redirectURIs = lines(values.redirectURIs)
        postLogoutRedirectURIs = lines(values.postLogoutRedirectURIs)
        origins = lines(values.origins)
        grantTypes = values.grants.map(\.type.rawValue)
        scope = values.scope.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension RegistrationError {
    /// The problems beside the fields of the form.
    var pageProblems: [ApplicationFormPage.Field: PageText] {
        var texts: [ApplicationFormPage.Field: PageText] = [:]
        for problem in problems {
            let field: ApplicationFormPage.Field =
                switch problem.field {
                case .name, .id, .secret, .profile, .accessTokenFormat, .idTokenAlgorithm: .name
                case .redirectURIs: .redirectURIs
                case .postLogoutRedirectURIs: .postLogoutRedirectURIs
                case .origins: .origins
                case .grantTypes: .grants
                case .scope: .scope
                case .authenticationMethods: .clientType
                }
            texts[field] = texts[field] ?? PageText("application-form.problem", ["problem": problem.message])
        }
        return texts
    }
}
