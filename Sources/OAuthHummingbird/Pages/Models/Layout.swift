/// What every page shows around its own content.
public struct Layout: Sendable {
    /// The prefix of the addresses of ``PageAsset``s, without a slash at the end: `/o/assets`.
    public var assets: String
    /// The value that the response's Content-Security-Policy allows as `script-src 'nonce-…'`.
    public var nonce: String
    /// The name of the place, in the header and in the window's title. Default `Sallyport`.
    public var site: String
    /// Who is signed in, if anyone; with it the header has navigation and a way out.
    public var session: Session?
    /// A message above the content, such as why a flow starts again.
    public var notice: Notice?

    /// Describes the surroundings of a page.
    public init(
        assets: String, nonce: String, site: String = "Sallyport", session: Session? = nil, notice: Notice? = nil
    ) {
        self.assets = assets
        self.nonce = nonce
        self.site = site
        self.session = session
        self.notice = notice
    }

    /// The person who is signed in, and where they can go.
    public struct Session: Sendable {
        /// Who.
        public var person: Person
        /// Where.
        public var links: Links
        /// The token against cross-site request forgery for the sign-out form.
        public var csrf: String

        /// Describes a signed-in person's header.
        public init(person: Person, links: Links, csrf: String) {
            self.person = person
            self.links = links
            self.csrf = csrf
        }
    }

    /// Addresses of the header's navigation.
    public struct Links: Sendable {
        /// The list of the person's own applications.
        public var applications: String
        /// The list of applications that the person has let in.
        public var connectedApps: String
        /// The person's account.
        public var account: String
        /// Where the sign-out form is posted.
        public var logout: String

        /// Names the addresses.
        public init(applications: String, connectedApps: String, account: String, logout: String) {
            self.applications = applications
            self.connectedApps = connectedApps
            self.account = account
            self.logout = logout
        }
    }

    /// A message above a page's content.
    public struct Notice: Sendable {
        /// How it looks, and how urgently a screen reader says it.
        public enum Kind: String, Sendable, CaseIterable { case info, warning, error }

        /// How serious it is.
        public var kind: Kind
        /// What it says.
        public var text: PageText

        /// Describes a message.
        public init(_ kind: Kind, _ text: PageText) {
            self.kind = kind
            self.text = text
        }
    }
}

/// Someone with an account here.
public struct Person: Sendable {
    /// The name they sign in with.
    public var username: String
    /// The name they go by, when it is known.
    public var displayName: String?

    /// Names a person.
    public init(username: String, displayName: String? = nil) {
        self.username = username
        self.displayName = displayName
    }

    var fields: TemplateFields {
        ["username": .text(username), "person": .text(displayName ?? username), "displayName": .optional(displayName)]
    }
}

extension Layout {
    func fields(for page: Page, catalog: StringCatalog) -> TemplateFields {
        [
            "assets": .text(assets), "nonce": .text(nonce), "site": .text(site),
            "language": .text(catalog.language), "direction": .text(catalog.direction),
            "template": .text(page.template.rawValue), "door": .text(page.template.door.rawValue),
            "title": .html(PageText("\(page.template.rawValue).title").resolved(in: catalog)),
            "inApplications": .flag(page.template.section == .applications),
            "inConnectedApps": .flag(page.template.section == .connectedApps),
            "inAccount": .flag(page.template.section == .account),
            "notice": noticeFields(catalog), "session": sessionFields(for: page),
        ]
    }

    /// A page that asks one question has no ways past it.
    private func sessionFields(for page: Page) -> TemplateValue {
        guard let session, page.template.section != .gate else { return .absent }
        let own: TemplateFields = [
            "applicationsURL": .text(session.links.applications),
            "connectedAppsURL": .text(session.links.connectedApps),
            "accountURL": .text(session.links.account), "logoutURL": .text(session.links.logout),
            "logoutCSRF": .text(session.csrf),
        ]
        return .fields(own.merging(session.person.fields) { own, _ in own })
    }

    private func noticeFields(_ catalog: StringCatalog) -> TemplateValue {
        guard let notice else { return .absent }
        return .fields([
            "kind": .text(notice.kind.rawValue), "message": .html(notice.text.resolved(in: catalog)),
            "isError": .flag(notice.kind == .error),
        ])
    }
}
