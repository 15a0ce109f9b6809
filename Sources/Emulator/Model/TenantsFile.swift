import Foundation
import OAuthCore

/// The JSON that describes tenants: read strictly, so that a misspelt member is an error and not silently nothing.
public enum TenantsFile {
    /// Reads a directory.
    ///
    /// - Parameters:
    ///   - bytes: the JSON, at most 16 MiB.
    ///   - certificate: the PEM text of a certificate file that the JSON names.
    /// - Throws: ``TenantsFileError`` with the place of the first thing that is wrong.
    public static func parse(
        _ bytes: [UInt8], certificate: (String) -> String?
    ) throws(TenantsFileError) -> Directory {
        let object: JSONObject
        do { object = try JSONObject.parse(bytes, limit: 16 << 20) } catch {
            throw TenantsFileError("", "is not a JSON object: \(error)")
        }
        let root = FileObject(object, "")
        try root.allow(["tenants", "apps", "consents"])
        let tenants = try root.objects("tenants").map { item throws(TenantsFileError) in try tenant(item) }
        guard !tenants.isEmpty else { throw TenantsFileError("tenants", "is missing or empty") }
        var directory = Directory(tenants: tenants, apps: [])
        try requireUnique(tenants.map(\.id) + tenants.flatMap { $0.users.map(\.id) }, "id")
        try requireUnique(tenants.map(\.domain), "domain")
        try requireUnique(tenants.flatMap { $0.users.map(\.userPrincipalName) }, "upn")
        for item in try root.objects("apps") {
            directory.apps.append(try app(item, directory, certificate))
        }
        try requireUnique(directory.apps.map(\.clientID), "client_id")
        for item in try root.objects("consents") {
            try item.allow(["tenant", "client_id"])
            let tenant = try tenantID(item, directory)
            let clientID = try item.guid("client_id")
            guard directory.app(clientID) != nil else { throw item.wrong("client_id", "names no app") }
            directory.consents.append(.init(tenantID: tenant, clientID: clientID))
        }
        return directory
    }

    private static func tenant(_ item: FileObject) throws(TenantsFileError) -> Tenant {
        try item.allow(["id", "domain", "name", "users", "exchange"])
        let domain = try item.text("domain").lowercased()
        guard domain.contains("."), OAuthCore.URI("https://\(domain)/")?.host == domain else {
            throw item.wrong("domain", "is no domain name")
        }
        var users: [User] = []
        for item in try item.objects("users") {
            try item.allow(["id", "upn", "name", "password", "administrator", "mailbox", "condition"])
            let upn = try item.text("upn").lowercased()
            guard upn.hasSuffix("@" + domain), upn.count > domain.count + 1 else {
                throw item.wrong("upn", "is not an address at \(domain)")
            }
            var user = User(
                id: try item.guid("id"), userPrincipalName: upn, name: try item.text("name"),
                password: Secret(try item.text("password")), isAdministrator: try item.flag("administrator"))
            user.hasMailbox = try item.flag("mailbox", default: true)
            user.condition = try item.choice("condition", default: .active)
            users.append(user)
        }
        var tenant = Tenant(id: try item.guid("id"), domain: domain, name: try item.text("name"), users: users)
        if let exchange = try item.object("exchange") {
            tenant.exchange = try ExchangeSettings(exchange, addresses: Set(users.map(\.userPrincipalName)))
        }
        return tenant
    }

    private static func app(
        _ item: FileObject, _ directory: Directory, _ certificate: (String) -> String?
    ) throws(TenantsFileError) -> App {
        try item.allow([
            "client_id", "name", "tenant", "multi_tenant", "redirect_uris", "client_secrets", "certificates",
            "permissions", "group_membership_claims", "public", "id_tokens", "disabled",
        ])
        let isMultiTenant = try item.flag("multi_tenant")
        var app = App(
            clientID: try item.guid("client_id"), name: try item.text("name"),
            // An application for everybody may come from an organisation that is not described here.
            homeTenantID: isMultiTenant && !item.has("tenant") ? nil : try tenantID(item, directory))
        app.isMultiTenant = isMultiTenant
        app.redirectURIs = try item.texts("redirect_uris")
        for uri in app.redirectURIs where OAuthCore.URI(uri)?.fragment != nil || OAuthCore.URI(uri) == nil {
            throw item.wrong("redirect_uris", "holds \(uri), which is no absolute URI without a fragment")
        }
        for secret in try item.objects("client_secrets") {
            try secret.allow(["value", "expires_at"])
            app.secrets.append(AppSecret(Secret(try secret.text("value")), expiresAt: try secret.time("expires_at")))
        }
        for name in try item.texts("certificates") {
            app.certificates.append(try read(name, item, certificate))
        }
        for permission in try item.objects("permissions") {
            try permission.allow(["resource", "application", "delegated"])
            let resource = try permission.text("resource")
            guard Resource.known(resource) != nil else {
                let known = Resource.all.flatMap(\.identifiers).joined(separator: ", ")
                throw permission.wrong("resource", "is none of \(known)")
            }
            app.permissions.append(
                App.Permission(
                    resource: resource, application: try permission.texts("application"),
                    delegated: try permission.texts("delegated")))
        }
        app.groupMembershipClaims = try item.choice("group_membership_claims", default: .none)
        app.isPublic = try item.flag("public")
        app.issuesIDTokens = try item.flag("id_tokens", default: true)
        app.isDisabled = try item.flag("disabled")
        return app
    }

    private static func read(
        _ name: String, _ item: FileObject, _ certificate: (String) -> String?
    ) throws(TenantsFileError) -> AppCertificate {
        let isText = name.hasPrefix("-----BEGIN")
        guard let pem = isText ? name : certificate(name) else {
            throw item.wrong("certificates", "names \(name), which cannot be read")
        }
        do throws(CertificateProblem) {
            return try AppCertificate(pem: pem)
        } catch {
            let shown = isText ? "a certificate" : name
            let reason = error == .unreadable ? "is no certificate in PEM" : "has no RSA key of at least 2048 bits"
            throw item.wrong("certificates", "holds \(shown), which \(reason)")
        }
    }

    private static func tenantID(_ item: FileObject, _ directory: Directory) throws(TenantsFileError) -> String {
        guard let tenant = directory.tenant(try item.text("tenant")) else {
            throw item.wrong("tenant", "names no tenant of this file")
        }
        return tenant.id
    }

    private static func requireUnique(_ values: [String], _ member: String) throws(TenantsFileError) {
        var seen: Set<String> = []
        for value in values where !seen.insert(value).inserted {
            throw TenantsFileError(member, "\(value) is there twice")
        }
    }
}

/// What is wrong with a file of tenants, and where.
public struct TenantsFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The member, as in `apps[0].redirect_uris`; empty for the whole file.
    public let path: String
    /// What is wrong with it.
    public let reason: String

    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    public var description: String { path.isEmpty ? "The file \(reason)." : "\(path) \(reason)." }
}
