import Microsoft365
import OAuthHummingbird

/// How an organisation is connected: how its mail is read, to whom it was given, and the way out.
struct TenantPage: Sendable {
    var tenant: ConnectedTenant
    /// The page's address; its forms are posted below it.
    var url: String
    var homeURL: String
    /// Absent for those who may not read the mail.
    var mailURL: String?
    /// Those to whom it was given.
    var given: [Operator]
    /// Those to whom it can be given; `nil` for all but the owner.
    var others: [Operator]?
    /// The owner, who is told where it is himself.
    var owner: String
    /// The ways in which its mail can be read.
    var routes: [MailRoute]

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "tenantName": .text(tenant.name), "tenantID": .text(tenant.id.description),
            "connectedAt": .text(catalog.moment(tenant.connectedAt)), "url": .text(url), "homeURL": .text(homeURL),
            "mailURL": .optional(mailURL), "routes": .list(routes.map { fields($0, catalog) }),
            "mayGive": .flag(others != nil),
            "hasGiven": .flag(!given.isEmpty), "given": .list(given.map(fields)),
            "hasOthers": .flag(others?.isEmpty == false), "others": .list((others ?? []).map(fields)),
        ]
    }

    private func fields(_ route: MailRoute, _ catalog: StringCatalog) -> TemplateFields {
        [
            "route": .text(route.rawValue), "isChosen": .flag(route == tenant.route),
            "routeName": .html(PageText("inbox.route.\(route.rawValue)").resolved(in: catalog)),
            "routeHint": .html(PageText("inbox.route.\(route.rawValue)-hint").resolved(in: catalog)),
        ]
    }

    private func fields(_ person: Operator) -> TemplateFields {
        [
            "operatorName": .text(person.name), "subject": .text(person.subject),
            "isSelf": .flag(person.subject == owner),
        ]
    }
}

/// Asks whose mailbox to open.
struct AddressPage: Sendable {
    var tenantName: String
    var action: String
    var homeURL: String
    /// What was entered.
    var address = ""
    /// Whether that is no address.
    var isWrong = false

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "tenantName": .text(tenantName), "action": .text(action), "homeURL": .text(homeURL),
            "address": .text(address), "isWrong": .flag(isWrong),
        ]
    }
}
