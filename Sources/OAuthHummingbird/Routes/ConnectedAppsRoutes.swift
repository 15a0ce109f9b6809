import HTTPTypes
import Hummingbird
import OAuthCore
import OAuthServer

extension AuthorizationServerSite {
    /// The applications that a person has let in, and the click that shuts one out.
    func addConnectedApps(to router: Router<ServerRequestContext>) {
        addPage("/connected-apps", to: router) { visit throws(StoreError) in
            guard let user = visit.user else { return askToSignIn(visit) }
            var rows: [ConnectedAppsPage.Row] = []
            for connected in try await server.grants.connectedClients(of: user.subject) {
                guard let client = try await server.clients.client(connected.consent.clientID) else { continue }
                rows.append(try await row(connected, client))
            }
            return .page(
                .connectedApps(
                    ConnectedAppsPage(rows: rows, revokeAction: path("/connected-apps"), csrf: formToken(visit))))
        }
        addPage("/connected-apps", method: .post, to: router) { visit throws(StoreError) in
            guard let user = visit.user else { return askToSignIn(continuation: path("/connected-apps")) }
            guard accepts(visit), let clientID = visit.fields["client_id"] else {
                return .redirect(path("/connected-apps", notice: "form-expired"))
            }
            let name = try await server.clients.client(clientID)?.name ?? clientID
            _ = try await server.grants.commit([.revokeConsent(subject: user.subject, clientID: clientID)])
            return .redirect(path("/connected-apps", notice: "revoked", about: name, visit))
        }
    }

    private func row(
        _ connected: ConnectedClient, _ client: ClientRecord
    ) async throws(StoreError) -> ConnectedAppsPage.Row {
        var owner: UserRecord?
        if let subject = client.owner { owner = try await server.users.user(subject: subject) }
        let scopes = connected.consent.scope.tokens.map {
            ScopeLine($0, meaning: server.configuration.scopes.text(of: $0))
        }
        return ConnectedAppsPage.Row(
            clientID: client.id, name: client.name, owner: owner.map { $0.name ?? $0.username }, scopes: scopes,
            firstAllowed: pages.date(connected.consent.grantedAt), lastUsed: connected.lastUsedAt.map(pages.date))
    }
}
