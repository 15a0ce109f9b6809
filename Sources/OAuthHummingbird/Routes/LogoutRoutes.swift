import HTTPTypes
import Hummingbird
import Logging
import OAuthCore
import OAuthServer

extension AuthorizationServerSite {
    /// Signing out, by oneself or because an application asks (OpenID Connect RP-Initiated Logout).
    func addLogout(to router: Router<ServerRequestContext>) {
        addPage("/logout", to: router) { visit throws(StoreError) in
            try await logout(visit, isConfirmed: false)
        }
        addPage("/logout", method: .post, to: router) { visit throws(StoreError) in
            // A form of another site comes without the cookie of the sign-in, which would seem to be over.
            if visit.browser.session == nil, !trust.isOwnPage(visit.headers),
                let link = try await server.logoutLink(for: visit.fields)
            {
                return .redirect(path("/logout") + "?" + link.encoded())
            }
            return try await logout(visit, isConfirmed: accepts(visit))
        }
    }

    private func logout(_ visit: Visit, isConfirmed: Bool) async throws(StoreError) -> PageOutcome {
        switch await server.logout(visit.fields, session: visit.browser.session) {
        case .unavailable(let error): throw error
        case .refused(let error):
            visit.context.report(error.diagnostic, status: .badRequest)
            let page = ErrorPage(status: 400, id: error.diagnostic.id, requestID: visit.context.id)
            return .page(.error(page), status: .badRequest)
        case .signOut(let redirect):
            try await endSession(visit)
            guard let redirect else { return signedOutPage() }
            return .redirectWithSession(redirect, nil)
        case .confirm(let back):
            guard isConfirmed else { return confirmation(visit, back) }
            try await endSession(visit)
            guard let back else { return signedOutPage() }
            return .redirectWithSession(back.url, nil)
        case .alreadyOver(let back): return signedOutPage(back)
        }
    }

    private func endSession(_ visit: Visit) async throws(StoreError) {
        guard let session = visit.browser.session else { return }
        try await server.endSession(session)
        visit.context.logger.info("signed out", metadata: ["user.subject": "\(visit.user?.subject ?? "nobody")"])
    }

    private func signedOutPage(_ back: LogoutReturn? = nil) -> PageOutcome {
        .pageAfterSignOut(
            .signedOut(
                SignedOutPage(application: back?.client.name, backURL: back?.url, signInURL: path("/login"))))
    }

    private func confirmation(_ visit: Visit, _ back: LogoutReturn?) -> PageOutcome {
        guard let user = visit.user else { return signedOutPage(back) }
        let carried = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"]
        let hidden = carried.compactMap { name in
            visit.fields[name].map { LogoutPage.HiddenField(name: name, value: $0) }
        }
        return .page(
            .logout(
                LogoutPage(
                    person: user.person, application: back?.client.name, action: path("/logout"),
                    csrf: formToken(visit), hidden: hidden, cancelURL: path("/account"))),
            formTargets: back.map { Self.formTargets(of: $0.client) } ?? [])
    }
}
