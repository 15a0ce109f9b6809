import Microsoft365
import OAuthCore

/// Whether a token may go to an address, and which token.
struct TokenRoute {
    /// Whether the address is one of the account's own APIs.
    var isOwn: Bool
    /// The API that the token is to be for, where it is known.
    var resource: String?
}

extension Account {
    /// The route to an API. A token goes where its account says, or where it is good for nothing else: Microsoft binds
    /// each to the resource that is asked for, so that the resource's own host may have it.
    func route(to url: URI, resource: String?) -> TokenRoute {
        let isListed = apiOrigins.contains { URI($0)?.origin == url.origin }
        switch service {
        case .issuer(let issuer):
            return TokenRoute(isOwn: isListed || URI(issuer)?.origin == url.origin, resource: resource)
        case .microsoft365(let cloud, _):
            let bases = [(cloud.graphBase, cloud.graphResource), (cloud.outlookBase, cloud.outlookResource)]
            if let known = bases.first(where: { url.isBelow($0.0) })?.1 {
                return TokenRoute(isOwn: resource == nil || resource == known, resource: resource ?? known)
            }
            let isBound = resource.flatMap(URI.init).map { $0.origin == url.origin } ?? false
            return TokenRoute(isOwn: isListed || isBound, resource: resource)
        }
    }
}

extension URI {
    /// Whether this is the address of a base, or one below it.
    fileprivate func isBelow(_ base: String) -> Bool {
        guard let base = URI(base), base.origin == origin else { return false }
        let folder = base.path.hasSuffix("/") ? base.path : base.path + "/"
        return base.path.isEmpty || path.hasPrefix(folder)
    }
}
