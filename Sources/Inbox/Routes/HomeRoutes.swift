import Hummingbird
import Microsoft365
import OAuthCore
import OAuthHummingbird

extension InboxSite {
    func addHome(to router: Router<ServerRequestContext>) {
        get("/", router) { visit throws(InboxFailure) in
            .page(.home(try await home(visit)))
        }
    }

    private func home(_ visit: Visit) async throws(InboxFailure) -> HomePage {
        let isOwner = visit.reader.operator?.subject == parts.ownerSubject
        return HomePage(
            reader: visit.reader, isOwner: isOwner, rows: try await rows(visit.reader, isOwner: isOwner),
            trust: trustHint, connectAction: path("/connect"), administratorAction: path("/connect/sign-in"),
            operatorURL: path("/login"), logoutAction: path("/logout"))
    }

    /// The administrator's own organisation, those that were given to the operator, and to the owner all others.
    private func rows(_ reader: Reader, isOwner: Bool) async throws(InboxFailure) -> [HomePage.Row] {
        var rows: [HomePage.Row] = []
        if let own = reader.administrator?.tenant, let tenant = try await kept(await store.tenant(own)) {
            rows.append(row(tenant, .administrator, mayManage: true))
        }
        if let subject = reader.operator?.subject {
            for tenant in try await kept(await store.tenants(givenTo: subject)) {
                rows.append(row(tenant, .operator, mayManage: isOwner))
            }
        }
        if isOwner {
            for tenant in try await kept(await store.tenants()) { rows.append(row(tenant, nil, mayManage: true)) }
        }
        // Each once, in its best role, which comes first.
        var seen: Set<String> = []
        return rows.filter { seen.insert($0.id).inserted }
    }

    private func row(_ tenant: ConnectedTenant, _ role: Access.Role?, mayManage: Bool) -> HomePage.Row {
        HomePage.Row(
            name: tenant.name, id: tenant.id.description, role: role, mailURL: path("/mail/\(tenant.id)"),
            manageURL: mayManage ? path("/tenants/\(tenant.id)") : nil)
    }

    private var trustHint: HomePage.Trust? {
        guard let file = parts.authorityFile, let cloud = OAuthCore.URI(parts.microsoft.app.cloud.authorityBase) else {
            return nil
        }
        return HomePage.Trust(host: cloud.origin, authorityFile: file)
    }
}
