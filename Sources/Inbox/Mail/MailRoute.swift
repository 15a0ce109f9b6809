public import MailProtocol
public import Microsoft365

/// How an organisation's mail is read.
public enum MailRoute: String, Sendable, Hashable, Codable, CaseIterable {
    /// Microsoft Graph.
    case graph
    /// Outlook REST v1.0, which came before it.
    case outlook

    /// The resource that tokens are asked for.
    public func resource(in cloud: Cloud) -> String {
        switch self {
        case .graph: cloud.graphResource
        case .outlook: cloud.outlookResource
        }
    }

    /// The mailbox of a person at an organisation, read with the organisation's own token.
    ///
    /// - Parameters:
    ///   - address: the person's mail address or user principal name.
    ///   - options: among them what keeps the app within the services' limits, shared by all of its mailboxes.
    public func mailbox(
        _ address: String, of tenant: TenantID, _ app: Microsoft365App, options: RESTMailboxOptions
    ) -> any Mailbox {
        let cloud = app.app.cloud
        let session = app.session(tenant: tenant, resource: resource(in: cloud))
        return switch self {
        case .graph: GraphMailbox(address: address, cloud: cloud, session: session, options: options)
        case .outlook: OutlookMailbox(address: address, cloud: cloud, session: session, options: options)
        }
    }
}
