import Hummingbird
import Logging
import Microsoft365
import OAuthClient
import OAuthCore
import OAuthHummingbird

extension InboxSite {
    /// What is settled about an organisation: to whom it is given, how its mail is read, that it is connected at all.
    func addTenants(to router: Router<ServerRequestContext>) {
        get("/tenants/:tenant", router) { visit throws(InboxFailure) in
            .page(.tenant(try await tenantPage(visit)))
        }
        post("/tenants/:tenant/give", router) { visit throws(InboxFailure) in
            try await give(visit)
        }
        post("/tenants/:tenant/take", router) { visit throws(InboxFailure) in
            try allowed(try Access.decideGiving(visit.reader, owner: parts.ownerSubject))
            let id = try Self.tenantID(visit)
            let subject = visit.fields["subject"] ?? ""
            try await kept(await store.take(id, from: subject))
            visit.context.logger.info(
                "organisation taken back", metadata: ["microsoft.tenant": "\(id)", "user.subject": "\(subject)"])
            return .redirect(path("/tenants/\(id)"))
        }
        post("/tenants/:tenant/route", router) { visit throws(InboxFailure) in
            let tenant = try await managed(visit)
            guard let route = visit.fields["route"].flatMap(MailRoute.init), routes.contains(route) else {
                throw InboxFailure(
                    .badRequest, Diagnostic("request.malformed", found: "route"),
                    way: .again("/tenants/\(tenant.id)"))
            }
            try await kept(await store.setRoute(route, of: tenant.id))
            return .redirect(path("/tenants/\(tenant.id)"))
        }
        post("/tenants/:tenant/disconnect", router) { visit throws(InboxFailure) in
            try await disconnect(try await managed(visit), visit)
        }
    }

    private var routes: [MailRoute] { MailRoute.available(in: parts.microsoft.app.cloud) }

    /// The organisation that a path names.
    static func tenantID(_ visit: Visit) throws(InboxFailure) -> TenantID {
        guard let id = visit.parameter("tenant").flatMap({ TenantID($0) }) else { throw .notFound }
        return id
    }

    /// The organisation that a path names, for those who may manage it.
    private func managed(_ visit: Visit) async throws(InboxFailure) -> ConnectedTenant {
        let id = try Self.tenantID(visit)
        let tenant = try await kept(await store.tenant(id))
        try allowed(
            try Access.decide(
                managing: id, visit.reader, isConnected: tenant != nil, owner: parts.ownerSubject))
        guard let tenant else { throw InboxFailure(.notConnected) }
        return tenant
    }

    private func tenantPage(_ visit: Visit) async throws(InboxFailure) -> TenantPage {
        let tenant = try await managed(visit)
        let given = try await kept(await store.operators(of: tenant.id))
        let isOwner = visit.reader.operator?.subject == parts.ownerSubject
        var others: [Operator]?
        if isOwner {
            others = try await kept(await store.operators()).filter { !given.contains($0) }
        }
        let mayRead =
            visit.reader.administrator?.tenant == tenant.id
            || given.contains { $0.subject == visit.reader.operator?.subject }
        return TenantPage(
            tenant: tenant, url: path("/tenants/\(tenant.id)"), homeURL: path("/"),
            mailURL: mayRead ? path("/mail/\(tenant.id)") : nil, given: given, others: others,
            owner: parts.ownerSubject, routes: routes)
    }

    private func give(_ visit: Visit) async throws(InboxFailure) -> PageOutcome {
        try allowed(try Access.decideGiving(visit.reader, owner: parts.ownerSubject))
        let id = try Self.tenantID(visit)
        let subject = visit.fields["subject"] ?? ""
        guard try await kept(await store.give(id, to: subject, now: now)) else {
            throw InboxFailure(.notFound, Diagnostic("inbox.operator-unknown"), way: .again("/tenants/\(id)"))
        }
        visit.context.logger.info(
            "organisation given", metadata: ["microsoft.tenant": "\(id)", "user.subject": "\(subject)"])
        return .redirect(path("/tenants/\(id)"))
    }

    /// Forgets the organisation and its tokens. Its consent is its own, and stays with it.
    private func disconnect(_ tenant: ConnectedTenant, _ visit: Visit) async throws(InboxFailure) -> PageOutcome {
        try await kept(await store.disconnect(tenant.id))
        let app = parts.microsoft
        for route in MailRoute.allCases {
            let session = app.session(tenant: tenant.id, resource: route.resource(in: app.app.cloud))
            do throws(ClientError) {
                try await session.end()
            } catch {
                visit.context.logger.info("tokens not removed", metadata: ["error": "\(error)"])
            }
        }
        visit.context.logger.info("organisation disconnected", metadata: ["microsoft.tenant": "\(tenant.id)"])
        return .redirect(path("/"))
    }
}
