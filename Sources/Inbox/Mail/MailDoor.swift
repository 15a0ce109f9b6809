import Mail
import MailProtocol
import Microsoft365
import OAuthClient
import OAuthCore

/// Opens mailboxes with the organisations' own tokens; what must be shared among them is.
struct MailDoor: Sendable {
    private let app: Microsoft365App
    private let environment: ClientEnvironment
    private let rest: RESTMailboxOptions
    private let imap: IMAPMailboxOptions
    private let memories = IMAPMemories()

    init(_ parts: InboxSite.Parts) {
        app = parts.microsoft
        environment = ClientEnvironment(
            transport: parts.signIn.environment.transport, clock: parts.clock, random: parts.random)
        rest = RESTMailboxOptions(traffic: MailTraffic(environment: environment))
        imap = parts.imap
    }

    /// The inbox at an address of an organisation.
    func mailbox(
        _ tenant: TenantID, _ address: String, _ route: MailRoute
    ) throws(MailboxError) -> any Mailbox {
        let cloud = app.app.cloud
        let session = app.session(tenant: tenant, resource: route.resource(in: cloud))
        switch route {
        case .graph: return GraphMailbox(address: address, cloud: cloud, session: session, options: rest)
        case .outlook: return OutlookMailbox(address: address, cloud: cloud, session: session, options: rest)
        case .imap:
            guard let host = cloud.imap else {
                throw MailboxError(.unavailable, reason: "this cloud has no IMAP", remedy: "read the mail another way")
            }
            let (imap, clock) = (imap, environment.clock)
            let memory = memories.memory(of: "\(tenant) \(address)")
            return IMAPVisit {
                IMAPMailbox(
                    server: MailServer(host: host.host, port: host.port), user: address, tokens: .session(session),
                    options: imap, memory: memory, clock: clock)
            }
        }
    }
}
