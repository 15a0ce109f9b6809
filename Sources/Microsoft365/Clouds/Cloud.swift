import OAuthCore

/// One of the clouds in which Microsoft 365 runs, as data: where people sign in, who issues tokens, and where the APIs
/// are. An emulated one differs in nothing but the data.
///
/// It names no certificate authority: whoever fetches a description must already trust the connection.
public struct Cloud: Sendable, Hashable {
    /// A short name, such as `worldwide`.
    public var name: String
    /// The hosts, with a port where it is not 443, on which people sign in.
    public var loginHosts: [String]
    /// What stands before the tenant in the address of every endpoint; without a slash at its end.
    public var authorityBase: String
    /// Who issues tokens.
    public var issuerTemplates: IssuerTemplates
    /// Microsoft Graph, as tokens for it name it.
    public var graphResource: String
    /// Exchange Online, as tokens for it name it.
    public var outlookResource: String
    /// Where Microsoft Graph is reached; without a slash at its end.
    public var graphBase: String
    /// Where the Outlook REST API is reached; without a slash at its end.
    public var outlookBase: String
    /// Where mail is read by IMAP over TLS, if at all.
    public var imap: MailHost?
    /// Where mail is handed in by SMTP with STARTTLS, if at all.
    public var smtp: MailHost?
    /// Where mail is read by POP over TLS, if at all.
    public var pop: MailHost?

    /// The issuers of a cloud's two generations of tokens, with `{tenantid}` where the tenant's GUID stands.
    public struct IssuerTemplates: Sendable, Hashable, Codable {
        /// Of tokens with `ver` 1.0.
        public var v1: String
        /// Of tokens with `ver` 2.0.
        public var v2: String

        /// Templates.
        public init(v1: String, v2: String) {
            self.v1 = v1
            self.v2 = v2
        }
    }

    /// A server for mail.
    public struct MailHost: Sendable, Hashable, Codable {
        /// Its name.
        public var host: String
        /// Its port, 1...65535.
        public var port: Int

        /// A server.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// A cloud without mail servers, in which people sign in on the host of `authorityBase`; more may be added.
    public init(name: String, authorityBase: String, issuerTemplates: IssuerTemplates, graph: API, outlook: API) {
        self.name = name
        loginHosts = [Self.hostAndPort(of: authorityBase)]
        self.authorityBase = authorityBase
        self.issuerTemplates = issuerTemplates
        (graphResource, graphBase) = (graph.resource, graph.base)
        (outlookResource, outlookBase) = (outlook.resource, outlook.base)
    }

    /// An API: what tokens for it name, and where it is reached.
    public struct API: Sendable, Hashable {
        /// What tokens for it name.
        public var resource: String
        /// Where it is reached; without a slash at its end.
        public var base: String

        /// An API that is reached elsewhere than its name says; by default where it says.
        public init(resource: String, base: String? = nil) {
            self.resource = resource
            self.base = base ?? resource
        }
    }

    /// `host` or `host:port` of an address.
    static func hostAndPort(of address: String) -> String {
        guard let url = URI(address) else { return "" }
        return url.host + (url.port.map { ":\($0)" } ?? "")
    }

    /// The address of an endpoint of an authority; `path` begins without a slash.
    func endpoint(_ authority: Authority, _ path: String) -> String {
        "\(authorityBase)/\(authority.pathSegment)/\(path)"
    }
}
