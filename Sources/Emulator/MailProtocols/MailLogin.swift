import MailProtocol
import OAuthCore

/// A protocol that mail is reached by.
enum MailService: String, Sendable, CaseIterable {
    case imap, pop, smtp

    /// What a person's token must hold.
    var scope: String {
        switch self {
        case .imap: "IMAP.AccessAsUser.All"
        case .pop: "POP.AccessAsUser.All"
        case .smtp: "SMTP.Send"
        }
    }

    /// What an application's token must hold.
    var role: String {
        switch self {
        case .imap: "IMAP.AccessAsApp"
        case .pop: "POP.AccessAsApp"
        case .smtp: "SMTP.SendAsApp"
        }
    }
}

/// What Exchange makes of a token and the mailbox that is asked for with it.
enum MailLoginDecision: Sendable, Hashable {
    /// The mailbox is open until the token ends.
    case accepted(User, until: UnixTime)
    /// The token is good, and the mailbox cannot be reached with it.
    case notConnected
    /// The token is refused.
    case refused
    /// SMTP accepts no logins of the mailbox, or of anybody.
    case smtpDisabled(forTenant: Bool)
}

extension Cloud {
    /// The audiences of tokens that Exchange takes for mail protocols.
    private static let mailAudiences: Set<String> = [
        "https://outlook.office365.com", "https://outlook.office.com", Resource.exchange.appID,
    ]

    /// Decides whether a token opens a mailbox.
    func mailLogin(_ message: SASLBearerMessage, _ service: MailService, now: UnixTime) -> MailLoginDecision {
        guard let claims = mailClaims(message.token, now: now), let end = claims.expiresAt,
            let tenant = claims["tid"]?.string.flatMap(directory.tenant),
            [issuer(tenant.id, .v1), issuer(tenant.id, .v2)].contains(claims.issuer),
            let mailbox = tenant.users.first(where: { $0.userPrincipalName == message.user.lowercased() })
        else { return .refused }
        let access =
            claims["idtyp"]?.string == "app"
            ? appAccess(claims, service, mailbox, tenant) : userAccess(claims, service, mailbox, tenant)
        guard access == .granted else { return access == .refused ? .refused : .notConnected }
        let exchange = tenant.exchange
        guard mailbox.hasMailbox, exchange.isEnabled(service, for: mailbox.userPrincipalName) else {
            guard service == .smtp, mailbox.hasMailbox else { return .notConnected }
            return .smtpDisabled(forTenant: exchange.isSMTPDisabledForTenant)
        }
        return .accepted(mailbox, until: end)
    }

    private enum Access { case granted, noRights, refused }

    private func mailClaims(_ token: Secret, now: UnixTime) -> JWTClaims? {
        guard let parsed = try? CompactJWS.parse(token.revealed()),
            let verified = try? parsed.verify(
                with: JSONWebKeySet(keys.map(\.publicKey)), algorithms: [.rs256]),
            let claims = try? JWTClaims(verified), let end = claims.expiresAt, now < end
        else { return nil }
        if let start = claims.notBefore, now < start { return nil }
        let audiences = claims.audiences.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        return audiences.contains(where: Self.mailAudiences.contains) ? claims : nil
    }

    /// An application needs the role, and Exchange must know it: `New-ServicePrincipal`, `Add-MailboxPermission`.
    private func appAccess(_ claims: JWTClaims, _ service: MailService, _ mailbox: User, _ tenant: Tenant) -> Access {
        guard let clientID = (claims["appid"] ?? claims["azp"])?.string,
            claims["roles"]?.strings?.contains(service.role) == true,
            roles(of: clientID, in: tenant.id, at: .exchange).contains(service.role),
            let principal = tenant.exchange.servicePrincipals.first(where: { $0.clientID == clientID })
        else { return .refused }
        return principal.mailboxes?.contains(mailbox.userPrincipalName) ?? true ? .granted : .noRights
    }

    /// A person needs the scope, and is the owner or was given full access.
    private func userAccess(_ claims: JWTClaims, _ service: MailService, _ mailbox: User, _ tenant: Tenant) -> Access {
        guard let clientID = (claims["appid"] ?? claims["azp"])?.string, let objectID = claims["oid"]?.string,
            let person = tenant.users.first(where: { $0.id == objectID }), person.condition == .active,
            let name = (claims["upn"] ?? claims["preferred_username"])?.string,
            name.lowercased() == person.userPrincipalName,
            claims["scp"]?.string?.split(separator: " ").contains(Substring(service.scope)) == true,
            scopes(of: clientID, in: tenant.id, userID: person.id, at: Resource.exchange.appID).contains(service.scope)
        else { return .refused }
        if person.id == mailbox.id { return .granted }
        let helpers = tenant.exchange.fullAccess[mailbox.userPrincipalName] ?? []
        return helpers.contains(person.userPrincipalName) ? .granted : .noRights
    }
}
