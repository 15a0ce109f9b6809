import OAuthCore

/// What a request asks for: one resource and permissions there, besides the scopes of signing in.
struct ScopeRequest: Sendable, Hashable {
    /// The resource as it was spelt, a slash at its end included: it becomes `aud`. Empty for signing in alone.
    var resource: String
    /// Permissions at the resource; `.default` means those of the application's entry.
    var permissions: [String]
    /// `openid`, `profile`, `email`, `offline_access`.
    var openID: [String]

    static let openIDNames = ["openid", "profile", "email", "offline_access"]

    /// How several resources in one scope are taken.
    enum SeveralResources {
        /// As an error.
        case refused
        /// The first counts: what a refresh does.
        case firstCounts
    }

    /// Reads the v2 parameter `scope`.
    static func parse(_ text: String, severalResources: SeveralResources) throws(AADSTSError) -> ScopeRequest {
        guard let scope = Scope.parse(text), !scope.isEmpty else {
            throw .of(70_011, "The provided value for the input parameter 'scope' is not valid.")
        }
        var request = ScopeRequest(resource: "", permissions: [], openID: [])
        for token in scope.tokens {
            if openIDNames.contains(token) {
                request.openID.append(token)
                continue
            }
            let (resource, permission) = split(token)
            if request.resource.isEmpty { request.resource = resource }
            guard Self.same(request.resource, resource) else {
                if severalResources == .firstCounts { continue }
                throw .of(28_000, "The scope \(text) is not valid because it contains more than one resource.")
            }
            request.permissions.append(permission)
        }
        return request
    }

    /// A permission without a resource is Microsoft Graph's.
    private static func split(_ token: String) -> (resource: String, permission: String) {
        guard let slash = token.lastIndex(of: "/") else { return (Resource.graph.identifiers[0], token) }
        return (String(token[..<slash]), String(token[token.index(after: slash)...]))
    }

    private static func same(_ one: String, _ other: String) -> Bool {
        if let resource = Resource.known(one) { return resource == Resource.known(other) }
        return one == other
    }
}

extension Cloud {
    /// The resource of this name: one of Microsoft's, or an application of the directory as an API.
    func resource(_ name: String) throws(AADSTSError) -> Resource {
        if let known = Resource.known(name) { return known }
        let clientID = name.hasPrefix("api://") ? String(name.dropFirst("api://".count)) : name
        if let app = directory.app(clientID) {
            return Resource(
                appID: app.clientID, name: app.name, identifiers: ["api://\(app.clientID)"], roles: [], scopes: [],
                version: .v2)
        }
        throw .of(500_011, "The resource principal named \(name.prefix(200)) was not found in the tenant.")
    }

    /// The scopes at a resource that a request means.
    func permissions(_ request: ScopeRequest, of app: App) throws(AADSTSError) -> [String] {
        guard !request.resource.isEmpty else { return [] }
        let resource = try resource(request.resource)
        if request.permissions.contains(".default") { return app.permission(at: resource)?.delegated ?? [] }
        for name in request.permissions where !resource.scopes.contains(name) {
            throw .of(
                650_053,
                "The application '\(app.name)' asked for scope '\(name)' that doesn't exist on the resource '\(resource.appID)'."
            )
        }
        return request.permissions
    }
}
