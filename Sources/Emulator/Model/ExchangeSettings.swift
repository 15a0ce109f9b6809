import OAuthCore

/// What an organisation's administrator has set in Exchange, beside the directory.
public struct ExchangeSettings: Hashable, Sendable {
    /// Applications that `New-ServicePrincipal` made known, and which mailboxes each may open.
    public var servicePrincipals: [ServicePrincipal] = []
    /// Addresses of mailboxes that cannot be read by IMAP.
    public var imapDisabled: Set<String> = []
    /// Addresses of mailboxes that cannot be read by POP.
    public var popDisabled: Set<String> = []
    /// Addresses of mailboxes that SMTP accepts no login for.
    public var smtpDisabled: Set<String> = []
    /// Whether SMTP accepts no login for the whole organisation.
    public var isSMTPDisabledForTenant = false
    /// Who may open whose mailbox besides the owner: addresses of people by the mailbox's address.
    public var fullAccess: [String: Set<String>] = [:]

    /// Settings of a new organisation: everything is on, and nobody has access to others' mail.
    public init() {}

    /// An application as Exchange knows it.
    public struct ServicePrincipal: Hashable, Sendable {
        /// The application's id.
        public var clientID: String
        /// Addresses of the mailboxes that it has full access to; `nil` for all.
        public var mailboxes: Set<String>?

        /// An application with access to some mailboxes, or all.
        public init(clientID: String, mailboxes: Set<String>?) {
            self.clientID = clientID
            self.mailboxes = mailboxes
        }
    }

    /// Whether a mailbox can be used by a protocol.
    func isEnabled(_ service: MailService, for address: String) -> Bool {
        switch service {
        case .imap: !imapDisabled.contains(address)
        case .pop: !popDisabled.contains(address)
        case .smtp: !isSMTPDisabledForTenant && !smtpDisabled.contains(address)
        }
    }
}

extension ExchangeSettings {
    /// Reads the `exchange` of a tenant.
    ///
    /// - Parameter addresses: the mailboxes of the tenant.
    init(_ item: FileObject, addresses: Set<String>) throws(TenantsFileError) {
        try item.allow([
            "service_principals", "imap_disabled", "pop_disabled", "smtp_disabled", "smtp_disabled_for_tenant",
            "full_access",
        ])
        func known(_ member: String, in item: FileObject) throws(TenantsFileError) -> Set<String> {
            let names = try item.texts(member).map { $0.lowercased() }
            if let stranger = names.first(where: { !addresses.contains($0) }) {
                throw item.wrong(member, "names \(stranger), who is no user of the tenant")
            }
            return Set(names)
        }
        for principal in try item.objects("service_principals") {
            try principal.allow(["client_id", "full_access"])
            let isLimited = principal.has("full_access")
            servicePrincipals.append(
                ServicePrincipal(
                    clientID: try principal.guid("client_id"),
                    mailboxes: isLimited ? try known("full_access", in: principal) : nil))
        }
        imapDisabled = try known("imap_disabled", in: item)
        popDisabled = try known("pop_disabled", in: item)
        smtpDisabled = try known("smtp_disabled", in: item)
        isSMTPDisabledForTenant = try item.flag("smtp_disabled_for_tenant")
        for access in try item.objects("full_access") {
            try access.allow(["mailbox", "users"])
            let mailbox = try access.text("mailbox").lowercased()
            guard addresses.contains(mailbox) else { throw access.wrong("mailbox", "is no user of the tenant") }
            fullAccess[mailbox, default: []].formUnion(try known("users", in: access))
        }
    }
}
