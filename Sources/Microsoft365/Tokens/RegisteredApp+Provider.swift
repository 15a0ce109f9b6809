public import OAuthClient
import OAuthCore

/// The two generations of the platform's protocol.
enum ProtocolVersion: String, Sendable {
    /// With `resource`.
    case v1 = "1.0"
    /// With `scope`.
    case v2 = "2.0"

    /// What stands before the names of its endpoints.
    var path: String { self == .v1 ? "oauth2" : "oauth2/v2.0" }

    /// Where its keys are.
    var keysPath: String { self == .v1 ? "discovery/keys" : "discovery/v2.0/keys" }
}

extension RegisteredApp {
    /// The app at an authority. The addresses are the platform's; nothing is fetched for them.
    func configuration(_ authority: Authority, _ version: ProtocolVersion) -> ClientConfiguration {
        let templates = cloud.issuerTemplates
        let template = version == .v1 ? templates.v1 : templates.v2
        let tenant = authority.tenant ?? (authority == .consumers ? .personalAccounts : nil)
        let issuer = tenant.map { template.replacing(TenantIssuers.placeholder, with: $0.description) } ?? template
        var metadata = AuthorizationServerMetadata(issuer: issuer)
        metadata.authorizationEndpoint = cloud.endpoint(authority, "\(version.path)/authorize")
        metadata.tokenEndpoint = cloud.endpoint(authority, "\(version.path)/token")
        metadata.endSessionEndpoint = cloud.endpoint(authority, "\(version.path)/logout")
        metadata.jwksURI = cloud.endpoint(authority, version.keysPath)
        metadata.idTokenSigningAlgValuesSupported = ["RS256"]
        metadata.tokenEndpointAuthMethodsSupported = ["client_secret_post", "private_key_jwt", "client_secret_basic"]
        var options = ClientOptions()
        options.quirks.tenantIssuers = TenantIssuers(template: issuer, keyTemplates: [templates.v1, templates.v2])
        return ClientConfiguration(
            metadata: metadata, clientID: clientID, authentication: credential?.authentication ?? .none,
            options: options)
    }
}

extension Microsoft365App {
    /// The provider of an authority, for people who sign in by authorization code and PKCE; its ID tokens may be of any
    /// tenant that the authority lets in.
    ///
    /// - Throws: ``Microsoft365Error`` where an authority that is a domain cannot be looked up.
    public func provider(authority: Authority) async throws(Microsoft365Error) -> Provider {
        guard case .domain(let domain) = authority else { return provider(authority, .v2) }
        return provider(.tenant(try await tenant(of: domain)), .v2)
    }

    /// The tenant that has a domain: its metadata's issuer names it.
    package func tenant(of domain: String) async throws(Microsoft365Error) -> TenantID {
        // It may be the end of an address that somebody typed, and becomes a part of a path.
        guard case .domain(let domain)? = try? Authority.parse(domain) else {
            throw Microsoft365Error(.refused, reason: "this is no domain", remedy: "check the address")
        }
        if let known = knownTenant(of: domain) { return known }
        let address = app.cloud.endpoint(.domain(domain), "v2.0/.well-known/openid-configuration")
        let metadata = try await request { [environment] () async throws(ClientError) in
            try await environment.metadata(at: address)
        }
        let template = app.cloud.issuerTemplates.v2
        guard let hole = template.firstRange(of: TenantIssuers.placeholder) else {
            throw Microsoft365Error(.local, reason: "\(CloudError.template("issuer_templates.v2"))")
        }
        let (head, tail) = (template[..<hole.lowerBound], template[hole.upperBound...])
        guard metadata.issuer.hasPrefix(head), metadata.issuer.hasSuffix(tail),
            let tenant = TenantID(String(metadata.issuer.dropFirst(head.count).dropLast(tail.count)))
        else {
            throw Microsoft365Error(
                .malformedAnswer("issuer"), reason: "the metadata of \(domain) names no tenant of this cloud",
                remedy: "check the domain and the cloud")
        }
        remember(tenant, of: domain)
        return tenant
    }
}
