import Microsoft365
import OAuthClient
import OAuthCore

extension Account {
    /// What was asked for and not granted.
    ///
    /// Microsoft answers under the API's own name what was asked for under another of its names, as
    /// `https://outlook.office365.com/…` for `https://outlook.office.com/…`, and leaves out Graph's.
    func missingScope(_ tokens: TokenSet) -> Scope {
        guard case .microsoft365(let cloud, _) = service else { return tokens.missingScope }
        let granted = Set(tokens.scope.tokens.map { Permission($0, cloud) })
        return Scope(tokens.missingScope.tokens.filter { !granted.contains(Permission($0, cloud)) })
    }
}

/// A permission of Microsoft's by one name for each API.
private struct Permission: Hashable {
    var resource: String
    var name: String

    /// Names of Exchange Online's API.
    private static let exchange = ["https://outlook.office365.com", "https://outlook.office.com"]

    init(_ token: String, _ cloud: Cloud) {
        guard token.contains("://"), let slash = token.lastIndex(of: "/") else {
            (resource, name) = (cloud.graphResource.lowercased(), token.lowercased())
            return
        }
        let written = token[..<slash].lowercased()
        resource = Self.exchange.contains(written) ? cloud.outlookResource.lowercased() : written
        name = token[token.index(after: slash)...].lowercased()
    }
}
