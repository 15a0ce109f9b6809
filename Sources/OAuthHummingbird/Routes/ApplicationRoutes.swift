import HTTPTypes
import Hummingbird
import OAuthCore
import OAuthServer

extension AuthorizationServerSite {
    /// A person's own applications: list, register, show, edit, rotate the secret, delete.
    func addApplications(to router: Router<ServerRequestContext>) {
        addOwnPage("/applications", to: router) { visit, user throws(StoreError) in
            let clients = try await server.clients.clients(owner: user.subject)
            let rows = clients.map { client in
                ApplicationsPage.Row(
                    name: client.name, clientID: client.id, clientType: client.isPublic ? .public : .confidential,
                    grants: client.grantNames, created: pages.date(client.createdAt), url: path(client.pagePath))
            }
            return .page(.applications(ApplicationsPage(rows: rows, newURL: path("/applications/new"))))
        }
        addOwnPage("/applications/new", to: router) { visit, _ throws(StoreError) in
            let values = ApplicationFormPage.Values(scope: server.configuration.scopes.scope.description)
            return formPage(.register, values, visit)
        }
        addOwnPage("/applications", method: .post, to: router) { visit, user throws(StoreError) in
            try await register(visit, user)
        }
        addApplicationPage("", to: router) { visit, client throws(StoreError) in applicationPage(client, visit) }
        addApplicationPage("/edit", to: router) { visit, client throws(StoreError) in
            formPage(.edit, ApplicationFormPage.Values(client), visit, client: client)
        }
        addApplicationPage("/edit", method: .post, to: router) { visit, client throws(StoreError) in
            try await edit(client, visit)
        }
        addApplicationPage("/secret", to: router) { visit, client throws(StoreError) in
            secretPage(client, visit)
        }
        addApplicationPage("/secret", method: .post, to: router) { visit, client throws(StoreError) in
            try await rotateSecret(client, visit)
        }
        addApplicationPage("/delete", to: router) { visit, client throws(StoreError) in deletePage(client, visit) }
        addApplicationPage("/delete", method: .post, to: router) { visit, client throws(StoreError) in
            try await delete(client, visit)
        }
    }

    /// A page for someone who is signed in; a post must come from a form of ours.
    private func addOwnPage(
        _ path: String, method: HTTPRequest.Method = .get, to router: Router<ServerRequestContext>,
        _ handler: @escaping @Sendable (Visit, UserRecord) async throws(StoreError) -> PageOutcome
    ) {
        addPage(path, method: method, to: router) { visit throws(StoreError) in
            guard let user = visit.user else {
                return method == .post ? askToSignIn(continuation: self.path("/applications")) : askToSignIn(visit)
            }
            guard method != .post || accepts(visit) else {
                return .redirect(self.path("/applications", notice: "form-expired"))
            }
            return try await handler(visit, user)
        }
    }

    /// A page about one of the person's own applications. Somebody else's does not exist for them.
    private func addApplicationPage(
        _ suffix: String, method: HTTPRequest.Method = .get, to router: Router<ServerRequestContext>,
        _ handler: @escaping @Sendable (Visit, ClientRecord) async throws(StoreError) -> PageOutcome
    ) {
        addOwnPage("/applications/:id\(suffix)", method: method, to: router) { visit, user throws(StoreError) in
            guard let id = visit.context.parameters.get("id"), let client = try await server.clients.client(id),
                client.owner == user.subject
            else { return notFound(visit) }
            return try await handler(visit, client)
        }
    }

    private func register(_ visit: Visit, _ user: UserRecord) async throws(StoreError) -> PageOutcome {
        let values = ApplicationFormPage.Values(visit.fields)
        var client: ClientRecord
        do throws(RegistrationError) {
            var registration = ClientRegistration()
            registration.apply(values)
            client = try registration.decide(
                id: ClientRegistration.freshID(random: server.random), owner: user.subject,
                scopes: server.configuration.scopes,
                now: server.clock())
        } catch {
            return formPage(.register, values, visit, problems: error.pageProblems)
        }
        let secret = client.isPublic ? nil : client.replaceSecret(random: server.random, now: server.clock())
        guard try await server.clients.insert(client) == .committed else {
            return formPage(.register, values, visit)
        }
        return sendToSecret(.registered, client, secret, visit)
    }

    private func edit(_ client: ClientRecord, _ visit: Visit) async throws(StoreError) -> PageOutcome {
        let values = ApplicationFormPage.Values(visit.fields)
        // What the form does not show stays as it is; only a client of another type authenticates in another way.
        var registration = ClientRegistration(of: client)
        registration.apply(values)
        if registration.isPublic != client.isPublic { registration.authenticationMethods = [] }
        var edited: ClientRecord
        do throws(RegistrationError) {
            edited = try registration.decide(
                id: client.id, owner: client.owner, scopes: server.configuration.scopes, now: client.createdAt)
        } catch {
            return formPage(.edit, values, visit, client: client, problems: error.pageProblems)
        }
        var secret: Secret?
        if !edited.isPublic {
            if client.isPublic {
                secret = edited.replaceSecret(random: server.random, now: server.clock())
            } else {
                edited.secrets = client.secrets
            }
        }
        guard try await server.clients.replace(client, with: edited) == .committed else {
            return .redirect(path(client.pagePath, notice: "form-expired"))
        }
        if let secret { return sendToSecret(.registered, edited, secret, visit) }
        return .redirect(path(client.pagePath, notice: "saved"))
    }

    private func rotateSecret(_ client: ClientRecord, _ visit: Visit) async throws(StoreError) -> PageOutcome {
        guard !client.isPublic else { return notFound(visit) }
        var rotated = client
        let secret = rotated.replaceSecret(random: server.random, now: server.clock())
        guard try await server.clients.replace(client, with: rotated) == .committed else {
            return .redirect(path(client.pagePath, notice: "form-expired"))
        }
        return sendToSecret(.rotated, rotated, secret, visit)
    }

    private func delete(_ client: ClientRecord, _ visit: Visit) async throws(StoreError) -> PageOutcome {
        _ = try await server.clients.removeClient(client.id)
        return .redirect(path("/applications", notice: "deleted", about: client.name, visit))
    }
}
